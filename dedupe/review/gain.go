package review

import (
	"math"

	"github.com/google/uuid"
)

// Gain is what an answer about a pair is worth: how many pairs of records it is
// expected to put right. a and b are how many records stand behind each of the two:
// a wrong answer is wrong of each with each. Without an answer the likelier one is
// assumed, which is wrong with the probability of the other:
//
//	min(p, 1-p) * a * b
//
// So pairs that could be either way come first, and among them those that hold
// much together.
func Gain(probability float64, a, b int) float64 {
	return min(probability, 1-probability) * float64(a) * float64(b)
}

// A grade is where a pair stands in the queue.
type grade struct {
	priority int64
	cluster  string
	size     int64
}

// grades grades the pairs of a queue. groups has the group of a customer: as many
// records stand behind it, unless the pair lies within the group.
func grades(queue []Scored, groups map[uuid.UUID]*Group) []grade {
	s := &sorting{parent: map[uuid.UUID]uuid.UUID{}, members: map[uuid.UUID][]uuid.UUID{}}
	for _, p := range queue {
		s.join(p.A, p.B)
	}
	lowest := map[uuid.UUID]string{}
	for root, members := range s.members {
		lowest[root] = sortedIDs(members)[0].String()
	}
	list := make([]grade, len(queue))
	for i, p := range queue {
		a, b := 1, 1
		if ga, gb := groups[p.A], groups[p.B]; ga == nil || ga != gb {
			a, b = ga.size(), gb.size()
		}
		root := s.root(p.A)
		list[i] = grade{int64(math.Round(Gain(p.Probability, a, b) * 1e6)), lowest[root], int64(len(s.members[root]))}
	}
	return list
}

// size is how many customers there are in a group; somebody in none is one.
func (g *Group) size() int {
	if g == nil {
		return 1
	}
	return len(g.Members)
}
