package lead

import (
	"context"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A reach is a number or address by which customers are found.
type reach struct{ typ, match string }

// A placing finds the customers for leads. What it decides for one lead it
// knows when it comes to the next.
type placing struct {
	Conversion
	changes []*change
	targets map[*Lead]*customer.Customer // who takes a lead, where that is settled

	known   map[uuid.UUID]*customer.Customer
	byReach map[reach][]*customer.Customer
	byName  map[string][]*customer.Customer // organisations
	works   map[job]bool
	onto    *customer.Customer
	touched []*customer.Customer // new or changed
}

// A job is that a person works at a company, by id.
type job struct{ person, company uuid.UUID }

// look reads the customers that the leads may be, behind the gates of their
// numbers and names.
func (p *placing) look(ctx context.Context, tx *storage.Tx) error {
	var names []string
	for _, ch := range p.changes {
		ch.points, ch.result.Unusable = p.reachOf(ch.lead.Phone, ch.lead.Email)
		for _, point := range ch.points {
			names = append(names, point.Type+":"+point.Match)
		}
		if company := strings.TrimSpace(ch.lead.Company); company != "" {
			names = append(names, "company:"+company)
		}
	}
	if err := gates.Pass(ctx, tx, names...); err != nil {
		return err
	}
	p.known, p.byReach = map[uuid.UUID]*customer.Customer{}, map[reach][]*customer.Customer{}
	p.byName, p.works = map[string][]*customer.Customer{}, map[job]bool{}
	if err := p.lookReach(ctx, tx); err != nil {
		return err
	}
	if err := p.lookNames(ctx, tx); err != nil {
		return err
	}
	if err := p.lookJobs(ctx, tx); err != nil || p.Onto == uuid.Nil {
		return err
	}
	if p.onto = p.known[p.Onto]; p.onto != nil {
		return nil
	}
	var err error
	p.onto, err = customer.Kind.Get(ctx, tx, p.Onto)
	return err
}

// reachOf returns the contact points of a phone number and a mail address, and
// why one of them is none.
func (c Conversion) reachOf(phone, email string) (points []*customer.ContactPoint, unusable []error) {
	for _, given := range []reach{{customer.Phone, phone}, {customer.Email, email}} {
		if strings.TrimSpace(given.match) == "" {
			continue
		}
		point, err := c.Phones.NewContactPoint(uuid.Nil, given.typ, given.match)
		if err != nil {
			unusable = append(unusable, err)
			continue
		}
		points = append(points, point)
	}
	return points, unusable
}

// lookReach reads the customers who have the numbers and addresses.
func (p *placing) lookReach(ctx context.Context, tx *storage.Tx) error {
	matches := map[string][]string{} // by type
	for _, ch := range p.changes {
		for _, point := range ch.points {
			matches[point.Type] = append(matches[point.Type], point.Match)
		}
	}
	found := map[reach][]uuid.UUID{}
	var ids []uuid.UUID
	for typ, list := range matches {
		for some := range slices.Chunk(distinct(list), chunk) {
			q := storage.Query{
				Where: criteria.All(criteria.Eq("type", typ), criteria.In("match", some...)),
				Order: []storage.Order{{Field: storage.FieldCreatedAt}},
			}
			for point, err := range customer.ContactPoints.Find(ctx, tx, q) {
				if err != nil {
					return err
				}
				key := reach{typ, point.Match}
				found[key], ids = append(found[key], point.Customer), append(ids, point.Customer)
			}
		}
	}
	if err := lookUp(ctx, tx, p, storage.FieldID, distinct(ids), nil); err != nil {
		return err
	}
	for key, list := range found {
		for _, id := range list {
			if c := p.known[id]; c != nil {
				p.byReach[key] = append(p.byReach[key], c)
			}
		}
	}
	return nil
}

// lookNames reads the organisations that have the names of companies.
func (p *placing) lookNames(ctx context.Context, tx *storage.Tx) error {
	var names []string
	for _, ch := range p.changes {
		if name := strings.TrimSpace(ch.lead.Company); name != "" {
			names = append(names, name)
		}
	}
	if err := lookUp(ctx, tx, p, "name", distinct(names), criteria.Eq("type", customer.Organization)); err != nil {
		return err
	}
	for _, c := range p.known {
		if c.Type == customer.Organization {
			p.byName[c.Name] = append(p.byName[c.Name], c)
		}
	}
	return nil
}

// lookUp reads the customers whose field has one of the values and whom where matches.
func lookUp[V any](ctx context.Context, tx *storage.Tx, p *placing, field string, values []V, where criteria.Criterion) error {
	for some := range slices.Chunk(values, chunk) {
		for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.All(criteria.In(field, some...), where)}) {
			if err != nil {
				return err
			}
			if p.known[c.ID] == nil {
				p.known[c.ID] = c
			}
		}
	}
	return nil
}

// lookJobs reads where the persons found work, whatever they do there.
func (p *placing) lookJobs(ctx context.Context, tx *storage.Tx) error {
	var persons []uuid.UUID
	for id, c := range p.known {
		if c.Type == customer.Person {
			persons = append(persons, id)
		}
	}
	for some := range slices.Chunk(persons, chunk) {
		for r, err := range customer.Relations.Find(ctx, tx, storage.Query{Where: criteria.In("person", some...)}) {
			if err != nil {
				return err
			}
			p.works[job{r.Person, r.Company}] = true
		}
	}
	return nil
}

// worksAt reports whether a person is known to work at a company.
func (p *placing) worksAt(person, company *customer.Customer) bool {
	return p.works[job{person.ID, company.ID}]
}
