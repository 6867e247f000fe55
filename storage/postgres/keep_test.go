package postgres_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A call names the gadget that it is about, which must exist.
type call struct {
	storage.Meta
	Gadget uuid.UUID
}

var calls = storage.Define[call]("call",
	storage.Ref("gadget", func(c *call) *uuid.UUID { return &c.Gadget }).To("gadget").Existing().Indexed(),
)

// switchboard returns a tenant with one gadget, in a database of the test's own.
func switchboard(t *testing.T) (*sql.DB, *storage.Tenant, *gadget) {
	t.Helper()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), gadgets, calls))
	acme, g := storeOf(t, pg, gadgets, calls).Tenant("acme"), &gadget{Name: "before"}
	require.NoError(t, acme.Update(t.Context(), author, func(tx *storage.Tx) error { return gadgets.Put(t.Context(), tx, g) }))
	return db, acme, g
}

// atOnce runs transactions one inside of the other: if one had to wait for
// another, it would wait until the context ends. Each is tried once.
func atOnce(ctx context.Context, t *testing.T, acme *storage.Tenant, fns ...func(context.Context, *storage.Tx) error) {
	t.Helper()
	tries := 0
	err := acme.Update(ctx, author, func(tx *storage.Tx) error {
		tries++
		if err := fns[0](ctx, tx); err != nil || len(fns) == 1 {
			return err
		}
		atOnce(ctx, t, acme, fns[1:]...)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, tries)
}

// Those who name one record, and one who changes it, do not wait for each
// other: many call about one customer at the same time.
func TestKeep_NobodyWaits(t *testing.T) {
	t.Parallel()
	_, acme, g := switchboard(t)
	name := func(ctx context.Context, tx *storage.Tx) error { return calls.Put(ctx, tx, &call{Gadget: g.ID}) }
	many := func(ctx context.Context, tx *storage.Tx) error {
		return calls.Put(ctx, tx, &call{Gadget: g.ID}, &call{Gadget: g.ID}, &call{Gadget: g.ID})
	}
	change := func(ctx context.Context, tx *storage.Tx) error {
		mine, err := gadgets.Get(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		mine.Size++
		return gadgets.Put(ctx, tx, mine)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	atOnce(ctx, t, acme, name, name, many, change)
	atOnce(ctx, t, acme, change, many, name)
	n, err := calls.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 9, n)
	got, err := gadgets.Get(t.Context(), acme, g.ID)
	require.NoError(t, err)
	require.EqualValues(t, 2, got.Size)
}

// Writers who name a record and then change it wait for each other, but not in
// a circle: none is turned away by the server.
func TestKeep_ThenChange(t *testing.T) {
	t.Parallel()
	_, acme, g := switchboard(t)
	const workers, each = 8, 10
	errs := make(chan error, workers)
	for range workers {
		go func() {
			var err error
			for n := 0; n < each && err == nil; n++ {
				err = acme.Update(t.Context(), author, func(tx *storage.Tx) error {
					if err := calls.Put(t.Context(), tx, &call{Gadget: g.ID}); err != nil {
						return err
					}
					mine, err := gadgets.Get(t.Context(), tx, g.ID)
					if err != nil {
						return err
					}
					mine.Size++
					return gadgets.Put(t.Context(), tx, mine)
				})
			}
			errs <- err
		}()
	}
	for range workers {
		require.NoError(t, <-errs)
	}
	got, err := gadgets.Get(t.Context(), acme, g.ID)
	require.NoError(t, err)
	require.EqualValues(t, workers*each, got.Size)
}

// A purge waits for those who have named the record, and then finds them.
func TestKeep_PurgeWaits(t *testing.T) {
	t.Parallel()
	db, acme, g := switchboard(t)
	purged := make(chan error, 1)
	err := acme.Update(t.Context(), author, func(tx *storage.Tx) error {
		if err := calls.Put(t.Context(), tx, &call{Gadget: g.ID}); err != nil {
			return err
		}
		go func() {
			purged <- acme.Update(t.Context(), author, func(tx *storage.Tx) error {
				mine := *g
				return gadgets.Purge(t.Context(), tx, &mine)
			})
		}()
		require.Eventually(t, func() bool {
			var n int
			err := db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
			return err == nil && n > 0
		}, 20*time.Second, time.Millisecond)
		return nil
	})
	require.NoError(t, err)
	require.ErrorIs(t, <-purged, storage.ErrInvalid)
}
