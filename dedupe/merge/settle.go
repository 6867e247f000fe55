package merge

import (
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// settle changes a record so that a unique key that is taken is its key no more,
// where its kind allows for that:
//
//   - a second primary contact point or address is not primary any more;
//   - a second current assignment of a tag ends as tag.Merged.
//
// Derived fields are set as Put will derive them.
func (m *mover) settle(kind *storage.Schema, key []*storage.Field, r storage.Record) (bool, error) {
	part := func(name string) bool {
		return slices.ContainsFunc(key, func(f *storage.Field) bool { return f.Name == name })
	}
	switch r := r.(type) {
	case *customer.ContactPoint:
		if part("primary_slot") {
			r.Primary = false
			return true, empty(kind, r, "primary_slot")
		}
	case *customer.Address:
		if part("primary_slot") {
			r.Primary = false
			return true, empty(kind, r, "primary_slot")
		}
	case *tag.Assignment:
		m.end(r, tag.Merged)
		return true, empty(kind, r, "current", "due")
	}
	return false, nil
}

// end makes an assignment one that has ended.
func (m *mover) end(a *tag.Assignment, how string) {
	a.End, a.EndedAt, a.EndedBy = how, m.tx.Now(), m.tx.Origin().Actor
}

// empty empties fields.
func empty(kind *storage.Schema, r storage.Record, fields ...string) error {
	for _, name := range fields {
		if err := kind.Field(name).Set(r, nil); err != nil {
			return err
		}
	}
	return nil
}

// renumber gives a stage change the next number below those of the customer that it
// belongs to now: its own is a version of the customer that it belonged to, and could
// be one of the new one, now or later. So these are negative.
func (m *mover) renumber(r storage.Record) error {
	c, ok := r.(*lifecycle.StageChange)
	if !ok {
		return nil
	}
	if _, known := m.turned[c.Customer]; !known {
		q := storage.Query{Where: criteria.Eq("customer", c.Customer)}
		rows, err := lifecycle.StageChanges.Aggregate(m.ctx, m.tx, q, storage.Figures{Min: []string{"move"}})
		if err != nil {
			return err
		}
		lowest, _ := rows[0].Of[0].(int64)
		m.turned[c.Customer] = min(lowest, 0)
	}
	m.turned[c.Customer]--
	c.Move = m.turned[c.Customer]
	return nil
}

// retire ends the assignments of tags that the survivor cannot have: archived ones,
// and those of an exclusive group of which it has another.
func (m *mover) retire(refused []uuid.UUID, of uuid.UUID) error {
	if len(refused) == 0 {
		return nil
	}
	kind := tag.Assignments.Schema()
	where := criteria.All(criteria.Eq("customer", of), criteria.In("current", refused...))
	list, err := storage.Collect(tag.Assignments.Find(m.ctx, m.tx, storage.Query{Where: where}))
	if err != nil || len(list) == 0 {
		return err
	}
	steps := make([]step, len(list))
	for i, a := range list {
		was := kind.Clone(a)
		m.end(a, tag.Merged)
		steps[i] = step{ID: a.ID, How: moved, Set: diff(m.survey.fields[kind.Name], was, a)}
	}
	if err := tag.Assignments.Put(m.ctx, m.tx, list...); err != nil {
		return err
	}
	return m.journal.write(m.ctx, m.tx, kind.Name, steps...)
}
