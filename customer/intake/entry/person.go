package entry

import (
	"encoding/json"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A person is a customer in the hands of this package.
type person struct {
	customer *customer.Customer
	claims   map[string]*Claim // stored and new
	changed  map[string]bool   // claims to store
	points   map[point]bool    // contact points that are stored
	add      []point           // and those to add
	keys     []string          // keys to add
	united   []*person         // stored ones that are this one
	into     *person           // whom this one is, if it was united
}

func newPerson(c *customer.Customer) *person {
	return &person{customer: c, claims: map[string]*Claim{}, changed: map[string]bool{}, points: map[point]bool{}}
}

// root returns the person that this one is.
func (p *person) root() *person {
	for p.into != nil {
		p = p.into
	}
	return p
}

// stored reports whether the customer was there before.
func (p *person) stored() bool { return p.customer.Version > 0 }

// before reports whether p stays when p and q are one.
func (p *person) before(q *person) bool {
	if p.stored() != q.stored() {
		return p.stored()
	}
	if !p.customer.CreatedAt.Equal(q.customer.CreatedAt) {
		return p.customer.CreatedAt.Before(q.customer.CreatedAt)
	}
	return p.customer.ID.String() < q.customer.ID.String()
}

// hear takes a word if it is stronger than the one that stands.
func (p *person) hear(rule *Rule, field string, w Word) {
	c := p.claims[field]
	if c != nil && !rule.Stronger(field, w, c.word()) {
		return
	}
	if c == nil {
		c = &Claim{Field: field}
		p.claims[field] = c
	}
	c.Source, c.At, c.Value = w.Source, w.At, json.RawMessage(w.Value)
	p.changed[field] = true
}

// look finds the values that were not stated here, and makes claims of them.
func (p *person) look(fields []*storage.Field) {
	source := Manual
	if len(p.claims) == 0 && p.customer.Source != "" {
		source = p.customer.Source // an import made it
	}
	note := func(field, value string) {
		c := p.claims[field]
		if c != nil && string(c.Value) == value {
			return
		}
		if c == nil {
			c = &Claim{Field: field}
			p.claims[field] = c
		}
		c.Source, c.At, c.Value = source, p.customer.UpdatedAt, json.RawMessage(value)
		p.changed[field] = true
	}
	for _, f := range fields {
		if !f.Absent(p.customer) {
			note(f.Name, string(f.AppendJSON(nil, p.customer)))
		}
	}
	if p.customer.ExternalID != "" {
		raw, _ := json.Marshal([2]string{p.customer.Source, p.customer.ExternalID})
		note(numberField, string(raw))
	}
}

// absorb makes q a part of p: the claims of both are weighed.
func (p *person) absorb(rule *Rule, q *person) {
	for field, c := range q.claims {
		p.hear(rule, field, c.word())
	}
	for at := range q.points {
		p.points[at] = true
	}
	p.add, p.keys = append(p.add, q.add...), append(p.keys, q.keys...)
	p.united = append(p.united, q.united...)
	if q.stored() {
		p.united = append(p.united, q)
	}
	q.into = p
}

// settle gives the customer what the claims say.
func (p *person) settle(fields []*storage.Field) error {
	for _, f := range fields {
		if c := p.claims[f.Name]; c != nil {
			if err := f.ParseJSON(c.Value, p.customer); err != nil {
				return err
			}
		}
	}
	if c := p.claims[numberField]; c != nil {
		var pair [2]string
		if err := json.Unmarshal(c.Value, &pair); err != nil {
			return err
		}
		p.customer.Source, p.customer.ExternalID = pair[0], pair[1]
	}
	if p.customer.Type == customer.Organization {
		p.customer.Gender, p.customer.Birthday = "", storage.Date{}
	} else {
		p.customer.Size = ""
	}
	return nil
}

// ids returns the ids of the customers that turned out to be this one.
func (p *person) ids() []uuid.UUID {
	var list []uuid.UUID
	for _, q := range p.united {
		list = append(list, q.customer.ID)
	}
	return list
}
