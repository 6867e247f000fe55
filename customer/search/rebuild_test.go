package search_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// unwatched runs a test on every adapter with a tenant whose writes go past the watch.
func unwatched(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, kinds(), test)
}

func people(t testing.TB, acme *storage.Tenant, n int) []*customer.Customer {
	t.Helper()
	list := make([]*customer.Customer, n)
	for i := range list {
		list[i] = &customer.Customer{Type: customer.Person, Name: fmt.Sprintf("曾小明%04d", i)}
	}
	put(t, acme, customer.Kind, list...)
	return list
}

func ready(t testing.TB, f search.Finder, acme *storage.Tenant) bool {
	t.Helper()
	ok, err := f.Ready(t.Context(), acme)
	require.NoError(t, err)
	return ok
}

// Rebuild makes the keys that a watch would have made, and is right again after
// anything that went past it.
func TestRebuild(t *testing.T) {
	unwatched(t, func(t *testing.T, acme *storage.Tenant) {
		list := people(t, acme, 1203)
		p := contact(t, acme, list[0], "ming@acme.com")
		require.Empty(t, hits(t, acme, "zxm0700", search.Options{}))
		require.False(t, ready(t, finder, acme))
		var told []int
		rebuild := func() {
			told = nil
			require.NoError(t, finder.Rebuild(t.Context(), acme, ann, func(n int) { told = append(told, n) }))
			require.True(t, ready(t, finder, acme))
		}
		rebuild()
		require.Equal(t, []int{500, 1000, 1203}, told)
		require.Len(t, hits(t, acme, "zxm0700", search.Options{}), 1)
		require.Len(t, hits(t, acme, "@acme", search.Options{}), 1)
		before := countKeys(t, acme)

		list[1].Name = "Bob"
		p.Customer = list[2].ID
		put(t, acme, customer.Kind, list[1])
		put(t, acme, customer.ContactPoints, p)
		gone := contact(t, acme, list[3], "gone@acme.com")
		rebuild()
		update(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			if err := customer.ContactPoints.Purge(ctx, tx, gone); err != nil {
				return err
			}
			return customer.Kind.Delete(ctx, tx, list[4])
		})
		require.Empty(t, hits(t, acme, "zxm0001", search.Options{}), "a key that fell behind finds nothing")
		require.Empty(t, hits(t, acme, "gone@", search.Options{}))
		rebuild()
		require.Len(t, hits(t, acme, "BOB", search.Options{}), 1)
		require.Equal(t, list[2].ID, hits(t, acme, "@acme", search.Options{})[0].Customer.ID)
		require.Len(t, hits(t, acme, "@acme", search.Options{}), 1)
		require.Less(t, countKeys(t, acme), before)
		after := countKeys(t, acme)
		rebuild()
		require.Equal(t, after, countKeys(t, acme))
	})
}

// Other forms are another version, which makes all keys again.
func TestRebuild_Version(t *testing.T) {
	unwatched(t, func(t *testing.T, acme *storage.Tenant) {
		people(t, acme, 3)
		require.NoError(t, finder.Rebuild(t.Context(), acme, ann, nil))
		loud := finder
		loud.Romanize = func(name string) []string { return []string{"loud" + strings.ToLower(name)} }
		loud.Version = "loud"
		require.False(t, ready(t, loud, acme))
		require.NoError(t, loud.Rebuild(t.Context(), acme, ann, nil))
		require.True(t, ready(t, loud, acme))
		require.False(t, ready(t, finder, acme))
		page, err := loud.Search(t.Context(), acme, "loud", search.Options{})
		require.NoError(t, err)
		require.Len(t, page.Hits, 3)
		require.Empty(t, hits(t, acme, "zxm", search.Options{}))
	})
}

// A rebuild that was stopped goes on where it stood.
func TestRebuild_GoesOn(t *testing.T) {
	unwatched(t, func(t *testing.T, acme *storage.Tenant) {
		people(t, acme, 1100)
		ctx, cancel := context.WithCancel(t.Context())
		err := finder.Rebuild(ctx, acme, ann, func(int) { cancel() })
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, ready(t, finder, acme))
		var told []int
		require.NoError(t, finder.Rebuild(t.Context(), acme, ann, func(n int) { told = append(told, n) }))
		require.Equal(t, []int{1000, 1100}, told)
		require.Len(t, hits(t, acme, "zxm0003", search.Options{}), 1)
	})
}

func TestRebuild_Refusals(t *testing.T) {
	unwatched(t, func(t *testing.T, acme *storage.Tenant) {
		require.ErrorIs(t, finder.Rebuild(t.Context(), acme.Guarded(guard{}), ann, nil), storage.ErrForbidden)
		require.ErrorIs(t, finder.Rebuild(t.Context(), acme, storage.Origin{}, nil), storage.ErrNoActor)
		require.NoError(t, finder.Rebuild(t.Context(), acme.Guarded(guard{elevates: true}), ann, nil))
		require.True(t, ready(t, finder, acme), "a tenant without customers")
	})
}

// Renames, deletions and purges at the same time as rebuilds leave the keys as
// the customers are in the end.
func TestRebuild_WhileOthersWrite(t *testing.T) {
	unwatched(t, func(t *testing.T, plain *storage.Tenant) {
		acme := watched(t, plain, finder)
		list := people(t, plain, 60) // without keys
		var group sync.WaitGroup
		do := func(fn func() error) {
			group.Go(func() {
				if err := fn(); err != nil {
					t.Error(err)
				}
			})
		}
		for range 2 {
			do(func() error { return finder.Rebuild(t.Context(), acme, ann, nil) })
		}
		for i, c := range list {
			do(func() error {
				return acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
					c, err := customer.Kind.Get(t.Context(), tx, c.ID)
					if err != nil {
						return err
					}
					switch i % 3 {
					case 0:
						c.Name = fmt.Sprintf("Bob %d", i)
						return customer.Kind.Put(t.Context(), tx, c)
					case 1:
						return customer.Kind.Purge(t.Context(), tx, c)
					}
					return nil
				})
			})
		}
		group.Wait()
		for i, c := range list {
			n, err := storage.Any(search.Kinds()[0]).Count(t.Context(), acme, storage.Query{Where: keysOf(c.ID)})
			require.NoError(t, err)
			_, err = customer.Kind.Get(t.Context(), acme, c.ID)
			require.Equal(t, i%3 == 1, errors.Is(err, storage.ErrNotFound))
			switch i % 3 {
			case 0:
				require.EqualValues(t, 3, n, "bob0, 0 and b0")
				require.Len(t, hits(t, acme, fmt.Sprintf("BOB%d", i), search.Options{Looks: []search.Look{search.Spelling}, Limit: 1}), 1)
			case 1:
				require.Zero(t, n)
			default:
				require.EqualValues(t, 3, n, "曾小明0002, zengxiaoming0002 and zxm0002")
			}
		}
	})
}
