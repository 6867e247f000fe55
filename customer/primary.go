package customer

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A rank is the part of a record that decides which of several comes first.
//
// That one record of a group is primary, and not two or none, holds whatever
// transactions run at once: a unique key refuses the second, and whoever relies
// on one being primary writes it, so that of two who do one is repeated. Turn is
// what they write who only rely on it: it counts the records that were added
// behind the primary one.
type rank struct {
	group
	primary *bool
	turn    *int64
}

// A group is the records of a customer of which one is primary.
type group struct {
	customer uuid.UUID
	typ      string
}

// ranked is a pointer to a record that has a rank.
type ranked[T any] interface {
	pointer[T]
	rank() rank
	same(*T) bool // whether it says the same as another of its group, so that it need not be added
}

func (p *ContactPoint) rank() rank {
	return rank{group{p.Customer, p.Type}, &p.Primary, &p.turn}
}

func (p *ContactPoint) same(other *ContactPoint) bool { return p.Match == other.Match }

// choose returns the record of a group, in the order of age, that is to be
// primary: the wanted one, or else the one that is, or else the oldest.
func choose[T any, P ranked[T]](list []P, wanted P) P {
	if wanted != nil || len(list) == 0 {
		return wanted
	}
	if i := slices.IndexFunc(list, func(p P) bool { return *p.rank().primary }); i >= 0 {
		return list[i]
	}
	return list[0]
}

// crown makes one record of a group primary and the others not, and returns
// those that it changed.
func crown[T any, P ranked[T]](list []P, first P) (changed []P) {
	for _, p := range list {
		if is := p.rank().primary; *is != (p == first) {
			*is = p == first
			changed = append(changed, p)
		}
	}
	return changed
}

// groupChunk is how many customers are looked up in one query.
const groupChunk = 1000

// groups reads the live records of the customers by group, in the order of age.
func groups[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], customers []uuid.UUID) (map[group][]P, error) {
	found := map[group][]P{}
	for some := range slices.Chunk(customers, groupChunk) {
		q := storage.Query{Where: criteria.In("customer", some...), Order: []storage.Order{{Field: storage.FieldCreatedAt}}}
		for r, err := range kind.Find(ctx, tx, q) {
			if err != nil {
				return nil, err
			}
			g := P(r).rank().group
			found[g] = append(found[g], P(r))
		}
	}
	return found, nil
}

// groupsOf reads the groups that some records belong to.
func groupsOf[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], list []P) (map[group][]P, error) {
	customers := make([]uuid.UUID, len(list))
	for i, p := range list {
		customers[i] = p.rank().customer
	}
	return groups[T, P](ctx, tx, kind, distinct(customers))
}

// distinct returns the ids but the nil one, each once, in the order of their
// first place.
func distinct(ids []uuid.UUID) []uuid.UUID {
	seen := make(map[uuid.UUID]bool, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool {
		was := seen[id] || id == uuid.Nil
		seen[id] = true
		return was
	})
}
