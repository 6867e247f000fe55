package tree_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var ann = storage.By("user:ann", "test")

func kinds() []storage.Described { return append(customer.Kinds(), tree.Kinds()...) }

// onEach runs a test on every adapter, in a store with the watch and in one without.
func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		t.Run("alone", func(t *testing.T) { test(t, acme) })
		t.Run("watched", func(t *testing.T) { test(t, watched(t, acme)) })
	})
}

// watched returns a tenant whose writes are checked.
func watched(t *testing.T, acme *storage.Tenant) *storage.Tenant {
	t.Helper()
	store, err := acme.Store().Watched(tree.Watch())
	require.NoError(t, err)
	return store.Tenant(uuid.NewString())
}

func update(t *testing.T, acme *storage.Tenant, fn func(tx *storage.Tx) error) {
	t.Helper()
	require.NoError(t, acme.Update(t.Context(), ann, fn))
}

// newCustomers puts customers without a parent, in the order of their ids.
func newCustomers(t *testing.T, acme *storage.Tenant, names ...string) []uuid.UUID {
	t.Helper()
	var list []*customer.Customer
	for _, name := range names {
		list = append(list, &customer.Customer{Type: customer.Organization, Name: name, Owner: uuid.New()})
	}
	update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, list...) })
	ids := make([]uuid.UUID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}

func setParent(ctx context.Context, acme *storage.Tenant, parent uuid.UUID, children ...uuid.UUID) error {
	return acme.Update(ctx, ann, func(tx *storage.Tx) error { return tree.SetParent(ctx, tx, parent, children...) })
}

// below returns the names of descendants with their levels.
func below(t *testing.T, acme *storage.Tenant, root uuid.UUID, depth int) map[string]int {
	t.Helper()
	found := map[string]int{}
	for n, err := range tree.Descendants(t.Context(), acme, root, depth) {
		require.NoError(t, err)
		found[n.Name] = n.Level
	}
	return found
}

func above(t *testing.T, acme *storage.Tenant, id uuid.UUID) (names []string) {
	t.Helper()
	list, err := tree.Ancestors(t.Context(), acme, id)
	require.NoError(t, err)
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

func TestCUS44_DealerStoreConsumer(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := newCustomers(t, acme, "D", "S1", "S2", "C1", "C2", "C3", "alone")
		d, s1, s2, c1, c2, c3 := ids[0], ids[1], ids[2], ids[3], ids[4], ids[5]
		require.NoError(t, setParent(t.Context(), acme, d, s1, s2))
		require.NoError(t, setParent(t.Context(), acme, s1, c1, c2))
		require.NoError(t, setParent(t.Context(), acme, s2, c3))

		all := map[string]int{"S1": 1, "S2": 1, "C1": 2, "C2": 2, "C3": 2}
		require.Equal(t, all, below(t, acme, d, 2))
		require.Equal(t, all, below(t, acme, d, 0))
		require.Equal(t, map[string]int{"S1": 1, "S2": 1}, below(t, acme, d, 1))
		require.Equal(t, []string{"S1", "D"}, above(t, acme, c1))
		require.Equal(t, []string{"S2", "D"}, above(t, acme, c3))

		for _, under := range []uuid.UUID{c1, s2, d} {
			err := setParent(t.Context(), acme, under, d)
			require.ErrorIs(t, err, tree.ErrCycle)
			var refused *tree.PlaceError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, d, refused.Customer)
			require.Equal(t, under, refused.Parent)
		}
		require.Equal(t, all, below(t, acme, d, 0), "nothing of a refused move happened")

		n, err := customer.Kind.Count(t.Context(), acme, storage.Query{Where: tree.Roots()})
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.NoError(t, setParent(t.Context(), acme, uuid.Nil, s1))
		require.Equal(t, []string{"S1"}, above(t, acme, c1))
	})
}

func TestCUS61_GroupRollUp(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		ids := newCustomers(t, acme, "G", "B1", "B2", "B1a", "other")
		require.NoError(t, setParent(ctx, acme, ids[0], ids[1], ids[2]))
		require.NoError(t, setParent(ctx, acme, ids[1], ids[3]))
		order := func(of int, amount int64, currency string) *customer.Order {
			return &customer.Order{Customer: ids[of], PlacedAt: adapters.Now, Total: customer.Money{Amount: decimal.NewFromInt(amount), Currency: currency}}
		}
		update(t, acme, func(tx *storage.Tx) error {
			return customer.Orders.Put(ctx, tx, order(0, 100, "CNY"), order(1, 200, "CNY"), order(1, -50, "CNY"), order(3, 30, "USD"), order(2, 7, "CNY"), order(4, 9999, "CNY"))
		})
		sums, err := tree.RollUp(ctx, acme, ids[0], tree.Figuring{})
		require.NoError(t, err)
		require.EqualValues(t, 4, sums.Total.Orders, "those of G, B1, B2 and what is below them")
		require.EqualValues(t, 1, sums.Total.Refunds)
		require.EqualValues(t, 4, sums.Total.Customers)
		require.Equal(t, "257 CNY", sums.Total.Amount("CNY").String())
		require.Equal(t, "30 USD", sums.Total.Amount("USD").String())
		require.Equal(t, "0 EUR", sums.Total.Amount("EUR").String())
		require.Equal(t, "100 CNY", sums.Own.Amount("CNY").String())
		require.Len(t, sums.Branches, 2)
		require.Equal(t, []string{"B1", "B2"}, []string{sums.Branches[0].Name, sums.Branches[1].Name})
		require.Equal(t, "150 CNY", sums.Branches[0].Amount("CNY").String())
		require.Equal(t, "30 USD", sums.Branches[0].Amount("USD").String())
		require.EqualValues(t, 2, sums.Branches[0].Customers)
		require.Equal(t, "7 CNY", sums.Branches[1].Amount("CNY").String())
		require.NotEqual(t, sums.Branches[0].Owner, sums.Branches[1].Owner)
		for _, b := range sums.Branches {
			c, err := customer.Kind.Get(ctx, acme, b.Customer)
			require.NoError(t, err)
			require.Equal(t, c.Owner, b.Owner)
		}

		seven := tree.Figuring{Convert: func(m customer.Money, at time.Time) (customer.Money, error) {
			require.Equal(t, adapters.Now, at)
			if m.Currency == "USD" {
				m = customer.Money{Amount: m.Amount.Mul(decimal.NewFromInt(7)), Currency: "CNY"}
			}
			return m, nil
		}}
		sums, err = tree.RollUp(ctx, acme, ids[0], seven)
		require.NoError(t, err)
		require.Equal(t, "467 CNY", sums.Total.Amount("CNY").String())
		require.Len(t, sums.Total.Amounts, 1)
		require.EqualValues(t, 4, sums.Total.Orders)
		_, err = tree.RollUp(ctx, acme, uuid.New(), seven)
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

// Two transactions that move A below B and B below A: never both.
func TestSetParent_NoCircleAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for range 10 {
			ids := newCustomers(t, acme, "A", "B")
			errs := make([]error, 2)
			var group sync.WaitGroup
			for i := range errs {
				group.Go(func() { errs[i] = setParent(t.Context(), acme, ids[1-i], ids[i]) })
			}
			group.Wait()
			if errs[0] != nil {
				slices.Reverse(errs)
			}
			require.NoError(t, errs[0])
			require.ErrorIs(t, errs[1], tree.ErrCycle)
		}
	})
}

// chain puts customers each below the one before.
func chain(t *testing.T, acme *storage.Tenant, n int) []uuid.UUID {
	t.Helper()
	list := make([]*customer.Customer, n)
	ids := make([]uuid.UUID, n)
	for i := range list {
		ids[i] = uuid.Must(uuid.NewV7())
		list[i] = &customer.Customer{Meta: storage.Meta{ID: ids[i]}, Type: customer.Organization, Name: "link"}
		if i > 0 {
			list[i].Parent = ids[i-1]
		}
	}
	update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, list...) })
	return ids
}

func TestSetParent_Depth(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		upper, lower := chain(t, acme, 20), chain(t, acme, 14)
		require.ErrorIs(t, setParent(ctx, acme, upper[19], lower[0]), tree.ErrDepth, "33 would stand above the last one")
		require.NoError(t, setParent(ctx, acme, upper[18], lower[0]), "32 stand above the last one")
		list, err := tree.Ancestors(ctx, acme, lower[13])
		require.NoError(t, err)
		require.Len(t, list, tree.MaxDepth)
		single := newCustomers(t, acme, "one more")
		require.ErrorIs(t, setParent(ctx, acme, lower[13], single...), tree.ErrDepth)
		require.NoError(t, setParent(ctx, acme, lower[12], single...))
	})
}

func TestSetParent_NotThere(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := newCustomers(t, acme, "A")
		require.ErrorIs(t, setParent(t.Context(), acme, ids[0], uuid.New()), storage.ErrNotFound)
		require.ErrorIs(t, setParent(t.Context(), acme, uuid.New(), ids[0]), storage.ErrInvalid)
		require.ErrorIs(t, setParent(t.Context(), acme, ids[0], ids[0]), tree.ErrCycle)
		_, err := tree.Ancestors(t.Context(), acme, uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

// With the watch, no write makes a circle: not among new records, not by Put, not
// by bringing a deleted record back.
func TestWatch_EveryWrite(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		acme, ctx := watched(t, acme), t.Context()
		a, b := uuid.New(), uuid.New()
		put := func(list ...*customer.Customer) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, list...) })
		}
		link := func(id, parent uuid.UUID) *customer.Customer {
			return &customer.Customer{Meta: storage.Meta{ID: id}, Type: customer.Organization, Name: "link", Parent: parent}
		}
		require.ErrorIs(t, put(link(a, b), link(b, a)), tree.ErrCycle)
		require.ErrorIs(t, put(link(a, a)), tree.ErrCycle)

		ids := chain(t, acme, 4) // X, A, B, C downwards
		top, err := customer.Kind.Get(ctx, acme, ids[0])
		require.NoError(t, err)
		top.Parent = ids[3]
		require.ErrorIs(t, put(top), tree.ErrCycle)
		mid, err := customer.Kind.Get(ctx, acme, ids[1])
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, mid) })
		require.NoError(t, setParent(ctx, acme, ids[3], ids[0]), "nothing is above C any more but B")
		require.ErrorIs(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Restore(ctx, tx, mid) }), tree.ErrCycle)
	})
}

// A caller who sees nothing of the tree cannot make a circle in it either, nor
// needs any right to its inner records.
func TestWatch_Guarded(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		acme, ctx := watched(t, acme), t.Context()
		ids := chain(t, acme, 3)
		only := acme.Guarded(seesOnly{ids[0], ids[2]})
		require.ErrorIs(t, setParent(ctx, only, ids[2], ids[0]), tree.ErrCycle)
		other := newCustomers(t, acme, "other")
		require.NoError(t, setParent(ctx, acme.Guarded(seesOnly(append(other, ids...))), other[0], ids[0]))
	})
}

// seesOnly shows some customers and nothing else.
type seesOnly []uuid.UUID

func (s seesOnly) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind != customer.Kind.Name() {
		return storage.Access{}, nil
	}
	return storage.Access{Where: criteria.In("id", s...)}, nil
}

func (s seesOnly) Write(_ context.Context, w storage.Attempt) error {
	if w.Kind != customer.Kind.Name() {
		return storage.ErrForbidden
	}
	return nil
}

func (seesOnly) Elevate(context.Context, string) error { return storage.ErrForbidden }

// A circle that was written past every check is found when it is read.
func TestRead_Circle(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		ids := chain(t, acme, 3)
		update(t, acme, func(tx *storage.Tx) error {
			c, err := customer.Kind.Get(ctx, tx, ids[0])
			if err != nil {
				return err
			}
			c.Parent = ids[2]
			return customer.Kind.Put(ctx, tx, c)
		})
		_, err := tree.Ancestors(ctx, acme, ids[1])
		require.ErrorIs(t, err, tree.ErrCycle)
		_, err = tree.RollUp(ctx, acme, ids[1], tree.Figuring{})
		require.ErrorIs(t, err, tree.ErrCycle)
		outside := newCustomers(t, acme, "outside")
		require.ErrorIs(t, setParent(ctx, acme, ids[0], outside...), tree.ErrCycle)
	})
}

// Any sequence of moves leaves what a map of parents leaves.
func TestSetParent_EqualsMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
		require.NoError(rt, err)
		acme := store.Tenant("acme")
		ids := newCustomers(t, acme, "0", "1", "2", "3", "4", "5")
		parents := map[uuid.UUID]uuid.UUID{}
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			to := rapid.SampledFrom(append([]uuid.UUID{uuid.Nil}, ids...)).Draw(rt, "to")
			some := rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, 3, rapid.ID).Draw(rt, "children")
			next := map[uuid.UUID]uuid.UUID{}
			for _, id := range ids {
				next[id] = parents[id]
				if slices.Contains(some, id) {
					next[id] = to
				}
			}
			err := setParent(t.Context(), acme, to, some...)
			if circular(next) {
				require.ErrorIs(rt, err, tree.ErrCycle)
				continue
			}
			require.NoError(rt, err)
			parents = next
		}
		for _, root := range ids {
			requireBelow(t, rt, acme, root, parents)
		}
	})
}

func circular(parents map[uuid.UUID]uuid.UUID) bool {
	for id := range parents {
		at := id
		for range parents {
			at = parents[at]
		}
		if at != uuid.Nil {
			return true
		}
	}
	return false
}

func requireBelow(t *testing.T, rt *rapid.T, acme *storage.Tenant, root uuid.UUID, parents map[uuid.UUID]uuid.UUID) {
	want := map[uuid.UUID]int{}
	for id := range parents {
		for at, level := parents[id], 1; at != uuid.Nil; at, level = parents[at], level+1 {
			if at == root {
				want[id] = level
			}
		}
	}
	got := map[uuid.UUID]int{}
	for n, err := range tree.Descendants(t.Context(), acme, root, 0) {
		require.NoError(rt, err)
		got[n.ID] = n.Level
	}
	require.Equal(rt, want, got)
}
