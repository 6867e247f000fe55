package consent

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/storage"
)

// Watch returns a watch that keeps records as they were written: changing what
// one says, or deleting it, is storage.ErrForbidden. Its customer and evidence
// may change, for merges and erasures, and it may be purged.
func Watch() storage.Watch {
	return storage.Watch{Name: "consent", Kinds: []string{recordKind}, Before: keep}
}

func keep(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
	for _, w := range writes {
		if w.Op == storage.OpDelete {
			return refusal(w, "")
		}
		for _, field := range w.Fields {
			if w.Op == storage.OpUpdate && field != "customer" && field != "evidence" {
				return refusal(w, field)
			}
		}
	}
	return nil
}

func refusal(w storage.Attempt, field string) error {
	reason := "records are kept: add a statement of its own instead of deleting one"
	if field != "" {
		reason = fmt.Sprintf("%s of a record does not change: add a statement of its own", field)
	}
	return &storage.RecordError{Kind: recordKind, ID: storage.MetaOf(w.Before).ID, Err: storage.ErrForbidden, Reason: reason}
}
