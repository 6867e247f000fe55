package clientele

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
)

// A DB is an open customer database. It is safe for concurrent use, starts no
// goroutines and needs no closing: the driver's connections are the host's.
type DB struct {
	store *storage.Store
	log   *slog.Logger
}

// An Option changes what Open makes.
type Option func(*options)

type options struct {
	clock func() time.Time
	log   *slog.Logger
	kinds []storage.Described

	recorder  activity.Recorder
	undefined tag.Undefined
	lifecycle *lifecycle.Policy
	inspector *quality.Inspector
	finder    *search.Finder
	checker   *live.Checker
	watches   []storage.Watch
}

// WithClock sets the clock that all times come from; time.Now unless set.
func WithClock(now func() time.Time) Option { return func(o *options) { o.clock = now } }

// WithLogger sets the logger; nothing is logged unless set. The values of records
// are never logged.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// WithKinds adds kinds of the host's own, which live beside the library's in
// the same transactions and under the same permissions.
func WithKinds(kinds ...storage.Described) Option {
	return func(o *options) { o.kinds = append(o.kinds, kinds...) }
}

// Open wires the packages over a driver. It does not touch the database. A
// kind with a mistaken description or a name that is taken is storage.ErrInvalid.
func Open(driver storage.Driver, opts ...Option) (*DB, error) {
	o := options{
		clock: time.Now, log: slog.New(slog.DiscardHandler),
		recorder:  activity.Recorder{Channels: activity.Channels{lead.NoteChannel, lead.Channel}},
		undefined: tag.Define, inspector: new(quality.Inspector),
	}
	for _, opt := range opts {
		opt(&o)
	}
	store, err := storage.New(driver, o.clock, append(Kinds(), o.kinds...)...)
	if err != nil {
		return nil, err
	}
	if store, err = o.watch(store); err != nil {
		return nil, err
	}
	return &DB{store: store, log: o.log}, nil
}

// Store returns the store underneath, for a program that uses packages on
// their own.
func (db *DB) Store() *storage.Store { return db.store }

// Tenant returns the database of one tenant. Tenants need no registration;
// records of one are never seen through another.
func (db *DB) Tenant(name string) *Tenant {
	return &Tenant{records: db.store.Tenant(name), log: db.log}
}

// A Tenant is one tenant's part of the database.
type Tenant struct {
	records *storage.Tenant
	log     *slog.Logger
}

// As returns the desk of a principal: the database as that person or job may
// use it. Every write through it is logged under the principal's name. The
// zero Principal may do nothing.
func (t *Tenant) As(p Principal) *Desk {
	d := &Desk{principal: p, records: t.records, log: t.log.With("tenant", t.records.Name(), "actor", p.name)}
	if p.name == "" {
		d.records = t.records.Guarded(nobody{})
	}
	return d
}

// A Principal is who uses the library.
type Principal struct {
	name string // stands in the change log
}

// System returns the principal of a job of the host's, such as "import". It may do
// everything, and its name in the change log is "system:import".
func System(job string) Principal { return Principal{name: "system:" + job} }

// String returns the name as it stands in the change log.
func (p Principal) String() string { return p.name }

// A Desk is the database as one principal may use it.
type Desk struct {
	principal Principal
	records   *storage.Tenant
	log       *slog.Logger
}

// Principal returns who works at the desk.
func (d *Desk) Principal() Principal { return d.principal }

// Records returns the tenant handle with the principal's permissions: what the
// kinds of all packages read from.
func (d *Desk) Records() *storage.Tenant { return d.records }

// By returns the origin of a write by the principal for an action such as
// "claim", for functions that ask for one.
func (d *Desk) By(action string) storage.Origin { return storage.By(d.principal.name, action) }

// View calls fn with a transaction for reading; see storage.Tenant.View.
func (d *Desk) View(ctx context.Context, fn func(*storage.Tx) error) error {
	return d.records.View(ctx, fn)
}

// Update calls fn with a transaction for reading and writing; what it writes
// is logged under the principal's name and the action. See
// storage.Tenant.Update.
func (d *Desk) Update(ctx context.Context, action string, fn func(*storage.Tx) error) error {
	err := d.records.Update(ctx, d.By(action), fn)
	d.log.DebugContext(ctx, "update", "action", action, "outcome", outcome(err))
	return err
}

// outcome names an error for the log without the values that its text may hold.
func outcome(err error) string {
	if err == nil {
		return "committed"
	}
	for _, known := range []error{
		storage.ErrConflict, storage.ErrDuplicate, storage.ErrNotFound, storage.ErrInvalid,
		storage.ErrForbidden, storage.ErrNoActor, context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "failed"
}

// nobody is the guard of the zero principal.
type nobody struct{}

var errNobody = fmt.Errorf("clientele: %w: the zero Principal may do nothing: use System, or the principal of a user", storage.ErrForbidden)

func (nobody) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{}, errNobody
}
func (nobody) Write(context.Context, storage.Attempt) error { return errNobody }
func (nobody) Elevate(context.Context, string) error        { return errNobody }
