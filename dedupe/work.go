package dedupe

import "context"

// Progress is how far a match has come.
type Progress struct {
	Stage       Stage
	Done, Total int // rows, passes or pairs, by the stage; both 0 where a stage begins that counts nothing
}

// A Stage is a part of the work of a match, in the order in which they come.
type Stage string

// The stages of a match.
const (
	Reading    Stage = "reading"    // fields become columns of normal forms
	Blocking   Stage = "blocking"   // rows with keys in common are found
	Proposing  Stage = "proposing"  // and make pairs, row by row
	Comparing  Stage = "comparing"  // pair by pair
	Clustering Stage = "clustering" // weights are learnt, pairs weighed and joined
)

// step is how many rows or pairs are worked on between two looks at the context.
const step = 1 << 16

// A work can be ended by its context and tells how far it has come.
type work struct {
	ctx  context.Context
	tell func(Progress)

	workers int   // that compare pairs at a time; 0: one
	err     error // why it ended early
}

// ended reports whether the context ended the work.
func (w *work) ended() bool {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	return w.err != nil
}

// goesOn tells of progress and reports whether the work goes on.
func (w *work) goesOn(stage Stage, done, total int) bool {
	if w.ended() {
		return false
	}
	if w.tell != nil {
		w.tell(Progress{stage, done, total})
	}
	return true
}
