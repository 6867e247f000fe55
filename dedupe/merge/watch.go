package merge

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Watch returns a watch that refuses to restore a customer who was merged, with a
// *RestoreError: the customer would be there twice, as itself and as a part of
// another. Unmerge brings it back. It is for storage.Store.Watched, and clientele.Open
// wires it.
func Watch() storage.Watch {
	return storage.Watch{Name: "dedupe/merge", Kinds: []string{customerKind}, Before: refuseRestore}
}

func refuseRestore(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	var ids []uuid.UUID
	for _, w := range writes {
		if w.Op == storage.OpRestore {
			ids = append(ids, storage.MetaOf(w.Before).ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for a, err := range Aliases.Find(ctx, tx, storage.Query{Where: criteria.In("old", ids...)}) {
		if err != nil {
			return err
		}
		return &RestoreError{Customer: a.Old, Survivor: a.Customer, Merge: a.Merge}
	}
	return nil
}
