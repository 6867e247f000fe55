package intake

import (
	"bytes"
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// numbersOf returns the numbers that stand under a target.
func numbersOf(list []Record, target string) []string {
	numbers := make([]string, 0, len(list))
	for _, rec := range list {
		if n := rec.Text(target); n != "" {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// numbered matches the records that the source knows by these numbers.
func (b *batch) numbered(numbers []string) storage.Query {
	return storage.Query{Where: criteria.All(criteria.Eq("source", b.Source), criteria.In("external_id", numbers...))}
}

// owners are the customers whom the source knows by some numbers, as
// customer.FindByExternalID finds them.
type owners struct {
	known   map[string]*customer.Customer
	several map[string]error // of numbers that several customers have
	further map[string]bool  // numbers of customers who have another one before it
}

// ownersOf finds the customers with the numbers that stand under a target.
func (b *batch) ownersOf(ctx context.Context, list []Record, target string) (*owners, error) {
	o := &owners{known: map[string]*customer.Customer{}, several: map[string]error{}, further: map[string]bool{}}
	numbers := numbersOf(list, target)
	for c, err := range customer.Kind.Find(ctx, b.w.tx, b.numbered(numbers)) {
		if err != nil {
			return nil, err
		}
		o.known[c.ExternalID] = c
	}
	also, err := storage.Collect(customer.ExternalIDs.Find(ctx, b.w.tx, b.numbered(numbers)))
	if err != nil || len(also) == 0 {
		return o, err
	}
	return o, b.addFurther(ctx, o, also)
}

// addFurther adds customers by numbers that they were given beside their own.
func (b *batch) addFurther(ctx context.Context, o *owners, also []*customer.ExternalID) error {
	byID := map[uuid.UUID]*customer.Customer{}
	for _, c := range o.known {
		byID[c.ID] = c
	}
	ids := make([]uuid.UUID, len(also))
	for i, x := range also {
		ids[i] = x.Customer
	}
	for c, err := range customer.Kind.Find(ctx, b.w.tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return err
		}
		if byID[c.ID] == nil {
			byID[c.ID] = c
		}
	}
	first, err := b.firstNumbers(ctx, byID)
	if err != nil {
		return err
	}
	for _, x := range also {
		c := byID[x.Customer]
		if c == nil {
			continue // deleted
		}
		o.add(b.Source, x.ExternalID, c)
		o.further[x.ExternalID] = first[c.ID] != x.ExternalID
	}
	return nil
}

// add takes note of a customer with a number.
func (o *owners) add(source, number string, c *customer.Customer) {
	other := o.known[number]
	if other == nil || other == c {
		o.known[number] = c
		return
	}
	ids := []uuid.UUID{other.ID, c.ID}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	o.several[number] = &customer.SeveralError{Source: source, Customers: ids}
}

// firstNumbers returns the first number that each customer has of the source: its
// own, or else the one that it was given first.
func (b *batch) firstNumbers(ctx context.Context, byID map[uuid.UUID]*customer.Customer) (map[uuid.UUID]string, error) {
	first := map[uuid.UUID]string{}
	var others []uuid.UUID
	for id, c := range byID {
		if c.Source == b.Source && c.ExternalID != "" {
			first[id] = c.ExternalID
		} else {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return first, nil
	}
	q := storage.Query{
		Where: criteria.All(criteria.Eq("source", b.Source), criteria.In("customer", others...)),
		Order: []storage.Order{{Field: storage.FieldID}},
	}
	for x, err := range customer.ExternalIDs.Find(ctx, b.w.tx, q) {
		if err != nil {
			return nil, err
		}
		if first[x.Customer] == "" {
			first[x.Customer] = x.ExternalID
		}
	}
	return first, nil
}
