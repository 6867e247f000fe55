package customer

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Gate is a record that every transaction writes which looks for a customer by a
// name, such as a phone number, and makes one if there is none. Many names share a
// gate, so that gates stay few and say nothing about anybody.
type Gate struct {
	storage.Meta
	Slot  int64 // the hash of the name, from 0 to less than the number of gates
	Turns int64 // how many there were
}

// Gates is a kind of such records: of two transactions that pass the gate of one name
// at the same time, one waits or is repeated, and finds the customer of the other.
// Turns do the same for customers who are there already.
type Gates struct {
	*storage.Kind[Gate]
	slots uint32
}

// DefineGates describes a kind of so many gates, 1 at least. It is not in the change log.
func DefineGates(name string, slots uint32) Gates {
	return Gates{storage.Define[Gate](name,
		storage.Integer("slot", func(g *Gate) *int64 { return &g.Slot }).Unique(),
		storage.Integer("turns", func(g *Gate) *int64 { return &g.Turns }),
	).Untracked().Fixed(), slots}
}

// Pass writes the gates of names. Look for customers behind it, not before. Of another
// transaction that passes one of the gates meanwhile, the later one to commit fails
// with storage.ErrConflict.
func (k Gates) Pass(ctx context.Context, tx *storage.Tx, names ...string) error {
	want := make([]int64, len(names))
	for i, name := range names {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // it never fails
		want[i] = int64(h.Sum32() % k.slots)
	}
	slices.Sort(want)
	for some := range slices.Chunk(slices.Compact(want), turnChunk) {
		if err := k.pass(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

func (k Gates) pass(ctx context.Context, tx *storage.Tx, want []int64) error {
	for attempt := 1; ; attempt++ {
		list, err := k.turned(ctx, tx, want)
		if err != nil {
			return err
		}
		err = k.Put(ctx, tx, list...)
		var first *storage.DuplicateError
		if !errors.As(err, &first) {
			return err
		}
		if attempt == 3 { // another transaction was the first at a gate, and is not seen yet
			return &storage.ConflictError{Kind: k.Name(), ID: first.Existing}
		}
	}
}

// turned returns the gates, as they are to be written.
func (k Gates) turned(ctx context.Context, tx *storage.Tx, want []int64) ([]*Gate, error) {
	bySlot := map[int64]*Gate{}
	for g, err := range k.Find(ctx, tx, storage.Query{Where: criteria.In("slot", want...)}) {
		if err != nil {
			return nil, err
		}
		if other := bySlot[g.Slot]; other != nil {
			// One is this transaction's own and not committed, the other came first.
			return nil, &storage.ConflictError{Kind: k.Name(), ID: other.ID, Version: other.Version}
		}
		bySlot[g.Slot] = g
	}
	list := make([]*Gate, len(want))
	for i, slot := range want {
		if list[i] = bySlot[slot]; list[i] == nil {
			list[i] = &Gate{Slot: slot}
		}
		list[i].Turns++
	}
	return list, nil
}
