package memory

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A digram is two neighbouring characters of a folded text.
type digram uint64

// digramsIn returns the pairs of a folded text, each once.
func digramsIn(folded string) []digram {
	var list []digram
	last := rune(-1)
	for _, r := range folded {
		if last >= 0 {
			list = append(list, digram(last)<<32|digram(r))
		}
		last = r
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// A digramTree finds the records whose text, once folded, holds a digram, in the order
// of their ids.
type digramTree struct {
	field *storage.Field
	items *tree[digramEntry]
}

type digramEntry struct {
	digram digram
	id     uuid.UUID
	row    uint32
}

func compareDigrams(a, b *digramEntry) int {
	if a.digram != b.digram {
		return cmp.Compare(a.digram, b.digram)
	}
	return bytes.Compare(a.id[:], b.id[:])
}

// newDigramTree makes the tree of the records of a table.
func newDigramTree(f *storage.Field, r *rows) *digramTree {
	t := &digramTree{f, newTree(compareDigrams)}
	var list []digramEntry
	for row := range r.count {
		if rec := r.get(row); rec != nil {
			for _, p := range t.digramsOf(rec) {
				list = append(list, digramEntry{p, storage.MetaOf(rec).ID, row})
			}
		}
	}
	slices.SortFunc(list, func(a, b digramEntry) int { return compareDigrams(&a, &b) })
	for i := range list {
		t.items.insert(&list[i])
	}
	return t
}

func (t *digramTree) digramsOf(r storage.Record) []digram {
	if r == nil {
		return nil
	}
	text, _ := t.field.Text(r)
	return digramsIn(criteria.Fold(text))
}

// replace puts a record, which may be nil, in the place of another.
func (t *digramTree) replace(old, next storage.Record, row uint32) {
	if old != nil && next != nil && t.field.Compare(old, next) == 0 {
		return
	}
	for _, p := range t.digramsOf(old) {
		t.items.remove(&digramEntry{digram: p, id: storage.MetaOf(old).ID})
	}
	for _, p := range t.digramsOf(next) {
		t.items.insert(&digramEntry{p, storage.MetaOf(next).ID, row})
	}
}

// walk gathers the records that hold a digram, behind an id or, in reverse, before
// it; uuid.Nil is before all of them in either direction.
func (t *digramTree) walk(p digram, after uuid.UUID, reverse bool, to *sink) {
	low, high := uuid.Nil, uuid.Max
	if after != uuid.Nil && reverse {
		high = after
	} else if after != uuid.Nil {
		low = after
	}
	first, last := &digramEntry{digram: p, id: low}, &digramEntry{digram: p, id: high}
	from := func(e *digramEntry) bool { return compareDigrams(e, first) >= 0 }
	until := func(e *digramEntry) bool { return compareDigrams(e, last) <= 0 }
	if reverse {
		t.items.descend(from, until, func(run []digramEntry) bool {
			for i := len(run) - 1; i >= 0; i-- {
				if !to.add(run[i].row) {
					return false
				}
			}
			return true
		})
		return
	}
	t.items.ascend(from, until, func(run []digramEntry) bool {
		for i := range run {
			if !to.add(run[i].row) {
				return false
			}
		}
		return true
	})
}

// rarest returns the digram of a list that fewest records hold, more or less: it
// counts up to a bound that grows until one of them stays below.
func (t *digramTree) rarest(list []digram) digram {
	for bound := 32; ; bound *= 32 {
		for _, p := range list {
			if t.count(p, bound) < bound {
				return p
			}
		}
	}
}

// count returns how many records hold a digram, at most about bound.
func (t *digramTree) count(p digram, bound int) (n int) {
	t.items.ascend(
		func(e *digramEntry) bool { return e.digram >= p },
		func(e *digramEntry) bool { return e.digram <= p },
		func(run []digramEntry) bool { n += len(run); return n < bound })
	return n
}

// digramTrees are the trees of a table's texts in which somebody has searched. None is
// made before that, as most texts are never searched in.
type digramTrees struct {
	mu   sync.Mutex
	list []*digramTree
}

func (p *digramTrees) of(f *storage.Field) *digramTree {
	i := slices.IndexFunc(p.list, func(t *digramTree) bool { return t.field == f })
	if i < 0 {
		return nil
	}
	return p.list[i]
}

// replace enters a change of a record in all trees.
func (p *digramTrees) replace(old, next storage.Record, row uint32) {
	for _, t := range p.list {
		t.replace(old, next, row)
	}
}

// copy returns trees that later changes do not touch.
func (p *digramTrees) copy() *digramTrees {
	c := &digramTrees{list: make([]*digramTree, len(p.list))}
	for i, t := range p.list {
		c.list[i] = &digramTree{t.field, t.items.copy()}
	}
	return c
}

// digramsOf returns the tree of a searchable field as of a view, which is made for it
// if need be, and for the searches to come.
func (t *tenant) digramsOf(view *trees, f *storage.Field) *digramTree {
	view.digrams.mu.Lock()
	defer view.digrams.mu.Unlock()
	if known := view.digrams.of(f); known != nil {
		return known
	}
	made := newDigramTree(f, view.rows)
	view.digrams.list = append(view.digrams.list, made)
	t.adopt(view, &digramTree{f, made.items.copy()})
	return made
}

// adopt gives a table the tree that was made for a view of it, brought up to date.
func (t *tenant) adopt(view *trees, made *digramTree) {
	t.mu.Lock()
	defer t.mu.Unlock()
	table := t.tables[view.schema.Name]
	if table == nil || table.digrams.of(made.field) != nil {
		return
	}
	var come []uint32
	for row := range max(view.rows.count, table.rows.count) {
		if was, is := view.rows.at(row), table.rows.at(row); was != is {
			made.replace(was, nil, row)
			come = append(come, row)
		}
	}
	for _, row := range come { // an id may have another number now
		made.replace(nil, table.rows.at(row), row)
	}
	table.digrams.list = append(table.digrams.list, made)
	table.last, t.last = nil, nil
}
