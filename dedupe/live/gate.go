package live

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

const slots = 1 << 14

// pass writes the gates of keys. Look for entries behind it, not before.
func pass(ctx context.Context, tx *storage.Tx, keys []string) error {
	want := make([]int64, len(keys))
	for i, key := range keys {
		h := fnv.New32a()
		_, _ = h.Write([]byte(key)) // it never fails
		want[i] = int64(h.Sum32() % slots)
	}
	slices.Sort(want)
	for some := range slices.Chunk(slices.Compact(want), 1000) {
		if err := passSome(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

func passSome(ctx context.Context, tx *storage.Tx, want []int64) error {
	for attempt := 1; ; attempt++ {
		list, err := turned(ctx, tx, want)
		if err != nil {
			return err
		}
		err = gates.Put(ctx, tx, list...)
		if attempt == 3 || !errors.Is(err, storage.ErrDuplicate) {
			return raced(err, storage.ErrDuplicate)
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
