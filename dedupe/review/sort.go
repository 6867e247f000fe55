package review

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Thresholds say what is done with a pair of a probability.
type Thresholds struct {
	Auto   float64 // from here on it is merged; 0: 0.95
	Review float64 // from here on somebody is asked; 0: 0.75
	// Largest is how many customers are merged into one without asking; the pairs of a
	// larger group are asked about. 0: 20.
	Largest int
}

// Check returns the thresholds with what was left out filled in. It is
// storage.ErrInvalid if they are not probabilities, Auto is less than Review, or
// Largest less than 2.
func (t Thresholds) Check() (Thresholds, error) {
	t.Auto, t.Review, t.Largest = cmp.Or(t.Auto, 0.95), cmp.Or(t.Review, 0.75), cmp.Or(t.Largest, 20)
	switch {
	case !(t.Review > 0 && t.Review <= 1), !(t.Auto > 0 && t.Auto <= 1):
		return t, fmt.Errorf("review: %w: Auto %v and Review %v: give probabilities above 0, at most 1", storage.ErrInvalid, t.Auto, t.Review)
	case t.Auto < t.Review:
		return t, fmt.Errorf("review: %w: Auto %v is less than Review %v: what is merged must be surer than what is asked about", storage.ErrInvalid, t.Auto, t.Review)
	case t.Largest < 2:
		return t, fmt.Errorf("review: %w: Largest is %d: a group has at least 2", storage.ErrInvalid, t.Largest)
	}
	return t, nil
}

// A Scored is two customers that were compared.
type Scored struct {
	A, B        uuid.UUID
	Probability float64 // that they are one
	Weight      float64 // log2 of the odds of that
	// Together: in the light of all pairs, the two belong to one cluster. A pair that
	// does not is never merged without asking, however probable.
	Together bool
	Pass     string   // what proposed to compare them
	Reasons  []Reason // may be left out of pairs that are ignored
}

func (s *Scored) key() Key { return KeyOf(s.A, s.B) }

// reasons are those of the pair as JSON, the weightiest first.
func (s *Scored) reasons() json.RawMessage {
	list := slices.Clone(s.Reasons)
	slices.SortStableFunc(list, func(a, b Reason) int { return cmp.Compare(b.Weight, a.Weight) })
	if data, err := json.Marshal(list); err == nil && len(list) > 0 {
		return data
	}
	return nil
}

// A Sorted is what is to be done with pairs. Every pair is in exactly one list.
type Sorted struct {
	Merge   []Group  // each one customer
	Queue   []Scored // to ask about
	Apart   []Scored // that somebody said are two
	Ignored []Scored // too improbable
}

// A Group is customers that are one.
type Group struct {
	Members []uuid.UUID // sorted, two or more
	Pairs   []Scored    // the pairs among them, less probable ones too
}

// found counts the pairs that are not ignored.
func (s *Sorted) found() int {
	n := len(s.Queue) + len(s.Apart)
	for _, g := range s.Merge {
		n += len(g.Pairs)
	}
	return n
}

// Sort decides what is done with pairs. decided has what people said of some: Same
// counts as certain; Distinct keeps the two, and whatever is joined with them, apart;
// Open does so too, because somebody is to be asked.
//
// Sure pairs join groups, the most probable first, then in the order of ids, unless
// a group would hold two that are Distinct. Pairs of one customer with itself, and
// all but the most probable of those that come twice, are left out.
func (t Thresholds) Sort(pairs []Scored, decided map[Key]string) Sorted {
	pairs = inOrder(pairs)
	s := &sorting{parent: map[uuid.UUID]uuid.UUID{}, members: map[uuid.UUID][]uuid.UUID{}, apart: map[uuid.UUID][]uuid.UUID{}}
	for k, state := range decided {
		if state == Distinct || state == Open {
			s.apart[k[0]] = append(s.apart[k[0]], k[1])
			s.apart[k[1]] = append(s.apart[k[1]], k[0])
		}
	}
	for _, agreed := range []bool{true, false} {
		for i := range pairs {
			p := &pairs[i]
			if (decided[p.key()] == Same) == agreed && (agreed || p.Together && p.Probability >= t.Auto) {
				s.join(p.A, p.B)
			}
		}
	}
	return t.parted(s, pairs, decided)
}

// parted puts every pair in its list.
func (t Thresholds) parted(s *sorting, pairs []Scored, decided map[Key]string) (out Sorted) {
	place := map[uuid.UUID]int{}
	for _, p := range pairs {
		root := s.root(p.A)
		switch {
		case decided[p.key()] == Distinct:
			out.Apart = append(out.Apart, p)
		case root == s.root(p.B) && len(s.members[root]) <= t.Largest:
			at, ok := place[root]
			if !ok {
				at = len(out.Merge)
				place[root] = at
				out.Merge = append(out.Merge, Group{Members: sortedIDs(s.members[root])})
			}
			out.Merge[at].Pairs = append(out.Merge[at].Pairs, p)
		case p.Probability >= t.Review || decided[p.key()] == Same:
			out.Queue = append(out.Queue, p)
		default:
			out.Ignored = append(out.Ignored, p)
		}
	}
	slices.SortFunc(out.Merge, func(a, b Group) int { return compareIDs(a.Members[0], b.Members[0]) })
	return out
}

// inOrder returns the pairs with the lower id first, each once, the most probable
// first.
func inOrder(pairs []Scored) []Scored {
	list := make([]Scored, 0, len(pairs))
	for _, p := range pairs {
		if k := p.key(); p.A != p.B {
			p.A, p.B = k[0], k[1]
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), compareIDs(a.A, b.A), compareIDs(a.B, b.B))
	})
	seen := make(map[Key]bool, len(list))
	return slices.DeleteFunc(list, func(p Scored) bool {
		k := p.key()
		was := seen[k]
		seen[k] = true
		return was
	})
}

// A sorting is groups on their way, each known by one of its members.
type sorting struct {
	parent  map[uuid.UUID]uuid.UUID
	members map[uuid.UUID][]uuid.UUID // by the one that the group is known by; those of one are left out
	apart   map[uuid.UUID][]uuid.UUID // who was said to be another
}

func (s *sorting) root(id uuid.UUID) uuid.UUID {
	for {
		up, ok := s.parent[id]
		if !ok {
			return id
		}
		if next, ok := s.parent[up]; ok {
			s.parent[id] = next
		}
		id = up
	}
}

func (s *sorting) group(root uuid.UUID) []uuid.UUID {
	if list := s.members[root]; list != nil {
		return list
	}
	return []uuid.UUID{root}
}

// join makes one group of two, unless somebody of the one is not somebody of the
// other.
func (s *sorting) join(a, b uuid.UUID) {
	a, b = s.root(a), s.root(b)
	if a == b {
		return
	}
	if len(s.group(a)) < len(s.group(b)) {
		a, b = b, a
	}
	for _, id := range s.group(b) {
		for _, other := range s.apart[id] {
			if s.root(other) == a {
				return
			}
		}
	}
	s.members[a] = append(s.group(a), s.group(b)...)
	delete(s.members, b)
	s.parent[b] = a
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }

func sortedIDs(list []uuid.UUID) []uuid.UUID {
	list = slices.Clone(list)
	slices.SortFunc(list, compareIDs)
	return list
}
