package postgres_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A ticket has two unique keys besides its id.
type ticket struct {
	storage.Meta
	Code   string
	Desk   string
	Number int64
}

var tickets = storage.Define[ticket]("copy_ticket",
	storage.Text("code", func(k *ticket) *string { return &k.Code }).Unique(),
	storage.Text("desk", func(k *ticket) *string { return &k.Desk }),
	storage.Integer("number", func(k *ticket) *int64 { return &k.Number }),
).Unique("desk", "number")

func manyTickets(n int) []*ticket {
	list := make([]*ticket, n)
	for i := range list {
		list[i] = &ticket{Code: fmt.Sprintf("c%06d", i), Desk: "a", Number: int64(i)}
	}
	return list
}

// However many records go in at once, by COPY or without: a duplicate names
// the record that has the key, nothing of the call is written, and the
// transaction goes on.
func TestInsert_DuplicatesAmongMany(t *testing.T) {
	postgres.WithoutDetector(t)
	t.Parallel()
	db := open(t)
	for _, config := range []postgres.Config{{}, {WithoutCopy: true}} {
		pg := driverOf(t, db, config)
		require.NoError(t, pg.Migrate(t.Context(), tickets))
		for _, n := range []int{1, 50, 300, 6000} {
			t.Run(fmt.Sprintf("%v/%d", config.WithoutCopy, n), func(t *testing.T) {
				t.Parallel()
				acme := storeOf(t, pg, tickets).Tenant(uuid.NewString())
				taken := &ticket{Code: "taken", Desk: "taken", Number: 1}
				require.NoError(t, put(t, acme, taken))
				for key, spoil := range map[string]func(*ticket){
					"code": func(k *ticket) { k.Code = "taken" },
					"desk": func(k *ticket) { k.Desk, k.Number = "taken", 1 },
					"id":   func(k *ticket) { k.ID = taken.ID },
				} {
					insertWithDuplicate(t, acme, n, key, spoil, taken.ID)
				}
			})
		}
	}
}

func put(t *testing.T, acme *storage.Tenant, list ...*ticket) error {
	return acme.Update(t.Context(), storage.By("user:ann", "put"), func(tx *storage.Tx) error {
		return tickets.Put(t.Context(), tx, list...)
	})
}

func insertWithDuplicate(t *testing.T, acme *storage.Tenant, n int, key string, spoil func(*ticket), existing uuid.UUID) {
	before, err := tickets.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	list := manyTickets(n)
	spoil(list[n/2])
	attempts := 0
	err = acme.Update(t.Context(), storage.By("user:ann", "put"), func(tx *storage.Tx) error {
		attempts++
		var duplicate *storage.DuplicateError
		require.ErrorAs(t, tickets.Put(t.Context(), tx, list...), &duplicate)
		require.Equal(t, key, duplicate.Key[0])
		require.Equal(t, existing, duplicate.Existing)
		return tickets.Put(t.Context(), tx, &ticket{Code: "after " + key, Desk: "after " + key})
	})
	require.NoError(t, err)
	require.Equal(t, 1, attempts)
	after, err := tickets.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	require.Equal(t, before+1, after)
}

// A first import of a kind with several unique keys goes into a table that the
// server has no statistics of, where it would plan a look-up of each key badly:
// looking them up took minutes here.
func TestInsert_WithoutStatistics(t *testing.T) {
	postgres.WithoutDetector(t)
	t.Parallel()
	acme := storeOf(t, driverOf(t, open(t), postgres.Config{}), tickets).Tenant(uuid.NewString())
	require.NoError(t, driverOf(t, open(t), postgres.Config{}).Migrate(t.Context(), tickets))
	list := manyTickets(30_000)
	require.NoError(t, acme.Update(t.Context(), storage.By("user:ann", "import"), func(tx *storage.Tx) error {
		for len(list) > 0 {
			if err := tickets.Put(t.Context(), tx, list[:1000]...); err != nil {
				return err
			}
			list = list[1000:]
		}
		return nil
	}))
	n, err := tickets.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	require.EqualValues(t, 30_000, n)
}

// Once an import has filled a table, the server has statistics of it, and they
// are not made again before the table has grown tenfold.
func TestInsert_RefreshesStatistics(t *testing.T) {
	t.Parallel()
	db := connect(t, pgtest.Database(t))
	var analyzed atomic.Int64
	hook := func(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
		if s.Name == "analyze copy_ticket" {
			analyzed.Add(1)
		}
		return ctx, func(error) {}
	}
	pg := driverOf(t, db, postgres.Config{Hook: hook})
	require.NoError(t, pg.Migrate(t.Context(), tickets))
	acme := storeOf(t, pg, tickets).Tenant("acme")
	list := manyTickets(4000)
	require.NoError(t, put(t, acme, list[:2000]...))
	require.EqualValues(t, 1, analyzed.Load())
	var known int
	require.NoError(t, db.QueryRow("SELECT reltuples FROM pg_catalog.pg_class WHERE oid = 'public.copy_ticket'::regclass").Scan(&known))
	require.Equal(t, 2000, known)
	require.NoError(t, put(t, acme, list[2000:]...))
	require.EqualValues(t, 1, analyzed.Load())
}
