package activity

import (
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Visitor is a browser that the web site has given a name to, such as the value
// of a cookie.
type Visitor struct {
	storage.Meta
	Name     string
	Customer uuid.UUID // who sits before it; uuid.Nil: not known
	// What it did before it was known. Afterwards these stand still.
	FirstSeen, LastSeen time.Time
	Events              int64
}

// Visitors is the kind of visitors of the web site.
//
// Storing an event of a visitor who is not known writes the visitor too, so that
// of an event and an Identify at the same time one sees the other.
var Visitors = storage.Define[Visitor]("web_visitor",
	storage.Text("name", func(v *Visitor) *string { return &v.Name }).Required().Unique().Personal(),
	storage.Ref("customer", func(v *Visitor) *uuid.UUID { return &v.Customer }).To("customer").Existing().Indexed(),
	storage.Time("first_seen", func(v *Visitor) *time.Time { return &v.FirstSeen }),
	storage.Time("last_seen", func(v *Visitor) *time.Time { return &v.LastSeen }),
	storage.Integer("events", func(v *Visitor) *int64 { return &v.Events }),
).Fixed()

// Identify says which customer a visitor of the web site is: after a login, say.
// The interactions of the visitor that have no customer yet are attached with the
// times that they have, and later ones go to the customer at once. It returns how
// many were attached; doing it again attaches none.
//
// Where a visitor was identified as another customer, as on a computer that two
// people use, what is attached stays, and the new customer gets what comes from now
// on. A customer that does not exist is storage.ErrInvalid.
func Identify(ctx context.Context, tx *storage.Tx, visitor string, id uuid.UUID) (int, error) {
	return identify(ctx, tx, map[string]uuid.UUID{visitor: id})
}

// identify is Identify for several visitors.
func identify(ctx context.Context, tx *storage.Tx, known map[string]uuid.UUID) (int, error) {
	if len(known) == 0 {
		return 0, nil
	}
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	err := again(func() error {
		stored, err := visitorsOf(ctx, tx, names)
		if err != nil {
			return err
		}
		list := make([]*Visitor, len(names))
		for n, name := range names {
			if list[n] = stored[name]; list[n] == nil {
				list[n] = &Visitor{Name: name}
			}
			list[n].Customer = known[name]
		}
		return Visitors.Put(ctx, tx, list...)
	})
	if err != nil {
		return 0, err
	}
	moved := 0
	for part := range slices.Chunk(names, together) {
		n, err := adopt(ctx, tx, part, known)
		if moved += n; err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// visitorsOf returns the visitors of these names that are stored.
func visitorsOf(ctx context.Context, from storage.Reader, names []string) (map[string]*Visitor, error) {
	found := make(map[string]*Visitor, len(names))
	for part := range slices.Chunk(names, together) {
		for v, err := range Visitors.Find(ctx, from, storage.Query{Where: criteria.In("name", part...)}) {
			if err != nil {
				return nil, err
			}
			found[v.Name] = v
		}
	}
	return found, nil
}

// adopt attaches the interactions of visitors that have no customer, a page at a time.
func adopt(ctx context.Context, tx *storage.Tx, names []string, known map[string]uuid.UUID) (int, error) {
	query := storage.Query{Where: criteria.All(criteria.In("visitor", names...), criteria.Missing("customer")), Limit: together}
	for moved := 0; ; {
		page, err := customer.Interactions.Page(ctx, tx, query)
		if err != nil {
			return moved, err
		}
		ids := make([]uuid.UUID, len(page.Items))
		for n, i := range page.Items {
			i.Customer, ids[n] = known[i.Visitor], i.ID
		}
		if err := store(ctx, tx, page.Items); err != nil {
			return moved, err
		}
		if err := leaveQueue(ctx, tx, ids); err != nil {
			return moved, err
		}
		if moved += len(page.Items); page.Next == "" {
			return moved, nil
		}
		query.After = page.Next
	}
}

// leaveQueue takes interactions that have got their customer out of the queue.
func leaveQueue(ctx context.Context, tx *storage.Tx, interactions []uuid.UUID) error {
	var list []*Unmatched
	for u, err := range Queue.Find(ctx, tx, storage.Query{Where: criteria.In("interaction", interactions...)}) {
		if err != nil {
			return err
		}
		list = append(list, u)
	}
	return Dismiss(ctx, tx, list...)
}

// seeVisitors writes down the visitors of the batch: who they are, or that they
// were there.
func (b *batch) seeVisitors(ctx context.Context) error {
	known := map[string]uuid.UUID{}
	for name, id := range b.known {
		if v := b.visitors[name]; v == nil || v.Customer != id {
			known[name] = id
		}
	}
	if _, err := identify(ctx, b.tx, known); err != nil {
		return err
	}
	return again(func() error { return b.countVisitors(ctx) })
}

// countVisitors writes down what unknown visitors did. One that another
// transaction has identified meanwhile gets its interactions attached.
func (b *batch) countVisitors(ctx context.Context) error {
	seen := map[string]*Visitor{}
	var names []string
	for _, i := range b.stored {
		if i.Visitor == "" || i.Customer != uuid.Nil {
			continue
		}
		if seen[i.Visitor] == nil {
			seen[i.Visitor], names = &Visitor{Name: i.Visitor}, append(names, i.Visitor)
		}
		seen[i.Visitor].saw(i.OccurredAt, i.OccurredAt, 1)
	}
	stored, err := visitorsOf(ctx, b.tx, names)
	if err != nil {
		return err
	}
	late := map[string]uuid.UUID{}
	var list []*Visitor
	for _, name := range names {
		v := seen[name]
		if s := stored[name]; s != nil && s.Customer != uuid.Nil {
			late[name] = s.Customer
			continue
		} else if s != nil {
			s.saw(v.FirstSeen, v.LastSeen, v.Events)
			v = s
		}
		list = append(list, v)
	}
	if err := Visitors.Put(ctx, b.tx, list...); err != nil {
		return err
	}
	_, err = identify(ctx, b.tx, late)
	return err
}

// saw widens the time in which a visitor was seen.
func (v *Visitor) saw(first, last time.Time, events int64) {
	if v.FirstSeen.IsZero() || first.Before(v.FirstSeen) {
		v.FirstSeen = first
	}
	if last.After(v.LastSeen) {
		v.LastSeen = last
	}
	v.Events += events
}
