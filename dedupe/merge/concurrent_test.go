package merge_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestMerge_OverlappingAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		const customers, workers = 8, 6
		var ids []uuid.UUID
		for i := range customers {
			c := person(t, acme, string(rune('A'+i)))
			ids = append(ids, c.ID)
			put(t, acme, customer.Orders, order(c.ID, 10, adapters.Now), order(c.ID, 1, adapters.Now))
			contact(t, acme, c.ID, customer.Phone, "13800138000")
		}
		failures := make([]error, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(w), 1))
				for range 3 {
					some := random.Perm(customers)[:2+random.IntN(2)]
					q := merge.Request{Survivor: ids[some[0]]}
					for _, i := range some[1:] {
						q.Others = append(q.Others, ids[i])
					}
					err := acme.Update(ctx, ann, func(tx *storage.Tx) error {
						_, err := merge.Merge(ctx, tx, q)
						return err
					})
					if errors.Is(err, merge.ErrMerged) {
						err = nil // others were faster
					}
					failures[w] = errors.Join(failures[w], err)
				}
			})
		}
		wg.Wait()
		for _, err := range failures {
			if err != nil && !errors.Is(err, storage.ErrConflict) { // tried more often than Update does
				t.Error(err)
			}
		}
		live := map[uuid.UUID]bool{}
		for _, c := range find(t, acme, customer.Kind, storage.Query{}) {
			live[c.ID] = true
		}
		now, err := merge.Resolve(ctx, acme, ids...)
		require.NoError(t, err)
		for _, id := range now {
			require.True(t, live[id], "every id leads to a customer who is there")
		}
		sum := decimal.Zero
		for _, o := range find(t, acme, customer.Orders, storage.Query{}) {
			require.True(t, live[o.Customer], "every order is that of one who is there")
			sum = sum.Add(o.Total.Amount)
		}
		require.Equal(t, "88", sum.String(), "the sum of all orders")
		for id := range live {
			where := criteria.All(criteria.Eq("customer", id), criteria.Eq("primary", true))
			require.Len(t, find(t, acme, customer.ContactPoints, storage.Query{Where: where}), 1)
		}
	})
}

// A absorbs B while C absorbs A: whoever comes first, one customer is left.
func TestMerge_SurvivorIsMergedAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		for range 10 {
			a, b, c := person(t, acme, "A"), person(t, acme, "B"), person(t, acme, "C")
			var wg sync.WaitGroup
			errs := make([]error, 2)
			for i, q := range []merge.Request{{Survivor: a.ID, Others: []uuid.UUID{b.ID}}, {Survivor: c.ID, Others: []uuid.UUID{a.ID}}} {
				wg.Go(func() {
					errs[i] = acme.Update(ctx, ann, func(tx *storage.Tx) error {
						_, err := merge.Merge(ctx, tx, q)
						return err
					})
				})
			}
			wg.Wait()
			require.NoError(t, errors.Join(errs...))
			ids, err := merge.Resolve(ctx, acme, a.ID, b.ID, c.ID)
			require.NoError(t, err)
			require.Equal(t, []uuid.UUID{c.ID, c.ID, c.ID}, ids)
		}
	})
}

// What is added to a customer in the moment of its merge is found by Sweep.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		a, b := person(t, acme, "A"), person(t, acme, "B")
		var wg sync.WaitGroup
		wg.Go(func() {
			for range 20 {
				err := acme.Update(ctx, ann, func(tx *storage.Tx) error {
					return customer.Orders.Put(ctx, tx, order(b.ID, 1, adapters.Now))
				})
				if errors.Is(err, storage.ErrInvalid) {
					return // b is merged
				}
			}
		})
		merged(t, acme, a.ID, b.ID)
		wg.Wait()
		strays, err := customer.Orders.Count(ctx, acme, storage.Query{Where: criteria.Eq("customer", b.ID)})
		require.NoError(t, err)
		all, err := customer.Orders.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error {
			n, err := merge.Sweep(ctx, tx, adapters.Now)
			require.Equal(t, strays, n)
			return err
		})
		n, err := customer.Orders.Count(ctx, acme, storage.Query{Where: criteria.Eq("customer", a.ID)})
		require.NoError(t, err)
		require.Equal(t, all, n)
	})
}

// What is added to a customer while it is merged moves with it, or is refused.
func TestMerge_RecordsComeAtTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		for range 5 {
			a, b := person(t, acme, "A"), person(t, acme, "B")
			var wg sync.WaitGroup
			failures := make([]error, 5)
			for w := range failures {
				wg.Go(func() {
					failures[w] = acme.Update(ctx, ann, func(tx *storage.Tx) error {
						if w == 2 {
							_, err := merge.Merge(ctx, tx, merge.Request{Survivor: a.ID, Others: []uuid.UUID{b.ID}})
							return err
						}
						return customer.Orders.Put(ctx, tx, order(b.ID, 1, adapters.Now))
					})
				})
			}
			wg.Wait()
			require.NoError(t, failures[2])
			for _, err := range failures {
				require.True(t, err == nil || errors.Is(err, storage.ErrInvalid), err)
			}
			require.Empty(t, find(t, acme, customer.Orders, storage.Query{Where: criteria.Eq("customer", b.ID)}))
		}
	})
}
