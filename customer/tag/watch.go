package tag

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Undefined says what becomes of tags that nobody has defined and that are
// written to Customer.Tags directly.
type Undefined uint8

const (
	// Refuse them with ErrUnknownTag, unless the tenant has an open group.
	Refuse Undefined = iota
	// Define them, in the open group if there is one and in none otherwise.
	Define
)

// Watch returns the watch that keeps assignments in step with Customer.Tags
// when other code writes it, inside the transaction that writes: tags that come
// get assignments, those that go end as Removed. How they came is what Giving says of
// the context of the write; without it the source is Import where the action of
// the transaction begins with "import", and Manual otherwise.
//
// It refuses what Add refuses: among the names that a write adds, an archived tag
// and a second one of an exclusive group; and in a write that changes names at
// all, every name that is not defined and not to be defined. It also refuses a
// Put that renames a definition, and the deletion of one that customers have.
//
//	store, err = store.Watched(tag.Watch(tag.Define))
func Watch(undefined Undefined) storage.Watch {
	return storage.Watch{
		Name:   "tag",
		Kinds:  []string{customer.Kind.Name(), definitionKind},
		Before: undefined.check,
		After:  undefined.follow,
	}
}

// own marks the context of writes of this package, of which the watch knows.
type own struct{}

type giving struct{}

// Giving returns a context in which names that are written to Customer.Tags
// directly are given so. Package customer/intake names the system that a file is
// from: Given{Source: Import, Rule: "shop"}.
func Giving(ctx context.Context, g Given) context.Context {
	return context.WithValue(ctx, giving{}, g)
}

func ours(ctx context.Context) context.Context { return context.WithValue(ctx, own{}, true) }

func (u Undefined) check(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	switch {
	case ctx.Value(own{}) != nil:
		return nil
	case writes[0].Kind == definitionKind:
		return checkDefinitions(ctx, tx, writes)
	}
	_, err := u.resolve(ctx, tx, retagged(writes))
	return err
}

func (u Undefined) follow(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	if ctx.Value(own{}) != nil || writes[0].Kind == definitionKind {
		return nil
	}
	list := retagged(writes)
	cat, err := u.resolve(ctx, tx, list)
	if err != nil || len(list) == 0 {
		return err
	}
	current, err := currentOfKnown(ctx, tx, list)
	if err != nil {
		return err
	}
	_, err = cat.adopt(ctx, tx, list, current)
	return err
}

// A retag is a customer whose names somebody wrote.
type retag struct {
	customer uuid.UUID
	known    bool // it was there before
	names    []string
	added    []string // of them
}

func retagged(writes []storage.Attempt) []retag {
	var list []retag
	for _, w := range writes {
		if !slices.Contains(w.Fields, "tags") {
			continue
		}
		after := w.After.(*customer.Customer)
		r := retag{customer: after.ID, names: after.Tags, added: after.Tags}
		if before, ok := w.Before.(*customer.Customer); ok {
			r.known = true
			r.added = without(after.Tags, before.Tags)
		}
		list = append(list, r)
	}
	return list
}

func without(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(n string) bool { return slices.Contains(gone, n) })
}

// resolve finds or makes the definitions of all names, and refuses what the
// customers may not get.
func (u Undefined) resolve(ctx context.Context, tx *storage.Tx, list []retag) (*catalogue, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var all []string
	for _, r := range list {
		all = append(all, r.names...)
	}
	cat, err := loadCatalogue(ctx, tx, nil, all)
	if err != nil {
		return nil, err
	}
	group := func() (uuid.UUID, bool, error) {
		id, open, err := openGroup(ctx, tx)
		return id, open || u == Define, err
	}
	if _, err := cat.resolve(ctx, tx, distinct(all), group); err != nil {
		return nil, err
	}
	for _, r := range list {
		if err := cat.permits(r); err != nil {
			return nil, err
		}
	}
	return cat, nil
}

// permits refuses archived tags and rivals among those that a write adds.
func (c *catalogue) permits(r retag) error {
	for _, n := range r.added {
		def := c.byName[n]
		if def.Archived {
			return archived(n)
		}
		for _, other := range r.names {
			if c.rival(def, c.byName[other]) {
				return c.checkRivals(r.customer, []*Definition{c.byName[other], def})
			}
		}
	}
	return nil
}

// adopt makes the current assignments of customers agree with their names. It
// returns how many it wrote.
func (c *catalogue) adopt(ctx context.Context, tx *storage.Tx, list []retag, current map[uuid.UUID][]*Assignment) (int, error) {
	d := decision{catalogue: c, now: tx.Now(), actor: tx.Origin().Actor, given: Given{Source: Manual}}
	if g, ok := ctx.Value(giving{}).(Given); ok {
		d.given = g
	} else if strings.HasPrefix(tx.Origin().Action, Import) {
		d.given.Source = Import
	}
	for _, r := range list {
		d.agree(r, current[r.customer])
	}
	if err := Assignments.Put(ctx, tx, d.ended...); err != nil {
		return 0, err
	}
	b := newBatch(c)
	b.added = d.added
	_, err := b.write(ctx, tx)
	return len(d.ended) + len(d.added), err
}

// currentOfKnown reads the assignments of the customers that may have some.
func currentOfKnown(ctx context.Context, r storage.Reader, list []retag) (map[uuid.UUID][]*Assignment, error) {
	var ids []uuid.UUID
	for _, r := range list {
		if r.known {
			ids = append(ids, r.customer)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return currentOf(ctx, r, ids)
}

// agree decides about one customer whose names are what counts.
func (d *decision) agree(r retag, current []*Assignment) {
	has := map[uuid.UUID]bool{}
	wanted := map[uuid.UUID]bool{}
	for _, n := range r.names {
		wanted[d.byName[n].ID] = true
	}
	for _, a := range current {
		has[a.Tag] = wanted[a.Tag]
		if !wanted[a.Tag] {
			d.end(a, Removed)
		}
	}
	for _, n := range r.names {
		if def := d.byName[n]; !has[def.ID] {
			d.added = append(d.added, d.given.assignment(def, r.customer, d.actor, d.now))
		}
	}
}

// checkDefinitions refuses changes of definitions that would leave customers
// with a name that nobody has defined.
func checkDefinitions(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	var gone []uuid.UUID
	for _, w := range writes {
		switch {
		case w.Op == storage.OpUpdate && slices.Contains(w.Fields, "name"):
			return &storage.FieldError{Kind: definitionKind, Field: "name", Reason: "customers have the tag under its old name: use tag.Rename or tag.Merge"}
		case w.Op == storage.OpDelete:
			gone = append(gone, storage.MetaOf(w.Before).ID)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	n, err := Assignments.Count(ctx, tx, storage.Query{Where: criteria.In("current", gone...)})
	if err == nil && n > 0 {
		err = invalid("%d customers have the tag: archive it, or take it from them first", n)
	}
	return err
}

// Reconcile gives the customers the assignments that the names in their records
// ask for, and ends those that they do not: what the watch would have done. It
// returns how many assignments it wrote, 0 if all was well. Run it over
// all customers, some thousand at a time, when a store was used without the watch.
//
// Errors are those of Add. A customer whose record names two tags of an exclusive
// group is ErrExclusive: Add decides which it is to have.
func Reconcile(ctx context.Context, tx *storage.Tx, undefined Undefined, customers ...uuid.UUID) (int, error) {
	current, err := currentOf(ctx, tx, customers) // before the names: what ends in between is a conflict
	if err != nil {
		return 0, err
	}
	found, err := loadCustomers(ctx, tx, customers)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	list := make([]retag, len(found))
	for i, c := range found {
		list[i] = retag{customer: c.ID, names: c.Tags}
	}
	cat, err := undefined.resolve(ctx, tx, list)
	if err != nil {
		return 0, err
	}
	if err := cat.checkAll(list); err != nil {
		return 0, err
	}
	n, err := cat.adopt(ctx, tx, list, current)
	var dup *storage.DuplicateError
	if errors.As(err, &dup) { // and so is what comes
		err = &storage.ConflictError{Kind: assignmentKind, ID: dup.Existing}
	}
	return n, err
}

// checkAll refuses two tags of an exclusive group, whoever wrote them.
func (c *catalogue) checkAll(list []retag) error {
	for _, r := range list {
		defs := make([]*Definition, len(r.names))
		for i, n := range r.names {
			defs[i] = c.byName[n]
		}
		if err := c.checkRivals(r.customer, defs); err != nil {
			return err
		}
	}
	return nil
}
