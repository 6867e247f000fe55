package storage

import (
	"context"
	"iter"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Query says which records to read and in which order.
type Query struct {
	Where   criteria.Criterion // nil: all
	Order   []Order            // none: by id, which is by age for ids made here; ties are broken by id, in the direction of the last field
	Limit   int                // at most so many; 0: all for Find, DefaultPage for Page
	After   Cursor             // go on behind a page
	Deleted Deleted            // soft-deleted records: left out unless asked for
}

// Order is a field to order by. Absent values come first, last when Desc; text is ordered by bytes.
type Order struct {
	Field string
	Desc  bool
}

// DefaultPage is the size of a page when a query has no limit.
const DefaultPage = 50

// streamPage is how many records Find reads at a time from a driver that
// cannot stream.
const streamPage = 1000

// Get returns the live record with that id. One that is not there, is deleted,
// belongs to another tenant or is hidden from the caller is ErrNotFound.
func (k *Kind[T]) Get(ctx context.Context, r Reader, id uuid.UUID) (*T, error) {
	if t, ok := r.(*Tenant); ok && t.guard == nil && k.schema.Base == nil {
		found, err := t.getOne(ctx, k.schema, id)
		if err != nil {
			return nil, err
		}
		return k.of(found), nil
	}
	var found Record
	err := r.read(ctx, Single, func(tx *Tx) (err error) {
		found, err = tx.get(ctx, k.schema, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return k.of(found), nil
}

// getOne is get for a handle without a guard and a kind of the store, which
// need no Tx.
func (t *Tenant) getOne(ctx context.Context, s *Schema, id uuid.UUID) (Record, error) {
	if err := t.store.known(s); err != nil {
		return nil, err
	}
	d, err := t.open(ctx, Single)
	if err != nil {
		return nil, err
	}
	defer d.Rollback()
	list, err := d.Get(ctx, s, []uuid.UUID{id}, NoLock)
	if err != nil {
		return nil, err
	}
	if list[0] == nil || !list[0].meta().Live() {
		return nil, notFound(s.Name, id)
	}
	return t.store.own(s, list[0]), nil
}

// own returns a record that is the caller's own.
func (s *Store) own(of *Schema, r Record) Record {
	if s.traits.Shared {
		return of.copy(r)
	}
	return r
}

// get reads one live record as the caller may see it.
func (tx *Tx) get(ctx context.Context, s *Schema, id uuid.UUID) (Record, error) {
	list, err := tx.stored(ctx, s, []uuid.UUID{id}, NoLock)
	if err != nil {
		return nil, err
	}
	if list[0] == nil || !list[0].meta().Live() {
		return nil, notFound(s.Name, id)
	}
	return tx.show(ctx, s, list[0])
}

// stored returns the records with these ids that the caller may see, deleted
// ones included, unmasked and possibly the driver's own; nil where there is none.
func (tx *Tx) stored(ctx context.Context, s *Schema, ids []uuid.UUID, lock Lock) ([]Record, error) {
	if err := tx.known(ctx, s); err != nil {
		return nil, err
	}
	list, err := tx.driver.Get(ctx, s, ids, lock)
	if err != nil || tx.tenant.guard == nil {
		return list, err
	}
	return list, tx.hide(ctx, s, ids, list)
}

// hide takes the records that the caller may not see out of the list.
func (tx *Tx) hide(ctx context.Context, s *Schema, ids []uuid.UUID, list []Record) error {
	p, err := tx.plan(ctx, s, Query{Where: criteria.In(FieldID, ids...), Deleted: DeletedToo})
	if err != nil {
		return err
	}
	seen, err := tx.driver.Find(ctx, p)
	if err != nil {
		return err
	}
	visible := make(map[uuid.UUID]bool, len(seen))
	for _, r := range seen {
		visible[idOf(r)] = true
	}
	for i := range list {
		if !visible[ids[i]] {
			list[i] = nil
		}
	}
	return nil
}

// known reports a kind that neither the store nor the tenant has.
func (tx *Tx) known(ctx context.Context, s *Schema) error {
	if s.Base == nil {
		return tx.tenant.store.known(s)
	}
	if err := s.check(); err != nil {
		return err
	}
	v, err := tx.vocabulary(ctx)
	if err != nil {
		return err
	}
	if known := v.kinds[s.Name]; known == nil || known.Base == nil {
		return fault(ErrUnknownKind, "the tenant has not defined %q: put a CustomKind of that name first", s.Name)
	}
	return nil
}

// known reports a kind, not of a tenant's own, that the store was not made with.
func (s *Store) known(of *Schema) error {
	if s.base.kinds[of.Name] != of {
		return fault(ErrUnknownKind, "%q was not given to storage.New", of.Name)
	}
	return nil
}

// Find returns the records that match, one after another. All of them come
// from one committed state, which a long iteration keeps while others write.
// The loop may stop early; an error, such as the end of the context, ends the
// sequence after a nil record. Each record is the caller's own.
func (k *Kind[T]) Find(ctx context.Context, r Reader, q Query) iter.Seq2[*T, error] {
	return k.sequence(ctx, r, q, false)
}

// Each is Find for loops that only look: the record that it yields may be the
// database's own and is valid until the next step of the loop. It must not be
// changed or kept. It saves the copy that Find makes.
func (k *Kind[T]) Each(ctx context.Context, r Reader, q Query) iter.Seq2[*T, error] {
	return k.sequence(ctx, r, q, true)
}

// sequence lends records that are not to be changed, unless something in them
// is hidden, or shows copies.
func (k *Kind[T]) sequence(ctx context.Context, r Reader, q Query, lend bool) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		stopped := false
		err := r.read(ctx, Snapshot, func(tx *Tx) error {
			if d, ok := tx.driver.(Batcher); ok && lend && tx.tenant.guard == nil {
				return k.batches(ctx, tx, d, q, &stopped, yield)
			}
			asStored := lend && tx.tenant.guard == nil
			_, own := r.(*Tenant) // the transaction is the loop's own
			alone := own && tx.tenant.guard == nil
			return tx.each(ctx, k.schema, q, alone, func(r Record) (err error) {
				if !asStored {
					if r, err = tx.show(ctx, k.schema, r); err != nil {
						return err
					}
				}
				if stopped = !yield(k.of(r), nil); stopped {
					return errStop
				}
				return nil
			})
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

// First returns the first record of a query, or ErrNotFound.
func (k *Kind[T]) First(ctx context.Context, r Reader, q Query) (*T, error) {
	q.Limit = 1
	var found Record
	err := r.read(ctx, Single, func(tx *Tx) error {
		p, err := tx.plan(ctx, k.schema, q)
		if err != nil {
			return err
		}
		list, err := tx.driver.Find(ctx, p)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return notFound(k.schema.Name, uuid.Nil)
		}
		found, err = tx.show(ctx, k.schema, list[0])
		return err
	})
	if err != nil {
		return nil, err
	}
	return k.of(found), nil
}

// A Page is a part of the results of a query.
type Page[T any] struct {
	Items []*T
	Next  Cursor // where the next page begins; empty on the last page
}

// Page returns up to q.Limit records behind q.After. Pages show every record
// that was there throughout exactly once, however many are added or deleted
// between them. A cursor that is damaged, or of another tenant, kind or order, is
// ErrCursor. The condition may be another one than that of the page before, as one
// that bounds a time by the last record seen: the page goes on behind the same place.
func (k *Kind[T]) Page(ctx context.Context, r Reader, q Query) (Page[T], error) {
	var page Page[T]
	err := r.read(ctx, Single, func(tx *Tx) error {
		list, next, err := tx.page(ctx, k.schema, q)
		if err != nil {
			return err
		}
		page.Next = next
		page.Items, err = k.present(ctx, tx, list)
		return err
	})
	return page, err
}

// page returns the stored records of a page, and where the next one begins.
func (tx *Tx) page(ctx context.Context, s *Schema, q Query) ([]Record, Cursor, error) {
	if q.Limit == 0 {
		q.Limit = DefaultPage
	}
	p, err := tx.plan(ctx, s, q)
	if err != nil {
		return nil, "", err
	}
	p.Limit++ // one more tells whether there is a next page
	list, err := tx.driver.Find(ctx, p)
	if err != nil || len(list) <= q.Limit {
		return list, "", err
	}
	list = list[:q.Limit]
	return list, encodeCursor(tx.tenant.name, p, list[q.Limit-1]), nil
}

func (k *Kind[T]) present(ctx context.Context, tx *Tx, list []Record) ([]*T, error) {
	items := make([]*T, len(list))
	for i, r := range list {
		shown, err := tx.show(ctx, k.schema, r)
		if err != nil {
			return nil, err
		}
		items[i] = k.of(shown)
	}
	return items, nil
}

// Count returns how many records match; order, limit and cursor are ignored.
func (k *Kind[T]) Count(ctx context.Context, r Reader, q Query) (int64, error) {
	rows, err := k.Aggregate(ctx, r, q, Figures{})
	if err != nil {
		return 0, err
	}
	return rows[0].Count, nil
}

// Figures says what Aggregate computes, by the names of fields.
type Figures struct {
	By  []string // one row for each combination of values
	Sum []string // then a figure for each of these,
	Min []string // of these,
	Max []string // and of these, in this order
}

// Aggregate groups the records that match and returns one row a group, in the
// order of the group's values; without groups exactly one row. Order, limit
// and cursor of the query are ignored. A field that the caller may not read is
// refused with ErrForbidden.
func (k *Kind[T]) Aggregate(ctx context.Context, r Reader, q Query, f Figures) ([]Row, error) {
	return aggregate(ctx, r, k.schema, q, f)
}

func aggregate(ctx context.Context, r Reader, s *Schema, q Query, f Figures) ([]Row, error) {
	var rows []Row
	err := r.read(ctx, Single, func(tx *Tx) error {
		p, err := tx.plan(ctx, s, Query{Where: q.Where, Deleted: q.Deleted})
		if err != nil {
			return err
		}
		a, err := tx.aggregation(ctx, s, f)
		if err != nil {
			return err
		}
		rows, err = tx.driver.Aggregate(ctx, p, a)
		return err
	})
	return rows, err
}

// errStop ends an iteration whose consumer has had enough.
var errStop = fault(ErrFinished, "stopped by the consumer")

// each calls fn with the stored records of a query, which may be the driver's
// own. alone says that fn does nothing in the transaction.
func (tx *Tx) each(ctx context.Context, s *Schema, q Query, alone bool, fn func(Record) error) error {
	p, err := tx.plan(ctx, s, q)
	if err != nil {
		return err
	}
	p.Alone = alone
	if d, ok := tx.driver.(Streamer); ok {
		var failed error
		err := d.Stream(ctx, p, func(r Record) bool {
			failed = fn(r)
			return failed == nil
		})
		if failed != nil {
			return failed
		}
		return err
	}
	return tx.pages(ctx, p, fn)
}

// pages reads a plan from a driver that cannot stream: page by page, so that
// the consumer may use the transaction between two records; all at once where
// a later page would see what was written since.
func (tx *Tx) pages(ctx context.Context, p *Plan, fn func(Record) error) error {
	if tx.mode == Write {
		list, err := tx.driver.Find(ctx, p)
		for i := 0; err == nil && i < len(list); i++ {
			err = fn(list[i])
		}
		return err
	}
	left := p.Limit
	for {
		p.Limit = streamPage
		if left > 0 {
			p.Limit = min(left, streamPage)
		}
		list, err := tx.driver.Find(ctx, p)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := fn(r); err != nil {
				return err
			}
		}
		if len(list) < p.Limit || left == len(list) {
			return nil
		}
		if left > 0 {
			left -= len(list)
		}
		p.After = list[len(list)-1]
	}
}
