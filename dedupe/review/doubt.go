package review

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A doubt says that somebody has said once that two customers are two, or undone
// their merge: no scan merges them by itself any more, whatever becomes of their
// pair. It is a record of its own so that a merge, which drops one of two pairs of
// the same customers, does not drop it.
type doubt struct {
	storage.Meta
	A, B uuid.UUID // customers, in any order
}

var doubts = storage.Define[doubt]("duplicate_doubt",
	storage.Ref("a", func(d *doubt) *uuid.UUID { return &d.A }).To("customer").Existing().Required().Indexed(),
	storage.Ref("b", func(d *doubt) *uuid.UUID { return &d.B }).To("customer").Existing().Required().Indexed(),
).Fixed().Unique("a", "b")

func (d *doubt) key() Key { return KeyOf(d.A, d.B) }

// cast notes doubts, where there are none yet.
func cast(ctx context.Context, tx *storage.Tx, keys ...Key) error {
	known, err := doubted(ctx, tx, idsIn(keys)...)
	if err != nil {
		return err
	}
	var writes []*doubt
	for _, k := range keys {
		if !known[k] {
			known[k] = true
			writes = append(writes, &doubt{A: k[0], B: k[1]})
		}
	}
	return doubts.Put(ctx, tx, writes...)
}

// dispel removes the doubt about a pair.
func dispel(ctx context.Context, tx *storage.Tx, k Key) error {
	list, err := storage.Collect(doubts.Find(ctx, tx, storage.Query{Where: among(k[:])}))
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(d *doubt) bool { return d.key() != k })
	return doubts.Purge(ctx, tx, list...)
}

// doubted returns the pairs of some customers with each other about which there is
// doubt.
func doubted(ctx context.Context, r storage.Reader, ids ...uuid.UUID) (map[Key]bool, error) {
	if len(ids) == 0 {
		return map[Key]bool{}, nil
	}
	return doubtsOf(ctx, r, among(ids))
}

func doubtsOf(ctx context.Context, r storage.Reader, where criteria.Criterion) (map[Key]bool, error) {
	found := map[Key]bool{}
	for d, err := range doubts.Find(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		if d.A != d.B {
			found[d.key()] = true
		}
	}
	return found, nil
}

// among matches what names two of some customers.
func among(ids []uuid.UUID) criteria.Criterion {
	return criteria.All(criteria.In("a", ids...), criteria.In("b", ids...))
}

// idsIn returns the customers of keys, each once.
func idsIn(keys []Key) []uuid.UUID {
	ids := make([]uuid.UUID, 0, 2*len(keys))
	for _, k := range keys {
		ids = append(ids, k[:]...)
	}
	return distinctIDs(ids)
}
