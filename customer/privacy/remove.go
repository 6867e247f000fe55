package privacy

import (
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// remove erases records that are the customer's, after those that are the
// customer's because they name them. all purges what the policies would keep.
func (e *eraser) remove(kind *storage.Schema, list []storage.Record, all bool) error {
	dead, live := byLife(slices.DeleteFunc(list, func(r storage.Record) bool { return e.seen[storage.MetaOf(r).ID] }))
	if len(dead) > 0 {
		if err := e.removeAlike(kind, dead, true); err != nil {
			return err
		}
	}
	if len(live) == 0 {
		return nil
	}
	return e.removeAlike(kind, live, all)
}

// removeAlike is remove for records that are all live or all deleted.
func (e *eraser) removeAlike(kind *storage.Schema, list []storage.Record, all bool) error {
	ids := idsOf(list)
	for _, id := range ids {
		e.seen[id] = true
	}
	below, err := e.removeBelow(kind, ids, all)
	if err != nil {
		return err
	}
	if below { // what was done there may have changed these
		if list, err = e.reload(kind, ids); err != nil {
			return err
		}
	}
	if all || e.options.policy(kind.Name) == Purge {
		err = e.purge(kind, list)
	} else {
		err = e.anonymise(kind, list)
	}
	if err != nil {
		return err
	}
	return e.forget(kind, ids)
}

// purge removes records for good, and anonymises those that another still names.
func (e *eraser) purge(kind *storage.Schema, list []storage.Record) error {
	free, named, err := e.divide(kind, list)
	if err != nil {
		return err
	}
	if len(free) > 0 {
		if err := storage.Any(kind).Purge(e.ctx, e.tx, free...); err != nil {
			return err
		}
		e.count(kind, Count{Purged: int64(len(free))})
	}
	return e.anonymise(kind, named)
}

// removeBelow erases what is the customer's because it names some records, and
// reports whether there was anything.
func (e *eraser) removeBelow(kind *storage.Schema, ids []uuid.UUID, all bool) (found bool, err error) {
	for _, by := range e.graph.naming(kind.Name) {
		err := pages(e.ctx, e.tx, by.kind, e.graph.below(by, ids, e.subject), func(list []storage.Record) error {
			found = true
			return e.remove(by.kind, list, all)
		})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func (e *eraser) reload(kind *storage.Schema, ids []uuid.UUID) (list []storage.Record, err error) {
	err = pages(e.ctx, e.tx, kind, criteria.In("id", ids...), func(some []storage.Record) error {
		list = append(list, some...)
		return nil
	})
	return list, err
}

// divide tells the records that nobody names from those that a record names which
// stays.
func (e *eraser) divide(kind *storage.Schema, list []storage.Record) (free, held []storage.Record, err error) {
	for free = list; len(free) > 0; { // one that is held may name another of the list
		named, err := e.named(kind, idsOf(free))
		if err != nil || len(named) == 0 {
			return free, held, err
		}
		var rest []storage.Record
		for _, r := range free {
			if named[storage.MetaOf(r).ID] {
				held = append(held, r)
			} else {
				rest = append(rest, r)
			}
		}
		free = rest
	}
	return free, held, nil
}

// named returns those of some records that others name by a field that may not
// dangle.
func (e *eraser) named(kind *storage.Schema, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	named := map[uuid.UUID]bool{}
	for _, by := range e.graph.into[kind.Name] {
		if !by.field.Existing {
			continue
		}
		where := criteria.In(by.field.Name, ids...)
		if by.kind == kind {
			where = criteria.All(where, criteria.Not(criteria.In("id", ids...)))
		}
		rows, err := storage.Any(by.kind).Aggregate(e.ctx, e.tx, storage.Query{Where: where, Deleted: storage.DeletedToo}, storage.Figures{By: []string{by.field.Name}})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if id, ok := row.By[0].(uuid.UUID); ok {
				named[id] = true
			}
		}
	}
	return named, nil
}

// forget takes the values of records from the change log and tells the host.
func (e *eraser) forget(kind *storage.Schema, ids []uuid.UUID) error {
	if kind.Tracked() {
		for _, id := range ids {
			n, err := storage.Any(kind).EraseHistory(e.ctx, e.tx, id)
			if err != nil {
				return err
			}
			e.count(kind, Count{Changes: int64(n)})
		}
	}
	if e.options.Erased == nil {
		return nil
	}
	return e.options.Erased(e.ctx, e.tx, kind.Name, ids)
}

func (e *eraser) count(kind *storage.Schema, more Count) {
	if kind == turns.Schema() {
		return
	}
	c := e.counts[kind.Name]
	c.Purged, c.Anonymised, c.Changes = c.Purged+more.Purged, c.Anonymised+more.Anonymised, c.Changes+more.Changes
	e.counts[kind.Name] = c
}

// finish purges the customer, behind everything that named it, and takes what
// was purged in former times from the change log.
func (e *eraser) finish() error {
	if err := e.forgetPurged(); err != nil {
		return err
	}
	c, err := anyCustomer(e.ctx, e.tx, e.subject)
	if err != nil {
		return err
	}
	kind := customerSchema()
	if _, err := e.removeBelow(kind, []uuid.UUID{c.ID}, false); err != nil { // what names it without saying that it is a customer
		return err
	}
	if err := storage.Any(kind).Purge(e.ctx, e.tx, c); err != nil {
		return err
	}
	e.count(kind, Count{Purged: 1})
	return e.forget(kind, []uuid.UUID{c.ID})
}
