package tree

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// SetParent puts customers, with all that stand below them, below another one; with
// uuid.Nil as the parent they become roots. A move that would make a circle is
// ErrCycle, one too deep is ErrDepth: return the error from Update, so that nothing
// of the transaction happens. A customer that is not there is storage.ErrNotFound;
// a parent that is not there is storage.ErrInvalid.
func SetParent(ctx context.Context, tx *storage.Tx, parent uuid.UUID, children ...uuid.UUID) error {
	list, err := customersOf(ctx, tx, children)
	if err != nil {
		return err
	}
	moves := make(map[uuid.UUID]uuid.UUID, len(list))
	for _, c := range list {
		c.Parent = parent
		moves[c.ID] = parent
	}
	w := &witness{}
	if err := customer.Kind.Put(context.WithValue(ctx, witnessKey{}, w), tx, list...); err != nil || w.checked {
		return err
	}
	return check(ctx, tx, moves, moves)
}

// customersOf returns customers by their ids, each once.
func customersOf(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) ([]*customer.Customer, error) {
	found := make(map[uuid.UUID]bool, len(ids))
	var list []*customer.Customer
	for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		found[c.ID] = true
		list = append(list, c)
	}
	for _, id := range ids {
		if !found[id] {
			return nil, &storage.RecordError{Kind: customer.Kind.Name(), ID: id, Err: storage.ErrNotFound}
		}
	}
	return list, nil
}

// A witness in the context of a write learns whether Watch has checked it.
type witness struct{ checked bool }

type witnessKey struct{}

// Watch returns the watch that checks every change of a customer's Parent. Give it
// to storage.Store.Watched.
func Watch() storage.Watch {
	return storage.Watch{Name: "customer tree", Kinds: []string{customer.Kind.Name()}, Before: watch}
}

func watch(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	if w, ok := ctx.Value(witnessKey{}).(*witness); ok {
		w.checked = true
	}
	placed, moved := map[uuid.UUID]uuid.UUID{}, map[uuid.UUID]uuid.UUID{}
	for _, write := range writes {
		before, after := customerOf(write.Before), customerOf(write.After)
		if after == nil || after.Parent == uuid.Nil || before != nil && before.Live() && before.Parent == after.Parent || !after.Live() {
			continue
		}
		placed[after.ID] = after.Parent
		if before != nil {
			moved[after.ID] = after.Parent
		}
	}
	return check(ctx, tx, placed, moved)
}

func customerOf(r storage.Record) *customer.Customer {
	c, _ := r.(*customer.Customer)
	return c
}

// check refuses places in the tree. moved are those of them that others may stand
// below; new customers are not among them.
func check(ctx context.Context, tx *storage.Tx, placed, moved map[uuid.UUID]uuid.UUID) error {
	if len(placed) == 0 {
		return nil
	}
	if len(moved) > 0 {
		if err := takeTurn(ctx, tx); err != nil {
			return err
		}
	}
	above, err := parentsAbove(ctx, tx, placed)
	if err != nil {
		return err
	}
	depths := make(map[uuid.UUID]int, len(placed))
	for id := range placed {
		if depths[id], err = depthOf(id, above); err != nil {
			return err
		}
	}
	return checkBelow(ctx, tx, moved, depths)
}

// depthOf returns how many stand above a customer.
func depthOf(id uuid.UUID, above map[uuid.UUID]uuid.UUID) (int, error) {
	depth := 0
	for at := above[id]; at != uuid.Nil; at = above[at] {
		depth++
		if at == id || depth > len(above) {
			return 0, &PlaceError{Customer: id, Parent: above[id], Err: ErrCycle}
		}
	}
	if depth > MaxDepth {
		return 0, &PlaceError{Customer: id, Parent: above[id], Err: ErrDepth}
	}
	return depth, nil
}

// A turn is the record that every move writes, one a tenant.
type turn struct {
	storage.Meta
	Moves int64 // how many there were
}

var turns = storage.Define[turn]("customer_tree",
	storage.Integer("moves", func(t *turn) *int64 { return &t.Moves }),
).Untracked().Fixed()

// turnID is the id of the one record.
var turnID = uuid.UUID{0xc1, 0x1e, 0x47, 0xe1, 0xe0, 0x00, 0x70, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x7e, 0xee}

// takeTurn makes the transaction fail with storage.ErrConflict if another one that
// took a turn commits before it.
func takeTurn(ctx context.Context, tx *storage.Tx) error {
	t, err := turns.Get(ctx, tx, turnID)
	if errors.Is(err, storage.ErrNotFound) {
		t, err = &turn{Meta: storage.Meta{ID: turnID}}, nil
	}
	if err != nil {
		return err
	}
	t.Moves++
	err = turns.Put(ctx, tx, t)
	if errors.Is(err, storage.ErrDuplicate) { // another transaction was the first ever
		return &storage.ConflictError{Kind: turns.Name(), ID: turnID}
	}
	return err
}
