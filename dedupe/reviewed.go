package dedupe

import (
	"cmp"
	"math"
	"slices"
)

// A Decision is what a person said of two records.
type Decision struct {
	A, B string // their ids
	Same bool   // they are one entity
}

// A lesson is what decisions teach: how many bits more or less each level weighs
// than what was learnt without them. It is fitted by logistic regression, with
// the weight of a pair as where it starts from and a penalty on every change, so that a
// few decisions change little.
type lesson struct {
	start float64     // for every pair
	bits  [][]float64 // by comparison and level
}

// What it takes to learn from decisions.
const (
	fewestDecisions = 20
	penalty         = 1.0 // on the square of each change, in units of evidence
	lessonRounds    = 200
	folds           = 5
	surest          = 12 // bits; what is surer is as sure
)

// A decided pair is one that people looked at.
type decided struct {
	a, b   int32
	levels pattern
	weight float64 // without the lesson, at most surest
	same   bool
}

// decided finds the pairs of decisions, each once, in the order of rows; those of which
// people said both are left out.
func (t *table) decided(list []Decision, md *model) []decided {
	var found []decided
	for _, d := range list {
		a, known := t.row(d.A)
		b, both := t.row(d.B)
		if !known || !both || a == b {
			continue
		}
		p := pair{a: min(a, b), b: max(a, b)}
		levels := t.pattern(p.a, p.b)
		w := min(max(float64(md.weigh([]pair{p}, []pattern{levels})[0]), -surest), surest)
		found = append(found, decided{p.a, p.b, levels, w, d.Same})
	}
	slices.SortFunc(found, func(x, y decided) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(order(x.same), order(y.same)))
	})
	found = slices.Compact(found)
	var agreed []decided
	for i, d := range found {
		before, behind := i > 0 && d.about(found[i-1]), i+1 < len(found) && d.about(found[i+1])
		if !before && !behind {
			agreed = append(agreed, d)
		}
	}
	return agreed
}

// about reports whether two decisions are about one pair.
func (d decided) about(other decided) bool { return d.a == other.a && d.b == other.b }

func order(same bool) int {
	if same {
		return 1
	}
	return 0
}

// learnFrom returns what decisions teach; nil if they are too few or if it does not
// hold for decisions that were left out in turn. The less sure it is that it holds, the
// less of it is taken: the share of the square of the mean gain that its standard error
// does not explain.
func (md *model) learnFrom(list []decided) *lesson {
	if len(list) < fewestDecisions {
		return nil
	}
	var sum, squares float64
	for fold := range folds {
		var some, rest []decided
		for i, d := range list {
			if i%folds == fold {
				rest = append(rest, d)
			} else {
				some = append(some, d)
			}
		}
		l := md.fit(some)
		for _, d := range rest {
			gain := loss(d.weight, d.same) - loss(d.weight+l.of(d.levels), d.same)
			sum += gain
			squares += gain * gain
		}
	}
	n := float64(len(list))
	mean := sum / n
	spread := math.Sqrt(max(squares/n-mean*mean, 0) / n)
	if mean <= spread {
		return nil
	}
	l := md.fit(list)
	l.scale(1 - spread/mean*spread/mean)
	return l
}

// loss is how many bits a weight is wrong by.
func loss(weight float64, same bool) float64 {
	if same {
		weight = -weight
	}
	return float64(softplus(float32(weight)))
}

// of is by how many bits a lesson changes the weight of a pair.
func (l *lesson) of(levels pattern) float64 {
	if l == nil {
		return 0
	}
	w := l.start
	for c, bits := range l.bits {
		w += bits[levels.level(c)]
	}
	return w
}

// scale takes a share of a lesson.
func (l *lesson) scale(share float64) {
	l.start *= share
	for _, bits := range l.bits {
		for level := range bits {
			bits[level] *= share
		}
	}
}

// fit goes down the slope of the loss and the penalty.
func (md *model) fit(list []decided) *lesson {
	l, slope := &lesson{bits: md.zeros()}, md.zeros()
	rate := 1 / (penalty + float64(len(list))*float64(len(md.m)+1)/4)
	for range lessonRounds {
		start := penalty * l.start
		for c := range slope {
			for level := range slope[c] {
				slope[c][level] = penalty * l.bits[c][level]
			}
		}
		for _, d := range list {
			wrong := 1/(1+math.Exp2(-d.weight-l.of(d.levels))) - float64(order(d.same))
			start += wrong
			for c := range slope {
				slope[c][d.levels.level(c)] += wrong
			}
		}
		l.start -= rate * start
		for c := range slope {
			for level := 1; level < len(slope[c]); level++ {
				l.bits[c][level] -= rate * slope[c][level]
			}
		}
	}
	return l
}
