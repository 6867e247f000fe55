package intake_test

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A killPlan is what the process that is killed has to do.
type killPlan struct {
	DSN  string
	Job  uuid.UUID
	Rows int
}

const killVariable = "CLIENTELE_IMPORT_CHILD"

// killImporter returns an importer of small batches over a database.
func killImporter(t *testing.T, db *sql.DB) *intake.Importer {
	driver, err := postgres.New(db, postgres.Config{})
	require.NoError(t, err)
	kinds := append(customer.Kinds(), intake.Kinds()...)
	require.NoError(t, driver.Migrate(t.Context(), kinds...))
	store, err := storage.New(driver, time.Now, kinds...)
	require.NoError(t, err)
	book := &intake.Book{Source: "shop"}
	return &intake.Importer{
		Tenant: store.Tenant("acme"), By: ann, Store: book.StoreCustomers,
		Options: intake.Options{Batch: 7, MaxRejectedShare: 1, Progress: func(c intake.Counts) { fmt.Println("stored", c.Read) }},
	}
}

// TestImportChild is the process that TestDED15_ProcessKilled kills. By itself it
// does nothing.
func TestImportChild(t *testing.T) {
	text := os.Getenv(killVariable)
	if text == "" {
		t.Skip("a part of TestDED15_ProcessKilled, which runs it in a process of its own")
	}
	var plan killPlan
	require.NoError(t, json.Unmarshal([]byte(text), &plan))
	go func() { // the parent's death
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(3)
	}()
	db, err := sql.Open("postgres", plan.DSN)
	require.NoError(t, err)
	_, err = killImporter(t, db).Run(t.Context(), plan.Job, input(t, bulk(plan.Rows)))
	require.NoError(t, err)
	os.Exit(0) // without the checks of TestMain: the reader of the standard input is still there
}

// DED-15 and the issue of resuming: an import in a process of its own that is
// killed with SIGKILL again and again, wherever it is, ends with every row stored
// exactly once, rows without a number too.
func TestDED15_ProcessKilled(t *testing.T) {
	t.Parallel()
	const rows = 600
	plan := killPlan{DSN: pgtest.Database(t), Rows: rows}
	db, err := sql.Open("postgres", plan.DSN)
	require.NoError(t, err)
	defer db.Close()
	im := killImporter(t, db)
	im.Options.Progress = nil
	job, err := im.Begin(t.Context(), input(t, bulk(rows)))
	require.NoError(t, err)
	plan.Job = job.ID
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	kills := 0
	for !killedOnce(t, plan, random) {
		kills++
		job, err = intake.Jobs.Get(t.Context(), im.Tenant, job.ID)
		require.NoError(t, err)
		if job.State == intake.JobDone {
			break // it was killed behind its last batch
		}
		require.Equal(t, intake.JobRunning, job.State)
	}
	t.Logf("killed %d times", kills)
	require.Positive(t, kills)
	report, err := im.Run(t.Context(), job.ID, input(t, bulk(rows)))
	require.NoError(t, err)
	rejected := 0
	for i := range rows {
		if i%7 == 3 {
			rejected++
		}
	}
	require.Equal(t, [3]int64{rows, rows - int64(rejected), int64(rejected)}, [3]int64{report.Read, report.Accepted, report.Rejected})
	names := map[string]bool{}
	for c, err := range customer.Kind.Find(t.Context(), im.Tenant, storage.Query{}) {
		require.NoError(t, err)
		require.False(t, names[c.Name], "%s is there twice", c.Name)
		names[c.Name] = true
	}
	require.Len(t, names, rows-rejected)
	verdict, err := im.Tenant.Log().Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdict.OK(), "%+v", verdict)
}

// killedOnce starts the process and kills it after some batches; it reports whether
// the process came to the end before.
func killedOnce(t *testing.T, plan killPlan, random *rand.Rand) (ended bool) {
	text, err := json.Marshal(plan)
	require.NoError(t, err)
	child := exec.Command(os.Args[0], "-test.run", "^TestImportChild$")
	child.Env = append(os.Environ(), killVariable+"="+string(text))
	in, err := child.StdinPipe()
	require.NoError(t, err)
	defer in.Close()
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	batches := 1 + random.IntN(12)
	for lines := bufio.NewScanner(out); batches > 0 && lines.Scan(); batches-- {
	}
	if batches > 0 { // it has ended by itself
		require.NoError(t, child.Wait())
		return true
	}
	for range random.IntN(20_000_000) { // somewhere in the next batch
	}
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
	return false
}
