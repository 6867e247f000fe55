package dedupe

import "math"

// sure is the weight of pairs that show how large clusters are.
const sure = 7

// crowding is what each record beyond the second weighs against a cluster, in
// bits. In lists that know each entity twice at most, as two clean lists put
// together do, a third record is most likely another entity; where entities of
// three records are as many as of two, it is 0. The pairs that leave no doubt tell:
// the odds that what has two records has more. Some rows are known to have more.
func crowding(n int, list []edge, known []int32) float32 {
	parent, size := make([]int32, n), make([]int32, n)
	for i := range parent {
		parent[i], size[i] = int32(i), 1
	}
	for _, row := range known {
		size[row] = 3
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, e := range list {
		if a, b := root(e.a), root(e.b); e.weight > sure && a != b {
			parent[b] = a
			size[a] += size[b]
		}
	}
	two, more := 1.0, 1.0
	for i, p := range parent {
		switch {
		case p != int32(i):
		case size[i] == 2:
			two++
		case size[i] > 2:
			more++
		}
	}
	return float32(min(math.Log2(more/two), 0))
}

func beyondTwo(size float32) float32 { return max(size-2, 0) }
