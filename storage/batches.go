package storage

import "context"

// A Batcher is a Transaction that can hand out the records of a plan in
// batches, which costs less for each than one by one. It must allow other reads
// of the same transaction while it runs.
type Batcher interface {
	// Batches calls yield with the records in the order of the plan, some at a
	// time, until it returns false. The list is not to be used afterwards.
	Batches(ctx context.Context, p *Plan, yield func([]Record) bool) error
}

// batches lends the records of a query, which a driver hands out in batches.
func (k *Kind[T]) batches(ctx context.Context, tx *Tx, d Batcher, q Query, stopped *bool, yield func(*T, error) bool) error {
	p, err := tx.plan(ctx, k.schema, q)
	if err != nil {
		return err
	}
	return d.Batches(ctx, p, func(list []Record) bool {
		for _, r := range list {
			if !yield(k.of(r), nil) {
				*stopped = true
				return false
			}
		}
		return true
	})
}
