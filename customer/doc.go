// Package customer holds the customer and what is recorded about it: contact
// points, orders and interactions.
//
// The types are plain records (see package storage): a host reads and writes
// them through their kinds, and adds fields of its own at run time as custom
// fields, or kinds of its own beside them.
//
//	err := acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
//		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
//		if err := customer.Kind.Put(ctx, tx, c); err != nil {
//			return err
//		}
//		p, err := customer.NewContactPoint(c.ID, customer.Phone, "138 0013 8000")
//		if err != nil {
//			return err
//		}
//		return customer.ContactPoints.Put(ctx, tx, p)
//	})
//
// Amounts are exact decimals with a currency (Money); there are no floating
// point numbers in money. Contact points keep what was typed and, beside it,
// the form that is matched.
package customer

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described {
	return []storage.Described{Kind, ContactPoints, Orders, Interactions}
}
