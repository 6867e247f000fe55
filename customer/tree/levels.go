package tree

import (
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// chunk is how many customers one query names.
const chunk = 1000

// parentsAbove returns the parent of every customer that is placed and of all that
// stand above them then, a level with each query.
func parentsAbove(ctx context.Context, tx *storage.Tx, placed map[uuid.UUID]uuid.UUID) (map[uuid.UUID]uuid.UUID, error) {
	above := maps.Clone(placed)
	if above == nil {
		above = map[uuid.UUID]uuid.UUID{}
	}
	level := unknown(maps.Values(placed), above)
	for len(level) > 0 {
		var next []uuid.UUID
		for some := range slices.Chunk(level, chunk) {
			for c, err := range customer.Kind.Each(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, some...)}) {
				if err != nil {
					return nil, err
				}
				above[c.ID] = c.Parent
				next = append(next, c.Parent)
			}
		}
		level = unknown(slices.Values(next), above)
	}
	return above, nil
}

// unknown returns, each once, the ids whose parents are not known yet.
func unknown(ids func(func(uuid.UUID) bool), above map[uuid.UUID]uuid.UUID) (list []uuid.UUID) {
	seen := map[uuid.UUID]bool{uuid.Nil: true}
	for id := range ids {
		if _, known := above[id]; !known && !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// checkBelow refuses moves that take those below the moved ones too deep. It reads
// only customers that others stand below, a level with each query.
func checkBelow(ctx context.Context, tx *storage.Tx, moved map[uuid.UUID]uuid.UUID, depths map[uuid.UUID]int) error {
	from := make(map[uuid.UUID]uuid.UUID, len(moved)) // with which of the moved ones each comes
	for id := range moved {
		from[id] = id
	}
	field := storage.FieldID
	for down := 1; len(from) > 0; down++ {
		next := map[uuid.UUID]uuid.UUID{}
		for some := range slices.Chunk(slices.Collect(maps.Keys(from)), chunk) {
			where := criteria.All(criteria.In(field, some...), haveChildren)
			for c, err := range customer.Kind.Each(ctx, tx, storage.Query{Where: where}) {
				if err != nil {
					return err
				}
				top := from[c.Parent]
				if field == storage.FieldID {
					top = c.ID
				} else if top == c.ID { // another move was committed since the look upwards
					return &PlaceError{Customer: top, Parent: moved[top], Err: ErrCycle}
				}
				if depths[top]+down > MaxDepth {
					return &PlaceError{Customer: top, Parent: moved[top], Err: ErrDepth}
				}
				next[c.ID] = top
			}
		}
		from, field = next, "parent"
	}
	return nil
}

// haveChildren matches customers that others stand below.
var haveChildren = criteria.Related(customer.Kind.Name(), "parent", nil)
