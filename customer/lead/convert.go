package lead

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Conversion says how leads become customers. The zero Conversion makes
// customers without an opportunity, and knows those again that are there.
type Conversion struct {
	Onto    uuid.UUID            // the customer that takes the lead; uuid.Nil: the one that is found, or a new one
	Stage   string               // of new customers, in the life cycle
	Roles   []string             // of the contact at the company
	Deal    *deal.Deal           // an opportunity to add for each, which is left as it is; see Convert
	Phones  customer.PhoneParser // nil: customer.NormalPhone
	Unnamed string               // the name of a customer whose lead states neither a name nor a way to reach it; empty: refused
}

// A Result is what became of a lead.
type Result struct {
	Lead     *Lead // as it is stored now
	Customer uuid.UUID
	Contact  uuid.UUID // the person at the company; uuid.Nil if there is none
	Deal     uuid.UUID // uuid.Nil if none was asked for
	Created  bool      // the customer is new
	Unusable []error   // what was given as a phone or mail address and is none; it stays in the lead
}

// Convert makes a customer of a lead in the pool or owned by somebody: a company,
// and the person there as its contact, where the lead names a company; else a
// person.
//
// The customer is a new one, unless it is there: the one that has the phone
// number of the lead, or else its mail address; for a company also the
// organisation of exactly that name. An existing customer gets the tags and the
// fields that it lacks, and the custom values, which count as said last. A new
// one gets Source, Owner and what else the lead says. Contact points,
// preferences, interests, notes and the relation of the contact follow in the
// same transaction. Notes become interactions with their author and time, of
// source "lead_note"; interests hang on one of source "lead", at the moment when
// the lead came.
//
// The opportunity gets the customer, the contact, the owner and source of the
// lead, and its name, where it has none of its own.
//
// A lead that was converted before returns what it was converted to, and nothing
// is written. One that cannot be converted is ErrState; where several customers
// have its number or name, it is customer.ErrSeveral in a *SeveralError: choose
// with Onto. A lead without a name is storage.ErrInvalid, and so is a custom
// value that does not fit its field.
func Convert(ctx context.Context, tx *storage.Tx, id uuid.UUID, c Conversion) (*Result, error) {
	list, err := ConvertAll(ctx, tx, c, id)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// ConvertAll is Convert for many leads in a few statements, all of them or none.
// Leads of the call that have a number or company in common become one customer.
// It returns the results in the order of the ids, which are distinct.
func ConvertAll(ctx context.Context, tx *storage.Tx, c Conversion, ids ...uuid.UUID) ([]*Result, error) {
	leads, err := load(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	return c.convert(ctx, tx, leads)
}

// Admit ingests leads and makes customers of them at once: of what customers tell
// about themselves in a form, or of the rows of a survey. A lead that was
// delivered before is known again, as in Ingest, and so is its customer; one that
// was turned down or merged since is ErrState. Other errors are those of Convert.
func Admit(ctx context.Context, tx *storage.Tx, c Conversion, leads ...*Lead) ([]*Result, error) {
	stored, err := Ingest(ctx, tx, leads...)
	if err != nil {
		return nil, err
	}
	results, err := c.convert(ctx, tx, distinct(stored))
	if err != nil {
		return nil, err
	}
	byLead := make(map[*Lead]*Result, len(results))
	for _, r := range results {
		byLead[r.Lead] = r
	}
	list := make([]*Result, len(stored))
	for i, l := range stored {
		list[i] = byLead[l]
	}
	return list, nil
}

// A change is a lead on its way to a customer.
type change struct {
	lead     *Lead
	result   *Result
	points   []*customer.ContactPoint // without their customer
	customer *customer.Customer
	contact  *customer.Customer // nil: none
}

// reached returns whose the contact points are.
func (ch *change) reached() *customer.Customer {
	if ch.contact != nil {
		return ch.contact
	}
	return ch.customer
}

// convert converts leads that were read in this transaction.
func (c Conversion) convert(ctx context.Context, tx *storage.Tx, leads []*Lead) ([]*Result, error) {
	results := make([]*Result, len(leads))
	var changes []*change
	for i, l := range leads {
		results[i] = &Result{Lead: l, Customer: l.Customer, Contact: l.Contact, Deal: l.Deal}
		if l.CurrentState() == Converted {
			continue
		}
		if _, err := l.next(opConvert); err != nil {
			return nil, err
		}
		changes = append(changes, &change{lead: l, result: results[i]})
	}
	p := &placing{Conversion: c, changes: changes}
	return results, p.run(ctx, tx)
}

// run converts the leads of a placing, all of which may be converted.
func (p *placing) run(ctx context.Context, tx *storage.Tx) error {
	if len(p.changes) == 0 {
		return nil
	}
	if err := p.look(ctx, tx); err != nil {
		return err
	}
	for _, ch := range p.changes {
		if err := p.place(ch); err != nil {
			return err
		}
	}
	return p.store(ctx, tx)
}

// store writes what was decided: the leads as soon as their customers are there,
// so that who comes second finds another version of the lead before it can trip
// over what the first has written.
func (p *placing) store(ctx context.Context, tx *storage.Tx) error {
	for _, step := range []func(context.Context, *storage.Tx) error{
		p.writeCustomers, p.writeLeads, p.writeContacts, p.writeDeals, p.carryNotes, p.carryPreferences, p.carryInterests,
	} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (p *placing) writeCustomers(ctx context.Context, tx *storage.Tx) error {
	if err := p.setValues(ctx, tx); err != nil {
		return err
	}
	for _, c := range p.touched {
		if c.Version == 0 && c.Stage != "" {
			c.StageSince = tx.Now()
		}
	}
	return customer.Kind.Put(ctx, tx, p.touched...)
}

func (p *placing) writeContacts(ctx context.Context, tx *storage.Tx) error {
	var points []*customer.ContactPoint
	var relations []*customer.Relation
	for _, ch := range p.changes {
		for _, point := range ch.points {
			point.Customer = ch.reached().ID
			points = append(points, point)
		}
		if ch.contact != nil && !p.worksAt(ch.contact, ch.customer) {
			relations = append(relations, &customer.Relation{Person: ch.contact.ID, Company: ch.customer.ID, Title: ch.lead.Title, Roles: p.Roles})
		}
	}
	if _, err := customer.AddContactPoints(ctx, tx, points...); err != nil {
		return err
	}
	_, err := customer.Relate(ctx, tx, relations...)
	return err
}

// writeDeals adds the opportunities, and names them in the leads.
func (p *placing) writeDeals(ctx context.Context, tx *storage.Tx) error {
	if p.Deal == nil {
		return nil
	}
	deals := make([]*deal.Deal, len(p.changes))
	for i, ch := range p.changes {
		deals[i] = p.dealFor(ch)
	}
	if err := deal.Add(ctx, tx, deals...); err != nil {
		return err
	}
	for i, ch := range p.changes {
		ch.lead.Deal, ch.result.Deal = deals[i].ID, deals[i].ID
	}
	return p.putLeads(ctx, tx)
}

// dealFor returns the opportunity of a lead.
func (p *placing) dealFor(ch *change) *deal.Deal {
	d := *p.Deal
	d.Meta = storage.Meta{Custom: p.Deal.Custom}
	d.Customer = ch.customer.ID
	if ch.contact != nil && d.Contact == uuid.Nil {
		d.Contact = ch.contact.ID
	}
	if d.Owner == uuid.Nil {
		d.Owner = ch.lead.Owner
	}
	d.Source, d.Name = first(d.Source, ch.lead.Source), first(d.Name, ch.lead.Company, ch.lead.Name, ch.customer.Name)
	return &d
}

// writeLeads is the compare-and-set on which all of it hangs.
func (p *placing) writeLeads(ctx context.Context, tx *storage.Tx) error {
	for _, ch := range p.changes {
		l := ch.lead
		l.Customer = ch.customer.ID
		if ch.contact != nil {
			l.Contact = ch.contact.ID
		}
		l.enter(Converted, tx.Now())
		ch.result.Customer, ch.result.Contact = l.Customer, l.Contact
	}
	return p.putLeads(ctx, tx)
}

func (p *placing) putLeads(ctx context.Context, tx *storage.Tx) error {
	leads := make([]*Lead, len(p.changes))
	for i, ch := range p.changes {
		leads[i] = ch.lead
	}
	return Leads.Put(ctx, tx, leads...)
}

// first returns the first text that is not empty.
func first(list ...string) string {
	for _, text := range list {
		if text != "" {
			return text
		}
	}
	return ""
}
