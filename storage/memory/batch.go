package memory

import (
	"context"

	"github.com/clientele-go/clientele/storage"
)

// candidates calls yield with the committed records that the plan returns and
// the transaction has not written, in batches, in the order of the path.
func (s *scan) candidates(ctx context.Context, yield func([]storage.Record) bool) error {
	t := s.view.tables[s.plan.Schema.Name]
	if t == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	b := &batch{scan: s, ctx: ctx, yield: yield, rows: t.rows}
	b.all = s.plan.Deleted == storage.DeletedToo || s.plan.Deleted == storage.LiveOnly && t.deleted == 0
	to := newSink(b.take)
	to.need = t.marker.need(s.plan.Where)
	if start, ok := s.path.inPages(t, s.plan); ok && to.need == 0 {
		t.rows.walk(start, b.page)
		return b.ended
	}
	s.path.walk(t, s.digrams(t), s.plan, to)
	to.flush()
	return b.ended
}

// digrams returns the tree that a search goes by, or nil. A kind that was defined at run
// time has other fields each time, of which none is kept.
func (s *scan) digrams(t *trees) *digramTree {
	f := s.path.search
	if f == nil || t.schema.Field(f.Name) != f {
		s.path.search = nil
		return nil
	}
	return s.view.tenant.digramsOf(t, f)
}

// A batch is records of the path that were not looked at yet. Looking at many
// in one short loop lets the processor fetch them from memory side by side.
type batch struct {
	*scan
	ctx   context.Context
	yield func([]storage.Record) bool
	rows  *rows
	all   bool  // the plan admits deleted records, or there are none
	ended error // of the context
	seen  int   // of what was read ahead, for the reading not to be left out
	list  [fullBatch]storage.Record
}

// page yields those of the records of a page that the plan returns.
func (b *batch) page(records []storage.Record) bool {
	if b.ended = b.ctx.Err(); b.ended != nil {
		return false
	}
	n := 0
	for _, r := range records {
		if r != nil {
			b.list[n] = r
			n++
		}
	}
	return b.found(b.list[:n])
}

// take yields those of the records with these numbers that the plan returns.
func (b *batch) take(numbers []uint32) bool {
	if b.ended = b.ctx.Err(); b.ended != nil {
		return false
	}
	for i, n := range numbers {
		b.list[i] = b.rows.get(n)
	}
	if b.path.texts != nil {
		b.readAhead(b.list[:len(numbers)])
	}
	return b.found(b.list[:len(numbers)])
}

// readAhead reads something of the texts of records that were found by them, which who
// looks for them reads next.
func (b *batch) readAhead(list []storage.Record) {
	field := b.plan.Schema.Indexes[b.path.index].Fields[0]
	for _, r := range list {
		if texts, _ := field.Texts(r); len(texts) > 0 && texts[len(texts)-1] != "" {
			b.seen += int(texts[len(texts)-1][0])
		}
	}
}

// found yields those of some records that the plan returns.
func (b *batch) found(list []storage.Record) bool {
	if !b.all {
		list = b.live(list)
	}
	if b.match != nil || b.plan.After != nil || b.own != nil {
		list = b.matching(list)
	}
	return len(list) == 0 || b.yield(list)
}

// matching moves the records that the plan returns to the front.
func (b *batch) matching(list []storage.Record) []storage.Record {
	n := 0
	for _, r := range list {
		if (b.match == nil || b.match(r)) && b.behind(r) && (b.own == nil || !b.own.has(r)) {
			list[n] = r
			n++
		}
	}
	return list[:n]
}

// live moves the records that the plan's mode admits to the front.
func (b *batch) live(list []storage.Record) []storage.Record {
	n := 0
	for _, r := range list {
		list[n] = r
		if b.plan.Deleted.Admits(storage.MetaOf(r).Live()) {
			n++
		}
	}
	return list[:n]
}
