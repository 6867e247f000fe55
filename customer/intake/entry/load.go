package entry

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// each calls fn for every record that matches.
func each[T any](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], where criteria.Criterion, fn func(*T)) error {
	for r, err := range kind.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		fn(r)
	}
	return nil
}

// load reads everybody whom the statements may concern.
func (e *entering) load(ctx context.Context) error {
	e.byKey, e.ambiguous, e.dead = map[string]*person{}, map[string]int{}, map[string]*Key{}
	var wanted []string
	for _, d := range e.reads {
		if d != nil {
			wanted = append(wanted, d.keys...)
		}
	}
	known := map[string]*Key{}
	err := each(ctx, e.tx, Keys, criteria.In("key", wanted...), func(k *Key) { known[k.Key] = k })
	if err != nil {
		return err
	}
	owners, err := e.strangers(ctx, known)
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for key, k := range known {
		owners[key] = map[uuid.UUID]bool{k.Customer: true}
	}
	for _, set := range owners {
		for id := range set {
			ids = append(ids, id)
		}
	}
	people, err := e.loadPeople(ctx, ids)
	if err != nil {
		return err
	}
	for key, set := range owners {
		e.own(key, set, known[key], people)
	}
	return nil
}

// own gives a key to the customer that has it. Keys of customers that were
// deleted are free.
func (e *entering) own(key string, set map[uuid.UUID]bool, record *Key, people map[uuid.UUID]*person) {
	var live []*person
	for id := range set {
		if p := people[id]; p != nil {
			live = append(live, p)
		}
	}
	switch {
	case len(live) > 1:
		e.ambiguous[key] = len(live)
	case len(live) == 1:
		e.byKey[key] = live[0]
		if record == nil {
			live[0].keys = append(live[0].keys, key)
		}
	case record != nil:
		e.dead[key] = record
	}
}

// strangers returns, by key, the customers that have a key without the record of
// it: those that were there before the first statement about them.
func (e *entering) strangers(ctx context.Context, known map[string]*Key) (map[string]map[uuid.UUID]bool, error) {
	owners := map[string]map[uuid.UUID]bool{}
	matches, numbers := map[string][]string{}, map[string][]string{}
	for _, d := range e.reads {
		if d == nil {
			continue
		}
		for _, p := range d.points {
			if known[p.key()] == nil {
				matches[p.typ] = append(matches[p.typ], p.match)
			}
		}
		if d.ExternalID != "" && known[numberKey(d.Source, d.ExternalID)] == nil {
			numbers[d.Source] = append(numbers[d.Source], d.ExternalID)
		}
	}
	add := func(key string, id uuid.UUID) {
		if owners[key] == nil {
			owners[key] = map[uuid.UUID]bool{}
		}
		owners[key][id] = true
	}
	for typ, list := range matches {
		where := criteria.All(criteria.Eq("type", typ), criteria.In("match", list...))
		err := each(ctx, e.tx, customer.ContactPoints, where, func(p *customer.ContactPoint) { add(point{p.Type, p.Match}.key(), p.Customer) })
		if err != nil {
			return nil, err
		}
	}
	for source, list := range numbers {
		where := criteria.All(criteria.Eq("source", source), criteria.In("external_id", list...))
		err := each(ctx, e.tx, customer.Kind, where, func(c *customer.Customer) { add(numberKey(c.Source, c.ExternalID), c.ID) })
		if err != nil {
			return nil, err
		}
	}
	return owners, nil
}

// loadPeople reads customers that are live, with their claims and contact points.
func (e *entering) loadPeople(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*person, error) {
	people := map[uuid.UUID]*person{}
	err := each(ctx, e.tx, customer.Kind, criteria.In(storage.FieldID, ids...), func(c *customer.Customer) {
		people[c.ID] = newPerson(c)
		e.people = append(e.people, people[c.ID])
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, e.tx, Claims, criteria.In("customer", ids...), func(c *Claim) {
		if p := people[c.Customer]; p != nil {
			p.claims[c.Field] = c
		}
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, e.tx, customer.ContactPoints, criteria.In("customer", ids...), func(c *customer.ContactPoint) {
		if p := people[c.Customer]; p != nil {
			p.points[point{c.Type, c.Match}] = true
		}
	})
	for _, p := range people {
		p.look(e.fields)
	}
	return people, err
}
