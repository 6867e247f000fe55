package lineage

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// place finds out what has become of the nodes of a level, in one query a kind.
func (t *tracer) place(ctx context.Context, level []*Node) error {
	refs := make([]string, len(level))
	for i, n := range level {
		refs[i] = n.Ref
	}
	buried, err := tombstonesOf(ctx, t.tx, refs)
	if err != nil {
		return err
	}
	found, err := statesOf(ctx, t.tx, refs)
	if err != nil {
		return err
	}
	for _, n := range level {
		stone := buried[n.Ref]
		if stone == nil {
			stone = buried[recordOf(n.Ref)]
		}
		switch {
		case stone != nil:
			n.State, n.ErasedAt, n.ErasedBy = Erased, stone.At, stone.Actor
		case n.State == "":
			n.State = found[recordOf(n.Ref)]
		}
	}
	return nil
}

// statesOf returns the states of the records that refs name.
func statesOf(ctx context.Context, tx *storage.Tx, refs []string) (map[string]State, error) {
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	states := map[string]State{}
	ids := map[*storage.Schema][]uuid.UUID{}
	for _, ref := range refs {
		kind, id, ok := idOf(ref)
		i := slices.IndexFunc(kinds, func(s *storage.Schema) bool { return s.Name == kind })
		if !ok || i < 0 {
			states[recordOf(ref)] = Outside
			continue
		}
		states[recordOf(ref)] = Absent
		ids[kinds[i]] = append(ids[kinds[i]], id)
	}
	for s, list := range ids {
		if err := look(ctx, tx, s, list, states); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// look notes the states of records of one kind. A kind that the guard refuses
// has none for the caller.
func look(ctx context.Context, tx *storage.Tx, s *storage.Schema, ids []uuid.UUID, states map[string]State) error {
	for chunk := range slices.Chunk(ids, part) {
		q := storage.Query{Where: criteria.In(storage.FieldID, chunk...), Deleted: storage.DeletedToo}
		for r, err := range storage.Any(s).Find(ctx, tx, q) {
			if errors.Is(err, storage.ErrForbidden) {
				return nil
			}
			if err != nil {
				return err
			}
			m := storage.MetaOf(r)
			states[Ref(s.Name, m.ID)] = Live
			if !m.Live() {
				states[Ref(s.Name, m.ID)] = Deleted
			}
		}
	}
	return nil
}

// Dependents returns what rests on a record or field, the nearest first: what
// was derived from it or, for a record, from a field of it, then what was
// derived from that, at most limit derivations (at least 1). Erased evidence
// has no dependents any more; Derivation.Lost still names it.
func Dependents(ctx context.Context, r storage.Reader, ref string, limit int) ([]*Derivation, error) {
	if err := checkRef("evidence", ref); err != nil {
		return nil, err
	}
	if limit < 1 {
		return nil, &storage.FieldError{Kind: derivationKind, Field: "limit", Reason: "use at least 1"}
	}
	var all []*Derivation
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		first, err := restingOn(ctx, tx, []string{ref}, covers)
		if err == nil {
			all, err = downstream(ctx, tx, first, limit)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all[:min(len(all), limit)], nil
}
