package storage

import (
	"context"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Driver is a database underneath a Store: what the author of an adapter
// implements and package storagetest examines. Store does everything that is
// alike for all databases (permissions, validation, versions, the change log,
// cursors); a driver keeps records and finds them.
//
// A driver must be safe for concurrent use. It must keep the tenants apart:
// nothing that is done in a transaction of one tenant reads or changes records
// of another. It must not call back into the Store. A goroutine may have
// several transactions open at once; they must not wait for each other but for
// records that both have locked or written.
//
// Each kind is known by Schema.Name: a kind defined at run time comes under a
// new *Schema each time.
type Driver interface {
	// Begin starts a transaction on the records of one tenant.
	Begin(ctx context.Context, tenant string, mode Mode) (Transaction, error)
	// Traits tells what a Store must know to use the driver well.
	Traits() Traits
}

// Traits are the properties of a driver that a Store takes into account.
type Traits struct {
	// Shared: the records that reads return are the driver's own and must not
	// be changed; Store copies them before it hands them out.
	Shared bool
	// Joined: transactions are part of one that the host began, commits and
	// rolls back. Store does not repeat work after a conflict then.
	Joined bool
}

// A Mode says what a transaction is for.
type Mode uint8

const (
	// Single is for one read. It may be cheaper than Snapshot.
	Single Mode = iota + 1
	// Snapshot is for several reads, all of which see the same committed state:
	// that of Begin or of the first read. Writes in it, and in Single, are
	// refused by Store; a driver may return ErrReadOnly.
	Snapshot
	// Write is for reads and writes. Each read sees a committed state at least
	// as new as the last and the transaction's own writes before it.
	Write
)

// A Transaction is a driver's transaction. It is used by one goroutine at a
// time and ends with Commit or Rollback, after which it is not used again.
// A method that fails, other than Commit, changes nothing, and the transaction stays usable
// unless the context ended or the database is out of reach.
//
// Errors are those of this package: ErrDuplicate and ErrConflict in their
// typed form. When the context ends, the error matches ctx.Err().
type Transaction interface {
	// Get returns the records with these ids, soft-deleted ones included, in
	// the order of the ids; an element is nil where there is none. An id
	// without a record needs no lock. The lock is not SkipLocked.
	Get(ctx context.Context, s *Schema, ids []uuid.UUID, lock Lock) ([]Record, error)

	// Find returns the records that the plan describes, in its order. Its
	// lock is NoLock, ForUpdate or SkipLocked.
	Find(ctx context.Context, p *Plan) ([]Record, error)

	// Aggregate groups the records of a plan, whose order, position and limit
	// it ignores, and returns one row a group in the order of the group's
	// values; without groups exactly one row.
	Aggregate(ctx context.Context, p *Plan, a *Aggregation) ([]Row, error)

	// Insert stores new records as they are, Meta included, and keeps them:
	// the caller does not touch them afterwards. All are stored or none. An
	// id that exists, be it of a soft-deleted record, or a unique key that a
	// live record has (or another of the list) is a *DuplicateError.
	Insert(ctx context.Context, s *Schema, list []Record) error

	// Update replaces records whose stored version is one less than that of
	// the record given, and keeps the new ones. All are replaced or none. Another version,
	// or no record, is a *ConflictError; a unique key that another live record
	// has once all are replaced is a *DuplicateError, so records of one list may
	// swap theirs. No id comes twice.
	Update(ctx context.Context, s *Schema, list []Record) error

	// Delete removes records for good whose stored version is Version. All are
	// removed or none; another version, or no record, is a *ConflictError.
	Delete(ctx context.Context, s *Schema, list []Stamp) error

	// Commit makes the writes permanent and visible, all of them or none. It
	// may fail with a *ConflictError or *DuplicateError when another
	// transaction came first; Store then repeats the work, which it does not
	// after a *DuplicateError of Insert or Update. Rollback may follow.
	Commit(ctx context.Context) error

	// Rollback ends the transaction without its writes. After Commit it does
	// nothing. It works although the transaction's context has ended.
	Rollback() error
}

// A Stamp names one version of a record.
type Stamp struct {
	ID      uuid.UUID
	Version int64
}

// A Plan is a checked query, as a driver gets it.
type Plan struct {
	Schema  *Schema
	Where   criteria.Node // never nil
	Order   []OrderKey    // never empty; the last key is the id
	After   Record        // return what comes after it in Order; nil: from the start. Only the fields of Order are set.
	Limit   int           // at most so many; 0: all
	Deleted Deleted
	Lock    Lock
	Alone   bool // for Stream: nothing else is done in the transaction while it runs
}

// An OrderKey is one field to order by.
type OrderKey struct {
	Field *Field
	Desc  bool
}

// Deleted says how a query treats soft-deleted records.
type Deleted uint8

const (
	// LiveOnly leaves them out. It is the zero value.
	LiveOnly Deleted = iota
	// DeletedOnly returns nothing else.
	DeletedOnly
	// DeletedToo returns both.
	DeletedToo
)

// Admits reports whether a query of that mode returns a record that is live or not.
func (d Deleted) Admits(live bool) bool { return d == DeletedToo || (d == LiveOnly) == live }

// Lock says what a transaction that writes wants of others with the records
// that it reads, until it ends.
//
// A driver that can makes others wait. One that cannot notices at the latest on
// Commit, with a *ConflictError: that a record which the transaction writes was
// changed; that one which it keeps, or read ForDelete, is gone; that one which it
// deletes was kept by a transaction that has committed since this one read it
// ForDelete. In a transaction that wrote nothing there is nothing to notice.
type Lock uint8

const (
	// NoLock: nothing. It is the zero value.
	NoLock Lock = iota
	// ForUpdate: others do not change or delete the records. They may keep them.
	ForUpdate
	// SkipLocked is ForUpdate, and leaves out records that others hold so.
	SkipLocked
	// Keep: others do not delete the records, softly or for good. They may change them, and
	// keep them too: many transactions name one record at the same time.
	Keep
	// ForDelete is ForUpdate, and others do not keep the records either.
	ForDelete
)

// An Aggregation says what to compute of each group of records.
type Aggregation struct {
	By []*Field // group by these; not JSON, not sets of texts
	Of []Measure
}

// A Measure is one figure of a group.
type Measure struct {
	Op    MeasureOp
	Field *Field
}

// A MeasureOp is a figure to compute of a field's present values.
type MeasureOp uint8

// The figures. Sum takes integers and decimals, Min and Max every type that is
// ordered: text, integers, decimals, times, dates and refs.
const (
	Sum MeasureOp = iota + 1
	Min
	Max
)

// A Row is one group of an Aggregation.
type Row struct {
	By    []any // the group's values as Field.Value returns them, nil where absent; empty without groups
	Count int64 // the records of the group
	Of    []any // the figures: decimal.Decimal for Sum, the field's type for Min and Max; nil when no value is present
}

// Decimal returns the i-th figure as a decimal, 0 when there is none.
func (r Row) Decimal(i int) decimal.Decimal {
	d, _ := r.Of[i].(decimal.Decimal)
	return d
}

// A Doubter is a Transaction that does not wait for others and finds out at
// Commit that another has changed what it changed. Until then its reads may
// mix the two: Update asks it before it believes an error of its function. A driver
// whose transactions wait for each other does without.
type Doubter interface {
	// Doubt returns the error with which Commit would fail now, or nil.
	Doubt() error
}

// A Streamer is a Transaction that can hand out the records of a plan one by
// one without gathering them first. It must allow other reads and writes of the
// same transaction while it runs, unless the plan is Alone.
type Streamer interface {
	Stream(ctx context.Context, p *Plan, yield func(Record) bool) error
}
