package lead

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A gate is a record that every transaction writes which looks for a customer by
// a phone number, mail address or company name and makes one if there is none: of
// two that do so at the same time, one waits or is repeated, and finds the
// customer of the other. Many names share a gate, so that gates stay
// few and say nothing about anybody.
type gate struct {
	storage.Meta
	Slot  int64 // the hash of the name, 0 to slots-1
	Turns int64
}

const slots = 1024

var gates = storage.Define[gate]("lead_gate",
	storage.Integer("slot", func(g *gate) *int64 { return &g.Slot }).Unique(),
	storage.Integer("turns", func(g *gate) *int64 { return &g.Turns }),
).Untracked().Fixed()

// pass writes the gates of names. Look for customers behind it, not before.
func pass(ctx context.Context, tx *storage.Tx, names []string) error {
	want := make([]int64, len(names))
	for i, name := range names {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // it never fails
		want[i] = int64(h.Sum32() % slots)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if len(want) == 0 {
		return nil
	}
	for attempt := 1; ; attempt++ {
		list, err := turned(ctx, tx, want)
		if err != nil {
			return err
		}
		err = gates.Put(ctx, tx, list...)
		if attempt == 3 || !errors.Is(err, storage.ErrDuplicate) {
			return err
		}
	}
}

// turned returns the gates, as they are to be written.
func turned(ctx context.Context, tx *storage.Tx, want []int64) ([]*gate, error) {
	bySlot := map[int64]*gate{}
	for g, err := range gates.Find(ctx, tx, storage.Query{Where: criteria.In("slot", want...)}) {
		if err != nil {
			return nil, err
		}
		if other := bySlot[g.Slot]; other != nil {
			// One is this transaction's own and not committed, the other came first.
			return nil, &storage.ConflictError{Kind: gates.Name(), ID: other.ID, Version: other.Version}
		}
		bySlot[g.Slot] = g
	}
	list := make([]*gate, len(want))
	for i, slot := range want {
		if list[i] = bySlot[slot]; list[i] == nil {
			list[i] = &gate{Slot: slot}
		}
		list[i].Turns++
	}
	return list, nil
}
