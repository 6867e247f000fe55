package lineage

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Watch returns the watch that calls EvidenceErased for every record that is
// purged, inside the transaction that purges it. Purges of kinds that are not
// tracked in the change log are not seen.
func Watch() storage.Watch {
	return storage.Watch{Name: "lineage", After: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		kind := writes[0].Kind
		if kind == derivationKind || kind == tombstoneKind {
			return nil
		}
		var gone []uuid.UUID
		for _, w := range writes {
			if w.Op == storage.OpPurge {
				gone = append(gone, storage.MetaOf(w.Before).ID)
			}
		}
		_, err := EvidenceErased(ctx, tx, kind, gone...)
		return err
	}}
}

// Follow returns a watch that records the derivation of every record of a kind
// that states what it rests on, whenever it is put. stated returns the
// derivation, whose Subject is filled with the record's ref where it is empty,
// and false for a record that was not derived. It must state At and Actor, for
// a moment of its own would make every Put a new derivation.
//
//	lineage.Follow(tag.Assignments, func(a *tag.Assignment) (lineage.Derivation, bool) {
//		return lineage.Derivation{
//			Customer: a.Customer, Rule: a.Rule, RuleVersion: a.RuleVersion,
//			Actor: a.By, At: a.At, Evidence: a.Evidence,
//		}, a.Rule != ""
//	})
func Follow[T any](kind *storage.Kind[T], stated func(*T) (Derivation, bool)) storage.Watch {
	return storage.Watch{Name: "lineage of " + kind.Name(), Kinds: []string{kind.Name()}, After: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		var list []*Derivation
		for _, w := range writes {
			if w.Op != storage.OpCreate && w.Op != storage.OpUpdate {
				continue
			}
			d, ok := stated(any(w.After).(*T))
			if !ok {
				continue
			}
			if d.Subject == "" {
				d.Subject = Ref(kind.Name(), storage.MetaOf(w.After).ID)
			}
			list = append(list, &d)
		}
		return Record(ctx, tx, list...)
	}}
}
