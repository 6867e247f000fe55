package memory

// A sink gathers the numbers of records that a walk passes and hands them on
// in batches: few at first, as the consumer may stop soon.
type sink struct {
	take func(numbers []uint32) bool // false: no more
	need marks                       // records without them are passed over
	seen int                         // since take was called
	size int
	n    int
	done bool
	list [fullBatch]uint32
}

const (
	firstBatch = 8
	fullBatch  = 128
)

// idle is after how many entries without a record for it take is called all
// the same, as it looks whether the context has ended.
const idle = 4096

func newSink(take func([]uint32) bool) *sink { return &sink{take: take, size: firstBatch} }

// add gathers one more and reports whether the walk should go on.
func (s *sink) add(row uint32) bool {
	s.list[s.n] = row
	s.n++
	return s.n < s.size || s.flush()
}

// flush hands on what there is and reports whether the walk should go on.
func (s *sink) flush() bool {
	if s.n > 0 && !s.done {
		s.done = !s.take(s.list[:s.n])
		s.n, s.seen, s.size = 0, 0, min(2*s.size, fullBatch)
	}
	return !s.done
}

// pass counts entries that were gathered or passed over.
func (s *sink) pass(entries int) bool {
	if s.seen += entries; s.seen >= idle && !s.done {
		s.seen, s.done = 0, !s.take(nil)
	}
	return !s.done
}

// forwards gathers a run of entries.
func forwards[K words](s *sink, run []keyed[K]) bool {
	for i := range run {
		if run[i].marks&s.need == s.need && !s.add(run[i].row) {
			return false
		}
	}
	return s.pass(len(run))
}

// backwards gathers a run of entries from its end.
func backwards[K words](s *sink, run []keyed[K]) bool {
	for i := len(run) - 1; i >= 0; i-- {
		if run[i].marks&s.need == s.need && !s.add(run[i].row) {
			return false
		}
	}
	return s.pass(len(run))
}
