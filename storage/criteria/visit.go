package criteria

import "slices"

// Visit calls f for every node of a checked tree, a node before those below
// it, in the order they were written. Where f returns false, the nodes below
// are left out. Criteria on related records and on parents are visited too:
// their fields belong to another kind.
func Visit(n Node, f func(Node) bool) {
	if n == nil || !f(n) {
		return
	}
	for _, child := range children(n) {
		Visit(child, f)
	}
}

// children returns the nodes directly below a node.
func children(n Node) []Node {
	switch n := n.(type) {
	case *And:
		return n.Of
	case *Or:
		return n.Of
	case *Negation:
		return []Node{n.Of}
	case *RelatedTest:
		return []Node{n.Where}
	case *ParentTest:
		return []Node{n.Where}
	default:
		return nil
	}
}

// A Use is a field of a kind that a checked tree looks at.
type Use struct {
	Kind  string
	Field *Field
}

// Uses returns the fields that a tree, checked against the kind of that name,
// looks at: each once, in the order of first use, those of related and parent
// records under the name of their own kind. A guard that hides fields refuses
// a criterion that uses one, because the answer would give its value away.
//
// The id of the record at hand, which every Related compares, is among them.
func Uses(kind string, n Node) []Use {
	var uses []Use
	collect(kind, n, &uses)
	return uses
}

// collect adds the uses of a tree on a kind.
func collect(kind string, n Node, uses *[]Use) {
	below := kind
	switch n := n.(type) {
	case *RelatedTest:
		below = n.Kind.Name()
		add(uses, kind, n.Self)
		add(uses, below, n.Via)
		add(uses, below, n.Of)
	case *ParentTest:
		below = n.Kind.Name()
		add(uses, kind, n.Field)
	default:
		add(uses, kind, fieldOf(n))
	}
	for _, child := range children(n) {
		collect(below, child, uses)
	}
}

// add adds a use that is not among them yet. A nil field is left out.
func add(uses *[]Use, kind string, f *Field) {
	same := func(u Use) bool { return u.Kind == kind && u.Field.Name == f.Name }
	if f != nil && !slices.ContainsFunc(*uses, same) {
		*uses = append(*uses, Use{kind, f})
	}
}

// fieldOf returns the field of a node that looks at one, or nil.
func fieldOf(n Node) *Field {
	switch n := n.(type) {
	case *Comparison:
		return n.Field
	case *Membership:
		return n.Field
	case *Holding:
		return n.Field
	case *Absence:
		return n.Field
	case *Matching:
		return n.Field
	case *Annual:
		return n.Field
	default:
		return nil
	}
}
