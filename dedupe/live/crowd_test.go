package live_test

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// A counting driver counts the entries that queries return.
type counting struct {
	storage.Driver
	entries *atomic.Int64
}

type countingTx struct {
	storage.Transaction
	entries *atomic.Int64
}

func (c counting) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	tx, err := c.Driver.Begin(ctx, tenant, mode)
	return countingTx{tx, c.entries}, err
}

func (c countingTx) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	list, err := c.Transaction.Find(ctx, p)
	if p.Schema.Name == "match_entry" {
		c.entries.Add(int64(len(list)))
	}
	return list, err
}

// A switchboard of 5,000 that came after Learn finds nobody, hides nobody, and does not
// make a check read them all.
func TestCrowdedKeyIsNotReadInFull(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	drivers := map[string]func(t *testing.T) storage.Driver{
		"memory": func(*testing.T) storage.Driver { return memory.New() },
		"postgres": func(t *testing.T) storage.Driver {
			db, err := sql.Open("postgres", pgtest.Database(t))
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			driver, err := postgres.New(db, postgres.Config{})
			require.NoError(t, err)
			require.NoError(t, driver.Migrate(t.Context(), kinds()...))
			return driver
		},
	}
	for name, driver := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read := &atomic.Int64{}
			store, err := storage.New(counting{driver(t), read}, func() time.Time { return adapters.Now }, kinds()...)
			require.NoError(t, err)
			c := &live.Checker{Mode: live.Off}
			acme := watched(t, store.Tenant("acme"), c)
			w := &town{random: rand.New(rand.NewPCG(3, 3))}
			fill := func(n int, switchboard string) (rows []row) {
				for i := range n {
					phone, mail := w.contacts()
					if switchboard != "" {
						phone = switchboard
					}
					if switchboard != "" && i != 4_321 {
						mail = ""
					}
					rows = append(rows, w.row(t, w.one(), phone, mail))
				}
				put(t, t.Context(), acme, rows)
				return rows
			}
			const board = "13712345678"
			fill(300, "")
			require.NoError(t, c.Learn(t.Context(), acme, job, 0))
			require.NoError(t, c.Rebuild(t.Context(), acme, job, nil))
			rows := fill(5_000, board)

			known := rows[4_321]
			asked := &review.Subject{Customer: person("某某"), Contacts: known.points}
			read.Store(0)
			list, err := c.Candidates(t.Context(), acme, asked)
			require.NoError(t, err)
			require.Len(t, list, 1, "by its mail address")
			require.Equal(t, known.ID, list[0].Customer)
			require.Less(t, read.Load(), int64(1_000))

			asked.Contacts = w.row(t, w.one(), board, "").points
			list, err = c.Candidates(t.Context(), acme, asked)
			require.NoError(t, err)
			require.Empty(t, list)

			read.Store(0)
			ctx := live.Use(t.Context(), live.Block)
			_, err = add(ctx, acme, ann, person("某某"), known.points[0].Value, known.points[1].Value)
			require.Equal(t, known.ID, refused(t, err)[0].Customer)
			require.Less(t, read.Load(), int64(2_000))
		})
	}
}
