package storagetest

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// contextCases are calls whose context has ended, or ends underway.
func contextCases() []Case {
	return []Case{
		{"contexts/ended", "every method returns an error that matches the context's, cancelled or expired, and does nothing", endedContexts},
		{"contexts/inside", "a context that ends inside a transaction ends it: nothing is written", contextEndsInside},
		{"contexts/commit", "a context that ends before Commit keeps the writes out", contextEndsBeforeCommit},
		{"contexts/iteration", "a context that ends during an iteration ends it with the context's error", contextEndsInLoop},
	}
}

// calls are all methods that take a context, each on good arguments.
func (t *trial) calls(a *account) map[string]func(context.Context) error {
	q := storage.Query{Where: criteria.Eq("name", "a")}
	write := func(fn func(context.Context, *storage.Tx) error) func(context.Context) error {
		return func(ctx context.Context) error {
			return t.tenant.Update(ctx, by, func(tx *storage.Tx) error { return fn(ctx, tx) })
		}
	}
	return map[string]func(context.Context) error{
		"Get":   func(ctx context.Context) error { _, err := accounts.Get(ctx, t.tenant, a.ID); return err },
		"Find":  func(ctx context.Context) error { _, err := collect(ctx, accounts, t.tenant, q); return err },
		"Page":  func(ctx context.Context) error { _, err := accounts.Page(ctx, t.tenant, q); return err },
		"First": func(ctx context.Context) error { _, err := accounts.First(ctx, t.tenant, q); return err },
		"Count": func(ctx context.Context) error { _, err := accounts.Count(ctx, t.tenant, q); return err },
		"Aggregate": func(ctx context.Context) error {
			_, err := accounts.Aggregate(ctx, t.tenant, q, storage.Figures{By: []string{"name"}})
			return err
		},
		"History": func(ctx context.Context) error { _, err := accounts.History(ctx, t.tenant, a.ID); return err },
		"Each": func(ctx context.Context) (last error) {
			for _, err := range accounts.Each(ctx, t.tenant, q) {
				last = err
			}
			return last
		},
		"View":    func(ctx context.Context) error { return t.tenant.View(ctx, func(*storage.Tx) error { return nil }) },
		"Put":     write(func(ctx context.Context, tx *storage.Tx) error { return accounts.Put(ctx, tx, &account{Name: "new"}) }),
		"Delete":  write(func(ctx context.Context, tx *storage.Tx) error { return accounts.Delete(ctx, tx, a) }),
		"Restore": write(func(ctx context.Context, tx *storage.Tx) error { return accounts.Restore(ctx, tx, a) }),
		"Purge":   write(func(ctx context.Context, tx *storage.Tx) error { return accounts.Purge(ctx, tx, a) }),
		"EraseHistory": write(func(ctx context.Context, tx *storage.Tx) error {
			_, err := accounts.EraseHistory(ctx, tx, a.ID)
			return err
		}),
		"Lease":      func(ctx context.Context) error { _, err := jobs.Lease(ctx, t.tenant, by, everyJob(1)); return err },
		"Sequence":   func(ctx context.Context) error { _, err := t.tenant.Log().Sequence(ctx); return err },
		"Log.Read":   func(ctx context.Context) error { _, err := t.tenant.Log().Read(ctx, 0, 1); return err },
		"Position":   func(ctx context.Context) error { _, err := t.tenant.Log().Position(ctx, "x"); return err },
		"Checkpoint": func(ctx context.Context) error { _, err := t.tenant.Log().Checkpoint(ctx); return err },
		"Verify":     func(ctx context.Context) error { _, err := t.tenant.Log().Verify(ctx); return err },
		"Consume": func(ctx context.Context) error {
			_, err := t.tenant.Log().Consume(ctx, "x", 1, by, func(*storage.Tx, []*storage.Change) error { return nil })
			return err
		},
		"Export": func(ctx context.Context) error { return t.tenant.Export(ctx, io.Discard, nil) },
		"Import": func(ctx context.Context) error {
			_, err := t.other().Import(ctx, strings.NewReader(""), nil)
			return err
		},
	}
}

func endedContexts(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	put(t, jobs, &job{Due: start})
	was := *a
	cancelled, cancel := context.WithCancel(t.ctx)
	cancel()
	expired, done := context.WithDeadline(t.ctx, time.Unix(1, 0))
	defer done()
	for name, call := range t.calls(a) {
		for _, ctx := range []context.Context{cancelled, expired} {
			t.is(call(ctx), ctx.Err(), name)
		}
	}
	t.equal(was.Meta, a.Meta, "the Meta of the record")
	t.equal([]*account{&was}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "the records")
	t.equal(1, count(t, jobs, storage.Query{Where: criteria.Missing("until")}), "the jobs that nobody holds")
}

func contextEndsInside(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	for name, call := range map[string]func(context.Context, *storage.Tx) error{
		"Get": func(ctx context.Context, tx *storage.Tx) error { _, err := accounts.Get(ctx, tx, a.ID); return err },
		"Find": func(ctx context.Context, tx *storage.Tx) error {
			_, err := collect(ctx, accounts, tx, storage.Query{})
			return err
		},
		"Count": func(ctx context.Context, tx *storage.Tx) error {
			_, err := accounts.Count(ctx, tx, storage.Query{})
			return err
		},
		"Put": func(ctx context.Context, tx *storage.Tx) error { return accounts.Put(ctx, tx, &account{Name: "c"}) },
		"Change": func(ctx context.Context, tx *storage.Tx) error {
			changed := *a
			changed.Name = "d"
			return accounts.Put(ctx, tx, &changed)
		},
		"Delete": func(ctx context.Context, tx *storage.Tx) error { gone := *a; return accounts.Delete(ctx, tx, &gone) },
	} {
		ctx, cancel := context.WithCancel(t.ctx)
		err := t.tenant.Update(ctx, by, func(tx *storage.Tx) error {
			t.ok(accounts.Put(ctx, tx, &account{Name: "b"}), "Put before the end of the context")
			cancel()
			t.is(call(ctx, tx), context.Canceled, name)
			return nil
		})
		t.is(err, context.Canceled, "Update")
	}
	t.equal("a", named(find(t, accounts, storage.Query{})), "the records")
}

func contextEndsBeforeCommit(t *trial) {
	b := &account{Name: "b"}
	ctx, cancel := context.WithCancel(t.ctx)
	err := t.tenant.Update(ctx, by, func(tx *storage.Tx) error {
		defer cancel()
		return accounts.Put(ctx, tx, b)
	})
	t.is(err, context.Canceled, "Update")
	t.must(b.Version == 0, "the record kept version %d", b.Version)
	t.equal(0, count(t, accounts, storage.Query{}), "the records")
	put(t, accounts, b)
}

func contextEndsInLoop(t *trial) {
	put(t, accounts, numberedAccounts(5000)...)
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	var last error
	n := 0
	for _, err := range accounts.Find(ctx, t.tenant, storage.Query{}) {
		if last = err; err == nil {
			n++
		}
		cancel()
	}
	t.must(n < 5000 && errors.Is(last, context.Canceled), "the loop ran through %d records and ended with %v", n, last)
}
