package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// merge makes one customer of each group. It returns the pairs to ask about of
// groups that it does not merge.
func (s *scan) merge(ctx context.Context, groups []Group) (ask []Scored, err error) {
	for i := range groups {
		g := &groups[i]
		for _, id := range g.Members {
			s.groups[id] = g
		}
		if s.reviewer.Merge == nil {
			ask = append(ask, g.Pairs...)
			continue
		}
		err := s.step(ctx, func(tx *storage.Tx, r *Report) error { return s.mergeGroup(ctx, tx, g, r) })
		if gaveUp(ctx, err) {
			return nil, err
		}
		if err != nil {
			s.report.Refused = append(slices.Clip(s.report.Refused), Refusal{g.Members, err, err.Error()})
			ask = append(ask, g.Pairs...)
			s.forget(g)
		}
	}
	return ask, nil
}

// gaveUp reports errors after which there is no use in going on.
func gaveUp(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, storage.ErrUnavailable) || errors.Is(err, storage.ErrUncertain) || errors.Is(err, storage.ErrNoActor)
}

// forget undoes what a transaction that failed noted of a group.
func (s *scan) forget(g *Group) {
	for _, id := range g.Members {
		delete(s.survivor, id)
	}
	for _, p := range g.Pairs {
		delete(s.skipped, p.key())
	}
}

// mergeGroup merges a group, unless one of it was changed since it was compared or
// somebody has said since then that two of it are two.
func (s *scan) mergeGroup(ctx context.Context, tx *storage.Tx, g *Group, r *Report) error {
	s.forget(g)
	if _, err := customer.Kind.Hold(ctx, tx, g.Members...); err != nil {
		return err
	}
	subjects, err := subjectsOf(ctx, tx, g.Members)
	if err != nil {
		return err
	}
	stored, _, err := storedAmong(ctx, tx, g.Members)
	if err != nil {
		return err
	}
	objections, err := doubted(ctx, tx, g.Members...) // cast since the scan began: before, there would be no group
	if err != nil {
		return err
	}
	if !s.unchanged(subjects, g.Members...) || len(objections) > 0 {
		for _, p := range g.Pairs {
			s.skipped[p.key()] = true
		}
		r.Changed++
		return nil
	}
	survivor, others, err := s.reviewer.survivor(customersOf(subjects))
	if err != nil {
		return err
	}
	writes := make([]*Pair, len(g.Pairs))
	for i, p := range g.Pairs {
		writes[i] = s.pair(stored, p, grade{size: int64(len(g.Members)), cluster: g.Members[0].String()})
		if writes[i].State != Same {
			writes[i].decide(tx, Same, "")
			writes[i].Automatic = true
		}
		writes[i].Merged = true
	}
	if err := Pairs.Put(ctx, tx, writes...); err != nil {
		return err
	}
	if err := s.reviewer.Merge(ctx, tx, survivor, others); err != nil {
		return err
	}
	for _, id := range g.Members {
		s.survivor[id] = survivor
	}
	r.Groups, r.Merged = r.Groups+1, r.Merged+len(others)
	return nil
}

// unchanged reports whether customers are there and as they were compared, or were
// changed by this scan alone.
func (s *scan) unchanged(subjects map[uuid.UUID]*Subject, ids ...uuid.UUID) bool {
	for _, id := range ids {
		subject := subjects[id]
		if subject == nil {
			return false
		}
		if _, ours := s.survivor[id]; !ours && s.reviewer.imprintOf(subject) != s.imprints[id] {
			return false
		}
	}
	return true
}

func (s *scan) imprintsOf(subjects map[uuid.UUID]*Subject) imprints {
	list := make(imprints, len(subjects))
	for id, subject := range subjects {
		list[id] = s.reviewer.imprintOf(subject)
	}
	return list
}

// pair returns the record of a pair, stored or new, with what is known of it now.
func (s *scan) pair(stored map[Key]*Pair, p Scored, g grade) *Pair {
	pair := stored[p.key()]
	if pair == nil {
		pair = &Pair{A: p.A, B: p.B}
	}
	mark, _ := s.imprints.of(p.key())
	pair.describe(p, g, mark)
	return pair
}

// storedAmong returns the pairs that are stored of some customers with each other.
// A merge may have made two of one, the one the other way round: then it is the one
// that settles more, and the other is a double.
func storedAmong(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) (found map[Key]*Pair, doubles map[Key][]*Pair, err error) {
	found, doubles = map[Key]*Pair{}, map[Key][]*Pair{}
	for p, err := range Pairs.Find(ctx, tx, storage.Query{Where: among(ids)}) {
		if err != nil {
			return nil, nil, err
		}
		was := found[p.key()]
		if was != nil && rank(p) <= rank(was) {
			p, was = was, p
		}
		if found[p.key()] = p; was != nil {
			doubles[p.key()] = append(doubles[p.key()], was)
		}
	}
	return found, doubles, nil
}

// rank orders the states by how much they settle.
func rank(p *Pair) int { return slices.Index([]string{Closed, Open, Same, Distinct}, p.State) }

func customersOf(subjects map[uuid.UUID]*Subject) []*customer.Customer {
	list := make([]*customer.Customer, 0, len(subjects))
	for _, s := range subjects {
		list = append(list, s.Customer)
	}
	return list
}

// survivor chooses who stays, and returns the others in the order of their ids.
func (v *Reviewer) survivor(list []*customer.Customer) (uuid.UUID, []uuid.UUID, error) {
	slices.SortFunc(list, func(a, b *customer.Customer) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), compareIDs(a.ID, b.ID))
	})
	chosen := list[0]
	if v.Survivor != nil {
		chosen = v.Survivor(slices.Clone(list))
	}
	var others []uuid.UUID
	for _, c := range list {
		if chosen == nil || c.ID != chosen.ID {
			others = append(others, c.ID)
		}
	}
	if len(others) != len(list)-1 {
		return uuid.Nil, nil, fmt.Errorf("review: %w: Survivor chose none of those that it was given", storage.ErrInvalid)
	}
	return chosen.ID, sortedIDs(others), nil
}
