package postgres_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

// How large the benchmarks are: 1,000,000 for the figures of docs/performance.md.
var speedRecords = flag.Int("records", 20_000, "records of the benchmarks")

// A client is a record like a customer: 9 fields, a unique number and 4 indexes.
type client struct {
	storage.Meta
	Number string
	Name   string
	Phone  string
	Email  string
	Owner  uuid.UUID
	Stage  string
	Tags   []string
	Points int64
	Seen   time.Time
}

func clientFields() []storage.Def[client] {
	return []storage.Def[client]{
		storage.Text("number", func(c *client) *string { return &c.Number }).Unique(),
		storage.Text("name", func(c *client) *string { return &c.Name }),
		storage.Text("phone", func(c *client) *string { return &c.Phone }).Indexed(),
		storage.Text("email", func(c *client) *string { return &c.Email }),
		storage.Ref("owner", func(c *client) *uuid.UUID { return &c.Owner }),
		storage.Text("stage", func(c *client) *string { return &c.Stage }),
		storage.Texts("tags", func(c *client) *[]string { return &c.Tags }).Indexed(),
		storage.Integer("points", func(c *client) *int64 { return &c.Points }),
		storage.Time("seen", func(c *client) *time.Time { return &c.Seen }).Indexed(),
	}
}

var (
	clients        = storage.Define[client]("client", clientFields()...).Index("owner", "stage").Untracked()
	trackedClients = storage.Define[client]("tracked_client", clientFields()...).Index("owner", "stage")
)

var speedOrigin = storage.By("system:benchmark", "measure")

// bench is a durable server of the benchmark's own with the tables made.
type bench struct {
	dsn   string
	db    *sql.DB
	pg    *postgres.DB
	store *storage.Store
	acme  *storage.Tenant
}

func newBench(b testing.TB) *bench {
	server := pgtest.Start(b, "max_wal_size=4GB")
	s := &bench{dsn: server.DSN()}
	var err error
	s.db, err = sql.Open("postgres", s.dsn)
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.db.Close() })
	s.db.SetMaxIdleConns(16)
	s.pg, err = postgres.New(s.db, postgres.Config{})
	require.NoError(b, err)
	require.NoError(b, s.pg.Migrate(b.Context(), clients, trackedClients))
	s.store, err = storage.New(s.pg, time.Now, clients, trackedClients)
	require.NoError(b, err)
	s.acme = s.store.Tenant("acme")
	return s
}

var stages = []string{"lead", "trial", "customer", "loyal", "lost"}

// makeClients makes records, the same for the same seed.
func makeClients(n int) []*client {
	r := rand.New(rand.NewPCG(1, 2))
	owners := make([]uuid.UUID, 200)
	for i := range owners {
		owners[i] = uuid.UUID{1, byte(i), 15: 7}
	}
	surnames, given := []rune("王李张刘陈杨黄赵吴周"), []rune("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂")
	list := make([]*client, n)
	for i := range list {
		tags := []string{fmt.Sprintf("tag%d", r.IntN(40))}
		if r.IntN(2) == 0 {
			tags = append(tags, fmt.Sprintf("tag%d", r.IntN(40)))
		}
		list[i] = &client{
			Number: fmt.Sprintf("C%09d", (int64(i)*7_368_787)%1_000_000_007),
			Name:   string([]rune{surnames[r.IntN(10)], given[r.IntN(len(given))], given[r.IntN(len(given))]}),
			Phone:  fmt.Sprintf("+861%010d", r.Int64N(1e10)), Email: fmt.Sprintf("user%d@example.com", i),
			Owner: owners[r.IntN(200)], Stage: stages[r.IntN(5)], Tags: tags, Points: r.Int64N(10000),
			Seen: time.Unix(1_700_000_000+r.Int64N(5e7), 0).UTC(),
		}
	}
	return list
}

const speedBatch = 10_000

// putAll stores records, a transaction a batch.
func (s *bench) putAll(b testing.TB, kind *storage.Kind[client], list []*client) {
	for part := range slices.Chunk(list, speedBatch) {
		err := s.acme.Update(b.Context(), speedOrigin, func(tx *storage.Tx) error { return kind.Put(b.Context(), tx, part...) })
		require.NoError(b, err)
	}
}

// upsertAll does what an import does: it looks for the records of a batch by
// their number and puts what it has found and what is new.
func (s *bench) upsertAll(b testing.TB, list []*client) {
	ctx := b.Context()
	for part := range slices.Chunk(list, speedBatch) {
		numbers := make([]string, len(part))
		for i, c := range part {
			numbers[i] = c.Number
		}
		err := s.acme.Update(ctx, speedOrigin, func(tx *storage.Tx) error {
			for old, err := range clients.Find(ctx, tx, storage.Query{Where: criteria.In("number", numbers...)}) {
				if err != nil {
					return err
				}
				old.Points++
				part = append(part, old)
			}
			return clients.Put(ctx, tx, part...)
		})
		require.NoError(b, err)
	}
}

// psql runs a command of psql.
func (s *bench) psql(b testing.TB, command string) {
	out, err := exec.Command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", s.dsn, "-c", command).CombinedOutput()
	require.NoError(b, err, string(out))
}

func (s *bench) truncate(b testing.TB) {
	_, err := s.db.ExecContext(b.Context(), `TRUNCATE public.client, public.tracked_client, public.change`)
	require.NoError(b, err)
	_, err = s.db.ExecContext(b.Context(), `CHECKPOINT`)
	require.NoError(b, err)
}

// BenchmarkBulkInsert compares inserts of many records with psql \copy of the
// same rows into the same table with the same indexes.
func BenchmarkBulkInsert(b *testing.B) {
	s := newBench(b)
	n := *speedRecords
	s.putAll(b, clients, makeClients(n))
	file := filepath.Join(b.TempDir(), "clients.csv")
	s.psql(b, `\copy (SELECT * FROM public.client ORDER BY id) TO '`+file+`' CSV`)
	rows := func(b *testing.B) { b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s") }
	each := func(name string, prepare func() []*client, run func(b *testing.B, list []*client)) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s.truncate(b)
				list := prepare()
				b.StartTimer()
				run(b, list)
			}
			rows(b)
		})
	}
	none := func() []*client { return nil }
	fresh := func() []*client { return makeClients(n) }
	copyIn := func(b *testing.B, _ []*client) { s.psql(b, `\copy public.client FROM '`+file+`' CSV`) }
	each("psql_copy", none, copyIn)
	each("insert", fresh, func(b *testing.B, list []*client) { s.putAll(b, clients, list) })
	each("upsert", fresh, func(b *testing.B, list []*client) { s.upsertAll(b, list) })
	each("insert_logged", fresh, func(b *testing.B, list []*client) { s.putAll(b, trackedClients, list) })
	each("psql_copy_again", none, copyIn)
}

// BenchmarkBulkUpdate compares Put of changed records with one raw UPDATE of
// the same columns.
func BenchmarkBulkUpdate(b *testing.B) {
	s := newBench(b)
	ctx := b.Context()
	n := min(*speedRecords, 100_000)
	s.putAll(b, clients, makeClients(n))
	vacuum := func(b *testing.B) {
		b.StopTimer()
		_, err := s.db.ExecContext(ctx, `VACUUM ANALYZE public.client`)
		require.NoError(b, err)
		_, err = s.db.ExecContext(ctx, `CHECKPOINT`)
		require.NoError(b, err)
		b.StartTimer()
	}
	load := func() []*client {
		list := make([]*client, 0, n)
		for c, err := range clients.Find(ctx, s.acme, storage.Query{}) {
			require.NoError(b, err)
			list = append(list, c)
		}
		return list
	}
	for _, round := range []string{"", "_again"} {
		b.Run("raw_update"+round, func(b *testing.B) {
			for range b.N {
				vacuum(b)
				b.StopTimer()
				list := load()
				ids, points, seen := make([]uuid.UUID, n), make([]int64, n), make([]string, n)
				for i, c := range list {
					ids[i], points[i], seen[i] = c.ID, c.Points+1, c.UpdatedAt.Add(time.Second).Format(time.RFC3339Nano)
				}
				b.StartTimer()
				_, err := s.db.ExecContext(ctx, `UPDATE public.client t SET version = t.version + 1, updated_at = u.at, points = u.points
					FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS u(id, points, at) WHERE t.tenant = 'acme' AND t.id = u.id`,
					pq.Array(ids), pq.Array(points), pq.Array(seen))
				require.NoError(b, err)
			}
		})
		b.Run("put"+round, func(b *testing.B) {
			for range b.N {
				vacuum(b)
				b.StopTimer()
				list := load()
				for _, c := range list {
					c.Points++
				}
				b.StartTimer()
				s.putAll(b, clients, list)
			}
		})
	}
}

// BenchmarkPointRead compares reads by id with a statement prepared by hand.
func BenchmarkPointRead(b *testing.B) {
	s := newBench(b)
	n := *speedRecords
	list := makeClients(n)
	s.putAll(b, clients, list)
	stmt, err := s.db.Prepare(`SELECT id, version, created_at, updated_at, deleted_at, number, name, phone, email, owner, stage, tags, points, seen, custom
		FROM public.client WHERE tenant = $1 AND id = $2`)
	require.NoError(b, err)
	at := func() uuid.UUID { return list[rand.IntN(n)].ID }
	for _, round := range []string{"", "_again"} {
		b.Run("by_hand"+round, func(b *testing.B) {
			parallel(b, func(ctx context.Context) error {
				c := new(client)
				var deleted, seen sql.NullTime
				var custom []byte
				err := stmt.QueryRowContext(ctx, "acme", at()).Scan(&c.ID, &c.Version, &c.CreatedAt, &c.UpdatedAt, &deleted,
					&c.Number, &c.Name, &c.Phone, &c.Email, &c.Owner, &c.Stage, pq.Array(&c.Tags), &c.Points, &seen, &custom)
				return err
			})
		})
		b.Run("get"+round, func(b *testing.B) {
			parallel(b, func(ctx context.Context) error {
				_, err := clients.Get(ctx, s.acme, at())
				return err
			})
		})
	}
}

// parallel runs b.N operations on 8 goroutines.
func parallel(b *testing.B, op func(ctx context.Context) error) {
	b.ReportAllocs()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				if err := op(b.Context()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// BenchmarkStream compares reading all records with a loop over rows.Scan.
func BenchmarkStream(b *testing.B) {
	s := newBench(b)
	n := *speedRecords
	s.putAll(b, clients, makeClients(n))
	_, err := s.db.Exec(`VACUUM ANALYZE public.client`)
	require.NoError(b, err)
	for _, round := range []string{"", "_again"} {
		b.Run("by_hand"+round, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				require.Equal(b, n, s.scanAll(b))
			}
		})
		b.Run("find"+round, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				got := 0
				for _, err := range clients.Find(b.Context(), s.acme, storage.Query{}) {
					require.NoError(b, err)
					got++
				}
				require.Equal(b, n, got)
			}
		})
	}
}

func (s *bench) scanAll(b testing.TB) int {
	rows, err := s.db.QueryContext(b.Context(), `SELECT id, version, created_at, updated_at, deleted_at, number, name, phone, email, owner, stage, tags, points, seen, custom
		FROM public.client WHERE tenant = $1 AND deleted_at IS NULL ORDER BY id`, "acme")
	require.NoError(b, err)
	defer rows.Close()
	n := 0
	for rows.Next() {
		c := new(client)
		var deleted, seen sql.NullTime
		var custom []byte
		require.NoError(b, rows.Scan(&c.ID, &c.Version, &c.CreatedAt, &c.UpdatedAt, &deleted,
			&c.Number, &c.Name, &c.Phone, &c.Email, &c.Owner, &c.Stage, pq.Array(&c.Tags), &c.Points, &seen, &custom))
		n++
	}
	require.NoError(b, rows.Err())
	return n
}

// BenchmarkPage compares the first page of an order with one in the middle.
func BenchmarkPage(b *testing.B) {
	s := newBench(b)
	n := *speedRecords
	s.putAll(b, clients, makeClients(n))
	_, err := s.db.Exec(`VACUUM ANALYZE public.client`)
	require.NoError(b, err)
	order := []storage.Order{{Field: "seen", Desc: true}}
	middle := storage.Query{Order: order, Limit: 50, After: s.cursorAt(b, order, n/2)}
	for _, q := range []struct {
		name  string
		query storage.Query
	}{{"first", storage.Query{Order: order, Limit: 50}}, {"middle", middle}, {"first_again", storage.Query{Order: order, Limit: 50}}, {"middle_again", middle}} {
		b.Run(q.name, func(b *testing.B) {
			for range b.N {
				page, err := clients.Page(b.Context(), s.acme, q.query)
				require.NoError(b, err)
				require.Len(b, page.Items, 50)
			}
		})
	}
}

// cursorAt returns the cursor behind the first n records of an order.
func (s *bench) cursorAt(b testing.TB, order []storage.Order, n int) storage.Cursor {
	page, err := clients.Page(b.Context(), s.acme, storage.Query{Order: order, Limit: n})
	require.NoError(b, err)
	return page.Next
}

// BenchmarkMixed lets 8 writers and 8 readers work at once, and reports the
// rates and the 99th percentiles. -benchtime 60s makes it a minute.
func BenchmarkMixed(b *testing.B) {
	s := newBench(b)
	n := *speedRecords
	list := makeClients(n)
	s.putAll(b, clients, list)
	s.db.SetMaxIdleConns(20)
	var done atomic.Int64
	writes, reads := make([][]time.Duration, 8), make([][]time.Duration, 8)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	b.ResetTimer()
	var wait sync.WaitGroup
	work := func(took *[]time.Duration, op func() error) {
		for done.Load() < int64(b.N) && ctx.Err() == nil {
			began := time.Now()
			if err := op(); err != nil {
				b.Error(err)
				stop()
				return
			}
			*took = append(*took, time.Since(began))
			done.Add(1)
		}
	}
	for i := range 8 {
		wait.Go(func() { work(&writes[i], func() error { return s.bump(ctx, list[rand.IntN(n)].ID) }) })
		wait.Go(func() {
			work(&reads[i], func() error { _, err := clients.Get(ctx, s.acme, list[rand.IntN(n)].ID); return err })
		})
	}
	wait.Wait()
	report(b, "write", writes)
	report(b, "read", reads)
}

// bump changes one record.
func (s *bench) bump(ctx context.Context, id uuid.UUID) error {
	return s.acme.Update(ctx, speedOrigin, func(tx *storage.Tx) error {
		c, err := clients.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		c.Points++
		return clients.Put(ctx, tx, c)
	})
}

// report reports the rate and the 99th percentile of some operations.
func report(b *testing.B, name string, took [][]time.Duration) {
	all := slices.Concat(took...)
	slices.Sort(all)
	if len(all) == 0 {
		return
	}
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), name+"s/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, name+"-p99-ms")
}
