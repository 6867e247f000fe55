package dedupe

import "sync"

// A worker compares pairs beside others. It has comparisons of its own, for these
// remember what they judged.
type worker struct {
	comparisons []*comparison
	levels      []uint8
	patterns    []pattern
}

// workers are at most n for so many pairs, of which each compares atOnce at a time.
func (t *table) workers(n, pairs int) []worker {
	list := make([]worker, max(min(n, (pairs+atOnce-1)/atOnce), 1))
	for i := range list {
		list[i] = worker{comparisons: t.comparisons, levels: make([]uint8, min(atOnce, pairs)), patterns: make([]pattern, min(atOnce, pairs))}
		if i > 0 {
			list[i].comparisons = t.remembering()
		}
	}
	return list
}

// remembering are the comparisons with a memory of their own.
func (t *table) remembering() []*comparison {
	list := make([]*comparison, len(t.comparisons))
	for i, c := range t.comparisons {
		own := *c
		own.memo = newMemo(len(c.column.values))
		list[i] = &own
	}
	return list
}

// compare finds the patterns of pairs.
func (w *worker) compare(pairs []pair) {
	w.patterns = w.patterns[:len(pairs)]
	clear(w.patterns)
	for n, c := range w.comparisons {
		c.judgeAll(pairs, w.levels)
		for i, level := range w.levels[:len(pairs)] {
			w.patterns[i] |= pattern(level) << (4 * n)
		}
	}
	same := sameNames(w.comparisons)
	if len(same.mails) == 0 {
		return
	}
	for i, p := range pairs {
		w.patterns[i] = same.judge(w.patterns[i], p.a, p.b)
	}
}

// atATime calls a function with each number below n, all at a time, and returns when
// all have returned. What one of them panics with, the one of the lowest number if
// there are several, it panics with itself.
func atATime(n int, f func(i int)) {
	if n == 1 {
		f(0)
		return
	}
	panics := make([]any, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			defer func() { panics[i] = recover() }()
			f(i)
		})
	}
	all.Wait()
	for _, p := range panics {
		if p != nil {
			panic(p)
		}
	}
}
