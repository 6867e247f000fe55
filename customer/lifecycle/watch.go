package lifecycle

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Watches returns the watches that hold customers to the policy and move them when
// their orders are stored, for storage.Store.Watched; see the package comment. An
// error is that of Check.
func (p Policy) Watches() ([]storage.Watch, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	return []storage.Watch{
		{Name: "lifecycle stages", Kinds: []string{customer.Kind.Name()}, Before: p.admit, After: record},
		{Name: "lifecycle orders", Kinds: []string{customer.Orders.Name()}, After: p.ordered},
	}, nil
}

// admit refuses stages that the policy does not allow.
func (p Policy) admit(ctx context.Context, _ *storage.Tx, writes []storage.Attempt) error {
	if customer.TakesBack(ctx) {
		return nil
	}
	for _, w := range writes {
		from, to, moved := stagesOf(w)
		if w.Op == storage.OpCreate && to == "" || !moved {
			continue
		}
		if err := p.Decide(from, to); err != nil {
			return err
		}
	}
	return nil
}

// record writes the changes of customers that had been stored before.
func record(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	if w, ok := ctx.Value(witnessKey{}).(*witness); ok {
		w.told = true
	}
	if customer.TakesBack(ctx) {
		return nil
	}
	var changes []*StageChange
	for _, w := range writes {
		if from, to, moved := stagesOf(w); moved && w.Before != nil {
			m := storage.MetaOf(w.After)
			changes = append(changes, changeOf(tx, m.ID, from, to, m.Version))
		}
	}
	return StageChanges.Put(ctx, tx, changes...)
}

// stagesOf returns the stages before and after a write, and whether it changes them.
func stagesOf(w storage.Attempt) (from, to string, moved bool) {
	after, ok := w.After.(*customer.Customer)
	if !ok {
		return "", "", false
	}
	if before, ok := w.Before.(*customer.Customer); ok {
		from = before.Stage
	}
	return from, after.Stage, from != after.Stage
}

// ordered moves the customers whose orders were stored.
func (p Policy) ordered(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	if customer.TakesBack(ctx) {
		return nil
	}
	customers, err := p.movable(ctx, tx, buyersOf(writes))
	if err != nil || len(customers) == 0 {
		return err
	}
	ids := make([]uuid.UUID, len(customers))
	for i, c := range customers {
		ids[i] = c.ID
	}
	if _, err := turns.Take(ctx, tx, ids...); err != nil {
		return err
	}
	counts, err := p.count(ctx, tx, ids)
	if err != nil {
		return err
	}
	through := make([][]string, len(customers))
	for i, c := range customers {
		through[i] = p.AfterOrders(c.Stage, counts[c.ID])
	}
	return moveThrough(ctx, tx, customers, through)
}

// moveThrough moves customers through their stages, all by one at a time.
func moveThrough(ctx context.Context, tx *storage.Tx, customers []*customer.Customer, through [][]string) error {
	for at := 0; ; at++ {
		var steps []step
		for i, c := range customers {
			if at < len(through[i]) {
				steps = append(steps, step{c, through[i][at]})
			}
		}
		if err := move(ctx, tx, steps); err != nil || len(steps) == 0 {
			return err
		}
	}
}

// buyersOf returns the customers of the orders that were stored, each once.
func buyersOf(writes []storage.Attempt) (ids []uuid.UUID) {
	seen := make(map[uuid.UUID]bool, len(writes))
	for _, w := range writes {
		o, ok := w.After.(*customer.Order)
		if !ok || !o.Live() || o.Refund() || seen[o.Customer] {
			continue
		}
		seen[o.Customer] = true
		ids = append(ids, o.Customer)
	}
	return ids
}

// movable returns those of some customers whom orders can move.
func (p Policy) movable(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) (list []*customer.Customer, err error) {
	if len(p.Orders) == 0 {
		return nil, nil
	}
	found, err := customersOf(ctx, tx, ids)
	for _, id := range ids {
		if c := found[id]; c != nil && p.mayMove(c.Stage) {
			list = append(list, c)
		}
	}
	return list, err
}

// count returns how many orders of each customer count.
func (p Policy) count(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) (map[uuid.UUID]int64, error) {
	counts := make(map[uuid.UUID]int64, len(ids))
	purchases := p.Counts
	if purchases == nil {
		purchases = criteria.Ge("amount", 0)
	}
	err := inChunks(ids, func(some []uuid.UUID) error {
		where := criteria.All(criteria.In("customer", some...), purchases)
		rows, err := customer.Orders.Aggregate(ctx, tx, storage.Query{Where: where}, storage.Figures{By: []string{"customer"}})
		for _, row := range rows {
			counts[row.By[0].(uuid.UUID)] = row.Count
		}
		return err
	})
	return counts, err
}

// inChunks calls fn with as many ids at a time as one query names.
func inChunks(ids []uuid.UUID, fn func([]uuid.UUID) error) error {
	for some := range slices.Chunk(ids, 1000) {
		if err := fn(some); err != nil {
			return err
		}
	}
	return nil
}
