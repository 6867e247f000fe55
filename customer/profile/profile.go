package profile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Profile is a customer as a whole. It marshals to JSON.
type Profile struct {
	Customer      *customer.Customer
	ContactPoints []*customer.ContactPoint // the oldest first, as in the other lists
	Addresses     []*customer.Address
	Identities    []*customer.Identity
	ExternalIDs   []*customer.ExternalID
	Preferences   []*customer.Preference
	Relations     []*customer.Relation // as a person and as an organisation
	Transactions  Transactions
	Interactions  Interactions
	Sections      []Section // by kind; kinds without a record of the customer are left out
}

// Options say how much Get360 reads. The zero value is right for most.
type Options struct {
	Limit int      // at most so many records in each list; 0: 10
	Kinds []string // sections of these kinds only; nil: of all that the change log tracks
}

// basics are the kinds that have a place in Profile.
var basics = []string{
	customer.ContactPoints.Name(), customer.Addresses.Name(), customer.Identities.Name(), customer.ExternalIDs.Name(),
	customer.Preferences.Name(), customer.Relations.Name(), customer.Orders.Name(), customer.Interactions.Name(),
}

// Get360 returns all about a customer, a part of each list where it is long.
func Get360(ctx context.Context, r storage.Reader, id uuid.UUID, o Options) (*Profile, error) {
	if o.Limit == 0 {
		o.Limit = 10
	}
	if o.Limit < 0 {
		return nil, fmt.Errorf("profile: %w: a limit of %d: give 1 or more", storage.ErrInvalid, o.Limit)
	}
	var p *Profile
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		p = &Profile{Customer: c}
		if err := p.readBasics(ctx, tx, o); err != nil {
			return err
		}
		if p.Transactions, err = transactionsOf(ctx, tx, id, o.Limit); err != nil {
			return err
		}
		if p.Interactions, err = interactionsOf(ctx, tx, id, o.Limit); err != nil {
			return err
		}
		p.Sections, err = sectionsOf(ctx, tx, id, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Profile) readBasics(ctx context.Context, tx *storage.Tx, o Options) error {
	theirs := criteria.Eq("customer", p.Customer.ID)
	either := criteria.Any(criteria.Eq("person", p.Customer.ID), criteria.Eq("company", p.Customer.ID))
	return errors.Join(
		list(ctx, tx, customer.ContactPoints, theirs, o.Limit, &p.ContactPoints),
		list(ctx, tx, customer.Addresses, theirs, o.Limit, &p.Addresses),
		list(ctx, tx, customer.Identities, theirs, o.Limit, &p.Identities),
		list(ctx, tx, customer.ExternalIDs, theirs, o.Limit, &p.ExternalIDs),
		list(ctx, tx, customer.Preferences, theirs, o.Limit, &p.Preferences),
		list(ctx, tx, customer.Relations, either, o.Limit, &p.Relations),
	)
}

// list reads some records of a kind, none where the caller may not.
func list[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], where criteria.Criterion, limit int, to *[]*T) error {
	page, err := kind.Page(ctx, tx, storage.Query{Where: where, Limit: limit})
	*to = page.Items
	return allowed(err)
}

// allowed turns a refusal of the guard into nothing.
func allowed(err error) error {
	if errors.Is(err, storage.ErrForbidden) {
		return nil
	}
	return err
}

// A Section is what refers to the customer of one kind.
type Section struct {
	Kind    string
	Fields  []string         // by which the records refer to the customer
	Total   int64            // how many there are
	Records []storage.Record // the newest of them; each a *T of its kind, or *storage.Entity
}

// sectionsOf returns the sections of all kinds that have one.
func sectionsOf(ctx context.Context, tx *storage.Tx, id uuid.UUID, o Options) ([]Section, error) {
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	var sections []Section
	for _, s := range kinds {
		wanted := s.Tracked()
		if o.Kinds != nil {
			wanted = slices.Contains(o.Kinds, s.Name)
		}
		if !wanted || s.Generic() || slices.Contains(basics, s.Name) {
			continue
		}
		section, err := sectionOf(ctx, tx, s, id, o.Limit)
		if allowed(err) != nil {
			return nil, err
		}
		if section.Total > 0 {
			sections = append(sections, section)
		}
	}
	return sections, nil
}

func sectionOf(ctx context.Context, tx *storage.Tx, s *storage.Schema, id uuid.UUID, limit int) (Section, error) {
	section := Section{Kind: s.Name}
	fields, err := tx.Fields(ctx, s)
	if err != nil {
		return section, err
	}
	var of []criteria.Criterion
	for _, f := range fields {
		if f.Type == criteria.Ref && f.Target == customer.Kind.Name() {
			section.Fields = append(section.Fields, f.Name)
			of = append(of, criteria.Eq(f.Name, id))
		}
	}
	if len(of) == 0 {
		return section, nil
	}
	q := storage.Query{Where: criteria.Any(of...), Order: []storage.Order{{Field: storage.FieldID, Desc: true}}, Limit: limit}
	total, err := storage.Any(s).Count(ctx, tx, q)
	if err != nil || total == 0 {
		return section, err
	}
	if section.Records, _, err = storage.Any(s).Page(ctx, tx, q); err != nil {
		return section, err
	}
	section.Total = total
	return section, nil
}
