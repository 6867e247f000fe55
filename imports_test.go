package clientele_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// An office is a tenant of a database that Open made with all options.
type office struct {
	*testing.T
	*clientele.Desk
	book *intake.Book
}

// drivers are our own adapters, empty.
var drivers = map[string]func(t *testing.T) storage.Driver{
	"memory": func(*testing.T) storage.Driver { return memory.New() },
	"postgres": func(t *testing.T) storage.Driver {
		db, err := sql.Open("postgres", pgtest.Database(t))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		driver, err := postgres.New(db, postgres.Config{})
		require.NoError(t, err)
		require.NoError(t, driver.Migrate(t.Context(), clientele.Kinds()...))
		return driver
	},
}

// onOffices runs a test on every adapter with all that the library wires.
func onOffices(t *testing.T, test func(o *office), opts ...clientele.Option) {
	t.Helper()
	t.Parallel()
	for name, driver := range drivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			finder := search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version}
			all := append([]clientele.Option{
				clientele.WithClock(func() time.Time { return t0 }), clientele.WithLifecycle(lifecycle.Standard()),
				clientele.WithSearch(finder), clientele.WithDuplicates(&live.Checker{}),
			}, opts...)
			db, err := clientele.Open(driver(t), all...)
			require.NoError(t, err)
			test(&office{t, db.Tenant("acme").As(clientele.System("import")), &intake.Book{Source: "shop", Currency: "CNY"}})
		})
	}
}

// input opens a text of customers, or of orders if it begins with their number.
func (o *office) input(text string) intake.Input {
	o.Helper()
	targets := intake.CustomerTargets(intake.Format{})
	if isOrders(text) {
		targets = intake.OrderTargets(intake.Format{})
	}
	file, err := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
	require.NoError(o, err)
	m, err := intake.Map(file.Header(), targets, nil)
	require.NoError(o, err)
	return intake.Input{Name: "a file", Source: file, Mapping: m}
}

func isOrders(text string) bool { return strings.HasPrefix(text, "订单号") }

func (o *office) importer(text string) *intake.Importer {
	im := &intake.Importer{Tenant: o.Records(), By: o.By("import").WithoutValues(), Store: o.book.StoreCustomers, Options: intake.Options{MaxRejectedShare: 1}}
	if isOrders(text) {
		im.Store = o.book.StoreOrders
	}
	return im
}

// imports runs a job over a text; its dry run says the same.
func (o *office) imports(text string) (*intake.Job, intake.Report) {
	o.Helper()
	ctx := live.Use(o.Context(), live.Flag)
	return o.importsIn(ctx, text)
}

func (o *office) importsIn(ctx context.Context, text string) (*intake.Job, intake.Report) {
	o.Helper()
	im := o.importer(text)
	before := o.contents()
	dry, err := im.DryRun(ctx, o.input(text))
	require.NoError(o, err)
	require.Equal(o, before, o.contents(), "a dry run writes nothing")
	job, err := im.Begin(ctx, o.input(text))
	require.NoError(o, err)
	report, err := im.Run(ctx, job.ID, o.input(text))
	require.NoError(o, err)
	require.Equal(o, dry.Counts, report.Counts)
	require.Equal(o, places(dry.Rejections), places(report.Rejections))
	return job, report
}

// places are where rejections are and what stands there; reasons may name ids.
func places(list []intake.Rejection) (at []string) {
	for _, r := range list {
		at = append(at, fmt.Sprint(r.Row, " ", r.Column, " ", r.Value))
	}
	return at
}

func (o *office) undo(job *intake.Job) *intake.Job {
	o.Helper()
	undone, err := intake.Undo(o.Context(), o.Records(), o.By("undo"), job.ID)
	require.NoError(o, err)
	require.Equal(o, intake.JobUndone, undone.State)
	return undone
}

func (o *office) put(fn func(ctx context.Context, tx *storage.Tx) error) {
	o.Helper()
	require.NoError(o, o.Update(o.Context(), "edit", func(tx *storage.Tx) error { return fn(o.Context(), tx) }))
}

func (o *office) find(number string) *customer.Customer {
	o.Helper()
	c, err := customer.FindByExternalID(o.Context(), o.Records(), "shop", number)
	require.NoError(o, err)
	return c
}

// contents are all records of the tenant, deleted ones too, but for the jobs, the change
// log, and turns and gates, which count transactions. What writing a record again
// changes, and the ids of what watches make anew, are left out.
func (o *office) contents() []string {
	o.Helper()
	var out bytes.Buffer
	require.NoError(o, o.Records().Export(o.Context(), &out, nil))
	var list []string
	for line := range strings.Lines(out.String()) {
		var entry struct {
			Kind   string
			Record map[string]any
		}
		require.NoError(o, json.Unmarshal([]byte(line), &entry))
		switch {
		case entry.Kind == "" || strings.HasPrefix(entry.Kind, "import_") || strings.HasPrefix(entry.Kind, "log_") || entry.Kind == "change":
			continue
		case strings.HasSuffix(entry.Kind, "_turn") || strings.HasSuffix(entry.Kind, "_gate"):
			continue
		}
		for _, field := range []string{"version", "created_at", "updated_at"} {
			delete(entry.Record, field)
		}
		if entry.Kind == "search_key" || entry.Kind == "match_entry" {
			delete(entry.Record, "id")
		}
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(entry.Record)) {
			fmt.Fprintf(&b, " %s=%v", name, entry.Record[name])
		}
		list = append(list, entry.Kind+b.String())
	}
	slices.Sort(list)
	return list
}

// Files with tags, of customers who are there already, look like others, wait in the
// queue or break a rule, and orders that move stages: undoing restores everything.
func TestDED15_UndoUnderTheLibrarysWiring(t *testing.T) {
	onOffices(t, func(o *office) {
		rule := quality.Required("Q1", "customer", "city", nil)
		call := activity.Event{Interaction: customer.Interaction{Channel: activity.ChannelCall, OccurredAt: t0, Source: "pbx", ExternalID: "1"}, With: []activity.Party{{Phone: "13900139000"}}}
		o.put(func(ctx context.Context, tx *storage.Tx) error {
			if err := quality.Rules.Put(ctx, tx, rule); err != nil {
				return err
			}
			_, err := activity.Recorder{}.Ingest(ctx, tx, []activity.Event{call})
			return err
		})
		o.imports("编号,姓名,手机,城市,标签\n1,王丽,13800138000,,老客\n7,赵六,13700137000,宁波,VIP\n")
		o.put(func(ctx context.Context, tx *storage.Tx) error {
			c := o.find("7")
			c.Stage = lifecycle.Prospect
			return customer.Kind.Put(ctx, tx, c)
		})
		before := o.contents()
		waiting, err := activity.Queue.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.EqualValues(o, 1, waiting)

		people, report := o.imports("编号,姓名,手机,邮箱,城市,标签\n1,王丽,13800138000/010-62345678,wl@example.cn,杭州,VIP;新\n2,李四,13900139000,,,VIP;折扣\n3,王丽,13800138000,wl@example.cn,杭州,\n,王丽,13800138000,wl@example.cn,,VIP\n")
		require.EqualValues(o, 4, report.Accepted, "%v", report)
		between := o.contents()
		require.NotEqual(o, before, between)
		pairs, err := review.Pairs.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.NotZero(o, pairs)
		orders, report := o.imports("订单号,客户编号,下单时间,金额\nA1,2,2026-01-05,100\nA2,7,2026-01-05,5\nA3,7,2026-01-05,6\n")
		require.EqualValues(o, 3, report.Accepted, "%v", report)
		require.Equal(o, lifecycle.New, o.find("2").Stage)
		require.Equal(o, lifecycle.Returning, o.find("7").Stage)

		undone := o.undo(orders)
		require.Zero(o, undone.Kept)
		require.Equal(o, between, o.contents(), "without the orders")
		undone = o.undo(people)
		require.Zero(o, undone.Kept, "%v", o.reasons(people))
		require.Equal(o, before, o.contents())
		require.Empty(o, o.find("7").Owner)
	})
}

// reasons are why records of a job were kept.
func (o *office) reasons(job *intake.Job) (list []string) {
	o.Helper()
	for w, err := range intake.Writes.Find(o.Context(), o.Records(), storage.Query{Where: criteria.Eq("job", job.ID)}) {
		require.NoError(o, err)
		list = append(list, w.Kind+": "+w.Kept)
	}
	slices.Sort(list)
	return list
}

// A customer that is kept keeps what the job said of it; who is not kept goes with what
// others derived of it since.
func TestUndo_WhatIsKeptIsKeptWhole(t *testing.T) {
	onOffices(t, func(o *office) {
		job, _ := o.imports("编号,姓名,手机,标签\n1,王丽,13800138000,VIP;老客\n2,李四,13900139000,VIP\n3,孙七,13700137000,\n4,周八,13600136000,\n")
		o.put(func(ctx context.Context, tx *storage.Tx) error {
			two := o.find("2")
			two.Notes = "mine"
			if err := customer.Kind.Put(ctx, tx, two); err != nil {
				return err
			}
			if err := customer.Addresses.Put(ctx, tx, &customer.Address{Customer: o.find("1").ID, Street: "西湖路1号"}); err != nil {
				return err
			}
			pair := review.KeyOf(o.find("3").ID, o.find("4").ID)
			return review.Pairs.Put(ctx, tx, &review.Pair{A: pair[0], B: pair[1], State: review.Open})
		})
		undone := o.undo(job)
		require.EqualValues(o, 4, undone.Removed, "3, 4 and their numbers; %v", o.reasons(job))
		for number, want := range map[string]string{"1": "+8613800138000", "2": "+8613900139000"} {
			c := o.find(number)
			p, err := customer.ContactPoints.First(o.Context(), o.Records(), storage.Query{Where: criteria.Eq("customer", c.ID)})
			require.NoError(o, err)
			require.Equal(o, want, p.Match)
			n, err := tag.Assignments.Count(o.Context(), o.Records(), storage.Query{Where: criteria.Eq("customer", c.ID)})
			require.NoError(o, err)
			require.EqualValues(o, len(c.Tags), n)
		}
		n, err := customer.Kind.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.EqualValues(o, 2, n)
		n, err = review.Pairs.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.Zero(o, n)
		reasons := strings.Join(o.reasons(job), "\n")
		require.Contains(o, reasons, "customer: it was changed since by others")
		require.Contains(o, reasons, "a record of kind address names it as its customer")
		require.Contains(o, reasons, "contact_point: its customer is kept: ")
		require.Contains(o, reasons, "tag: a record of kind tag_assignment")
	})
}

// What the store, a rule, a tag or the check for duplicates refuses is one row with its
// column and value, and the others are stored.
func TestDED14_RefusedRowsAreNamed(t *testing.T) {
	long := strings.Repeat("长", 300)
	onOffices(t, func(o *office) {
		blocks := quality.Required("Q1", "customer", "city", nil)
		blocks.Mode = quality.Block
		o.put(func(ctx context.Context, tx *storage.Tx) error {
			if err := quality.Rules.Put(ctx, tx, blocks); err != nil {
				return err
			}
			if err := tag.Definitions.Put(ctx, tx, &tag.Definition{Name: "VIP"}); err != nil {
				return err
			}
			return storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: customer.Orders.Name(), Name: "shop_code", Type: "text", Required: true})
		})
		_, report := o.importsIn(o.Context(), "编号,姓名,手机,城市,标签\n"+
			"1,王丽,13800138000,杭州,VIP\n2,"+long+",13900139000,杭州,VIP\n3,李四,,,\n4,孙七,13700137000,杭州,"+long+"\n"+
			"5,王丽,13800138000,杭州,\n"+strings.Repeat("9", 900)+",周八,,杭州,\n7,吴九,13600136000,宁波,VIP\n8,郑十,,宁波,猫\n")
		require.Equal(o, [3]int64{8, 2, 6}, [3]int64{report.Read, report.Accepted, report.Rejected}, "%v", report.Rejections)
		at := map[int64]intake.Rejection{}
		for _, r := range report.Rejections {
			at[r.Row] = r
			require.Equal(o, r.Row, r.Line)
		}
		require.Equal(o, []string{"姓名", "城市", "标签", "", "编号", "标签"}, []string{at[3].Column, at[4].Column, at[5].Column, at[6].Column, at[7].Column, at[9].Column})
		require.Contains(o, at[3].Reason, "use at most 800")
		require.Contains(o, at[3].Value, "长长")
		require.ErrorIs(o, at[4], quality.ErrValidation)
		require.ErrorIs(o, at[6], live.ErrPossibleDuplicate)
		require.ErrorIs(o, at[9], tag.ErrUnknownTag)
		require.Equal(o, "猫", at[9].Value)
		n, err := customer.ContactPoints.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.EqualValues(o, 2, n)

		_, report = o.imports("订单号,客户编号,下单时间,金额\nA1,1,2026-01-05,100\n")
		require.EqualValues(o, 1, report.Rejected)
		require.Contains(o, report.Rejections[0].Reason, "shop_code")
		require.Empty(o, report.Rejections[0].Column)
	}, clientele.WithTags(tag.Refuse))
}

// Files that are imported at the same time repeat what the other did first.
func TestImporter_OneFileTwiceAtOnce(t *testing.T) {
	onOffices(t, func(o *office) {
		var text strings.Builder
		text.WriteString("编号,姓名,手机,城市,标签\n")
		for i := range 400 {
			fmt.Fprintf(&text, "%d,n%d,1380000%04d,杭州,t%d\n", i, i, i, i%7)
		}
		reports, errs := make([]intake.Report, 3), make([]error, 3)
		var wg sync.WaitGroup
		for k := range reports {
			im, in := o.importer(text.String()), o.input(text.String())
			im.Options.Batch = 100
			wg.Go(func() {
				ctx := live.Use(o.Context(), live.Off)
				job, err := im.Begin(ctx, in)
				if err == nil {
					reports[k], err = im.Run(ctx, job.ID, in)
				}
				errs[k] = err
			})
		}
		wg.Wait()
		for k, report := range reports {
			require.NoError(o, errs[k])
			require.EqualValues(o, 400, report.Accepted, "%v", report.Rejections)
		}
		n, err := customer.Kind.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.EqualValues(o, 400, n)
		n, err = customer.ContactPoints.Count(o.Context(), o.Records(), storage.Query{})
		require.NoError(o, err)
		require.EqualValues(o, 400, n)
	})
}
