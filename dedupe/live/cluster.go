package live

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Together returns the customers that are taken for one with a customer, itself
// among them, in the order in which they came, and the id that they have in common. An id stays:
// where two groups become one, it is that of the group with the oldest member, and
// where one falls apart, the largest part has it (of equals, the one with the
// oldest member). A customer without an entry is storage.ErrNotFound.
//
// A guarded reader shows the entries that its guard shows.
func Together(ctx context.Context, r storage.Reader, customer uuid.UUID) (id uuid.UUID, members []uuid.UUID, err error) {
	e, err := entries.First(ctx, r, storage.Query{Where: criteria.Eq("customer", customer)})
	if err != nil {
		return uuid.Nil, nil, err
	}
	if e.Cluster == uuid.Nil {
		return e.ID, []uuid.UUID{customer}, nil
	}
	for other, err := range entries.Find(ctx, r, storage.Query{Where: criteria.Eq("cluster", e.Cluster)}) {
		if err != nil {
			return uuid.Nil, nil, err
		}
		members = append(members, other.Customer)
	}
	return e.Cluster, members, nil
}

// name is the id of the cluster of an entry.
func (e *entry) name() uuid.UUID {
	if e.Cluster == uuid.Nil {
		return e.ID
	}
	return e.Cluster
}

// The bounds of a component.
const (
	mostTogether = 200 // entries that are clustered together; what hangs on beyond stays as it is
	mostPairs    = 40  // up to here all pairs are weighed, and in larger ones those with a link
)

// recluster makes the clusters of everything that hangs together with customers.
// Where a component fell apart, each end of the link that went is among them, so that
// all who may claim its name are at hand.
func (s *settling) recluster(seeds []uuid.UUID) error {
	slices.SortFunc(seeds, compareIDs)
	done := map[uuid.UUID]bool{}
	known := map[uuid.UUID]*entry{}
	var all [][]*entry
	for _, seed := range slices.Compact(seeds) {
		if done[seed] {
			continue
		}
		members, err := s.component(seed, known)
		if err != nil {
			return err
		}
		for _, e := range members {
			done[e.Customer] = true
		}
		parts, err := s.parts(members)
		if err != nil {
			return err
		}
		all = append(all, parts...)
	}
	all = slices.DeleteFunc(all, func(part []*entry) bool { return len(part) == 0 })
	slices.SortFunc(all, func(a, b []*entry) int { return compareIDs(a[0].ID, b[0].ID) })
	return entries.Put(s.ctx, s.tx, renamed(all)...)
}

// component returns the entries that links connect with a customer. known are those that were read.
func (s *settling) component(seed uuid.UUID, known map[uuid.UUID]*entry) ([]*entry, error) {
	met := map[uuid.UUID]bool{}
	var members []*entry
	for border := []uuid.UUID{seed}; len(border) > 0 && len(members) < mostTogether; {
		missing := slices.DeleteFunc(slices.Clone(border), func(id uuid.UUID) bool { return known[id] != nil })
		read, err := entriesOf(s.ctx, s.tx, missing)
		if err != nil {
			return nil, err
		}
		for id, e := range read {
			known[id] = e
		}
		var next []uuid.UUID
		for _, id := range border {
			e := known[id]
			if e == nil || met[id] {
				continue
			}
			met[id] = true
			members = append(members, e)
			for _, other := range parsed(e.Links) {
				if !met[other] {
					next = append(next, other)
				}
			}
		}
		slices.SortFunc(next, compareIDs)
		border = slices.Compact(next)
	}
	return members, nil
}

// parts clusters a component by what its entries are now, whatever the order in which
// they came. The entries of a part are in the order of age.
func (s *settling) parts(members []*entry) ([][]*entry, error) {
	if len(members) < 2 {
		return [][]*entry{members}, nil
	}
	slices.SortFunc(members, func(a, b *entry) int { return cmp.Or(cmp.Compare(a.Form, b.Form), compareIDs(a.ID, b.ID)) })
	parts, err := s.partsInOrder(members)
	for _, part := range parts {
		slices.SortFunc(part, func(a, b *entry) int { return compareIDs(a.ID, b.ID) })
	}
	return parts, err
}

func (s *settling) partsInOrder(members []*entry) ([][]*entry, error) {
	forms := make([]*dedupe.Prepared, len(members))
	ids := make([]uuid.UUID, len(members))
	for i, e := range members {
		forms[i], ids[i] = &dedupe.Prepared{}, e.Customer
		if err := forms[i].Read(e.Form); err != nil {
			return nil, err
		}
	}
	apart, err := s.apart(ids)
	if err != nil {
		return nil, err
	}
	p := s.judges.now[members[0].Type]
	weights := map[[2]int]float64{}
	for i, e := range members {
		var places []int
		var others []*dedupe.Prepared
		for n := i + 1; n < len(members); n++ {
			if len(members) <= mostPairs || slices.Contains(e.Links, members[n].Customer.String()) {
				places, others = append(places, n), append(others, forms[n])
			}
		}
		for at, w := range p.Weigh(forms[i], others...) {
			weights[[2]int{i, places[at]}] = w
		}
		for n := i + 1; n < len(members); n++ {
			if apart[review.KeyOf(e.Customer, members[n].Customer)] {
				weights[[2]int{i, n}] = math.Inf(-1)
			}
		}
	}
	var parts [][]*entry
	for _, places := range p.Cluster(forms, weights) {
		part := make([]*entry, len(places))
		for i, at := range places {
			part[i] = members[at]
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// renamed gives the parts of components their names and returns the entries that
// have another one than before.
func renamed(parts [][]*entry) (writes []*entry) {
	names := named(parts)
	for i, part := range parts {
		for _, e := range part {
			name := names[i]
			if len(part) == 1 && name == e.ID {
				name = uuid.Nil
			}
			if e.Cluster != name {
				e.Cluster = name
				writes = append(writes, e)
			}
		}
	}
	return writes
}

// named finds the names of parts: a name goes to the part with most of those who
// had it, and of several a part keeps the one whose oldest holder is oldest.
func named(parts [][]*entry) []uuid.UUID {
	type holders struct {
		oldest uuid.UUID
		count  map[int]int // by part
	}
	held := map[uuid.UUID]*holders{}
	for i, part := range parts {
		for _, e := range part {
			h := held[e.name()]
			if h == nil {
				h = &holders{oldest: e.ID, count: map[int]int{}}
				held[e.name()] = h
			}
			h.count[i]++
			if compareIDs(e.ID, h.oldest) < 0 {
				h.oldest = e.ID
			}
		}
	}
	names := make([]uuid.UUID, len(parts))
	for name, h := range held {
		best := -1
		for i, n := range h.count {
			// Parts are in the order of their oldest members: of equals, the first has it.
			if best < 0 || n > h.count[best] || n == h.count[best] && i < best {
				best = i
			}
		}
		if was := names[best]; was == uuid.Nil || compareIDs(h.oldest, held[was].oldest) < 0 {
			names[best] = name
		}
	}
	for i, part := range parts {
		if names[i] == uuid.Nil {
			names[i] = uuid.NewSHA1(part[0].ID, []byte(strconv.FormatInt(part[0].Version, 10)))
		}
	}
	return names
}
