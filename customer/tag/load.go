package tag

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A catalogue is the part of a tenant's definitions that a piece of work needs.
type catalogue struct {
	byID      map[uuid.UUID]*Definition
	byName    map[string]*Definition
	groups    map[uuid.UUID]*Group // those of the definitions
	exclusive map[uuid.UUID]bool
}

// loadCatalogue reads the live definitions with these ids or names, and their groups.
func loadCatalogue(ctx context.Context, r storage.Reader, ids []uuid.UUID, names []string) (*catalogue, error) {
	c := &catalogue{byID: map[uuid.UUID]*Definition{}, byName: map[string]*Definition{}, groups: map[uuid.UUID]*Group{}, exclusive: map[uuid.UUID]bool{}}
	where := criteria.Any(criteria.In(storage.FieldID, distinct(ids)...), criteria.In("name", distinct(names)...))
	found, err := storage.Collect(Definitions.Find(ctx, r, storage.Query{Where: where}))
	if err != nil {
		return nil, err
	}
	var groups []uuid.UUID
	for _, d := range found {
		c.add(d)
		groups = append(groups, d.Group)
	}
	return c, c.loadGroups(ctx, r, groups)
}

func (c *catalogue) add(d *Definition) { c.byID[d.ID], c.byName[d.Name] = d, d }

func (c *catalogue) loadGroups(ctx context.Context, r storage.Reader, ids []uuid.UUID) error {
	ids = slices.DeleteFunc(distinct(ids), func(id uuid.UUID) bool { return id == uuid.Nil })
	if len(ids) == 0 {
		return nil
	}
	for g, err := range Groups.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return err
		}
		c.groups[g.ID], c.exclusive[g.ID] = g, g.Exclusive
	}
	return nil
}

// rival reports whether a customer can have only one of two tags.
func (c *catalogue) rival(a, b *Definition) bool {
	return a.ID != b.ID && a.Group == b.Group && c.exclusive[a.Group]
}

// resolve returns the definitions of names that customers are to get, defining
// those that nobody has defined where group says in which group.
func (c *catalogue) resolve(ctx context.Context, tx *storage.Tx, names []string, group func() (uuid.UUID, bool, error)) ([]*Definition, error) {
	var unknown []string
	for _, n := range names {
		if c.byName[n] == nil {
			unknown = append(unknown, n)
		}
	}
	if len(unknown) > 0 {
		if err := c.define(ctx, tx, unknown, group); err != nil {
			return nil, err
		}
	}
	list := make([]*Definition, len(names))
	for i, n := range names {
		list[i] = c.byName[n]
	}
	return list, nil
}

// define adds definitions. A name that another transaction defines at the same
// time is a conflict, so that the work is repeated and finds it.
func (c *catalogue) define(ctx context.Context, tx *storage.Tx, names []string, group func() (uuid.UUID, bool, error)) error {
	id, open, err := group()
	if err != nil {
		return err
	}
	similar, err := lookAlikes(ctx, tx, names)
	if err != nil {
		return err
	}
	list := make([]*Definition, len(names))
	for i, n := range names {
		folded := criteria.Fold(n)
		other := similar[folded]
		switch {
		case other != nil && other.Name == n: // it was not there a moment ago
			return &storage.ConflictError{Kind: definitionKind, ID: other.ID}
		case !open || other != nil:
			return unknown(ctx, tx, n)
		}
		list[i] = &Definition{Name: n, Group: id}
		similar[folded] = list[i] // two new names may not look alike either
	}
	err = Definitions.Put(ctx, tx, list...)
	var dup *storage.DuplicateError
	if errors.As(err, &dup) {
		return &storage.ConflictError{Kind: definitionKind, ID: dup.Existing}
	}
	if err != nil {
		return err
	}
	for _, d := range list {
		c.add(d)
	}
	return c.loadGroups(ctx, tx, []uuid.UUID{id})
}

// openGroup finds the tenant's open group.
func openGroup(ctx context.Context, r storage.Reader) (id uuid.UUID, open bool, err error) {
	g, err := Groups.First(ctx, r, storage.Query{Where: criteria.Eq("opened", "open")})
	if errors.Is(err, storage.ErrNotFound) {
		return uuid.Nil, false, nil
	}
	if err != nil {
		return uuid.Nil, false, err
	}
	return g.ID, true, nil
}

// loadCustomers reads customers in the order of ids, each once. One that is not
// there is storage.ErrNotFound.
func loadCustomers(ctx context.Context, r storage.Reader, ids []uuid.UUID) ([]*customer.Customer, error) {
	ids = distinct(ids)
	found, err := storage.Collect(customer.Kind.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, ids...)}))
	if err != nil {
		return nil, err
	}
	if len(found) == len(ids) {
		return found, nil
	}
	there := map[uuid.UUID]bool{}
	for _, c := range found {
		there[c.ID] = true
	}
	missing := ids[slices.IndexFunc(ids, func(id uuid.UUID) bool { return !there[id] })]
	return nil, &storage.RecordError{Kind: customer.Kind.Name(), ID: missing, Err: storage.ErrNotFound, Reason: "tags are given to live customers that you may see"}
}

// byTag is the order in which the assignments of some customers are read: one
// that no index has. In an order that an index has, PostgreSQL reads those of
// all customers by that index rather than sort those of a few.
var byTag = []storage.Order{{Field: "tag"}}

// currentOf reads the assignments of customers that have not ended, expired ones
// included.
func currentOf(ctx context.Context, r storage.Reader, customers []uuid.UUID) (map[uuid.UUID][]*Assignment, error) {
	where := criteria.All(criteria.In("customer", customers...), criteria.Not(criteria.Missing("current")))
	current := make(map[uuid.UUID][]*Assignment, len(customers))
	for a, err := range Assignments.Find(ctx, r, storage.Query{Where: where, Order: byTag}) {
		if err != nil {
			return nil, err
		}
		current[a.Customer] = append(current[a.Customer], a)
	}
	return current, nil
}

// tagsOf returns the tags of assignments, each once.
func tagsOf(current map[uuid.UUID][]*Assignment) []uuid.UUID {
	var ids []uuid.UUID
	for _, list := range current {
		for _, a := range list {
			ids = append(ids, a.Tag)
		}
	}
	return distinct(ids)
}
