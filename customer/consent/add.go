package consent

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Add stores statements, of any customers, and returns those that are stored, in
// step with the given ones, which are left as they are. One without At was made
// at the moment of the transaction; the Actor is that of the transaction unless
// it is given. One that is known already (same customer, channel, purpose,
// moment and state) is not stored again.
//
// It returns storage.ErrInvalid for a state or a customer that is not there and
// for a statement of the future, and nothing is stored then.
func Add(ctx context.Context, tx *storage.Tx, records ...*Record) ([]*Record, error) {
	list := make([]*Record, len(records))
	for i, r := range records {
		given, err := r.prepared(tx)
		if err != nil {
			return nil, err
		}
		list[i] = given
	}
	for some := range slices.Chunk(list, chunk) {
		if err := add(ctx, tx, some); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// prepared returns a copy with what the transaction says.
func (r *Record) prepared(tx *storage.Tx) (*Record, error) {
	c := *r
	c.Meta, c.At, c.Until = storage.Meta{}, storage.NormalTime(c.At), storage.NormalTime(c.Until)
	if c.At.IsZero() {
		c.At = tx.Now()
	}
	if c.Actor == "" {
		c.Actor = tx.Origin().Actor
	}
	if c.At.After(tx.Now()) {
		return nil, &storage.FieldError{Kind: recordKind, Field: "at", Reason: "it lies ahead: record what was stated, when it was stated"}
	}
	return &c, nil
}

// add stores statements of up to chunk customers. Those that are known are
// replaced in the list by what is stored.
func add(ctx context.Context, tx *storage.Tx, list []*Record) error {
	ids := customersOf(list)
	if _, err := turns.Take(ctx, tx, ids...); err != nil {
		return err
	}
	fresh, err := withoutKnown(ctx, tx, ids, list)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if err := Records.Put(ctx, tx, fresh...); err != nil {
		return err
	}
	boards, err := stored(ctx, tx, criteria.In("customer", ids...))
	if err != nil {
		return err
	}
	return writeBoards(ctx, tx, boards, fresh)
}

// A statement is what makes a record known.
type statement struct {
	customer uuid.UUID
	cell
	at    time.Time
	state string
}

func (r *Record) statement() statement {
	return statement{r.Customer, cell{r.Channel, r.Purpose}, r.At, r.State}
}

func withoutKnown(ctx context.Context, tx *storage.Tx, ids []uuid.UUID, list []*Record) (fresh []*Record, err error) {
	moments := make([]time.Time, len(list))
	for i, r := range list {
		moments[i] = r.At
	}
	known := make(map[statement]*Record, len(list))
	where := criteria.All(criteria.In("customer", ids...), criteria.In("at", moments...))
	for r, err := range Records.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		known[r.statement()] = r
	}
	for i, r := range list {
		if same := known[r.statement()]; same != nil {
			list[i] = same
			continue
		}
		known[r.statement()] = r
		fresh = append(fresh, r)
	}
	return fresh, nil
}

// writeBoards takes statements into what is stored of their customers. What is
// superseded goes first, so that its key is free.
func writeBoards(ctx context.Context, tx *storage.Tx, boards map[uuid.UUID]board, fresh []*Record) error {
	gone, changed := map[*State]bool{}, map[*State]bool{}
	for _, r := range fresh {
		b, s := boardOf(boards, r.Customer), r.state()
		held := b[cell{s.Channel, s.Purpose}]
		counts, superseded := b.add(s)
		if !counts {
			continue
		}
		if held != nil {
			s.Meta = held.Meta
			delete(changed, held)
		}
		changed[s] = true
		for _, old := range superseded {
			delete(changed, old)
			if old.Version > 0 {
				gone[old] = true
			}
		}
	}
	if err := States.Purge(ctx, tx, inOrder(gone)...); err != nil {
		return err
	}
	return States.Put(ctx, tx, inOrder(changed)...)
}

// inOrder returns states in the order of what they rest on.
func inOrder(set map[*State]bool) []*State {
	list := make([]*State, 0, len(set))
	for s := range set {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *State) int { return bytes.Compare(a.Record[:], b.Record[:]) })
	return list
}

func customersOf(list []*Record) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = r.Customer
	}
	return distinct(ids)
}

func distinct(ids []uuid.UUID) []uuid.UUID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
