package intake

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
)

// A customerBatch stores customers and their contact points.
type customerBatch struct {
	batch
	*owners
	tags      *tagger
	customers []*customer.Customer
	contacts  map[*customer.Customer][]*customer.ContactPoint // of each of them
}

func (w *customerBatch) store(ctx context.Context, list []Record) (err error) {
	if w.owners, err = w.ownersOf(ctx, list, "external_id"); err != nil {
		return err
	}
	if w.tags, err = w.taggerFor(ctx, list, w.owners); err != nil {
		return err
	}
	for _, rec := range list {
		if contacts, ok := w.contactsOf(rec); ok {
			w.add(rec, contacts)
		}
	}
	given := tag.Giving(ctx, tag.Given{Source: tag.Import, Rule: w.Source})
	if err := putAll(given, w.w, customer.Kind, w.customers); err != nil {
		return err
	}
	return w.storeContacts(ctx)
}

// add takes a row into the batch: a new customer, or a change of a known one.
func (w *customerBatch) add(rec Record, contacts []*customer.ContactPoint) {
	number := rec.Text("external_id")
	if err := w.several[number]; err != nil {
		w.reject(rec, "external_id", err)
		return
	}
	c := w.known[number]
	if c == nil {
		c = &customer.Customer{Source: w.Source, ExternalID: number}
	}
	changed, err := w.filled(c, rec)
	if err != nil {
		w.refuse(rec, err)
		return
	}
	*c = changed
	if number != "" {
		w.known[number] = c
	}
	if _, pending := w.contacts[c]; !pending {
		w.customers = append(w.customers, c)
	}
	w.contacts[c] = append(w.contacts[c], contacts...)
}

// filled returns the customer as it is with the row.
func (w *customerBatch) filled(c *customer.Customer, rec Record) (customer.Customer, error) {
	next := *c
	further := w.further[rec.Text("external_id")]
	if further {
		next = customer.Customer{Type: c.Type}
	}
	fillCustomer(&next, rec)
	if w.Fill != nil {
		if err := w.Fill(&next, rec); err != nil {
			return next, err
		}
	}
	named := next.Tags
	if further {
		next = completed(*c, &next)
	}
	custom := next.Custom
	next.Meta, next.Source, next.ExternalID = c.Meta, c.Source, c.ExternalID
	next.Custom = custom
	if rec.Text("tags") != "" {
		next.Tags = w.tags.tags(c, named, further)
	}
	return next, contradiction(&next, rec)
}

// completed returns a customer with values of another where it has none.
func completed(c customer.Customer, from *customer.Customer) customer.Customer {
	for _, f := range customer.Kind.Schema().Fields {
		if f.Name != "tags" && f.Absent(&c) && !f.Absent(from) {
			_ = f.Set(&c, f.Value(from)) // of the field's own type
		}
	}
	has := c.Custom.Names()
	for name, value := range from.Custom.All() {
		if !slices.Contains(has, name) {
			c.Custom.Set(name, value)
		}
	}
	return c
}
