package tag

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// batchSize is how many customers Rename and Merge read at a time.
const batchSize = 1000

// Rename gives a tag another name, in its definition and in the records of all
// customers that have it. It returns ErrUnknownTag when there is none of the old
// name, and storage.ErrDuplicate when another tag has the new one: see Merge.
//
// It is one transaction that writes every customer with the tag, so it takes as
// long, and as much memory, as they are many. Conditions that the host has
// stored keep the old name.
func Rename(ctx context.Context, tx *storage.Tx, from, to string) error {
	if from == to {
		return nil
	}
	cat, err := loadCatalogue(ctx, tx, nil, []string{from})
	if err != nil {
		return err
	}
	def := cat.byName[from]
	if def == nil {
		return unknown(ctx, tx, from)
	}
	def.Name = to
	if err := Definitions.Put(ours(ctx), tx, def); err != nil { // first: Add waits for it, or it for Add
		return err
	}
	return rewrite(ctx, tx, from, func(names []string) []string { return replaced(names, from, to) })
}

// Merge makes two tags one: customers that have from have into, given by whom
// and when from was, and the definition of from is deleted. Where a customer has
// both, into stays as it is and from ends as Merged. The history keeps
// what the customer had. Size and stored conditions are as with Rename.
//
// It returns ErrUnknownTag, ErrArchived when into is archived, and ErrExclusive
// when into belongs to an exclusive group and from does not, as customers might
// then have two of that group.
func Merge(ctx context.Context, tx *storage.Tx, from, into string) error {
	if from == into {
		return invalid("tag %q merged into itself: name two tags", from)
	}
	cat, err := loadCatalogue(ctx, tx, nil, []string{from, into})
	if err != nil {
		return err
	}
	for _, n := range []string{from, into} {
		if cat.byName[n] == nil {
			return unknown(ctx, tx, n)
		}
	}
	a, b := cat.byName[from], cat.byName[into]
	switch {
	case b.Archived:
		return archived(into)
	case cat.exclusive[b.Group] && a.Group != b.Group:
		return &ExclusiveError{Group: cat.groups[b.Group].Name, Tags: []string{from, into}}
	}
	return cat.merge(ctx, tx, a, b)
}

func (c *catalogue) merge(ctx context.Context, tx *storage.Tx, from, into *Definition) error {
	if err := Definitions.Delete(ours(ctx), tx, from); err != nil {
		return err
	}
	if err := rewrite(ctx, tx, from.Name, func(names []string) []string { return replaced(names, from.Name, into.Name) }); err != nil {
		return err
	}
	for {
		list, err := storage.Collect(Assignments.Find(ctx, tx, storage.Query{Where: criteria.Eq("current", from.ID), Limit: batchSize}))
		if err != nil || len(list) == 0 {
			return err
		}
		if err := c.move(ctx, tx, list, into); err != nil {
			return err
		}
	}
}

// move makes assignments those of another tag, or ends them where the customer
// has that already. One of the other that has expired gives way.
func (c *catalogue) move(ctx context.Context, tx *storage.Tx, list []*Assignment, into *Definition) error {
	ids := make([]uuid.UUID, len(list))
	for i, a := range list {
		ids[i] = a.Customer
	}
	has := map[uuid.UUID]*Assignment{}
	where := criteria.All(criteria.In("customer", ids...), criteria.Eq("current", into.ID))
	for a, err := range Assignments.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		has[a.Customer] = a
	}
	d := decision{catalogue: c, now: tx.Now(), actor: tx.Origin().Actor}
	var moved []*Assignment
	for _, a := range list {
		other := has[a.Customer]
		if other != nil && (other.Live(d.now) || !a.Live(d.now)) {
			d.end(a, Merged)
			continue
		}
		if other != nil {
			d.end(other, Expired)
		}
		a.Tag = into.ID
		moved = append(moved, a)
	}
	if err := Assignments.Put(ctx, tx, d.ended...); err != nil { // first: they free the keys
		return err
	}
	return Assignments.Put(ctx, tx, moved...)
}

// rewrite changes the names of all live customers that have one, a thousand at a
// time. change must take that name away.
func rewrite(ctx context.Context, tx *storage.Tx, name string, change func([]string) []string) error {
	for {
		list, err := storage.Collect(customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.HasAll("tags", name), Limit: batchSize}))
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			c.Tags = change(c.Tags)
		}
		if err := putMirror(ctx, tx, list); err != nil {
			return err
		}
	}
}

// replaced returns sorted names with one in the place of another.
func replaced(names []string, from, to string) []string {
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == from || n == to })
	names = append(names, to)
	slices.Sort(names)
	return names
}
