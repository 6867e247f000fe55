package merge

import (
	"errors"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// decide says what becomes of a batch of records once their refs are replaced:
// one whose unique key another has already is changed so that it has a key of its
// own, or dropped. It writes nothing.
func (m *mover) decide(kind *storage.Schema, edges []edge, list []storage.Record, to map[uuid.UUID]uuid.UUID) ([]fate, error) {
	fates := make([]fate, len(list))
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		fates[i] = fate{was: r, now: kind.Clone(r), how: moved}
		ids[i] = storage.MetaOf(r).ID
		if err := errors.Join(rename(edges, fates[i].now, to), m.renumber(fates[i].now)); err != nil {
			return nil, err
		}
	}
	for _, key := range m.survey.unique[kind.Name] {
		if !slices.ContainsFunc(key, func(f *storage.Field) bool { return slices.Contains(edges, f) }) {
			continue
		}
		taken, err := m.taken(kind, key, fates, ids)
		if err != nil {
			return nil, err
		}
		for i := range fates {
			if err := m.part(kind, key, &fates[i], taken); err != nil {
				return nil, err
			}
		}
	}
	for i := range fates {
		m.judge(kind, edges, &fates[i])
	}
	return fates, nil
}

// rename replaces refs. A customer that would name itself names nobody.
func rename(edges []edge, r storage.Record, to map[uuid.UUID]uuid.UUID) error {
	for _, f := range edges {
		id, _ := f.Ref(r)
		next, ok := to[id]
		if !ok {
			continue
		}
		value := any(next)
		if next == storage.MetaOf(r).ID {
			value = nil
		}
		if err := f.Set(r, value); err != nil {
			return err
		}
	}
	return nil
}

// judge drops what the rules have no use for: contact points of a type that stays
// with the survivor, and a record that would relate the survivor to itself and is
// there for nothing else.
func (m *mover) judge(kind *storage.Schema, edges []edge, f *fate) {
	if f.how != moved {
		return
	}
	if p, ok := f.now.(*customer.ContactPoint); ok && m.rules.Fields[p.Type] == KeepSurvivor {
		f.drop(kind, nil)
	}
	if loop(edges, f.now) && !loop(edges, f.was) {
		f.drop(kind, nil)
	}
}

// loop reports whether a record has several refs, all of them required, and all
// name the same.
func loop(edges []edge, r storage.Record) bool {
	if len(edges) < 2 {
		return false
	}
	first, _ := edges[0].Ref(r)
	for _, f := range edges {
		if id, _ := f.Ref(r); !f.Required || id != first {
			return false
		}
	}
	return true
}

// part gives a record whose key is taken another one, or drops it.
func (m *mover) part(kind *storage.Schema, key []*storage.Field, f *fate, taken map[string]uuid.UUID) error {
	if f.how != moved {
		return nil
	}
	id := storage.MetaOf(f.was).ID
	clashes := func() (text string, holder uuid.UUID, clash bool) {
		text, present := keyText(key, f.now)
		holder, taken := taken[text]
		return text, holder, present && taken && holder != id
	}
	text, holder, clash := clashes()
	if clash {
		var err error
		if f.settled, err = m.settle(kind, key, f.now); err != nil {
			return err
		}
		text, holder, clash = clashes()
	}
	if clash {
		f.drop(kind, &holder)
		return nil
	}
	taken[text] = id // without all of its fields the text is empty, which is nobody's key
	return nil
}

// taken returns who has a unique key: among the live records that are not moved now and
// agree with one of them in each of its fields, and among those of which it does not
// change.
func (m *mover) taken(kind *storage.Schema, key []*storage.Field, fates []fate, ids []uuid.UUID) (map[string]uuid.UUID, error) {
	where := []criteria.Criterion{criteria.Not(criteria.In(storage.FieldID, ids...))}
	for _, f := range key {
		var values []any
		seen := map[string]bool{}
		for _, fate := range fates {
			if text := string(jsonOf(f, fate.now)); fate.how == moved && !f.Absent(fate.now) && !seen[text] {
				seen[text] = true
				values = append(values, f.Value(fate.now))
			}
		}
		where = append(where, criteria.In(f.Name, values...))
	}
	found := map[string]uuid.UUID{}
	for _, f := range fates {
		if text, present := keyText(key, f.was); present && f.how == moved && same(key, f.was, f.now) {
			found[text] = storage.MetaOf(f.was).ID
		}
	}
	for r, err := range storage.Any(kind).Find(m.ctx, m.tx, storage.Query{Where: criteria.All(where...)}) {
		if err != nil {
			return nil, err
		}
		if text, present := keyText(key, r); present {
			found[text] = storage.MetaOf(r).ID
		}
	}
	return found, nil
}

// same reports whether two records agree in the fields of a key.
func same(key []*storage.Field, a, b storage.Record) bool {
	return !slices.ContainsFunc(key, func(f *storage.Field) bool { return f.Compare(a, b) != 0 })
}

// keyText returns what a record has in the fields of a unique key, and whether it
// has a value in each.
func keyText(key []*storage.Field, r storage.Record) (string, bool) {
	var text []byte
	for _, f := range key {
		if f.Absent(r) {
			return "", false
		}
		text = append(f.AppendJSON(text, r), '\n')
	}
	return string(text), true
}
