package tag

import (
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Add gives every one of the customers every one of the tags, and returns the
// assignments that stand for it, those that were there already among them: by
// customer in the order of their ids, then in the order of tags.
//
// A tag that a customer has stays as it was given first: who, when and why. Only
// its expiry moves, and only to a later time. A tag of an exclusive group takes
// the place of the one that the customer has of that group.
//
// It returns ErrUnknownTag for a tag that is not defined, unless the tenant has
// an open group; ErrArchived; ErrExclusive for two tags of one exclusive group;
// storage.ErrNotFound for a customer that is not there; storage.ErrInvalid for
// an expiry that has passed; storage.ErrForbidden where the caller may not
// change the customers' tags, and then the transaction is to be given up. After
// the others nothing is written and it can go on.
//
// It does its work in about ten statements, however many customers there are,
// and holds their current assignments in memory: a caller with very many
// customers takes some thousand at a time.
func Add(ctx context.Context, tx *storage.Tx, customers []uuid.UUID, tags []string, g Given) ([]*Assignment, error) {
	return change(ctx, tx, customers, request{add: tags, given: g})
}

// Set is Add of the tags and takes every other tag from the customers. With no
// tags it takes all.
func Set(ctx context.Context, tx *storage.Tx, customers []uuid.UUID, tags []string, g Given) ([]*Assignment, error) {
	return change(ctx, tx, customers, request{add: tags, given: g, only: true})
}

// Remove takes the tags from the customers. A tag that a customer does not have,
// or that nobody has defined, is no error. Errors are those of Add.
func Remove(ctx context.Context, tx *storage.Tx, customers []uuid.UUID, tags []string) error {
	_, err := change(ctx, tx, customers, request{remove: tags})
	return err
}

// A request is what is asked for many customers.
type request struct {
	add, remove []string
	only        bool
	given       Given
}

func change(ctx context.Context, tx *storage.Tx, ids []uuid.UUID, req request) ([]*Assignment, error) {
	if e := req.given.ExpiresAt; !e.IsZero() && !e.After(tx.Now()) {
		return nil, invalid("a tag cannot be given until %v, which has passed: give it a later expiry, or none", e)
	}
	customers, err := loadCustomers(ctx, tx, ids)
	if err != nil || len(customers) == 0 {
		return nil, err
	}
	current, err := currentOf(ctx, tx, idsOf(customers))
	if err != nil {
		return nil, err
	}
	names := slices.Concat(req.add, req.remove)
	for _, c := range customers {
		names = append(names, c.Tags...)
	}
	cat, err := loadCatalogue(ctx, tx, tagsOf(current), names)
	if err != nil {
		return nil, err
	}
	w, err := cat.wish(ctx, tx, req)
	if err != nil {
		return nil, err
	}
	return decideAll(cat, tx, customers, current, w, req.given).write(ctx, tx)
}

// wish finds the definitions of what is asked for and refuses what no customer
// can get.
func (c *catalogue) wish(ctx context.Context, tx *storage.Tx, req request) (wish, error) {
	w := wish{only: req.only, remove: map[string]bool{}}
	for _, n := range req.remove {
		w.remove[n] = true
	}
	var err error
	group := func() (uuid.UUID, bool, error) { return openGroup(ctx, tx) }
	if w.add, err = c.resolve(ctx, tx, distinct(req.add), group); err != nil {
		return w, err
	}
	for _, def := range w.add {
		if def.Archived {
			return w, archived(def.Name)
		}
	}
	return w, c.checkRivals(uuid.Nil, w.add)
}

// decideAll decides about every customer and gathers what is to be written.
func decideAll(cat *catalogue, tx *storage.Tx, customers []*customer.Customer, current map[uuid.UUID][]*Assignment, w wish, g Given) *batch {
	b := newBatch(cat)
	for _, c := range customers {
		d := decision{catalogue: cat, now: tx.Now(), actor: tx.Origin().Actor, given: g}
		d.decide(c.ID, current[c.ID], c.Tags, w)
		b.take(c, d.outcome)
	}
	return b
}

// A batch is what one call writes.
type batch struct {
	*catalogue
	customers []*customer.Customer // whose names change
	versions  map[uuid.UUID]int64  // of the others
	changed   []*Assignment
	added     []*Assignment
	held      []*Assignment
}

func newBatch(c *catalogue) *batch {
	return &batch{catalogue: c, versions: map[uuid.UUID]int64{}}
}

func (b *batch) take(c *customer.Customer, o outcome) {
	if !slices.Equal(c.Tags, o.mirror) {
		c.Tags = o.mirror
		b.customers = append(b.customers, c)
	} else {
		b.versions[c.ID] = c.Version
	}
	b.changed = slices.Concat(b.changed, o.ended, o.renewed)
	b.added = append(b.added, o.added...)
	b.held = append(b.held, o.held...)
}

// write writes the customers first: of two transactions that change the tags of
// one, the second finds another version of it and is repeated, before either
// can trip over the other's assignments.
func (b *batch) write(ctx context.Context, tx *storage.Tx) ([]*Assignment, error) {
	if err := putMirror(ctx, tx, b.customers); err != nil {
		return nil, err
	}
	if err := Assignments.Put(ctx, tx, b.changed...); err != nil {
		return nil, err
	}
	if err := Assignments.Put(ctx, tx, b.added...); err != nil {
		return nil, err
	}
	if err := b.steady(ctx, tx); err != nil {
		return nil, err
	}
	return b.held, b.unchanged(ctx, tx)
}

// steady looks again at customers whose assignments were written and whose
// names needed no change: one that another transaction wrote between our
// reading of the two is a conflict, so that the work is repeated.
func (b *batch) steady(ctx context.Context, tx *storage.Tx) error {
	seen := map[uuid.UUID]int64{}
	for _, a := range slices.Concat(b.changed, b.added) {
		if v, ok := b.versions[a.Customer]; ok {
			seen[a.Customer] = v
		}
	}
	if len(seen) == 0 {
		return nil
	}
	where := criteria.In(storage.FieldID, slices.Collect(maps.Keys(seen))...)
	for c, err := range customer.Kind.Each(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		if was := seen[c.ID]; was != c.Version {
			return &storage.ConflictError{Kind: customer.Kind.Name(), ID: c.ID, Version: was, Current: c.Version}
		}
	}
	return nil
}

// putMirror writes customers whose names were changed, and reports a guard that
// kept the names as they were.
func putMirror(ctx context.Context, tx *storage.Tx, list []*customer.Customer) error {
	versions := make([]int64, len(list))
	for i, c := range list {
		versions[i] = c.Version
	}
	if err := customer.Kind.Put(ours(ctx), tx, list...); err != nil {
		return err
	}
	for i, c := range list {
		if c.Version == versions[i] {
			return kept(c.ID)
		}
	}
	return nil
}

// unchanged looks at the definitions of added assignments again, which are
// locked by now: one that was renamed, archived or merged since is a conflict,
// so that the work is repeated with what it is now.
func (b *batch) unchanged(ctx context.Context, tx *storage.Tx) error {
	var ids []uuid.UUID
	for _, a := range b.added {
		ids = append(ids, a.Tag)
	}
	if ids = distinct(ids); len(ids) == 0 {
		return nil
	}
	found, err := storage.Collect(Definitions.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}))
	if err != nil {
		return err
	}
	now := map[uuid.UUID]int64{}
	for _, def := range found {
		now[def.ID] = def.Version
	}
	for _, id := range ids {
		if was := b.byID[id].Version; now[id] != was {
			return &storage.ConflictError{Kind: definitionKind, ID: id, Version: was, Current: now[id]}
		}
	}
	return nil
}
