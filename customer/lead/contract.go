package lead

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Contract is the event that a contract was signed.
type Contract struct {
	Source   string // the system that tells of it; empty: "contract"
	Number   string // what it is called there; unique within the source
	Name     string // of the person who signed
	Company  string // for which; empty: the person itself
	Phone    string
	Amount   customer.Money
	SignedAt time.Time // zero: the moment of the transaction
}

// Signed is what became of a contract.
type Signed struct {
	Customer uuid.UUID
	Order    uuid.UUID
	Created  bool        // the customer is new
	Leads    []uuid.UUID // of the same phone number, which are converted now
}

// contractSource is the source of contracts that state none.
const contractSource = "contract"

// Sign takes in signed contracts: each is a transaction of its customer, found
// by phone number as Convert finds it. Where there is none, it is made, of the
// stage that c states and with the source of the contract. Leads in the pool or
// owned that have the number are converted to that customer.
//
// A contract whose Source and Number are known is not stored again; the result
// names the order that is there. A number that is no phone number is
// customer.ErrContact; several customers who have it are customer.ErrSeveral: put
// the order yourself. c.Deal and c.Onto are not used.
func Sign(ctx context.Context, tx *storage.Tx, c Conversion, contracts ...Contract) ([]Signed, error) {
	c.Deal, c.Onto = nil, uuid.Nil
	s := &signing{placing: placing{Conversion: c}, byNumber: map[delivery]*customer.Order{}}
	contracts = slices.Clone(contracts)
	names := make([]string, len(contracts))
	for i := range contracts {
		contracts[i].Source = first(contracts[i].Source, contractSource)
		names[i] = "contract:" + contracts[i].Source + ":" + contracts[i].Number
	}
	if err := gates.Pass(ctx, tx, names...); err != nil {
		return nil, err
	}
	if err := s.lookOrders(ctx, tx, contracts); err != nil {
		return nil, err
	}
	for _, contract := range contracts {
		if err := s.take(contract, tx.Now()); err != nil {
			return nil, err
		}
	}
	if err := s.write(ctx, tx); err != nil {
		return nil, err
	}
	return s.results(contracts), nil
}

// A signing is one call of Sign.
type signing struct {
	placing
	byNumber map[delivery]*customer.Order
	orders   []*customer.Order // the new ones, in step with changes
	leads    map[uuid.UUID][]uuid.UUID
}

// number returns what a contract is known by.
func (c Contract) number() delivery { return delivery{source: c.Source, external: c.Number} }

// lookOrders reads the orders of contracts that were signed before.
func (s *signing) lookOrders(ctx context.Context, tx *storage.Tx, contracts []Contract) error {
	numbers := map[string][]string{}
	for _, c := range contracts {
		if c.Number != "" {
			numbers[c.Source] = append(numbers[c.Source], c.Number)
		}
	}
	for source, list := range numbers {
		for some := range slices.Chunk(list, chunk) {
			q := storage.Query{Where: criteria.All(criteria.Eq("source", source), criteria.In("external_id", some...))}
			for o, err := range customer.Orders.Find(ctx, tx, q) {
				if err != nil {
					return err
				}
				s.byNumber[delivery{source: o.Source, external: o.ExternalID}] = o
			}
		}
	}
	return nil
}

// take adds a contract to what is to be written, unless it is there.
func (s *signing) take(c Contract, now time.Time) error {
	if c.Number == "" {
		return &storage.FieldError{Kind: "order", Field: "external_id", Reason: "a contract needs a number, by which it is known when it comes again"}
	}
	if s.byNumber[c.number()] != nil {
		return nil
	}
	if _, err := s.Phones.MatchForm(customer.Phone, c.Phone); err != nil {
		return fmt.Errorf("lead: contract %q of %s: %w", c.Number, c.Source, err)
	}
	if c.SignedAt.IsZero() {
		c.SignedAt = now
	}
	o := &customer.Order{PlacedAt: c.SignedAt, Total: c.Amount, Source: c.Source, ExternalID: c.Number}
	s.byNumber[c.number()], s.orders = o, append(s.orders, o)
	l := &Lead{Name: c.Name, Company: c.Company, Phone: c.Phone, Source: c.Source, IngestedAt: c.SignedAt}
	s.changes = append(s.changes, &change{lead: l, result: &Result{Lead: l}})
	return nil
}

// write finds or makes the customers and stores the orders.
func (s *signing) write(ctx context.Context, tx *storage.Tx) error {
	if len(s.changes) == 0 {
		return nil
	}
	if err := s.look(ctx, tx); err != nil {
		return err
	}
	for _, ch := range s.changes {
		if err := s.place(ch); err != nil {
			return err
		}
	}
	if err := s.writeCustomers(ctx, tx); err != nil {
		return err
	}
	if err := s.writeContacts(ctx, tx); err != nil {
		return err
	}
	for i, ch := range s.changes {
		s.orders[i].Customer = ch.customer.ID
	}
	if err := customer.Orders.Put(ctx, tx, s.orders...); err != nil {
		return err
	}
	return s.convertLeads(ctx, tx)
}

// convertLeads converts the open leads of those who signed.
func (s *signing) convertLeads(ctx context.Context, tx *storage.Tx) error {
	s.leads = map[uuid.UUID][]uuid.UUID{}
	signed := map[string]*customer.Customer{} // by phone number
	var matches []string
	for _, ch := range s.changes {
		for _, point := range ch.points {
			signed[point.Match], matches = ch.customer, append(matches, point.Match)
		}
	}
	p := &placing{Conversion: s.Conversion, targets: map[*Lead]*customer.Customer{}}
	for some := range slices.Chunk(distinct(matches), chunk) {
		q := storage.Query{Where: criteria.All(criteria.In("phone_match", some...), criteria.In("state", Pool, Owned))}
		for l, err := range Leads.Find(ctx, tx, q) {
			if err != nil {
				return err
			}
			p.targets[l] = signed[l.PhoneMatch]
			s.leads[p.targets[l].ID] = append(s.leads[p.targets[l].ID], l.ID)
			p.changes = append(p.changes, &change{lead: l, result: &Result{Lead: l}})
		}
	}
	return p.run(ctx, tx)
}

// results tells what became of the contracts.
func (s *signing) results(contracts []Contract) []Signed {
	list := make([]Signed, len(contracts))
	created := map[uuid.UUID]bool{}
	for i, ch := range s.changes {
		created[s.orders[i].ID] = ch.result.Created
	}
	for i, c := range contracts {
		o := s.byNumber[c.number()]
		list[i] = Signed{Customer: o.Customer, Order: o.ID, Created: created[o.ID], Leads: s.leads[o.Customer]}
	}
	return list
}
