package memory

import (
	"context"

	"github.com/clientele-go/clientele/storage"
)

// candidates calls yield with the committed records that the plan returns and
// the transaction has not written, in the order of the path.
func (s *scan) candidates(ctx context.Context, yield func(storage.Record) bool) error {
	t := s.view.tables[s.plan.Schema.Name]
	if t == nil {
		return ctx.Err()
	}
	b := &batch{scan: s, ctx: ctx, yield: yield, size: firstBatch}
	b.all = s.plan.Deleted == storage.DeletedToo || s.plan.Deleted == storage.LiveOnly && t.deleted == 0
	if b.all && s.match == nil && s.plan.After == nil && s.own == nil {
		s.path.walk(t, s.plan, b.pass)
		return b.ended
	}
	s.path.walk(t, s.plan, b.add)
	b.flush()
	return b.ended
}

// A batch is records of the path that were not looked at yet. Looking at many
// in one short loop lets the processor fetch them from memory side by side.
type batch struct {
	*scan
	ctx   context.Context
	yield func(storage.Record) bool
	all   bool // the plan admits deleted records, or there are none
	size  int  // how many records to gather: few at first, as the consumer may stop soon
	done  bool
	ended error // of the context
	n     int
	list  [fullBatch]storage.Record
}

const (
	firstBatch = 8
	fullBatch  = 128
)

// pass yields a record that needs no look.
func (b *batch) pass(r storage.Record) bool {
	if b.n++; b.n%fullBatch == 0 {
		if b.ended = b.ctx.Err(); b.ended != nil {
			return false
		}
	}
	return b.yield(r)
}

// add gathers one more record and reports whether the walk should go on.
func (b *batch) add(r storage.Record) bool {
	b.list[b.n] = r
	if b.n++; b.n < b.size {
		return true
	}
	b.flush()
	b.size = min(2*b.size, fullBatch)
	return !b.done
}

// flush yields those of the records gathered that the plan returns.
func (b *batch) flush() {
	if b.done {
		return
	}
	if b.ended = b.ctx.Err(); b.ended != nil {
		b.done = true
		return
	}
	for _, r := range b.list[:b.live()] {
		if (b.match != nil && !b.match(r)) || !b.behind(r) || (b.own != nil && b.own.has(r)) {
			continue
		}
		if b.done = !b.yield(r); b.done {
			break
		}
	}
	b.n = 0
}

// live moves the records that the plan's mode admits to the front and returns
// how many there are.
func (b *batch) live() int {
	if b.all {
		return b.n
	}
	n := 0
	for _, r := range b.list[:b.n] {
		b.list[n] = r
		if b.plan.Deleted.Admits(storage.MetaOf(r).Live()) {
			n++
		}
	}
	return n
}
