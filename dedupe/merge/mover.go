package merge

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// batch is how many records are moved together.
const batch = 500

// A mover makes records name the survivor.
type mover struct {
	ctx     context.Context
	tx      *storage.Tx
	survey  *survey
	rules   Rules
	merged  []uuid.UUID // the customers, sorted; their own records are not moved
	journal writer
	counts  map[string]Count
	issues  map[uuid.UUID]*quality.Issue // of the customers and of what was dropped, as they were
	watched []uuid.UUID                  // the records that they are about
	stages  map[uuid.UUID]bool           // the stage changes that were moved
	turned  map[uuid.UUID]int64          // the lowest number of a stage change, by customer
}

func newMover(ctx context.Context, tx *storage.Tx, rules Rules) mover {
	return mover{
		ctx: ctx, tx: tx, rules: rules, counts: map[string]Count{},
		issues: map[uuid.UUID]*quality.Issue{}, stages: map[uuid.UUID]bool{}, turned: map[uuid.UUID]int64{},
	}
}

// repoint makes all live records that name one of some records of a kind name
// another one in its place.
func (m *mover) repoint(target string, to map[uuid.UUID]uuid.UUID) error {
	if len(to) == 0 {
		return nil
	}
	for _, kind := range m.survey.kinds {
		edges := m.survey.into[target][kind.Name]
		if len(edges) == 0 {
			continue
		}
		err := m.pages(kind, edges, to, func(list []storage.Record) error { return m.move(kind, edges, list, to) })
		if err != nil {
			return err
		}
	}
	return nil
}

// naming matches the records of a kind that name one of some.
func (m *mover) naming(kind *storage.Schema, edges []edge, to map[uuid.UUID]uuid.UUID) criteria.Criterion {
	ids := slices.SortedFunc(maps.Keys(to), compareIDs)
	of := make([]criteria.Criterion, len(edges))
	for i, f := range edges {
		of[i] = criteria.In(f.Name, ids...)
	}
	where := criteria.Any(of...)
	if kind.Name == customerKind {
		where = criteria.All(where, criteria.Not(criteria.In(storage.FieldID, m.merged...)))
	}
	return where
}

// pages calls fn with those records, a batch at a time, in the order of their ids.
func (m *mover) pages(kind *storage.Schema, edges []edge, to map[uuid.UUID]uuid.UUID, fn func([]storage.Record) error) error {
	q := storage.Query{Where: m.naming(kind, edges, to), Limit: batch}
	for {
		list, next, err := storage.Any(kind).Page(m.ctx, m.tx, q)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			if err := fn(list); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// move moves a batch. What names a record that is dropped comes to name the one
// that is kept, while both are there.
func (m *mover) move(kind *storage.Schema, edges []edge, list []storage.Record, to map[uuid.UUID]uuid.UUID) error {
	fates, err := m.decide(kind, edges, list, to)
	if err != nil {
		return err
	}
	m.count(kind.Name, fates)
	var stay []storage.Record
	var steps []step
	for _, f := range fates {
		if f.how == moved {
			id := storage.MetaOf(f.was).ID
			stay = append(stay, f.now)
			steps = append(steps, step{ID: id, How: moved, Current: current(f.was), Set: diff(m.survey.fields[kind.Name], f.was, f.now)})
			m.note(kind, id)
		}
	}
	if err := raced(storage.Any(kind).Put(m.ctx, m.tx, stay...)); err != nil {
		return err
	}
	if err := m.journal.write(m.ctx, m.tx, kind.Name, steps...); err != nil {
		return err
	}
	return m.drop(kind, fates)
}

// drop deletes the records of a batch that are dropped.
func (m *mover) drop(kind *storage.Schema, fates []fate) error {
	var list []storage.Record
	var ids []uuid.UUID
	var steps []step
	doubles := map[uuid.UUID]uuid.UUID{}
	for _, f := range fates {
		if f.how != dropped {
			continue
		}
		id := storage.MetaOf(f.was).ID
		list, ids = append(list, f.was), append(ids, id)
		steps = append(steps, step{ID: id, How: dropped, Kept: f.kept})
		if f.kept != nil {
			doubles[id] = *f.kept
		}
	}
	if len(list) == 0 {
		return nil
	}
	if err := m.repoint(kind.Name, doubles); err != nil {
		return err
	}
	if err := m.keepIssues(ids...); err != nil {
		return err
	}
	if err := storage.Any(kind).Delete(m.ctx, m.tx, list...); err != nil {
		return err
	}
	return m.journal.write(m.ctx, m.tx, kind.Name, steps...)
}

// note remembers which stage changes were moved, to tell them from those that the
// merge brings about.
func (m *mover) note(kind *storage.Schema, id uuid.UUID) {
	if kind == lifecycle.StageChanges.Schema() {
		m.stages[id] = true
	}
}

func (m *mover) count(kind string, fates []fate) {
	c := m.counts[kind]
	for _, f := range fates {
		switch {
		case f.how != moved:
			c.Dropped++
		case f.settled:
			c.Changed++
			fallthrough
		default:
			c.Moved++
		}
	}
	m.counts[kind] = c
}

// add notes records that the merge made.
func (m *mover) add(kind *storage.Schema, list ...storage.Record) error {
	steps := make([]step, len(list))
	for i, r := range list {
		steps[i] = m.made(kind, r)
	}
	c := m.counts[kind.Name]
	c.Added += int64(len(list))
	m.counts[kind.Name] = c
	return m.journal.write(m.ctx, m.tx, kind.Name, steps...)
}

// made returns the step of a record that was made, as it is.
func (m *mover) made(kind *storage.Schema, r storage.Record) step {
	return step{ID: storage.MetaOf(r).ID, How: added, Set: diff(m.survey.fields[kind.Name], kind.New(), r)}
}

// A fate is what becomes of a record that named one of the others.
type fate struct {
	was, now storage.Record
	how      string     // moved, dropped or left
	settled  bool       // something else than its ref was changed too
	kept     *uuid.UUID // of one that is dropped: the one that says the same
}

// drop makes a fate that of a double.
func (f *fate) drop(kind *storage.Schema, kept *uuid.UUID) {
	f.how, f.kept, f.settled = dropped, kept, false
	if kind == consent.Records.Schema() { // which are never deleted
		f.how = left
	}
}

// current reports whether a record is a tag that its customer has.
func current(r storage.Record) bool {
	a, ok := r.(*tag.Assignment)
	return ok && a.End == ""
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
