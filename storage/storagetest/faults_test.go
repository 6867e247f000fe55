package storagetest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A fault is a driver that is broken in one way, and a case that must fail on it.
type fault struct {
	name   string
	caught string
	wrap   func(storage.Driver) storage.Driver
	racy   bool // it shows only when transactions meet, so not in every run
}

func faultNamed(name string) fault {
	all := faults()
	return all[slices.IndexFunc(all, func(f fault) bool { return f.name == name })]
}

// The kit proves something only if it fails on what is broken.
func TestSTO01_KitFindsFaults(t *testing.T) {
	t.Parallel()
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			var err error
			for try := 0; err == nil && (try == 0 || f.racy && try < 100); try++ {
				driver := f.wrap(memory.New())
				err = Check(t.Context(), func() (storage.Driver, error) { return driver, nil }, Options{Only: []string{f.caught}})
			}
			var failure *Failure
			require.ErrorAs(t, err, &failure, "the kit passes a driver with the fault: %s", f.name)
			t.Logf("%.300s", failure.Text)
		})
	}
}

// A driver may lack what is optional: it cannot stream, and its records are the
// caller's own.
func TestSTO02_PlainDriverPasses(t *testing.T) {
	t.Parallel()
	Run(t, func(*testing.T) storage.Driver { return owned{transactions(memory.New(), plainly)} })
}

// owned is a driver whose records are the caller's own.
type owned struct{ storage.Driver }

func (owned) Traits() storage.Traits { return storage.Traits{} }

// plainly hides Stream, and copies records on their way out.
func plainly(tx storage.Transaction) storage.Transaction {
	return hooks{Transaction: tx, found: func(s *storage.Schema, list []storage.Record) []storage.Record {
		out := make([]storage.Record, len(list))
		for i, r := range list {
			if r != nil {
				out[i] = s.Clone(r)
			}
		}
		return out
	}}
}

// A wrapped driver changes its transactions.
type wrapped struct {
	storage.Driver
	begin func(context.Context, string, storage.Mode) (storage.Transaction, error)
}

func (w wrapped) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	return w.begin(ctx, tenant, mode)
}

// transactions wraps every transaction of a driver.
func transactions(d storage.Driver, wrap func(storage.Transaction) storage.Transaction) storage.Driver {
	return wrapped{d, func(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
		tx, err := d.Begin(ctx, tenant, mode)
		if err != nil {
			return nil, err
		}
		return wrap(tx), nil
	}}
}

// hooks change what a transaction is asked and what it answers. Those that are
// nil change nothing.
type hooks struct {
	storage.Transaction
	found    func(*storage.Schema, []storage.Record) []storage.Record
	plan     func(*storage.Plan)
	lock     func(storage.Lock) storage.Lock         // of Get
	stored   func(*storage.Schema, []storage.Record) // before Insert and Update
	insert   func(context.Context, *storage.Schema, []storage.Record) error
	update   func(context.Context, *storage.Schema, []storage.Record) error
	commit   func(context.Context) error
	rollback func() error
	detached bool // contexts are ignored
}

// Doubt implements storage.Doubter: a driver over one that makes nobody wait is one.
func (h hooks) Doubt() error {
	if d, ok := h.Transaction.(storage.Doubter); ok {
		return d.Doubt()
	}
	return nil
}

func (h hooks) context(ctx context.Context) context.Context {
	if h.detached {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (h hooks) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	if h.lock != nil {
		lock = h.lock(lock)
	}
	list, err := h.Transaction.Get(h.context(ctx), s, ids, lock)
	if h.found != nil {
		list = h.found(s, list)
	}
	return list, err
}

func (h hooks) planned(p *storage.Plan) *storage.Plan {
	c := *p
	if h.plan != nil {
		h.plan(&c)
	}
	return &c
}

func (h hooks) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	list, err := h.Transaction.Find(h.context(ctx), h.planned(p))
	if h.found != nil {
		list = h.found(p.Schema, list)
	}
	return list, err
}

func (h hooks) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	return h.Transaction.Aggregate(h.context(ctx), h.planned(p), a)
}

func (h hooks) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if h.stored != nil {
		h.stored(s, list)
	}
	if h.insert != nil {
		return h.insert(h.context(ctx), s, list)
	}
	return h.Transaction.Insert(h.context(ctx), s, list)
}

func (h hooks) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	if h.stored != nil {
		h.stored(s, list)
	}
	if h.update != nil {
		return h.update(h.context(ctx), s, list)
	}
	return h.Transaction.Update(h.context(ctx), s, list)
}

func (h hooks) Delete(ctx context.Context, s *storage.Schema, list []storage.Stamp) error {
	return h.Transaction.Delete(h.context(ctx), s, list)
}

func (h hooks) Commit(ctx context.Context) error {
	if h.commit != nil {
		return h.commit(h.context(ctx))
	}
	return h.Transaction.Commit(h.context(ctx))
}

func (h hooks) Rollback() error {
	if h.rollback != nil {
		return h.rollback()
	}
	return h.Transaction.Rollback()
}

// hooked is a fault that hooks make.
func hooked(name, caught string, make func(storage.Transaction) hooks) fault {
	return fault{name: name, caught: caught, wrap: func(d storage.Driver) storage.Driver {
		return transactions(d, func(tx storage.Transaction) storage.Transaction {
			h := make(tx)
			h.Transaction = tx
			return h
		})
	}}
}

// racing marks a fault that not every run shows.
func racing(f fault) fault { f.racy = true; return f }

// planning is a fault in the reading of plans.
func planning(name, caught string, change func(*storage.Plan)) fault {
	return hooked(name, caught, func(storage.Transaction) hooks { return hooks{plan: change} })
}

// storing is a fault in what is stored of accounts.
func storing(name, caught string, change func(*account)) fault {
	return hooked(name, caught, func(storage.Transaction) hooks {
		return hooks{stored: func(_ *storage.Schema, list []storage.Record) {
			for _, r := range list {
				if a, ok := r.(*account); ok {
					change(a)
				}
			}
		}}
	})
}

func faults() []fault {
	return slices.Concat(transactionFaults(), lockFaults(), tenantFaults(), planFaults(), valueFaults())
}

func lockFaults() []fault {
	return []fault{
		keepless("driver/keep", false), keepless("refs/beside", false), keepless("refs/race", true),
		{name: "deletes what was kept meanwhile, as its methods show", caught: "driver/keep", wrap: deletingLate},
		{name: "deletes what was kept meanwhile", caught: "refs/beside", wrap: deletingLate},
		planning("does not find deleted records", "refs/purge", func(p *storage.Plan) { p.Deleted = storage.LiveOnly }),
		{name: "finds what another tenant has", caught: "refs/missing", wrap: reaching},
	}
}

// keepless is a driver that does not keep records.
func keepless(caught string, racy bool) fault {
	f := hooked("does not keep records in "+caught, caught, func(storage.Transaction) hooks {
		return hooks{lock: func(l storage.Lock) storage.Lock {
			if l == storage.Keep {
				return storage.NoLock
			}
			return l
		}}
	})
	f.racy = racy
	return f
}

// deletingLate is a driver that deletes in a transaction of its own, behind the
// commit of the other writes.
func deletingLate(d storage.Driver) storage.Driver {
	return wrapped{d, func(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
		tx, err := d.Begin(ctx, tenant, mode)
		if err != nil || mode != storage.Write {
			return tx, err
		}
		return &lateTransaction{Transaction: tx, begin: func(ctx context.Context) (storage.Transaction, error) { return d.Begin(ctx, tenant, mode) }}, nil
	}}
}

type lateTransaction struct {
	storage.Transaction
	begin func(context.Context) (storage.Transaction, error)
	late  []func(context.Context, storage.Transaction) error
}

func (l *lateTransaction) Delete(_ context.Context, s *storage.Schema, list []storage.Stamp) error {
	l.late = append(l.late, func(ctx context.Context, tx storage.Transaction) error { return tx.Delete(ctx, s, list) })
	return nil
}

func (l *lateTransaction) Commit(ctx context.Context) error {
	if err := l.Transaction.Commit(ctx); err != nil || len(l.late) == 0 {
		return err
	}
	tx, err := l.begin(ctx)
	if err != nil {
		return err
	}
	for _, do := range l.late {
		if err := do(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit(ctx)
}

func transactionFaults() []fault {
	return []fault{
		hooked("rollback commits", "transactions/rollback", func(tx storage.Transaction) hooks {
			return hooks{rollback: func() error { _ = tx.Commit(context.Background()); return tx.Rollback() }}
		}),
		hooked("commit is lost", "records/round-trip", func(tx storage.Transaction) hooks {
			return hooks{commit: func(context.Context) error { return tx.Rollback() }}
		}),
		racing(hooked("ignores versions", "linear", func(tx storage.Transaction) hooks { return hooks{update: anyVersion(tx)} })),
		hooked("ignores versions in its own methods", "driver/update", func(tx storage.Transaction) hooks { return hooks{update: anyVersion(tx)} }),
		racing(hooked("conflict on commit is swallowed", "concurrency/counter", func(tx storage.Transaction) hooks {
			return hooks{commit: func(ctx context.Context) error {
				if err := tx.Commit(ctx); !errors.Is(err, storage.ErrConflict) {
					return err
				}
				return nil
			}}
		})),
		hooked("errors have no type", "driver/insert", func(tx storage.Transaction) hooks {
			return hooks{insert: func(ctx context.Context, s *storage.Schema, list []storage.Record) error {
				if err := tx.Insert(ctx, s, list); err != nil {
					return errors.New(err.Error())
				}
				return nil
			}}
		}),
		hooked("bulk inserts one by one", "transactions/bulk-fails", func(tx storage.Transaction) hooks { return hooks{insert: oneByOne(tx.Insert)} }),
		hooked("bulk updates one by one", "unique/swap", func(tx storage.Transaction) hooks { return hooks{update: oneByOne(tx.Update)} }),
		hooked("an error poisons the transaction", "transactions/goes-on", poisoned),
		hooked("ignores contexts", "contexts/inside", func(storage.Transaction) hooks { return hooks{detached: true} }),
		{name: "a transaction overtaken loses its writes", caught: "concurrency/nested-apart", wrap: overtaken},
		{name: "a snapshot follows the others", caught: "snapshots/view", wrap: func(d storage.Driver) storage.Driver {
			return wrapped{d, func(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
				if mode == storage.Snapshot {
					mode = storage.Single
				}
				return d.Begin(ctx, tenant, mode)
			}}
		}},
		{name: "does not see its own writes", caught: "transactions/own-writes", wrap: blind},
		{name: "does not see the writes before a watch", caught: "watches/unguarded", wrap: blind},
		hooked("rollback commits what watches wrote", "watches/rolled-back", func(tx storage.Transaction) hooks {
			return hooks{rollback: func() error { _ = tx.Commit(context.Background()); return tx.Rollback() }}
		}),
	}
}

// anyVersion replaces whatever version is stored.
func anyVersion(tx storage.Transaction) func(context.Context, *storage.Schema, []storage.Record) error {
	return func(ctx context.Context, s *storage.Schema, list []storage.Record) error {
		runtime.Gosched()
		for _, r := range list {
			found, err := tx.Get(ctx, s, []uuid.UUID{storage.MetaOf(r).ID}, storage.NoLock)
			if err != nil || found[0] == nil {
				return err
			}
			storage.MetaOf(r).Version = storage.MetaOf(found[0]).Version + 1
		}
		return tx.Update(ctx, s, list)
	}
}

func oneByOne(write func(context.Context, *storage.Schema, []storage.Record) error) func(context.Context, *storage.Schema, []storage.Record) error {
	return func(ctx context.Context, s *storage.Schema, list []storage.Record) error {
		for _, r := range list {
			if err := write(ctx, s, []storage.Record{r}); err != nil {
				return err
			}
		}
		return nil
	}
}

// poisoned fails everything after the first error, as a database does whose
// transaction was aborted.
func poisoned(tx storage.Transaction) hooks {
	var aborted error
	return hooks{insert: func(ctx context.Context, s *storage.Schema, list []storage.Record) error {
		if aborted == nil {
			aborted = tx.Insert(ctx, s, list)
		}
		return aborted
	}}
}

// overtaken drops the writes of a transaction when another one was committed
// after it began.
func overtaken(d storage.Driver) storage.Driver {
	var mu sync.Mutex
	commits := 0
	return transactions(d, func(tx storage.Transaction) storage.Transaction {
		mu.Lock()
		began := commits
		mu.Unlock()
		return hooks{Transaction: tx, commit: func(ctx context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			if commits != began {
				return tx.Rollback()
			}
			commits++
			return tx.Commit(ctx)
		}}
	})
}

// blind reads in another transaction than it writes in.
func blind(d storage.Driver) storage.Driver {
	return wrapped{d, func(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
		tx, err := d.Begin(ctx, tenant, mode)
		if err != nil || mode != storage.Write {
			return tx, err
		}
		other, err := d.Begin(ctx, tenant, storage.Single)
		return blindTransaction{tx, other}, err
	}}
}

type blindTransaction struct {
	storage.Transaction
	other storage.Transaction
}

func (b blindTransaction) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	return b.other.Find(ctx, p)
}

func tenantFaults() []fault {
	return []fault{
		{name: "knows one tenant only", caught: "tenants/reads", wrap: func(d storage.Driver) storage.Driver {
			return renamed(d,
				func(string) string { return "all" })
		}},
		{name: "ignores the case of tenants", caught: "tenants/names", wrap: func(d storage.Driver) storage.Driver { return renamed(d, strings.ToLower) }},
		{name: "cuts spaces off tenants", caught: "tenants/names", wrap: func(d storage.Driver) storage.Driver { return renamed(d, strings.TrimSpace) }},
		{name: "Get reaches into other tenants", caught: "tenants/reads", wrap: reaching},
	}
}

func renamed(d storage.Driver, name func(string) string) storage.Driver {
	return wrapped{d, func(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
		return d.Begin(ctx, name(tenant), mode)
	}}
}

// reaching looks for a record by its id in all tenants.
func reaching(d storage.Driver) storage.Driver {
	var mu sync.Mutex
	everyone := map[uuid.UUID]storage.Record{}
	return transactions(d, func(tx storage.Transaction) storage.Transaction {
		return reachingTransaction{hooks{Transaction: tx, stored: func(_ *storage.Schema, list []storage.Record) {
			mu.Lock()
			defer mu.Unlock()
			for _, r := range list {
				if _, ok := r.(*account); ok {
					everyone[storage.MetaOf(r).ID] = r
				}
			}
		}}, &mu, everyone}
	})
}

type reachingTransaction struct {
	hooks
	mu       *sync.Mutex
	everyone map[uuid.UUID]storage.Record
}

func (r reachingTransaction) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	list, err := r.hooks.Get(ctx, s, ids, lock)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range list {
		if list[i] == nil && s.Name == "kit_account" && r.everyone[ids[i]] != nil {
			list[i] = r.everyone[ids[i]]
		}
	}
	return list, err
}

func planFaults() []fault {
	return []fault{
		planning("ignores the place to go on from", "pages/changing", func(p *storage.Plan) { p.After = nil }),
		planning("ignores limits", "driver/find", func(p *storage.Plan) { p.Limit = 0 }),
		planning("ignores directions", "pages/every-size", func(p *storage.Plan) {
			p.Order = slices.Clone(p.Order)
			for i := range p.Order {
				p.Order[i].Desc = false
			}
		}),
		planning("orders by one field only", "pages/ties", func(p *storage.Plan) { p.Order = p.Order[:1] }),
		planning("shows deleted records", "deletion/hides", func(p *storage.Plan) { p.Deleted = storage.DeletedToo }),
		planning("ignores conditions", "criteria/operators", func(p *storage.Plan) { p.Where = &criteria.And{} }),
		planning("Not as in SQL", "criteria/negation", func(p *storage.Plan) { p.Where = threeValued(p.Where) }),
		hooked("reads deleted records as missing", "driver/get", func(storage.Transaction) hooks {
			return hooks{found: func(_ *storage.Schema, list []storage.Record) []storage.Record {
				list = slices.Clone(list)
				for i, r := range list {
					if r != nil && !storage.MetaOf(r).Live() {
						list[i] = nil
					}
				}
				return list
			}}
		}),
	}
}

// threeValued makes the negation of a comparison false where the field is absent.
func threeValued(n criteria.Node) criteria.Node {
	switch n := n.(type) {
	case *criteria.And:
		return &criteria.And{Of: threeValuedList(n.Of)}
	case *criteria.Or:
		return &criteria.Or{Of: threeValuedList(n.Of)}
	case *criteria.Negation:
		if c, ok := n.Of.(*criteria.Comparison); ok {
			return &criteria.And{Of: []criteria.Node{n, &criteria.Negation{Of: &criteria.Absence{Field: c.Field}}}}
		}
		return &criteria.Negation{Of: threeValued(n.Of)}
	default:
		return n
	}
}

func threeValuedList(list []criteria.Node) []criteria.Node {
	out := make([]criteria.Node, len(list))
	for i, n := range list {
		out[i] = threeValued(n)
	}
	return out
}

func valueFaults() []fault {
	return []fault{
		{name: "shares its records", caught: "aliasing/get", wrap: func(d storage.Driver) storage.Driver { return owned{d} }},
		storing("keeps milliseconds", "values/microseconds", func(a *account) { a.Seen = a.Seen.Truncate(time.Millisecond) }),
		storing("rounds times", "values/microseconds", func(a *account) { a.Seen = a.Seen.Round(10 * time.Microsecond) }),
		storing("keeps decimals as floats", "values/extremes", func(a *account) { a.Balance = decimal.NewFromFloat(a.Balance.InexactFloat64()) }),
		storing("keeps small letters", "values/text", func(a *account) { a.Name = strings.ToLower(a.Name) }),
		storing("cuts spaces off", "values/text", func(a *account) { a.Note = strings.TrimSpace(a.Note) }),
		storing("loses zero behind a pointer", "values/extremes", func(a *account) {
			if a.Age != nil && *a.Age == 0 {
				a.Age = nil
			}
		}),
		storing("reorders JSON", "values/extremes", func(a *account) {
			if len(a.Extra) > 4 {
				a.Extra = []byte(`{"a":1}`)
			}
		}),
		storing("loses the last of a set", "records/round-trip", func(a *account) { a.Tags = a.Tags[:max(0, len(a.Tags)-1)] }),
		storing("loses custom fields", "custom/types", func(a *account) { a.Custom = storage.Custom{} }),
		{name: "shares its records with one who does not know their type", caught: "any/owned", wrap: func(d storage.Driver) storage.Driver { return owned{d} }},
		storing("loses custom fields that are hidden", "any/guarded", func(a *account) { a.Custom = storage.Custom{} }),
		hooked("loses what was derived", "derived/set", func(storage.Transaction) hooks {
			return hooks{stored: func(_ *storage.Schema, list []storage.Record) {
				for _, r := range list {
					if n, ok := r.(*note); ok {
						n.Key = ""
					}
				}
			}}
		}),
		hooked("answers in local time", "values/time-zones", func(storage.Transaction) hooks {
			return hooks{found: func(s *storage.Schema, list []storage.Record) []storage.Record {
				out := slices.Clone(list)
				for i, r := range list {
					if a, ok := r.(*account); ok {
						local := *a
						local.Seen = local.Seen.In(zone("Asia/Shanghai"))
						out[i] = &local
					}
				}
				return out
			}}
		}),
	}
}
