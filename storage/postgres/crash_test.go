package postgres_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
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

// soak reports whether the long forms of the tests are wanted.
func soak() bool { return os.Getenv("CLIENTELE_SOAK") == "1" }

// times returns how often to repeat something.
func times(quick, long int) int {
	if soak() {
		return long
	}
	return quick
}

// A grain is one record of a batch; every transaction of these tests writes one batch.
type grain struct {
	storage.Meta
	Batch   int64 // that made it
	Touched int64 // the batch that changed or deleted it; 0: none
	Payload string
}

var grains = storage.Define[grain]("crash_grain",
	storage.Integer("batch", func(g *grain) *int64 { return &g.Batch }).Indexed(),
	storage.Integer("touched", func(g *grain) *int64 { return &g.Touched }),
	storage.Text("payload", func(g *grain) *string { return &g.Payload }),
)

// A manifest says what a batch did, in the same transaction.
type manifest struct {
	storage.Meta
	Batch                             int64
	Of                                int64 // the earlier batch whose grains it changed; 0: none
	Created, Updated, Deleted, Purged int64
}

var manifests = storage.Define[manifest]("crash_manifest",
	storage.Integer("batch", func(m *manifest) *int64 { return &m.Batch }),
	storage.Integer("of", func(m *manifest) *int64 { return &m.Of }),
	storage.Integer("created", func(m *manifest) *int64 { return &m.Created }),
	storage.Integer("updated", func(m *manifest) *int64 { return &m.Updated }),
	storage.Integer("deleted", func(m *manifest) *int64 { return &m.Deleted }),
	storage.Integer("purged", func(m *manifest) *int64 { return &m.Purged }),
)

// A tally counts the changes that a consumer of the log has seen.
type tally struct {
	storage.Meta
	Seen int64
}

var tallies = storage.Define[tally]("crash_tally",
	storage.Integer("seen", func(t *tally) *int64 { return &t.Seen }),
).Untracked().Fixed()

var crashKinds = []storage.Described{grains, manifests, tallies}

// crashStore opens a store with the kinds of these tests; its tables must be there.
func crashStore(t testing.TB, db *sql.DB) *storage.Store {
	t.Helper()
	pg, err := postgres.New(db, postgres.Config{})
	require.NoError(t, err)
	store, err := storage.New(pg, time.Now, crashKinds...)
	require.NoError(t, err)
	return store
}

func crashTables(t testing.TB, db *sql.DB) {
	t.Helper()
	pg, err := postgres.New(db, postgres.Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), crashKinds...))
}

// A batchWriter writes batches of one tenant, whose numbers nobody else uses.
type batchWriter struct {
	tenant *storage.Tenant
	worker int64
	sizes  []int // of the batches, in turn
	serial int64
	last   []*grain // of the last batch, if it is known to be stored
}

var batchOrigin = storage.By("system:crash", "write a batch")

// write writes the next batch: new grains, and of those of the last batch some
// are changed, some deleted, some removed for good.
func (w *batchWriter) write(ctx context.Context) (batch int64, err error) {
	w.serial++
	batch = w.worker<<32 | w.serial
	var made []*grain
	err = w.tenant.Update(ctx, batchOrigin, func(tx *storage.Tx) error {
		made = newGrains(batch, w.sizes[w.serial%int64(len(w.sizes))])
		return w.fill(ctx, tx, batch, made)
	})
	w.last = nil
	if err == nil {
		w.last = made
	}
	return batch, err
}

func (w *batchWriter) fill(ctx context.Context, tx *storage.Tx, batch int64, made []*grain) error {
	m := &manifest{Batch: batch, Created: int64(len(made))}
	var changed, deleted, purged []*grain
	if n := len(w.last); n > 0 {
		changed, deleted, purged = w.last[:n/4], w.last[n/4:n/4+n/20], w.last[n/4+n/20:n/4+n/20+n/50]
		m.Of, m.Updated, m.Deleted, m.Purged = w.last[0].Batch, int64(len(changed)), int64(len(deleted)), int64(len(purged))
	}
	for _, g := range changed {
		g.Touched = batch
	}
	if err := grains.Put(ctx, tx, append(made, changed...)...); err != nil {
		return err
	}
	if err := grains.Delete(ctx, tx, deleted...); err != nil {
		return err
	}
	if err := grains.Purge(ctx, tx, purged...); err != nil {
		return err
	}
	return manifests.Put(ctx, tx, m)
}

func newGrains(batch int64, n int) []*grain {
	list := make([]*grain, n)
	for i := range list {
		list[i] = &grain{Batch: batch, Payload: fmt.Sprintf("%d of %d\t\\N", i, batch)}
	}
	return list
}

// consume counts the next changes, each exactly once.
func consume(ctx context.Context, acme *storage.Tenant, id uuid.UUID) (int, error) {
	return acme.Log().Consume(ctx, "tally", 500, storage.By("system:tally", "count"), func(tx *storage.Tx, list []*storage.Change) error {
		c, err := tallies.Get(ctx, tx, id)
		if errors.Is(err, storage.ErrNotFound) {
			c, err = &tally{Meta: storage.Meta{ID: id}}, nil
		}
		if err != nil {
			return err
		}
		c.Seen += int64(len(list))
		return tallies.Put(ctx, tx, c)
	})
}

var tallyID = uuid.MustParse("018f0000-0000-7000-8000-00000000aaaa")

// A work is what the log says that one transaction did.
type work struct{ created, updated, deleted, purged int64 }

// checkBatches holds everything of a tenant against everything else: the log
// against itself, the manifests and the grains. It returns the batches that are
// stored, all of them as a whole.
func checkBatches(t testing.TB, db *sql.DB, acme *storage.Tenant) map[int64]bool {
	t.Helper()
	ctx := t.Context()
	stored := map[uuid.UUID]*manifest{}
	for m, err := range manifests.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		stored[m.ID] = m
	}
	works, of, last := readWorks(t, acme)
	require.Len(t, works, len(stored), "each transaction in the log has one manifest, and each manifest is in the log")
	batches, purged, deleted := map[int64]bool{}, map[int64]int64{}, map[int64]int64{}
	for id, m := range stored {
		w := works[of[id]]
		require.NotNil(t, w, "the log has the manifest of batch %d", m.Batch)
		require.Equal(t, work{m.Created, m.Updated, m.Deleted, m.Purged}, *w, "the log of batch %d is whole", m.Batch)
		require.False(t, batches[m.Batch], "batch %d is stored once", m.Batch)
		batches[m.Batch] = true
		purged[m.Of] += m.Purged
		deleted[m.Of] += m.Deleted
	}
	for _, m := range stored {
		var present, dead, touched int64
		require.NoError(t, db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE batch = $2), count(*) FILTER (WHERE batch = $2 AND deleted_at IS NOT NULL),
			count(*) FILTER (WHERE touched = $2) FROM crash_grain WHERE tenant = $1 AND (batch = $2 OR touched = $2)`, acme.Name(), m.Batch).Scan(&present, &dead, &touched))
		require.Equal(t, m.Created-purged[m.Batch], present, "batch %d is whole", m.Batch)
		require.Equal(t, deleted[m.Batch], dead, "the deletions in batch %d are whole", m.Batch)
		require.Equal(t, m.Updated, touched, "the changes by batch %d are whole", m.Batch)
	}
	checkNothingElse(t, db, acme.Name(), batches)
	checkTally(t, db, acme, last)
	return batches
}

// readWorks reads the log, which must be gapless and verify, by transactions.
// of tells the transaction of each manifest.
func readWorks(t testing.TB, acme *storage.Tenant) (works map[uuid.UUID]*work, of map[uuid.UUID]uuid.UUID, last int64) {
	t.Helper()
	works, of = map[uuid.UUID]*work{}, map[uuid.UUID]uuid.UUID{}
	for c, err := range acme.Log().All(t.Context(), 0) {
		require.NoError(t, err)
		require.Equal(t, last+1, c.Position, "the log has no gap")
		last = c.Position
		w := works[c.Tx]
		if w == nil {
			w = &work{}
			works[c.Tx] = w
		}
		if c.Kind == manifests.Name() {
			require.Equal(t, storage.OpCreate, c.Op)
			of[c.Record] = c.Tx
			continue
		}
		*map[string]*int64{storage.OpCreate: &w.created, storage.OpUpdate: &w.updated, storage.OpDelete: &w.deleted, storage.OpPurge: &w.purged}[c.Op]++
	}
	verdict, err := acme.Log().Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdict.OK(), "the log verifies: %s", verdict.Reason)
	require.Equal(t, last, verdict.Checked)
	return works, of, last
}

// checkNothingElse looks for grains of batches that are not there, and for
// records whose version is not the number of their changes.
func checkNothingElse(t testing.TB, db *sql.DB, tenant string, batches map[int64]bool) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT batch FROM crash_grain WHERE tenant = $1 UNION SELECT touched FROM crash_grain WHERE tenant = $1 AND touched <> 0", tenant)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var batch int64
		require.NoError(t, rows.Scan(&batch))
		require.True(t, batches[batch], "batch %d has grains but no manifest", batch)
	}
	require.NoError(t, rows.Err())
	var wrong int64
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM crash_grain AS g
		LEFT JOIN (SELECT record, count(*) AS n, max(record_version) AS top FROM change WHERE tenant = $1 GROUP BY record) AS c ON c.record = g.id
		WHERE g.tenant = $1 AND (g.version IS DISTINCT FROM c.n OR g.version IS DISTINCT FROM c.top)`, tenant).Scan(&wrong))
	require.Zero(t, wrong, "records whose version is not the number of their changes")
}

// checkTally consumes the rest of the log: each change was counted once.
func checkTally(t testing.TB, db *sql.DB, acme *storage.Tenant, last int64) {
	t.Helper()
	if last == 0 {
		return
	}
	at, err := acme.Log().Position(t.Context(), "tally")
	require.NoError(t, err)
	var seen int64
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT coalesce(sum(seen), 0) FROM crash_tally WHERE tenant = $1", acme.Name()).Scan(&seen))
	require.Equal(t, at, seen, "the consumer counted each change once")
	for n := 1; n > 0; {
		n, err = consume(t.Context(), acme, tallyID)
		require.NoError(t, err)
	}
	c, err := tallies.Get(t.Context(), acme, tallyID)
	require.NoError(t, err)
	require.Equal(t, last, c.Seen)
}

// A crashPlan tells the child process what to do.
type crashPlan struct {
	DSN     string
	Tenants []string
}

const crashVariable = "CLIENTELE_CRASH_CHILD"

// TestCrashChild is the process that TestSTO01_KilledWriter kills. By itself it does nothing.
func TestCrashChild(t *testing.T) {
	text := os.Getenv(crashVariable)
	if text == "" {
		t.Skip("a part of TestSTO01_KilledWriter, which runs it in a process of its own")
	}
	var plan crashPlan
	require.NoError(t, json.Unmarshal([]byte(text), &plan))
	go func() { // the parent's death
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	db, err := sql.Open("postgres", plan.DSN)
	require.NoError(t, err)
	db.SetMaxIdleConns(8)
	store := crashStore(t, db)
	var wait sync.WaitGroup
	var printing sync.Mutex
	for i, name := range plan.Tenants {
		acme := store.Tenant(name)
		for n := range 2 {
			w := &batchWriter{tenant: acme, worker: int64(2*i + n + 1), sizes: [][]int{{1, 1000}, {1000, 150, 20}}[n]}
			wait.Go(func() {
				for {
					batch, err := w.write(t.Context())
					printing.Lock()
					fmt.Println("wrote", name, batch, err)
					printing.Unlock()
				}
			})
		}
		wait.Go(func() {
			for {
				if _, err := consume(t.Context(), acme, tallyID); err != nil {
					printing.Lock()
					fmt.Println("consume:", err)
					printing.Unlock()
				}
			}
		})
	}
	wait.Wait()
}

// TestSTO01_KilledWriter kills a process that writes with SIGKILL at random moments:
// each transaction is there as a whole or not at all, whatever it was doing.
func TestSTO01_KilledWriter(t *testing.T) {
	postgres.WithoutDetector(t)
	t.Parallel()
	server := pgtest.Start(t)
	db, err := sql.Open("postgres", server.DSN())
	require.NoError(t, err)
	defer db.Close()
	crashTables(t, db)
	store := crashStore(t, db)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	batches, unreported := 0, 0
	for round := range times(15, 200) {
		plan := crashPlan{DSN: fmt.Sprintf("%s application_name=crash_%d", server.DSN(), round)}
		for i := range 2 {
			plan.Tenants = append(plan.Tenants, fmt.Sprintf("round %d, %d", round, i))
		}
		wrote := killWriter(t, plan, random.IntN(6), time.Duration(random.IntN(60))*time.Millisecond)
		awaitNobody(t, db, fmt.Sprintf("crash_%d", round))
		for _, name := range plan.Tenants {
			found := checkBatches(t, db, store.Tenant(name))
			for batch := range wrote[name] {
				require.True(t, found[batch], "batch %d of %s was committed and is gone", batch, name)
			}
			batches += len(found)
			unreported += len(found) - len(wrote[name])
		}
	}
	require.Positive(t, batches)
	require.Zero(t, db.Stats().InUse)
	t.Logf("%d batches, of which %d were stored but not reported any more", batches, unreported)
}

// killWriter starts a child, waits until it has written some batches, and kills
// it a moment later. It returns the batches that the child has reported.
func killWriter(t *testing.T, plan crashPlan, reports int, moment time.Duration) map[string]map[int64]bool {
	t.Helper()
	text, err := json.Marshal(plan)
	require.NoError(t, err)
	path, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), path, "-test.run=^TestCrashChild$", "-test.timeout=2m")
	child.Env = append(os.Environ(), crashVariable+"="+string(text))
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	wrote := map[string]map[int64]bool{}
	for _, name := range plan.Tenants {
		wrote[name] = map[int64]bool{}
	}
	kill := func() { _ = child.Process.Kill() }
	if reports == 0 {
		time.AfterFunc(5*moment, kill)
	}
	lines := bufio.NewScanner(out)
	n := 0
	for lines.Scan() {
		line := lines.Text()
		name, batch, failed, ok := parseReport(line)
		require.True(t, ok, "the child says %q", line)
		require.Equal(t, "<nil>", failed, "the child's error")
		wrote[name][batch] = true
		if n++; n == reports {
			time.AfterFunc(moment, kill)
		}
	}
	require.Error(t, child.Wait(), "the child was killed")
	return wrote
}

func parseReport(line string) (name string, batch int64, failed string, ok bool) {
	rest, ok := strings.CutPrefix(line, "wrote round ")
	if !ok {
		return "", 0, "", false
	}
	var round, tenant int
	n, _ := fmt.Sscanf(rest, "%d, %d %d %s", &round, &tenant, &batch, &failed)
	return fmt.Sprintf("round %d, %d", round, tenant), batch, failed, n == 4
}

// awaitNobody waits until the server has noticed that a client is gone.
func awaitNobody(t testing.TB, db *sql.DB, application string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = $1", application).Scan(&n)
		return err == nil && n == 0
	}, time.Minute, 2*time.Millisecond, "the sessions of the killed process end")
}

// outcomes are what writers have seen of their batches.
type outcomes struct {
	mu                         sync.Mutex
	committed, failed, unknown map[int64]bool
}

func (o *outcomes) add(t testing.TB, batch int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case err == nil:
		o.committed[batch] = true
	case errors.Is(err, storage.ErrUncertain):
		o.unknown[batch] = true
	default:
		o.failed[batch] = true
		if !typed(err) {
			t.Errorf("batch %d: an error that nobody can act on: %T %v", batch, err, err)
		}
	}
}

func (o *outcomes) count() int { o.mu.Lock(); defer o.mu.Unlock(); return len(o.committed) }

// typed reports whether an error is one that a caller can decide on after a fault.
func typed(err error) bool {
	for _, target := range []error{storage.ErrUnavailable, storage.ErrUncertain, storage.ErrConflict, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// TestSTO01_KilledServer kills the server under writers, several times: what
// they saw committed is there, what they saw fail is not, and the rest is whole
// or not there.
func TestSTO01_KilledServer(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	db, err := sql.Open("postgres", server.DSN())
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxIdleConns(8)
	crashTables(t, db)
	acme := crashStore(t, db).Tenant("acme")
	seen := &outcomes{committed: map[int64]bool{}, failed: map[int64]bool{}, unknown: map[int64]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for worker := range 4 {
		w := &batchWriter{tenant: acme, worker: int64(worker + 1), sizes: []int{240, 60, 1}}
		wait.Go(func() {
			for ctx.Err() == nil {
				batch, err := w.write(ctx)
				seen.add(t, batch, err)
				if err != nil {
					pauseAfter(ctx)
				}
			}
		})
	}
	for range times(4, 40) {
		before := seen.count()
		require.Eventually(t, func() bool { return seen.count() >= before+3 }, time.Minute, time.Millisecond, "the writers recover")
		server.Kill()
		server.Restart()
	}
	before := seen.count()
	require.Eventually(t, func() bool { return seen.count() >= before+3 }, time.Minute, time.Millisecond, "the writers recover")
	stop()
	wait.Wait()
	require.Zero(t, db.Stats().InUse)
	found := checkBatches(t, db, acme)
	for batch := range seen.committed {
		require.True(t, found[batch], "batch %d was committed and is gone", batch)
	}
	for batch := range seen.failed {
		require.False(t, found[batch], "batch %d had failed and is there", batch)
	}
	require.NotEmpty(t, seen.failed, "the writers have met the server's death")
	t.Logf("%d batches committed, %d failed, %d uncertain", len(seen.committed), len(seen.failed), len(seen.unknown))
}

// pauseAfter keeps a worker from asking a dead server without a pause.
func pauseAfter(ctx context.Context) {
	select {
	case <-time.After(5 * time.Millisecond):
	case <-ctx.Done():
	}
}
