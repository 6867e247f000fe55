package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var ann = storage.By("user:ann", "import")

// onJobs runs a test on every adapter with an importer of customers.
func onJobs(t *testing.T, test func(t *testing.T, im *intake.Importer)) {
	t.Helper()
	adapters.Each(t, append(customer.Kinds(), intake.Kinds()...), func(t *testing.T, acme *storage.Tenant) {
		book := &intake.Book{Source: "shop"}
		test(t, &intake.Importer{Tenant: acme, By: ann, Store: book.StoreCustomers, Options: intake.Options{MaxRejectedShare: 1}})
	})
}

// input opens a text of customers.
func input(t testing.TB, text string) intake.Input {
	t.Helper()
	file, err := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
	require.NoError(t, err)
	m, err := intake.Map(file.Header(), intake.CustomerTargets(intake.Format{}), nil)
	require.NoError(t, err)
	digest, err := intake.Digest(strings.NewReader(text))
	require.NoError(t, err)
	return intake.Input{Name: "people.csv", Digest: digest, Source: file, Mapping: m}
}

// imported runs a job over a text to its end.
func imported(t testing.TB, im *intake.Importer, text string) (*intake.Job, intake.Report) {
	t.Helper()
	in := input(t, text)
	job, err := im.Begin(t.Context(), in)
	require.NoError(t, err)
	report, err := im.Run(t.Context(), job.ID, in)
	require.NoError(t, err)
	job, err = intake.Jobs.Get(t.Context(), im.Tenant, job.ID)
	require.NoError(t, err)
	return job, report
}

// contents are the customers and contact points of a tenant without what writing
// them again changes.
func contents(t testing.TB, acme *storage.Tenant) []string {
	t.Helper()
	names := map[uuid.UUID]string{}
	var list []string
	for c, err := range customer.Kind.Find(t.Context(), acme, storage.Query{Deleted: storage.DeletedToo}) {
		require.NoError(t, err)
		names[c.ID] = c.ExternalID + c.Name
		c.Meta = storage.Meta{}
		list = append(list, fmt.Sprintf("%+v", *c))
	}
	for p, err := range customer.ContactPoints.Find(t.Context(), acme, storage.Query{Deleted: storage.DeletedToo}) {
		require.NoError(t, err)
		list = append(list, fmt.Sprint(names[p.Customer], p.Type, p.Value, p.Match, p.Primary))
	}
	slices.Sort(list)
	return list
}

// A file in GB18030 without a byte order mark: the run does what the dry run
// said, again changes nothing, and Undo restores the state before.
func TestDED15_DryRunRunAgainUndo(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		imported(t, im, "客户编号,姓名,手机,城市\nC1,王丽,13800138000,宁波\nC7,赵六,,\n")
		before := contents(t, im.Tenant)
		text, err := simplifiedchinese.GB18030.NewEncoder().String("客户编号,客户名称,手机,邮箱,城市\nC1,王丽,138-0013-8000/010-62345678,wl@example.cn,杭州\nC2,张三,1.38E+10,,\nC3,李四,12345,,\nC4,Ann 𠮷,,ann@example.cn,\n,匿名,,,\n")
		require.NoError(t, err)

		dry, err := im.DryRun(t.Context(), input(t, text))
		require.NoError(t, err)
		require.Equal(t, before, contents(t, im.Tenant), "a dry run writes nothing")
		job, report := imported(t, im, text)
		require.Equal(t, dry, report)
		require.Equal(t, [3]int64{5, 3, 2}, [3]int64{report.Read, report.Accepted, report.Rejected}, "%v", report)
		require.Equal(t, intake.JobDone, job.State)
		require.EqualValues(t, 6, job.Position)
		require.Equal(t, "user:ann", job.Actor)
		require.ErrorIs(t, report.Rejections[0], intake.ErrSpreadsheetNumber)
		require.Equal(t, adapters.Now, job.FinishedAt)

		after := contents(t, im.Tenant)
		numbered := strings.Replace(text, ",\xc4\xe4\xc3\xfb,,,\n", "", 1) // without the row that has no number
		require.NotEqual(t, text, numbered)
		again, _ := imported(t, im, numbered)
		require.Equal(t, after, contents(t, im.Tenant), "again changes nothing")

		for range 2 {
			undone, err := intake.Undo(t.Context(), im.Tenant, ann, again.ID)
			require.NoError(t, err)
			require.Zero(t, undone.Removed+undone.Restored+undone.Kept)
			undone, err = intake.Undo(t.Context(), im.Tenant, ann, job.ID)
			require.NoError(t, err)
			require.Equal(t, intake.JobUndone, undone.State)
			require.Equal(t, [3]int64{5, 1, 0}, [3]int64{undone.Removed, undone.Restored, undone.Kept}, "2 customers and 3 contact points; C1")
			require.Equal(t, before, contents(t, im.Tenant))
		}
		_, err = im.Run(t.Context(), job.ID, input(t, text))
		require.ErrorIs(t, err, intake.ErrJobState)
	})
}

// What others changed since is theirs.
func TestUndo_KeepsWhatOthersChanged(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		imported(t, im, "客户编号,姓名,城市,备注\nC1,王丽,宁波,old\nC5,钱七,宁波,\nC6,孙八,宁波,\n")
		job, _ := imported(t, im, "客户编号,姓名,城市,备注\nC1,王丽丽,杭州,new\nC2,张三,,\nC3,李四,,\nC4,周五,,\nC5,钱七,杭州,\nC6,孙八,杭州,\n")
		find := func(tx storage.Reader, number string) *customer.Customer {
			c, err := customer.Kind.First(t.Context(), tx, storage.Query{Where: criteria.Eq("external_id", number)})
			require.NoError(t, err)
			return c
		}
		bob := storage.By("user:bob", "edit")
		require.NoError(t, im.Tenant.Update(t.Context(), bob, func(tx *storage.Tx) error {
			c1, c2, c4 := find(tx, "C1"), find(tx, "C2"), find(tx, "C4")
			c1.City, c2.Notes = "上海", "mine"
			if err := customer.Kind.Put(t.Context(), tx, c1, c2); err != nil {
				return err
			}
			o := &customer.Order{Customer: c4.ID, PlacedAt: t0, Total: customer.Money{Currency: "CNY"}}
			if err := customer.Orders.Put(t.Context(), tx, o); err != nil {
				return err
			}
			return customer.Kind.Delete(t.Context(), tx, find(tx, "C5"))
		}))
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.Equal(t, [3]int64{1, 2, 4}, [3]int64{undone.Removed, undone.Restored, undone.Kept})
		c1 := find(im.Tenant, "C1")
		require.Equal(t, [3]string{"王丽", "上海", "old"}, [3]string{c1.Name, c1.City, c1.Notes})
		require.Equal(t, "mine", find(im.Tenant, "C2").Notes)
		require.Equal(t, "周五", find(im.Tenant, "C4").Name)
		require.Equal(t, "宁波", find(im.Tenant, "C6").City)
		reasons := map[uuid.UUID]string{}
		for w, err := range intake.Writes.Find(t.Context(), im.Tenant, storage.Query{Where: criteria.Eq("job", job.ID)}) {
			require.NoError(t, err)
			reasons[w.Record] = w.Kept
			if w.Record == c1.ID {
				require.JSONEq(t, `{"city": ["宁波", "杭州"]}`, strings.ReplaceAll(string(w.Values), `"city":[`, `"city": [`))
			}
		}
		require.Len(t, reasons, 4)
		require.Equal(t, "changed since by others: city", reasons[c1.ID])
		require.Contains(t, reasons[find(im.Tenant, "C2").ID], "changed since")
		require.Contains(t, reasons[find(im.Tenant, "C4").ID], "order")

		require.NoError(t, intake.Forget(t.Context(), im.Tenant, ann, job.ID))
		n, err := intake.Writes.Count(t.Context(), im.Tenant, storage.Query{Where: criteria.Eq("job", job.ID)})
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

// An old value that an erasure removed cannot come back.
func TestUndo_ErasedValues(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		imported(t, im, "客户编号,姓名,城市\nC1,王丽,宁波\n")
		job, _ := imported(t, im, "客户编号,姓名,城市\nC1,王丽,杭州\n")
		require.NoError(t, im.Tenant.Update(t.Context(), ann, func(tx *storage.Tx) error {
			w, err := intake.Writes.First(t.Context(), tx, storage.Query{Where: criteria.Eq("job", job.ID)})
			if err != nil {
				return err
			}
			w.Values = nil
			return intake.Writes.Put(t.Context(), tx, w)
		}))
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.EqualValues(t, 1, undone.Kept)
	})
}

// bulk is a file of n rows of which every seventh is bad and half have no number.
func bulk(n int) string {
	var b strings.Builder
	b.WriteString("客户编号,姓名,手机\n")
	for i := range n {
		number, phone := fmt.Sprintf("C%d", i), ""
		if i%2 == 0 {
			number = ""
		}
		if i%7 == 3 {
			phone = "1.38E+10"
		}
		fmt.Fprintf(&b, "%s,客户%d,%s\n", number, i, phone)
	}
	return b.String()
}

var errKilled = errors.New("killed")

// A job that is killed at every batch, before and behind its commit, ends as one that
// was not, with each row stored once, those without a number too.
func TestDED15_KilledAndResumed(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		im.Options.Batch = 5
		text := bulk(43)
		job, err := im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		store, stage, kills := im.Store, 0, 0
		var kill context.CancelFunc
		im.Store = func(ctx context.Context, w *intake.Writer, batch []intake.Record) ([]intake.Rejection, error) {
			rejected, err := store(ctx, w, batch)
			switch stage++; stage % 3 {
			case 0:
				kills++
				return rejected, errKilled // in the middle of a batch
			case 1:
				kills++
				kill() // the batch cannot be committed
			}
			return rejected, err
		}
		im.Options.Progress = func(intake.Counts) { // between two batches
			if stage++; stage%2 == 0 {
				kills++
				kill()
			}
		}
		var report intake.Report
		for range 200 {
			ctx, cancel := context.WithCancel(t.Context())
			kill = cancel
			report, err = im.Run(ctx, job.ID, input(t, text))
			cancel()
			if err == nil {
				break
			}
			require.True(t, errors.Is(err, errKilled) || errors.Is(err, context.Canceled), "%v", err)
		}
		require.NoError(t, err)
		require.Greater(t, kills, 10)
		require.Equal(t, [3]int64{43, 37, 6}, [3]int64{report.Read, report.Accepted, report.Rejected})
		require.EqualValues(t, 37, count(t, &intake.Book{Tenant: im.Tenant}, customer.Kind))
		names := map[string]bool{}
		for c, err := range customer.Kind.Find(t.Context(), im.Tenant, storage.Query{}) {
			require.NoError(t, err)
			require.False(t, names[c.Name], "%s is there twice", c.Name)
			names[c.Name] = true
		}
		again, err := im.Run(t.Context(), job.ID, input(t, text))
		require.NoError(t, err)
		require.Equal(t, report.Read, again.Read, "a job that is done is not run again")
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.EqualValues(t, 37, undone.Removed)
		require.Empty(t, contents(t, im.Tenant))
	})
}

// Two batches of a job that touch one record are undone as one change.
func TestUndo_RecordOfTwoBatches(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		im.Options.Batch = 1
		imported(t, im, "客户编号,姓名,城市\nC1,王丽,宁波\n")
		before := contents(t, im.Tenant)
		job, _ := imported(t, im, "客户编号,姓名,城市\nC1,王丽,杭州\nC2,张三,\nC1,王丽丽,上海\nC2,张三,北京\n")
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.Equal(t, [3]int64{1, 1, 0}, [3]int64{undone.Removed, undone.Restored, undone.Kept})
		require.Equal(t, before, contents(t, im.Tenant))
	})
}

// Too many rejected rows fail the job. What was stored stays, and the job goes on
// under a higher limit, or it is undone, at once if the host says so.
func TestDED14_JobFailsBeyondTheLimit(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		im.Options = intake.Options{Batch: 10}
		text := bulk(43)
		job, err := im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		_, err = im.Run(t.Context(), job.ID, input(t, text))
		var limit *intake.LimitError
		require.ErrorAs(t, err, &limit)
		require.Equal(t, intake.LimitError{Rejected: 6, Read: 43, Max: 2}, *limit)
		failed, err := intake.Jobs.Get(t.Context(), im.Tenant, job.ID)
		require.NoError(t, err)
		require.Equal(t, intake.JobFailed, failed.State)
		require.Contains(t, failed.Failure, "too many rows are rejected")
		require.EqualValues(t, 34, count(t, &intake.Book{Tenant: im.Tenant}, customer.Kind))
		require.Equal(t, failed.Read, failed.Accepted+failed.Rejected)

		im.Options.ShareAfter = 10
		early, err := im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		im.UndoFailed = true
		_, err = im.Run(t.Context(), early.ID, input(t, text))
		require.ErrorAs(t, err, &limit)
		require.EqualValues(t, 10, limit.Read, "before the first batch")
		early, err = intake.Jobs.Get(t.Context(), im.Tenant, early.ID)
		require.NoError(t, err)
		require.Equal(t, intake.JobUndone, early.State)

		im.Options = intake.Options{Batch: 10, MaxRejectedShare: 0.2}
		report, err := im.Run(t.Context(), job.ID, input(t, text))
		require.NoError(t, err)
		require.EqualValues(t, 37, report.Accepted)
		require.EqualValues(t, 37, count(t, &intake.Book{Tenant: im.Tenant}, customer.Kind))
	})
}

func TestImporter_Refusals(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		text := bulk(3)
		job, err := im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		_, err = im.Run(t.Context(), job.ID, input(t, bulk(4)))
		require.ErrorIs(t, err, intake.ErrOtherFile)
		_, err = im.Run(t.Context(), uuid.New(), input(t, text))
		require.ErrorIs(t, err, storage.ErrNotFound)
		require.ErrorIs(t, intake.Forget(t.Context(), im.Tenant, ann, job.ID), intake.ErrJobState)
		_, err = im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)

		// A second run that comes first: the batch of the other one is not stored.
		store, other := im.Store, *im
		im.Store = func(ctx context.Context, w *intake.Writer, batch []intake.Record) ([]intake.Rejection, error) {
			return store(ctx, w, batch)
		}
		im.Options.Check = func(rec intake.Record) error {
			if rec.Row == 2 {
				_, err := other.Run(t.Context(), job.ID, input(t, text))
				return err
			}
			return nil
		}
		_, err = im.Run(t.Context(), job.ID, input(t, text))
		require.ErrorIs(t, err, intake.ErrJobState)
		require.EqualValues(t, 3, count(t, &intake.Book{Tenant: im.Tenant}, customer.Kind))
	})
}

func TestImporter_NoActor(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		im.By = storage.Origin{}
		_, err := im.Begin(t.Context(), input(t, bulk(1)))
		require.ErrorIs(t, err, storage.ErrNoActor)
	})
}

// Records that Store removed come back, whatever it wrote them through.
func TestUndo_RemovedRecordsComeBack(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		imported(t, im, "客户编号,姓名,手机\nC1,王丽,13800138000\nC2,张三,13900139000\nC3,李四,\n")
		before := contents(t, im.Tenant)
		im.Store = func(ctx context.Context, w *intake.Writer, batch []intake.Record) ([]intake.Rejection, error) {
			for _, rec := range batch {
				c, err := customer.Kind.First(ctx, w.Tx(), storage.Query{Where: criteria.Eq("external_id", rec.Text("external_id"))})
				if err != nil {
					return nil, err
				}
				points, err := storage.Collect(customer.ContactPoints.Find(ctx, w.Tx(), storage.Query{Where: criteria.Eq("customer", c.ID)}))
				if err != nil {
					return nil, err
				}
				if err := customer.ContactPoints.Purge(ctx, w.Tx(), points...); err != nil {
					return nil, err
				}
				c.City = "杭州"
				if err := customer.Kind.Put(ctx, w.Tx(), c); err != nil {
					return nil, err
				}
				if err := customer.Kind.Delete(ctx, w.Tx(), c); err != nil {
					return nil, err
				}
			}
			return nil, nil
		}
		job, _ := imported(t, im, "客户编号,姓名\nC1,x\nC2,x\n")
		require.NotEqual(t, before, contents(t, im.Tenant))
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.Equal(t, [3]int64{0, 4, 0}, [3]int64{undone.Removed, undone.Restored, undone.Kept})
		require.Equal(t, before, contents(t, im.Tenant))
		live, err := customer.Kind.Count(t.Context(), im.Tenant, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 3, live)
	})
}

// Rows that the store refuses count towards the limit, and the job ends when it is
// passed; other errors end it at once, with nothing of the batch stored.
func TestDED14_RefusedRowsCountTowardsTheLimit(t *testing.T) {
	onJobs(t, func(t *testing.T, im *intake.Importer) {
		im.Options = intake.Options{Batch: 4, MaxRejected: 2, MaxRejectedShare: 1}
		long := strings.Repeat("长", 300)
		text := "客户编号,姓名,手机\nC1,王丽,\nC2," + long + ",13800138000\nC3,李四,1\nC4,孙七,\nC5," + long + ",\nC6,周八,\nC7,吴九,\n"
		job, err := im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		report, err := im.Run(t.Context(), job.ID, input(t, text))
		require.ErrorIs(t, err, intake.ErrTooManyRejected)
		require.Equal(t, [3]int64{7, 4, 3}, [3]int64{report.Read, report.Accepted, report.Rejected})
		require.Equal(t, "姓名", report.Rejections[1].Column)
		require.EqualValues(t, 0, count(t, &intake.Book{Tenant: im.Tenant}, customer.ContactPoints), "of a row that was refused")
		im.Options.MaxRejected = 3
		report, err = im.Run(t.Context(), job.ID, input(t, text))
		require.NoError(t, err)
		require.EqualValues(t, 4, report.Accepted)
		undone, err := intake.Undo(t.Context(), im.Tenant, ann, job.ID)
		require.NoError(t, err)
		require.EqualValues(t, 4, undone.Removed)
		require.Empty(t, contents(t, im.Tenant))

		calls := 0
		im.Store = func(context.Context, *intake.Writer, []intake.Record) ([]intake.Rejection, error) {
			calls++
			return nil, fmt.Errorf("%w: %w", storage.ErrForbidden, storage.ErrInvalid)
		}
		job, err = im.Begin(t.Context(), input(t, text))
		require.NoError(t, err)
		_, err = im.Run(t.Context(), job.ID, input(t, text))
		require.ErrorIs(t, err, storage.ErrForbidden)
		require.Equal(t, 1, calls)
	})
}
