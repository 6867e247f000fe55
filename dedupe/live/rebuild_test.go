package live_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// versions are those of all entries.
func versions(t testing.TB, acme *storage.Tenant) map[uuid.UUID]int64 {
	t.Helper()
	list := map[uuid.UUID]int64{}
	for e, err := range storage.Any(entries).Find(t.Context(), acme, storage.Query{}) {
		require.NoError(t, err)
		list[storage.MetaOf(e).ID] = storage.MetaOf(e).Version
	}
	return list
}

// Two who rebuild at once, and somebody who adds, changes and deletes customers
// meanwhile: each customer has the entry that it should, once.
func TestRebuild_TwoAtOnceBesideWriters(t *testing.T) {
	c := &live.Checker{Mode: live.Flag}
	adapters.Each(t, kinds(), func(t *testing.T, bare *storage.Tenant) {
		rows, _ := plant(t, 1_200, 0)
		put(t, t.Context(), bare, rows)
		acme := watched(t, bare, c)
		require.NoError(t, c.Learn(t.Context(), acme, job, 0))
		errs := make(chan error, 3)
		for range 2 {
			go func() { errs <- c.Rebuild(t.Context(), acme, job, nil) }()
		}
		go func() { errs <- disturb(t, acme, rows) }()
		for range 3 {
			require.NoError(t, <-errs)
		}
		live, err := customer.Kind.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 1_200, live)
		require.EqualValues(t, live, count(t, acme, entries))
		require.EqualValues(t, 1, count(t, acme, kindNamed("match_profile")))
		require.EqualValues(t, 0, count(t, acme, kindNamed("match_hold")))
		before := versions(t, acme)
		require.NoError(t, c.Rebuild(t.Context(), acme, job, nil))
		require.Equal(t, before, versions(t, acme), "nothing was left to be done")
	})
}

// disturb adds, changes and deletes as many customers.
func disturb(t *testing.T, acme *storage.Tenant, rows []row) error {
	ctx := t.Context()
	for i := range 20 {
		if _, err := add(ctx, acme, ann, person("新人"), rows[i].points[0].Value); err != nil {
			return err
		}
		err := acme.Update(ctx, bob, func(tx *storage.Tx) error {
			changed, err := customer.Kind.Get(ctx, tx, rows[i*50+100].ID)
			if err != nil {
				return err
			}
			changed.Name = "改名"
			if err := customer.Kind.Put(ctx, tx, changed); err != nil {
				return err
			}
			gone, err := customer.Kind.Get(ctx, tx, rows[len(rows)-1-i*30].ID)
			if err != nil {
				return err
			}
			return customer.Kind.Delete(ctx, tx, gone)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
