package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// withSetting returns a DSN whose connections have a setting of the server.
func withSetting(t testing.TB, dsn, setting string) string {
	t.Helper()
	if !strings.Contains(dsn, "://") {
		return dsn + " options='-c " + setting + "'"
	}
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	query := u.Query()
	query.Set("options", "-c "+setting)
	u.RawQuery = query.Encode()
	return u.String()
}

// refusal requires an error of the server with that code.
func refusal(t testing.TB, err error, code string) *postgres.Error {
	t.Helper()
	var refused *postgres.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
	return refused
}

// plain requires an error that no caller decides on.
func plain(t testing.TB, err error) {
	t.Helper()
	for _, kind := range []error{storage.ErrConflict, storage.ErrUnavailable, storage.ErrUncertain, storage.ErrDuplicate, storage.ErrNotFound} {
		require.NotErrorIs(t, err, kind)
	}
}

func TestErrors_MissingTable(t *testing.T) {
	t.Parallel()
	acme := storeOf(t, driverOf(t, emptyDB(t), postgres.Config{}), gadgets).Tenant("acme")
	_, err := gadgets.Get(t.Context(), acme, uuid.New())
	require.ErrorContains(t, err, "run Migrate with the kinds of the store first")
	require.Equal(t, "get gadget", refusal(t, err, "42P01").Op)
	plain(t, err)
	err = tryGadgets(t, acme, gadgetsOf(1)...)
	refusal(t, err, "42P01")
	plain(t, err)
	err = tryGadgets(t, acme, gadgetsOf(500)...)
	refusal(t, err, "42P01")
}

func TestErrors_MissingColumn(t *testing.T) {
	t.Parallel()
	pg := driverOf(t, emptyDB(t), postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), grownFirst()))
	later := grownLater()
	_, err := later.Get(t.Context(), storeOf(t, pg, later).Tenant("acme"), uuid.New())
	refusal(t, err, "42703")
	require.ErrorContains(t, err, "run Migrate")
}

func TestErrors_MissingRight(t *testing.T) {
	t.Parallel()
	role := newRole(t)
	dsn := pgtest.Database(t)
	require.NoError(t, driverOf(t, connect(t, dsn), postgres.Config{}).Migrate(t.Context(), gadgets))
	acme := storeOf(t, driverOf(t, connect(t, asRole(t, dsn, role)), postgres.Config{}), gadgets).Tenant("acme")
	_, err := gadgets.Get(t.Context(), acme, uuid.New())
	refusal(t, err, "42501")
	require.ErrorContains(t, err, "grant the role the right")
	plain(t, err)
}

func TestErrors_NobodyThere(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"host=/nowhere", "host=127.0.0.1 port=1 sslmode=disable"} {
		acme := storeOf(t, driverOf(t, connect(t, dsn), postgres.Config{}), gadgets).Tenant("acme")
		_, err := gadgets.Get(t.Context(), acme, uuid.New())
		require.ErrorIs(t, err, storage.ErrUnavailable)
		require.ErrorIs(t, tryGadgets(t, acme, gadgetsOf(1)...), storage.ErrUnavailable)
	}
}

// A held is a record that another transaction has locked.
type held struct {
	acme   *storage.Tenant
	record *gadget
	db     *sql.DB
	other  *sql.Tx
}

// hold locks a record for connections with a setting of their own.
func hold(t testing.TB, setting string) *held {
	t.Helper()
	h := newHost(t, postgres.Config{})
	record := gadgetsOf(1)[0]
	putGadgets(t, h.acme, record)
	other, joined := h.begin(t)
	locked := *record
	locked.Name = "locked"
	putGadgets(t, joined, &locked)
	db := connect(t, withSetting(t, pgtest.Shared(t), setting))
	return &held{storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant(h.acme.Name()), record, db, other}
}

func (h *held) change(ctx context.Context) error {
	return h.acme.Update(ctx, author, func(tx *storage.Tx) error {
		mine := *h.record
		mine.Size++
		return gadgets.Put(ctx, tx, &mine)
	})
}

func TestErrors_StatementTimeout(t *testing.T) {
	t.Parallel()
	h := hold(t, "statement_timeout=100ms")
	err := h.change(t.Context())
	refusal(t, err, "57014")
	require.ErrorIs(t, err, storage.ErrUnavailable)
	require.NotErrorIs(t, err, context.Canceled)
	require.NoError(t, h.other.Rollback())
	require.NoError(t, h.change(t.Context()))
}

func TestErrors_LockTimeout(t *testing.T) {
	t.Parallel()
	h := hold(t, "lock_timeout=10ms")
	tx, err := h.db.Begin()
	require.NoError(t, err)
	defer tx.Rollback()
	joined := h.acme.With(driverOf(t, h.db, postgres.Config{}).InTx(tx))
	mine := *h.record
	mine.Size++
	err = tryGadgets(t, joined, &mine)
	refusal(t, err, "55P03")
	require.ErrorIs(t, err, storage.ErrConflict)
	require.NoError(t, tx.Rollback())

	calls := 0
	require.NoError(t, h.acme.Update(t.Context(), author, func(tx *storage.Tx) error {
		if calls++; calls == 3 {
			require.NoError(t, h.other.Rollback())
		}
		mine := *h.record
		mine.Size++
		return gadgets.Put(t.Context(), tx, &mine)
	}), "tried again until the lock is to be had")
	require.Equal(t, 3, calls)
}

// A statement has failed on the server and the caller went on: then nothing is
// committed, and that is certain.
func TestErrors_CommitOfAFailedTransaction(t *testing.T) {
	t.Parallel()
	h := hold(t, "statement_timeout=100ms")
	err := h.acme.Update(t.Context(), author, func(tx *storage.Tx) error {
		mine := *h.record
		mine.Size++
		require.Error(t, gadgets.Put(t.Context(), tx, &mine))
		return nil
	})
	require.Error(t, err)
	require.NotErrorIs(t, err, storage.ErrUncertain)
	require.NoError(t, h.other.Rollback())
	require.Equal(t, h.record.Version, gadgetByID(t, h.acme, h.record.ID).Version)
}

// Two transactions take two records in opposite orders. The server ends one of
// them, Update calls it again, and both succeed.
func TestErrors_DeadlockIsResolved(t *testing.T) {
	t.Parallel()
	_, _, acme := workshop(t, postgres.Config{})
	pair := gadgetsOf(2)
	putGadgets(t, acme, pair...)
	db := connect(t, withSetting(t, pgtest.Shared(t), "deadlock_timeout=10ms"))
	tenant := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant(acme.Name())
	var met, all sync.WaitGroup
	met.Add(2)
	var calls [2]int
	var errs [2]error
	for i := range 2 {
		all.Go(func() {
			errs[i] = tenant.Update(context.Background(), author, func(tx *storage.Tx) error {
				calls[i]++
				if err := grow(tx, pair[i].ID); err != nil {
					return err
				}
				if calls[i] == 1 {
					met.Done()
					met.Wait()
				}
				return grow(tx, pair[1-i].ID)
			})
		})
	}
	all.Wait()
	require.NoError(t, errs[0])
	require.NoError(t, errs[1])
	require.GreaterOrEqual(t, calls[0]+calls[1], 3, "one of them was called again")
	for i, g := range pair {
		require.EqualValues(t, 2+i, gadgetByID(t, tenant, g.ID).Size, "each has grown twice")
	}
}

// grow adds one to the size of a record.
func grow(tx *storage.Tx, id uuid.UUID) error {
	g, err := gadgets.Get(context.Background(), tx, id)
	if err != nil {
		return err
	}
	g.Size++
	return gadgets.Put(context.Background(), tx, g)
}

// In the host's transaction a deadlock is returned.
func TestErrors_DeadlockInTheHostsTransaction(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	pair := gadgetsOf(2)
	putGadgets(t, h.acme, pair...)
	var joined [2]*storage.Tenant
	var txs [2]*sql.Tx
	for i := range 2 {
		txs[i], joined[i] = h.begin(t)
		_, err := txs[i].Exec("SET LOCAL deadlock_timeout = 10")
		require.NoError(t, err)
		require.NoError(t, joined[i].Update(t.Context(), author, func(tx *storage.Tx) error { return grow(tx, pair[i].ID) }))
	}
	errs := make(chan error, 2)
	calls := [2]int{}
	for i := range 2 {
		go func() {
			err := joined[i].Update(context.Background(), author, func(tx *storage.Tx) error {
				calls[i]++
				return grow(tx, pair[1-i].ID)
			})
			_ = txs[i].Rollback()
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	if first == nil {
		first, second = second, first
	}
	refusal(t, first, "40P01")
	require.ErrorIs(t, first, storage.ErrConflict)
	require.NoError(t, second)
	require.Equal(t, [2]int{1, 1}, calls)
}

// What waits on the server ends with its context, says so, and leaves no
// connection in use.
func TestErrors_ContextEndsDuringAStatement(t *testing.T) {
	t.Parallel()
	ops := map[string]func(ctx context.Context, acme *storage.Tenant) error{
		"get": func(ctx context.Context, acme *storage.Tenant) error {
			_, err := gadgets.Get(ctx, acme, uuid.New())
			if errors.Is(err, storage.ErrNotFound) {
				return nil
			}
			return err
		},
		"count": func(ctx context.Context, acme *storage.Tenant) error {
			_, err := gadgets.Count(ctx, acme, storage.Query{})
			return err
		},
		"view": func(ctx context.Context, acme *storage.Tenant) error {
			return acme.View(ctx, func(tx *storage.Tx) error { _, err := gadgets.Count(ctx, tx, storage.Query{}); return err })
		},
		"find": func(ctx context.Context, acme *storage.Tenant) error {
			for _, err := range gadgets.Find(ctx, acme, storage.Query{}) {
				return err
			}
			return nil
		},
		"insert": func(ctx context.Context, acme *storage.Tenant) error {
			return acme.Update(ctx, author, func(tx *storage.Tx) error { return gadgets.Put(ctx, tx, gadgetsOf(1)...) })
		},
		"copy": func(ctx context.Context, acme *storage.Tenant) error {
			return acme.Update(ctx, author, func(tx *storage.Tx) error { return gadgets.Put(ctx, tx, gadgetsOf(1000)...) })
		},
	}
	for name, op := range ops {
		for _, unprepared := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s unprepared=%v", name, unprepared), func(t *testing.T) {
				t.Parallel()
				db := emptyDB(t)
				pg := driverOf(t, db, postgres.Config{Unprepared: unprepared})
				require.NoError(t, pg.Migrate(t.Context(), gadgets))
				acme := storeOf(t, pg, gadgets).Tenant("acme")
				require.NoError(t, op(t.Context(), acme))
				endsWhileWaiting(t, db, func(ctx context.Context) error { return op(ctx, acme) })
			})
		}
	}
}

func endsWhileWaiting(t *testing.T, db *sql.DB, op func(ctx context.Context) error) {
	lock, err := db.Begin()
	require.NoError(t, err)
	defer lock.Rollback()
	_, err = lock.Exec("LOCK TABLE gadget IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- op(ctx) }()
	require.Eventually(t, func() bool {
		var n int
		err := db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
		return err == nil && n > 0
	}, 20*time.Second, time.Millisecond)
	cancel()
	err = <-done
	require.ErrorIs(t, err, context.Canceled)
	for _, kind := range []error{storage.ErrConflict, storage.ErrUncertain} {
		require.NotErrorIs(t, err, kind)
	}
	require.NoError(t, lock.Rollback())
	require.Zero(t, db.Stats().InUse)
	require.NoError(t, op(t.Context()), "the pool goes on")
}

// No connection is to be had before the deadline.
func TestErrors_DeadlineBeforeAConnection(t *testing.T) {
	t.Parallel()
	db := connect(t, pgtest.Shared(t))
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	acme := storeOf(t, driverOf(t, db, postgres.Config{}), gadgets).Tenant("acme")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = gadgets.Get(ctx, acme, uuid.New())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	err = acme.Update(ctx, author, func(tx *storage.Tx) error { return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
