package tag

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Expire ends assignments that have expired by the moment of the transaction, the
// longest expired first, at most limit of them (at least 1), and takes their
// names out of their customers' records. It returns how many. A job calls it in a
// transaction of its own until it returns 0:
//
//	for n := 1; n > 0 && err == nil; {
//		err = acme.Update(ctx, storage.By("system:tags", "expire tags"), func(tx *storage.Tx) error {
//			n, err = tag.Expire(ctx, tx, 1000)
//			return err
//		})
//	}
//
// Each is a change of a tag_assignment in the change log, for which Happened
// returns Expired, and stays in the customer's History as Expired. Tags of a
// deleted customer end too; its record is left alone.
func Expire(ctx context.Context, tx *storage.Tx, limit int) (int, error) {
	if limit < 1 {
		return 0, invalid("expiring %d tags at a time: use a limit of at least 1", limit)
	}
	q := storage.Query{Where: criteria.Le("due", criteria.Now()), Order: []storage.Order{{Field: "due"}}, Limit: limit}
	due, err := storage.Collect(Assignments.Find(ctx, tx, q))
	if err != nil || len(due) == 0 {
		return 0, err
	}
	cat, err := loadCatalogue(ctx, tx, tagsOf(map[uuid.UUID][]*Assignment{uuid.Nil: due}), nil)
	if err != nil {
		return 0, err
	}
	return len(due), finish(ctx, tx, cat, due, Expired)
}

// finish ends assignments and takes the names of their tags from the customers.
func finish(ctx context.Context, tx *storage.Tx, cat *catalogue, list []*Assignment, why string) error {
	b := newBatch(cat)
	d := decision{catalogue: cat, now: tx.Now(), actor: tx.Origin().Actor}
	gone := map[uuid.UUID]map[string]bool{}
	for _, a := range list {
		d.end(a, why)
		if gone[a.Customer] == nil {
			gone[a.Customer] = map[string]bool{}
		}
		if def := cat.byID[a.Tag]; def != nil {
			gone[a.Customer][def.Name] = true
		}
	}
	customers, err := customersOf(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, c := range customers {
		names := slices.DeleteFunc(slices.Clone(c.Tags), func(n string) bool { return gone[c.ID][n] })
		b.take(c, outcome{mirror: names})
	}
	b.changed = d.ended
	_, err = b.write(ctx, tx)
	return err
}

// customersOf reads the live customers of assignments.
func customersOf(ctx context.Context, r storage.Reader, list []*Assignment) ([]*customer.Customer, error) {
	ids := make([]uuid.UUID, len(list))
	for i, a := range list {
		ids[i] = a.Customer
	}
	return storage.Collect(customer.Kind.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, distinct(ids)...)}))
}
