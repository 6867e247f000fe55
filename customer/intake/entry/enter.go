package entry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// attempts bounds how often Enter begins again when others enter the same people.
const attempts = 10

// Enter takes statements in a transaction of its own, all of them or, with an
// error, none. Outcomes are those of EnterTx. Where two calls state the same new
// person at once, the later one begins again.
func (r *Rule) Enter(ctx context.Context, tenant *storage.Tenant, by storage.Origin, list ...Statement) (outcomes []Outcome, err error) {
	for range attempts {
		err = tenant.Update(ctx, by, func(tx *storage.Tx) error {
			outcomes, err = r.EnterTx(ctx, tx, list...)
			return err
		})
		var taken *storage.DuplicateError
		if !errors.As(err, &taken) || taken.Kind != Keys.Name() && taken.Kind != Claims.Name() {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// EnterTx takes statements in a transaction of the caller's, and returns what
// became of each. Errors are those of the storage; storage.ErrDuplicate of Keys
// means that somebody else entered the same person meanwhile: begin the
// transaction again. The statements and all customers that they concern are in
// memory at once, so enter long lists in parts: the result is the same.
func (r *Rule) EnterTx(ctx context.Context, tx *storage.Tx, list ...Statement) ([]Outcome, error) {
	e := &entering{rule: r, tx: tx, outcomes: make([]Outcome, len(list)), reads: make([]*read, len(list))}
	all, err := tx.Fields(ctx, customer.Kind.Schema())
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if !slices.Contains(unstated, f.Name) {
			e.fields = append(e.fields, f)
		}
	}
	for i, s := range list {
		e.reads[i], e.outcomes[i].Err = r.read(s, e.fields)
	}
	if err := e.load(ctx); err != nil {
		return nil, err
	}
	took, before := make([]*person, len(list)), map[*person]bool{}
	for _, p := range e.people {
		before[p] = true
	}
	for i, d := range e.reads {
		if d != nil {
			took[i], e.outcomes[i].Err = e.take(d)
		}
	}
	if err := e.store(ctx); err != nil {
		return nil, err
	}
	for i, p := range took {
		if p != nil {
			e.outcomes[i].Customer, e.outcomes[i].United = p.root().customer.ID, p.root().ids()
			e.outcomes[i].Created = !before[p.root()]
		}
	}
	return e.outcomes, nil
}

// An entering is one call of EnterTx.
type entering struct {
	rule      *Rule
	tx        *storage.Tx
	fields    []*storage.Field // those that are stated
	reads     []*read          // nil where the statement was refused
	outcomes  []Outcome
	byKey     map[string]*person
	ambiguous map[string]int // keys of so many customers
	dead      map[string]*Key
	people    []*person // all that may have to be stored
}

// take finds out whom a statement is about, and hears it.
func (e *entering) take(d *read) (*person, error) {
	var found []*person
	for _, key := range d.keys {
		if n := e.ambiguous[key]; n > 0 {
			return nil, fmt.Errorf("entry: %w: %d of them have %q; merge them first", ErrAmbiguous, n, key)
		}
		if p := e.byKey[key]; p != nil && !slices.Contains(found, p.root()) {
			found = append(found, p.root())
		}
	}
	if len(found) == 0 {
		p := newPerson(&customer.Customer{})
		e.people = append(e.people, p)
		found = []*person{p}
	}
	p := found[0]
	for _, q := range found[1:] {
		if q.before(p) {
			p, q = q, p
		}
		p.absorb(e.rule, q)
	}
	for _, key := range d.keys {
		if e.byKey[key] == nil {
			p.keys = append(p.keys, key)
			e.byKey[key] = p
		}
	}
	for _, at := range d.points {
		if !p.points[at] {
			p.points[at] = true
			p.add = append(p.add, at)
		}
	}
	for field, w := range d.words {
		p.hear(e.rule, field, w)
	}
	return p, nil
}

// store writes what was decided: first the customers.
func (e *entering) store(ctx context.Context) error {
	if err := e.uniteAll(ctx); err != nil {
		return err
	}
	var customers []*customer.Customer
	for _, p := range e.roots() {
		if err := p.settle(e.fields); err != nil {
			return err
		}
		customers = append(customers, p.customer)
	}
	if err := customer.Kind.Put(ctx, e.tx, customers...); err != nil {
		return err
	}
	return e.storeRest(ctx)
}

// storeRest writes what belongs to the customers, who have their ids now.
func (e *entering) storeRest(ctx context.Context) error {
	var keys []*Key
	var claims []*Claim
	var points []*customer.ContactPoint
	for _, p := range e.roots() {
		id := p.customer.ID
		for _, key := range p.keys {
			k := e.dead[key]
			if k == nil {
				k = &Key{Key: key}
			}
			k.Customer = id
			keys = append(keys, k)
		}
		for field := range p.changed {
			p.claims[field].Customer = id
			claims = append(claims, p.claims[field])
		}
		for _, at := range p.add {
			points = append(points, &customer.ContactPoint{Customer: id, Type: at.typ, Value: at.match, Match: at.match})
		}
	}
	slices.SortFunc(keys, func(a, b *Key) int { return strings.Compare(a.Key, b.Key) }) // one order for all, so that nobody waits in a circle
	if err := Keys.Put(ctx, e.tx, keys...); err != nil {
		return err
	}
	if err := Claims.Put(ctx, e.tx, claims...); err != nil {
		return err
	}
	return customer.ContactPoints.Put(ctx, e.tx, points...)
}

// roots are the people that are left.
func (e *entering) roots() []*person {
	return slices.DeleteFunc(slices.Clone(e.people), func(p *person) bool { return p.into != nil })
}

// inMemory returns the person whose customer has that id, if it is at hand.
func (e *entering) inMemory(id uuid.UUID) *person {
	for _, p := range e.people {
		if p.customer.ID == id && p.stored() {
			return p
		}
	}
	return nil
}
