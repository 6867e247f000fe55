package intake

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// contactsOf reads the contact points of a row, or rejects it.
func (w *customerBatch) contactsOf(rec Record) ([]*customer.ContactPoint, bool) {
	values := map[string][]string{customer.Phone: SplitPhones(rec.Text(customer.Phone), w.Phones)}
	if mail := rec.Text(customer.Email); mail != "" {
		values[customer.Email] = []string{mail}
	}
	var list []*customer.ContactPoint
	ok := true
	for _, typ := range []string{customer.Phone, customer.Email} {
		for _, value := range values[typ] {
			p, err := w.Phones.NewContactPoint(uuid.Nil, typ, value)
			if err != nil {
				w.reject(rec, typ, err)
				ok = false
				break
			}
			list = append(list, p)
		}
	}
	return list, ok
}

// storeContacts adds the contact points that their customers do not have yet. The
// first of a type is the primary one.
func (w *customerBatch) storeContacts(ctx context.Context) error {
	ids := make([]uuid.UUID, len(w.customers))
	for i, c := range w.customers {
		ids[i] = c.ID
	}
	has := map[contactKey]bool{}
	for p, err := range customer.ContactPoints.Find(ctx, w.w.tx, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return err
		}
		has[keyOf(p)] = true
		has[contactKey{p.Customer, p.Type, ""}] = has[contactKey{p.Customer, p.Type, ""}] || p.Primary
	}
	var add []*customer.ContactPoint
	for _, c := range w.customers {
		for _, p := range w.contacts[c] {
			p.Customer = c.ID
			if has[keyOf(p)] {
				continue
			}
			p.Primary = !has[contactKey{p.Customer, p.Type, ""}]
			has[keyOf(p)], has[contactKey{p.Customer, p.Type, ""}] = true, true
			add = append(add, p)
		}
	}
	return putAll(ctx, w.w, customer.ContactPoints, add)
}

func keyOf(p *customer.ContactPoint) contactKey { return contactKey{p.Customer, p.Type, p.Match} }

// A contactKey is what makes two contact points of a customer the same. With an
// empty match it stands for the primary one of the type.
type contactKey struct {
	customer   uuid.UUID
	typ, match string
}
