package privacy

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A reach is what an export shows: the ids of records, by kind.
type reach struct {
	own       map[string][]uuid.UUID
	mentioned map[string][]uuid.UUID
}

// follow finds all records that are a customer's, or mention it.
func (g *graph) follow(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*reach, error) {
	r, seen := &reach{map[string][]uuid.UUID{}, map[string][]uuid.UUID{}}, map[uuid.UUID]bool{id: true}
	gather := func(into map[string][]uuid.UUID, kind *storage.Schema, where criteria.Criterion) error {
		return pages(ctx, tx, kind, where, func(list []storage.Record) error {
			for _, found := range idsOf(list) {
				if !seen[found] {
					seen[found] = true
					into[kind.Name] = append(into[kind.Name], found)
				}
			}
			return nil
		})
	}
	for _, kind := range g.kinds {
		if err := gather(r.own, kind, names(g.owners[kind.Name], id)); err != nil {
			return nil, err
		}
	}
	r.own[customerKind] = []uuid.UUID{id}
	if err := g.descend(r, id, gather); err != nil {
		return nil, err
	}
	for _, kind := range g.kinds {
		if err := gather(r.mentioned, kind, names(g.mentions[kind.Name], id)); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// descend goes from the records that were found to those that name them, until
// there are no more.
func (g *graph) descend(r *reach, id uuid.UUID, gather func(map[string][]uuid.UUID, *storage.Schema, criteria.Criterion) error) error {
	done := map[string]int{} // of a kind: how many of its records were followed
	for again := true; again; {
		again = false
		for _, kind := range append([]string{customerKind}, kindNames(g.kinds)...) {
			fresh := r.own[kind][done[kind]:]
			if len(fresh) == 0 {
				continue
			}
			again, done[kind] = true, len(r.own[kind])
			for some := range slices.Chunk(slices.Clone(fresh), chunk) {
				for _, e := range g.naming(kind) {
					if err := gather(r.own, e.kind, g.below(e, some, id)); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// names matches the records that name a customer by one of some fields.
func names(edges []edge, id uuid.UUID) criteria.Criterion {
	of := make([]criteria.Criterion, len(edges))
	for i, e := range edges {
		of[i] = criteria.Eq(e.field.Name, id)
	}
	return criteria.Any(of...)
}

func kindNames(kinds []*storage.Schema) []string {
	list := make([]string, len(kinds))
	for i, s := range kinds {
		list[i] = s.Name
	}
	return list
}
