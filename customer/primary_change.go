package customer

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// addRanked stores records that their customers do not have yet, and returns
// for each given one the one that is stored.
func addRanked[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], given []P) ([]*T, error) {
	if err := checkNew(kind.Name(), given); err != nil || len(given) == 0 {
		return nil, err
	}
	a := &addition[T, P]{wanted: map[group]P{}}
	var err error
	if a.known, err = groupsOf(ctx, tx, kind, given); err != nil {
		return nil, err
	}
	stored := make([]*T, len(given))
	for i, p := range given {
		stored[i] = a.take(p)
	}
	a.arrange()
	if err := put(ctx, tx, kind, a.changed...); err != nil {
		return nil, err
	}
	return stored, put(ctx, tx, kind, a.added...)
}

// An addition works out what adding records to their groups comes to.
type addition[T any, P ranked[T]] struct {
	known   map[group][]P // those that are there and, behind them, those that are added
	wanted  map[group]P   // who is to be primary, or nil, in each group that is touched
	touched []group
	added   []*T
	changed []*T // of those that are there
}

// take finds the record that a given one stands for, or adds a copy of it.
func (a *addition[T, P]) take(given P) P {
	g := given.rank().group
	if _, ok := a.wanted[g]; !ok {
		a.wanted[g] = nil
		a.touched = append(a.touched, g)
	}
	var p P
	if i := slices.IndexFunc(a.known[g], func(p P) bool { return p.same(given) }); i >= 0 {
		p = a.known[g][i]
	} else {
		c := *given
		p = &c
		*p.rank().primary = false
		a.known[g], a.added = append(a.known[g], p), append(a.added, p)
	}
	if *given.rank().primary {
		a.wanted[g] = p
	}
	return p
}

// arrange makes one record of each group primary. One that stays so while others
// are added takes its turn.
func (a *addition[T, P]) arrange() {
	isNew := func(p P) bool { return storage.MetaOf(p).Version == 0 }
	for _, g := range a.touched {
		list := a.known[g]
		first := choose(list, a.wanted[g])
		changed := slices.DeleteFunc(crown(list, first), isNew)
		if isNew(list[len(list)-1]) && !isNew(first) {
			*first.rank().turn++
			if !slices.Contains(changed, first) {
				changed = append(changed, first)
			}
		}
		for _, p := range changed {
			a.changed = append(a.changed, p)
		}
	}
}

// setPrimary makes a record the primary one of its group.
func setPrimary[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], id uuid.UUID) error {
	r, err := kind.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	found, err := groupsOf(ctx, tx, kind, []P{r})
	if err != nil {
		return err
	}
	list := found[P(r).rank().group]
	var wanted P
	if i := slices.IndexFunc(list, func(p P) bool { return storage.MetaOf(p).ID == id }); i >= 0 {
		wanted = list[i]
	}
	var changed []*T
	for _, p := range crown(list, choose(list, wanted)) {
		changed = append(changed, p)
	}
	return put(ctx, tx, kind, changed...)
}

// removeRanked deletes records. Of a group that loses its primary one, the
// oldest that is left takes its place.
func removeRanked[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], ids []uuid.UUID) error {
	ids = distinct(ids)
	removed, err := getAll[T, P](ctx, tx, kind, ids)
	if err != nil {
		return err
	}
	found, err := groupsOf(ctx, tx, kind, removed)
	if err != nil {
		return err
	}
	gone := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	var leave, changed []*T
	for _, list := range found {
		left, l, c := leaving(list, gone)
		for _, p := range crown(left, choose(left, nil)) {
			c = append(c, p)
		}
		leave, changed = append(leave, l...), append(changed, c...)
	}
	if err := put(ctx, tx, kind, changed...); err != nil {
		return err
	}
	return kind.Delete(ctx, tx, leave...)
}

// leaving parts a group into those that are left and those that leave it, and
// returns which of these had to be told that they are primary no longer: what
// is restored later must not be so again.
func leaving[T any, P ranked[T]](list []P, gone map[uuid.UUID]bool) (left []P, leave, changed []*T) {
	for _, p := range list {
		if !gone[storage.MetaOf(p).ID] {
			left = append(left, p)
			continue
		}
		leave = append(leave, p)
		if is := p.rank().primary; *is {
			*is = false
			changed = append(changed, p)
		}
	}
	return left, leave, changed
}

// getAll reads live records by id; one that is not there is storage.ErrNotFound.
func getAll[T any, P ranked[T]](ctx context.Context, tx *storage.Tx, kind *storage.Kind[T], ids []uuid.UUID) ([]P, error) {
	found := make(map[uuid.UUID]P, len(ids))
	for some := range slices.Chunk(ids, groupChunk) {
		for r, err := range kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, some...)}) {
			if err != nil {
				return nil, err
			}
			found[storage.MetaOf(P(r)).ID] = r
		}
	}
	list := make([]P, 0, len(ids))
	for _, id := range ids {
		if found[id] == nil {
			_, err := kind.Get(ctx, tx, id) // which says what is wrong
			return nil, err
		}
		list = append(list, found[id])
	}
	return list, nil
}
