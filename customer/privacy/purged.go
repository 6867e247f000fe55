package privacy

import (
	"maps"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

func customerSchema() *storage.Schema { return customer.Kind.Schema() }

// customerFields returns the names of the fields that name a customer, by kind.
func (e *eraser) customerFields() map[string][]string {
	names := map[string][]string{}
	for _, kind := range e.graph.kinds {
		for _, by := range slices.Concat(e.graph.owners[kind.Name], e.graph.mentions[kind.Name]) {
			names[kind.Name] = append(names[kind.Name], by.field.Name)
		}
	}
	return names
}

// forgetPurged takes the values of records from the change log that were the
// customer's and purged before. It reads all purges of the log.
func (e *eraser) forgetPurged() error {
	names := e.customerFields()
	where := criteria.All(criteria.Eq("op", storage.OpPurge), criteria.In("kind", slices.Sorted(maps.Keys(names))...))
	return pages(e.ctx, e.tx, storage.Changes.Schema(), where, func(list []storage.Record) error {
		byKind := map[string][]uuid.UUID{}
		for _, r := range list {
			c := r.(*storage.Change)
			byKind[c.Kind] = append(byKind[c.Kind], c.Record)
		}
		for _, kind := range e.graph.kinds {
			if err := e.forgetThose(kind, byKind[kind.Name], names[kind.Name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetThose takes the values of those of some purged records from the change
// log that ever named the customer by one of some fields.
func (e *eraser) forgetThose(kind *storage.Schema, ids []uuid.UUID, fields []string) error {
	if len(ids) == 0 {
		return nil
	}
	histories, err := changesOf(e.ctx, e.tx, kind, ids)
	if err != nil {
		return err
	}
	for id, changes := range histories {
		if !e.everNamed(changes, fields) {
			continue
		}
		n, err := storage.Any(kind).EraseHistory(e.ctx, e.tx, id)
		if err != nil {
			return err
		}
		e.count(kind, Count{Changes: int64(n)})
	}
	return nil
}

// everNamed reports whether a value in the changes was the customer.
func (e *eraser) everNamed(changes []*storage.Change, fields []string) bool {
	for _, c := range changes {
		for _, field := range fields {
			before, after, _ := c.Value(field)
			if strings.Contains(string(before)+string(after), e.subject.String()) {
				return true
			}
		}
	}
	return false
}
