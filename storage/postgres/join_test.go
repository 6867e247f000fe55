package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A host is a program that embeds the library: it has a table of its own.
type host struct {
	db    *sql.DB
	pg    *postgres.DB
	acme  *storage.Tenant // over a driver that begins its own transactions
	table string
}

func newHost(t testing.TB, config postgres.Config) *host {
	t.Helper()
	db, pg, acme := workshop(t, config)
	h := &host{db, pg, acme, `"host ` + uuid.NewString() + `"`}
	_, err := db.Exec("CREATE TABLE " + h.table + " (n integer)")
	require.NoError(t, err)
	return h
}

// begin begins a transaction of the host, which is rolled back at the end of
// the test if it is still there.
func (h *host) begin(t testing.TB, options ...*sql.TxOptions) (*sql.Tx, *storage.Tenant) {
	t.Helper()
	var o *sql.TxOptions
	if len(options) > 0 {
		o = options[0]
	}
	tx, err := h.db.BeginTx(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx, h.acme.With(h.pg.InTx(tx))
}

// write is a statement of the host's.
func (h *host) write(t testing.TB, tx *sql.Tx) {
	t.Helper()
	_, err := tx.Exec("INSERT INTO " + h.table + " VALUES (1)")
	require.NoError(t, err, "the host's transaction is to be usable")
}

func (h *host) rows(t testing.TB) (n int) {
	t.Helper()
	require.NoError(t, h.db.QueryRow("SELECT count(*) FROM "+h.table).Scan(&n))
	return n
}

func TestInTx_CommitAndRollbackTogether(t *testing.T) {
	t.Parallel()
	for _, commit := range []bool{true, false} {
		t.Run(fmt.Sprintf("commit=%v", commit), func(t *testing.T) {
			t.Parallel()
			h := newHost(t, postgres.Config{})
			tx, joined := h.begin(t)
			h.write(t, tx)
			putGadgets(t, joined, gadgetsOf(3)...)
			require.Equal(t, 3, countGadgets(t, joined), "seen inside")
			require.Zero(t, countGadgets(t, h.acme), "not seen outside before the commit")
			h.write(t, tx)
			want := 0
			if commit {
				require.NoError(t, tx.Commit())
				want = 1
			} else {
				require.NoError(t, tx.Rollback())
			}
			require.Equal(t, 2*want, h.rows(t))
			require.Equal(t, 3*want, countGadgets(t, h.acme))
			changes, err := h.acme.Log().Read(t.Context(), 0, 100)
			require.NoError(t, err)
			require.Len(t, changes, 3*want, "the change log goes with them")
		})
	}
}

func TestInTx_AfterItsEndIsAnError(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	tx, joined := h.begin(t)
	require.NoError(t, tx.Commit())
	require.Error(t, tryGadgets(t, joined, gadgetsOf(1)...))
	require.Zero(t, countGadgets(t, h.acme))
}

// What the library refuses is an error of the library alone.
func TestInTx_RefusalsLeaveTheTransactionUsable(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	taken := func(n int) func(testing.TB, *storage.Tenant, *gadget) error {
		return func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			list := gadgetsOf(n)
			list[n-1].Code = there.Code
			return tryGadgets(t, joined, list...)
		}
	}
	for name, c := range map[string]struct {
		do   func(t testing.TB, joined *storage.Tenant, there *gadget) error
		want error
	}{
		"insert 1":    {taken(1), storage.ErrDuplicate},
		"insert 50":   {taken(50), storage.ErrDuplicate},
		"insert 6000": {taken(6000), storage.ErrDuplicate},
		"insert an id that is there": {func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			return tryGadgets(t, joined, &gadget{Meta: storage.Meta{ID: there.ID}})
		}, storage.ErrDuplicate},
		"insert one key twice": {func(t testing.TB, joined *storage.Tenant, _ *gadget) error {
			return tryGadgets(t, joined, &gadget{Code: "twice"}, &gadget{Code: "twice"})
		}, storage.ErrDuplicate},
		"update to a key that is taken": {func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			return updateOther(t, joined, func(g *gadget) { g.Code = there.Code })
		}, storage.ErrDuplicate},
		"update of many to a key that is taken": {func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			list := gadgetsOf(20)
			putGadgets(t, joined, list...)
			for _, g := range list {
				g.Code = uuid.NewString()
			}
			list[10].Code = there.Code
			err := tryGadgets(t, joined, list...)
			require.NotEqual(t, list[0].Code, gadgetByID(t, joined, list[0].ID).Code, "all are replaced or none")
			return errors.Join(err, joined.Update(ctx, author, func(tx *storage.Tx) error { return gadgets.Purge(ctx, tx, list...) }))
		}, storage.ErrDuplicate},
		"restore": {func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			old := &gadget{Code: there.Code}
			return joined.Update(ctx, author, func(tx *storage.Tx) error {
				require.NoError(t, gadgets.Delete(ctx, tx, there))
				require.NoError(t, gadgets.Put(ctx, tx, old))
				err := gadgets.Restore(ctx, tx, there)
				require.NoError(t, gadgets.Purge(ctx, tx, old))
				require.NoError(t, gadgets.Restore(ctx, tx, there))
				require.ErrorIs(t, err, storage.ErrDuplicate)
				return err
			})
		}, storage.ErrDuplicate},
		"a stale version": {func(t testing.TB, joined *storage.Tenant, there *gadget) error {
			stale := *there
			stale.Version, stale.Size = 7, 99
			return tryGadgets(t, joined, &stale)
		}, storage.ErrConflict},
		"a record that is not there": {func(t testing.TB, joined *storage.Tenant, _ *gadget) error {
			return tryGadgets(t, joined, &gadget{Meta: storage.Meta{ID: uuid.New(), Version: 1}})
		}, storage.ErrNotFound},
	} {
		for _, config := range []postgres.Config{{}, {Savepoints: true}} {
			if config.Savepoints && name == "insert 6000" {
				continue // it takes long and does the same
			}
			t.Run(fmt.Sprintf("%s, savepoints=%v", name, config.Savepoints), func(t *testing.T) {
				t.Parallel()
				h := newHost(t, config)
				there := gadgetsOf(1)[0]
				putGadgets(t, h.acme, there)
				tx, joined := h.begin(t)
				require.ErrorIs(t, c.do(t, joined, there), c.want)
				h.write(t, tx)
				putGadgets(t, joined, &gadget{Name: "after"})
				require.NoError(t, tx.Commit())
				require.Equal(t, 1, h.rows(t))
				names := map[string]int{}
				for g, err := range gadgets.Find(ctx, h.acme, storage.Query{Deleted: storage.DeletedToo}) {
					require.NoError(t, err)
					names[g.Code]++
				}
				delete(names, "other")
				require.Equal(t, map[string]int{there.Code: 1, "": 1}, names, "nothing of what was refused")
			})
		}
	}
}

// updateOther changes a second record, which is taken away again.
func updateOther(t testing.TB, joined *storage.Tenant, change func(*gadget)) error {
	other := &gadget{Code: "other"}
	putGadgets(t, joined, other)
	changed := *other
	change(&changed)
	err := tryGadgets(t, joined, &changed)
	require.Equal(t, "other", gadgetByID(t, joined, other.ID).Code)
	return err
}

// Another connection has inserted the key and not committed yet.
func TestInTx_RacingDuplicate(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3} {
		for _, update := range []bool{false, true} {
			for _, commit := range []bool{false, true} {
				t.Run(fmt.Sprintf("records=%d update=%v commit=%v", n, update, commit), func(t *testing.T) {
					t.Parallel()
					raceForKey(t, n, update, commit)
				})
			}
		}
	}
}

func raceForKey(t *testing.T, n int, update, commit bool) {
	h := newHost(t, postgres.Config{})
	list := gadgetsOf(n)
	if update {
		putGadgets(t, h.acme, list...)
	}
	ahead, first := h.begin(t)
	putGadgets(t, first, &gadget{Code: "key"})
	tx, joined := h.begin(t)
	pid := pidOf(t, tx)
	list[n-1].Code = "key"
	done := make(chan error, 1)
	go func() { done <- tryGadgets(t, joined, list...) }()
	waits(t, h.db, pid)
	if commit {
		require.NoError(t, ahead.Commit())
		require.ErrorIs(t, <-done, storage.ErrDuplicate)
	} else {
		require.NoError(t, ahead.Rollback())
		require.NoError(t, <-done)
	}
	h.write(t, tx)
	require.NoError(t, tx.Commit())
	require.Equal(t, 1, h.rows(t))
	n, err := keyed(t, h.acme)
	require.NoError(t, err)
	require.Equal(t, 1, n, "the key is there once")
}

func keyed(t testing.TB, r storage.Reader) (int, error) {
	n, err := gadgets.Count(t.Context(), r, storage.Query{Where: criteria.Eq("code", "key")})
	return int(n), err
}

func TestInTx_SwapsOfUniqueKeys(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 3, 500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			h := newHost(t, postgres.Config{})
			list := gadgetsOf(n)
			putGadgets(t, h.acme, list...)
			tx, joined := h.begin(t)
			first := list[0].Code
			for i := range n - 1 {
				list[i].Code = list[i+1].Code
			}
			list[n-1].Code = first
			putGadgets(t, joined, list...)
			h.write(t, tx)
			require.NoError(t, tx.Commit())
			for _, g := range list {
				stored := gadgetByID(t, h.acme, g.ID)
				require.Equal(t, g.Code, stored.Code)
				require.True(t, stored.Live())
			}
		})
	}
}

// Inside a loop over Find the host uses its transaction, and so do other loops.
func TestInTx_ReadsInsideALoop(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	putGadgets(t, h.acme, gadgetsOf(2500)...)
	tx, joined := h.begin(t)
	again := h.acme.With(h.pg.InTx(tx))
	seen, inner := 0, 0
	for g, err := range gadgets.Find(t.Context(), joined, storage.Query{}) {
		require.NoError(t, err)
		if seen++; seen%500 != 1 {
			continue
		}
		h.write(t, tx)
		putGadgets(t, joined, gadgetsOf(1)...)
		require.Equal(t, g.Code, gadgetByID(t, joined, g.ID).Code)
		for _, reader := range []*storage.Tenant{joined, again} {
			for _, err := range gadgets.Find(t.Context(), reader, storage.Query{Where: criteria.Eq("code", g.Code)}) {
				require.NoError(t, err)
				inner++
			}
		}
	}
	require.Equal(t, []int{2500, 10}, []int{seen, inner})
	require.NoError(t, tx.Commit())
	require.Equal(t, 5, h.rows(t))
}

// A loop that is left early, by break or by the end of a context, leaves
// nothing behind that the next loop stumbles over.
func TestInTx_LoopsLeftEarly(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	putGadgets(t, h.acme, gadgetsOf(1500)...)
	tx, joined := h.begin(t)
	for range 3 {
		for _, err := range gadgets.Find(t.Context(), joined, storage.Query{}) {
			require.NoError(t, err)
			break
		}
		ctx, cancel := context.WithCancel(t.Context())
		var last error
		for _, err := range gadgets.Find(ctx, joined, storage.Query{}) {
			cancel()
			last = err
		}
		cancel()
		require.ErrorIs(t, last, context.Canceled)
	}
	h.write(t, tx)
	require.NoError(t, tx.Commit())
}

func TestInTx_AnUpdateThatFailsHalfway(t *testing.T) {
	t.Parallel()
	stop := errors.New("the host has changed its mind")
	for _, saves := range []bool{false, true} {
		t.Run(fmt.Sprintf("savepoints=%v", saves), func(t *testing.T) {
			t.Parallel()
			h := newHost(t, postgres.Config{Savepoints: saves})
			tx, joined := h.begin(t)
			putGadgets(t, joined, gadgetsOf(1)...)
			calls := 0
			err := joined.Update(t.Context(), author, func(tx *storage.Tx) error {
				calls++
				require.NoError(t, gadgets.Put(t.Context(), tx, gadgetsOf(10)...))
				inner := joined.Update(t.Context(), author, func(tx *storage.Tx) error {
					require.NoError(t, gadgets.Put(t.Context(), tx, gadgetsOf(100)...))
					return stop
				})
				require.ErrorIs(t, inner, stop)
				return errors.Join(stop, &storage.ConflictError{Kind: "gadget"})
			})
			require.ErrorIs(t, err, stop)
			require.Equal(t, 1, calls, "nothing is repeated in the host's transaction")
			putGadgets(t, joined, gadgetsOf(1)...)
			h.write(t, tx)
			require.NoError(t, tx.Commit())
			want := 2
			if !saves {
				want = 112 // what had been written stays, as InTx says
			}
			require.Equal(t, want, countGadgets(t, h.acme))
		})
	}
}

// Savepoints make even an error of the server one that the host can live with.
func TestInTx_SavepointAfterAServerError(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{Savepoints: true})
	tx, joined := h.begin(t)
	err := joined.Update(t.Context(), author, func(*storage.Tx) error {
		_, err := tx.Exec("SELECT 1/0")
		return err
	})
	require.ErrorContains(t, err, "division by zero")
	h.write(t, tx)
	require.NoError(t, tx.Commit())
}

// The joined driver never begins, commits or rolls back, and repeats nothing.
func TestInTx_StatementsOfAJoinedStore(t *testing.T) {
	t.Parallel()
	var seen tape
	h := newHost(t, postgres.Config{Hook: seen.hook})
	there := gadgetsOf(1)[0]
	putGadgets(t, h.acme, there)
	tx, joined := h.begin(t)
	seen.take()
	putGadgets(t, joined, gadgetsOf(1)...)
	putGadgets(t, joined, gadgetsOf(300)...)
	require.ErrorIs(t, tryGadgets(t, joined, &gadget{Code: there.Code}), storage.ErrDuplicate)
	require.Error(t, joined.Update(t.Context(), author, func(*storage.Tx) error { return errors.New("no") }))
	require.Equal(t, 302, countGadgets(t, joined))
	require.NoError(t, joined.View(t.Context(), func(tx *storage.Tx) error { countGadgets(t, tx); return nil }))
	for _, err := range gadgets.Find(t.Context(), joined, storage.Query{}) {
		require.NoError(t, err)
	}
	_, err := joined.Log().Read(t.Context(), 0, 10)
	require.NoError(t, err)
	list := seen.take()
	require.Greater(t, len(list), 10)
	for _, s := range list {
		require.False(t, ends(s), s.SQL)
		require.NotContains(t, s.SQL, "COPY", "a duplicate would end the transaction")
	}
	require.NoError(t, tx.Commit())
	require.Empty(t, seen.take(), "the host commits")
}

func TestInTx_AConflictIsNotRepeated(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	g := gadgetsOf(1)[0]
	putGadgets(t, h.acme, g)
	_, joined := h.begin(t)
	calls := 0
	err := joined.Update(t.Context(), author, func(tx *storage.Tx) error {
		calls++
		mine := *g
		mine.Version, mine.Size = int64(100+calls), int64(calls)
		return gadgets.Put(t.Context(), tx, &mine)
	})
	require.ErrorIs(t, err, storage.ErrConflict)
	require.Equal(t, 1, calls)
}

func TestInTx_RowSecurityBindsTheTenant(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{RowSecurity: true})
	tx, acme := h.begin(t)
	bound := func() (name string) {
		require.NoError(t, tx.QueryRow("SELECT current_setting('clientele.tenant', true)").Scan(&name))
		return name
	}
	other := acme.Store().Tenant("other " + acme.Name())
	for range 2 {
		for _, tenant := range []*storage.Tenant{acme, other} {
			putGadgets(t, tenant, gadgetsOf(1)...)
			require.Equal(t, tenant.Name(), bound())
		}
		countGadgets(t, acme)
		require.Equal(t, acme.Name(), bound(), "reads too")
	}
	require.NoError(t, tx.Commit())
	var after sql.NullString
	require.NoError(t, h.db.QueryRow("SELECT current_setting('clientele.tenant', true)").Scan(&after))
	require.Empty(t, after.String, "it does not outlive the transaction")
	require.Equal(t, 2, countGadgets(t, h.acme))
}

// The host's transaction has the only connection of the pool: nothing may wait
// for a second one, not even to prepare a statement.
func TestInTx_OnlyConnectionOfThePool(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	pg := driverOf(t, connect(t, dsn), postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	db := connect(t, dsn)
	db.SetMaxOpenConns(1)
	pg = driverOf(t, db, postgres.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	defer tx.Rollback()
	acme := storeOf(t, pg.InTx(tx), gadgets).Tenant("acme")
	for range 5 {
		g := gadgetsOf(1)[0]
		require.NoError(t, acme.Update(ctx, author, func(tx *storage.Tx) error { return gadgets.Put(ctx, tx, g) }))
		_, err := gadgets.Get(ctx, acme, g.ID)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}

// The host's transaction holds a lock on the table that would keep any other
// connection from preparing a statement.
func TestInTx_AfterTheHostHasLockedTheTable(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	require.NoError(t, pg.Migrate(t.Context(), gadgets))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	defer tx.Rollback()
	_, err = tx.ExecContext(ctx, "ALTER TABLE gadget ADD COLUMN hosts text")
	require.NoError(t, err)
	acme := storeOf(t, pg.InTx(tx), gadgets).Tenant("acme")
	for range 4 {
		require.NoError(t, acme.Update(ctx, author, func(tx *storage.Tx) error { return gadgets.Put(ctx, tx, gadgetsOf(1)...) }))
	}
	require.NoError(t, tx.Commit())
	require.Equal(t, 4, countGadgets(t, storeOf(t, pg, gadgets).Tenant("acme")))
}

// The tables may be made in the very transaction of the host.
func TestInTx_TablesOfTheSameTransaction(t *testing.T) {
	t.Parallel()
	db := emptyDB(t)
	pg := driverOf(t, db, postgres.Config{})
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	for _, step := range pg.Migrations(gadgets) {
		_, err := tx.Exec(step.SQL)
		require.NoError(t, err, step.Name)
	}
	acme := storeOf(t, pg.InTx(tx), gadgets).Tenant("acme")
	for i := range 4 {
		putGadgets(t, acme, gadgetsOf(1)...)
		require.Equal(t, i+1, countGadgets(t, acme))
	}
	require.NoError(t, tx.Rollback())
}

// At SERIALIZABLE the server ends the host's transaction when it must; that is
// a conflict, and is not repeated.
func TestInTx_SerializationFailure(t *testing.T) {
	t.Parallel()
	h := newHost(t, postgres.Config{})
	g := gadgetsOf(1)[0]
	putGadgets(t, h.acme, g)
	tx, joined := h.begin(t, &sql.TxOptions{Isolation: sql.LevelSerializable})
	mine := gadgetByID(t, joined, g.ID)
	g.Size++
	putGadgets(t, h.acme, g)
	calls := 0
	err := joined.Update(t.Context(), author, func(tx *storage.Tx) error {
		calls++
		mine.Size = 77
		return gadgets.Put(t.Context(), tx, mine)
	})
	require.ErrorIs(t, err, storage.ErrConflict)
	require.Equal(t, 1, calls)
	var failed *postgres.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "40001", failed.Code)
	_, err = tx.Exec("SELECT 1")
	require.Error(t, err, "the transaction is over")
	require.True(t, strings.HasPrefix(err.Error(), "pq:"))
}
