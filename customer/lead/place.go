package lead

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
)

// A SeveralError is a customer.ErrSeveral: a lead may be any of several customers.
type SeveralError struct {
	Lead       uuid.UUID
	Candidates []uuid.UUID
}

func (e *SeveralError) Error() string {
	names := make([]string, len(e.Candidates))
	for i, id := range e.Candidates {
		names[i] = id.String()
	}
	return fmt.Sprintf("lead: %s may be %d customers: %v have its number, address or name: %s: choose one with Onto, or merge them", e.Lead, len(names), customer.ErrSeveral, strings.Join(names, ", "))
}

// Unwrap returns the sentinel.
func (e *SeveralError) Unwrap() error { return customer.ErrSeveral }

// place decides which customer, and which contact, a lead becomes.
func (p *placing) place(ch *change) error {
	persons, companies := p.found(ch)
	if onto := p.target(ch.lead); onto != nil {
		if onto.Type == customer.Person || len(persons) > 1 {
			return p.settle(ch, onto, nil)
		}
		companies = []*customer.Customer{onto}
	}
	if len(persons) > 1 {
		return several(ch.lead, persons)
	}
	company, err := p.company(ch.lead, persons, companies)
	if err != nil {
		return err
	}
	var person *customer.Customer
	if len(persons) == 1 {
		person = persons[0]
	}
	if company == nil {
		return p.settle(ch, person, nil)
	}
	if person == nil && strings.TrimSpace(ch.lead.Name) == "" {
		return p.settle(ch, company, nil)
	}
	if person == nil {
		person = p.newPerson(ch.lead)
	}
	return p.settle(ch, company, person)
}

// target returns the customer that is to take a lead, or nil where it is to be found.
func (p *placing) target(l *Lead) *customer.Customer {
	if c := p.targets[l]; c != nil {
		return c
	}
	return p.onto
}

// found returns the customers who have the number of a lead, or else its address.
func (p *placing) found(ch *change) (persons, companies []*customer.Customer) {
	for _, point := range ch.points {
		for _, c := range p.byReach[reach{point.Type, point.Match}] {
			if c.Type == customer.Person {
				persons = append(persons, c)
			} else {
				companies = append(companies, c)
			}
		}
		if len(persons)+len(companies) > 0 {
			break
		}
	}
	return distinct(persons), distinct(companies)
}

// company returns the organisation of a lead, a new one if need be, or nil where it has none.
func (p *placing) company(l *Lead, persons, found []*customer.Customer) (*customer.Customer, error) {
	name := strings.TrimSpace(l.Company)
	if len(found) == 0 && name == "" {
		return nil, nil
	}
	if len(found) == 0 {
		found = p.byName[name]
	}
	if len(found) > 1 && len(persons) == 1 {
		if i := slices.IndexFunc(found, func(c *customer.Customer) bool { return p.worksAt(persons[0], c) }); i >= 0 {
			return found[i], nil
		}
	}
	switch len(found) {
	case 0:
		c := p.fresh(l, customer.Organization, name)
		p.byName[name] = append(p.byName[name], c)
		return c, nil
	case 1:
		return found[0], nil
	}
	return nil, several(l, found)
}

func several(l *Lead, list []*customer.Customer) error {
	e := &SeveralError{Lead: l.ID}
	for _, c := range list {
		e.Candidates = append(e.Candidates, c.ID)
	}
	slices.SortFunc(e.Candidates, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return e
}

// settle takes the decision: the lead becomes c, or a new person where that is
// nil, with the contact.
func (p *placing) settle(ch *change, c, contact *customer.Customer) error {
	if c == nil {
		c = p.newPerson(ch.lead)
	}
	if c.Name == "" {
		return ch.lead.invalid("name", "a customer needs one: give the lead a name, or the conversion one for those without (Unnamed)")
	}
	ch.customer, ch.contact = c, contact
	ch.result.Created = c.Version == 0
	c.Tags = distinct(slices.Concat(c.Tags, ch.lead.Tags))
	for _, one := range []*customer.Customer{c, contact} {
		if one != nil {
			fill(one, ch.lead)
			p.touch(one)
		}
	}
	for _, point := range ch.points {
		key := reach{point.Type, point.Match}
		p.byReach[key] = distinct(append(p.byReach[key], ch.reached()))
	}
	return nil
}

func (p *placing) newPerson(l *Lead) *customer.Customer {
	return p.fresh(l, customer.Person, first(strings.TrimSpace(l.Name), strings.TrimSpace(l.Phone), strings.TrimSpace(l.Email), p.Unnamed))
}

// fresh returns a new customer.
func (p *placing) fresh(l *Lead, typ, name string) *customer.Customer {
	return &customer.Customer{Type: typ, Name: name, Stage: p.Stage, Owner: l.Owner, Source: l.Source, Channel: l.Source}
}

// fill gives a customer what it lacks and the lead has.
func fill(c *customer.Customer, l *Lead) {
	for _, field := range []struct {
		mine   *string
		theirs string
	}{{&c.Region, l.Region}, {&c.City, l.City}, {&c.Language, l.Language}} {
		*field.mine = first(*field.mine, field.theirs)
	}
	if c.Type == customer.Person {
		c.Company, c.Title = first(c.Company, strings.TrimSpace(l.Company)), first(c.Title, l.Title)
	}
	if l.FollowedUp.After(c.FollowedUp) {
		c.FollowedUp = l.FollowedUp
	}
}

// touch notes a customer that is to be written.
func (p *placing) touch(c *customer.Customer) {
	if !slices.Contains(p.touched, c) {
		p.touched = append(p.touched, c)
	}
}
