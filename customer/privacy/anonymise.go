package privacy

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Neutral is what stands in required text fields of anonymised records. Where the
// field is part of a unique key, a dash and the id of the record follow.
const Neutral = "erased"

// anonymise takes from records what is personal and gives them to the anonymous
// customer.
func (e *eraser) anonymise(kind *storage.Schema, list []storage.Record) error {
	for _, r := range list {
		for _, f := range e.graph.personal[kind.Name] {
			if err := neutralise(kind, f, r); err != nil {
				return err
			}
		}
	}
	return e.detached(kind, list)
}

// detach anonymises records of others that mention the customer; customers lose
// nothing but the ref.
func (e *eraser) detach(kind *storage.Schema, list []storage.Record) error {
	dead, live := byLife(list)
	if kind.Name == customerKind {
		return e.detached(kind, list)
	}
	ids := idsOf(list)
	if err := e.purge(kind, dead); err != nil {
		return err
	}
	if err := e.anonymise(kind, live); err != nil {
		return err
	}
	return e.forget(kind, ids)
}

// byLife tells deleted records from live ones.
func byLife(list []storage.Record) (dead, live []storage.Record) {
	for _, r := range list {
		if storage.MetaOf(r).Live() {
			live = append(live, r)
		} else {
			dead = append(dead, r)
		}
	}
	return dead, live
}

// detached makes records name the customer no more, and stores them. Those that are
// deleted stay so.
func (e *eraser) detached(kind *storage.Schema, list []storage.Record) error {
	if len(list) == 0 {
		return nil
	}
	for _, r := range list {
		if err := e.unname(kind, r); err != nil {
			return err
		}
	}
	e.count(kind, Count{Anonymised: int64(len(list))})
	dead, live := byLife(list)
	if err := storage.Any(kind).Amend(e.ctx, e.tx, dead...); err != nil {
		return err
	}
	return storage.Any(kind).Put(e.ctx, e.tx, live...)
}

// unname lets a record that is the customer's name the anonymous one, and one
// that mentions it nobody where it may.
func (e *eraser) unname(kind *storage.Schema, r storage.Record) error {
	for _, by := range slices.Concat(e.graph.owners[kind.Name], e.graph.mentions[kind.Name]) {
		if by.field.Value(r) != e.subject {
			continue
		}
		if !by.field.Required && slices.Contains(e.graph.mentions[kind.Name], by) {
			if err := by.field.Set(r, nil); err != nil {
				return err
			}
			continue
		}
		id, err := e.standIn()
		if err != nil {
			return err
		}
		if err := by.field.Set(r, id); err != nil {
			return err
		}
	}
	return nil
}

// standIn returns the anonymous customer of the erasure, a new one the first time.
func (e *eraser) standIn() (uuid.UUID, error) {
	if e.entry.StandIn != uuid.Nil {
		return e.entry.StandIn, nil
	}
	c, err := anyCustomer(e.ctx, e.tx, e.subject)
	if err != nil {
		return uuid.Nil, err
	}
	anonymous := &customer.Customer{Type: c.Type, Name: Neutral + "-" + e.entry.ID.String()}
	if err := customer.Kind.Put(e.ctx, e.tx, anonymous); err != nil {
		return uuid.Nil, err
	}
	e.entry.StandIn = anonymous.ID
	return anonymous.ID, nil
}

// neutralise takes the value of a field away, or replaces it where one must be.
func neutralise(kind *storage.Schema, f *storage.Field, r storage.Record) error {
	if f.Absent(r) {
		return nil
	}
	if !f.Required && (f.Optional || emptiable(f.Type)) {
		return f.Set(r, nil)
	}
	text := Neutral
	if slices.ContainsFunc(kind.Indexes, func(i storage.Index) bool { return i.Unique && slices.Contains(i.Fields, f) }) {
		text += "-" + storage.MetaOf(r).ID.String()
	}
	switch f.Type {
	case criteria.Text:
		return f.Set(r, text)
	case criteria.Texts:
		return f.Set(r, []string{text})
	case criteria.JSON:
		return f.Set(r, json.RawMessage(`{}`))
	case criteria.Time:
		return f.Set(r, time.Unix(0, 0).UTC())
	case criteria.Day:
		return f.Set(r, storage.Date{Year: 1, Month: time.January, Day: 1})
	case criteria.Integer:
		return f.Set(r, int64(0))
	case criteria.Decimal:
		return f.Set(r, decimal.Zero)
	case criteria.Bool:
		return f.Set(r, false)
	}
	return nil // a required ref: an id tells nothing where what it names is gone
}

// emptiable reports whether values of a type can be absent of themselves.
func emptiable(t criteria.Type) bool {
	return t != criteria.Integer && t != criteria.Decimal && t != criteria.Bool
}
