package criteria

import "github.com/google/uuid"

// A Source finds the records that Related and Parent look at. It yields live
// records only, of the tenant and at the moment of the query.
type Source interface {
	// Related calls yield for every live record of the kind whose Ref field
	// via is id, in any order, until yield returns false.
	Related(kind Kind, via *Field, id uuid.UUID, yield func(rec any) bool)
	// Parent returns the live record of the kind with that id.
	Parent(kind Kind, id uuid.UUID) (rec any, ok bool)
}

// Compile turns a tree that Check returned into a function that reports
// whether a record matches. Records are what the fields' readers take; the
// function is safe for concurrent use if the readers and the source are.
//
// A match allocates nothing, except: Related allocates a closure a match, sums
// of decimals allocate, and Search allocates when a text is not ASCII and not
// folded already. Nodes run in the order they were written and stop at the
// first that decides.
//
// source may be nil when the tree has neither Related nor Parent. When it has,
// a nil source stands for one without records: nothing is related, counts and
// sums are 0, no parent is found.
//
// A node that was put together by hand must hold values of the type of its
// field, as Check guarantees; if not, Compile panics.
func Compile(n Node, source Source) func(rec any) bool {
	if source == nil {
		source = noRecords{}
	}
	return compiler{source}.node(n)
}

// A predicate reports whether a record matches.
type predicate = func(rec any) bool

// A compiler compiles nodes that look at the records of one source.
type compiler struct{ source Source }

func always(any) bool { return true }
func never(any) bool  { return false }

// node compiles a node; nil, which stands for all records, too.
func (c compiler) node(n Node) predicate {
	switch n := n.(type) {
	case *And:
		return conjunction(c.list(flatten(n.Of, conjuncts)))
	case *Or:
		return disjunction(c.list(flatten(n.Of, disjuncts)))
	case *Negation:
		return c.negation(n)
	case *RelatedTest:
		return c.related(n)
	case *ParentTest:
		return c.parent(n)
	case nil:
		return always
	default:
		return leafPredicate(n)
	}
}

// list compiles nodes in their order.
func (c compiler) list(nodes []Node) []predicate {
	of := make([]predicate, len(nodes))
	for i, n := range nodes {
		of[i] = c.node(n)
	}
	return of
}

// negation compiles Not. Two of them cancel out, as logic has two values.
func (c compiler) negation(n *Negation) predicate {
	if twice, ok := n.Of.(*Negation); ok {
		return c.node(twice.Of)
	}
	p := c.node(n.Of)
	return func(rec any) bool { return !p(rec) }
}

// leafPredicate compiles a node that looks at one field.
func leafPredicate(n Node) predicate {
	switch n := n.(type) {
	case *Comparison:
		return comparison(n)
	case *Membership:
		return membership(n)
	case *Holding:
		return holding(n)
	case *Absence:
		return absence(n.Field)
	case *Matching:
		return matching(n)
	default:
		return annual(n.(*Annual))
	}
}

// flatten replaces the nodes that part splits by their parts, at every depth.
func flatten(nodes []Node, part func(Node) ([]Node, bool)) []Node {
	flat := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		if parts, ok := part(n); ok {
			flat = append(flat, flatten(parts, part)...)
		} else {
			flat = append(flat, n)
		}
	}
	return flat
}

// conjuncts splits an And; flatten takes it.
func conjuncts(n Node) ([]Node, bool) {
	if and, ok := n.(*And); ok {
		return and.Of, true
	}
	return nil, false
}

// disjuncts splits an Or; flatten takes it.
func disjuncts(n Node) ([]Node, bool) {
	if or, ok := n.(*Or); ok {
		return or.Of, true
	}
	return nil, false
}

// conjunction has a form of its own for the numbers of parts that are common:
// a loop costs more than the calls it makes.
func conjunction(of []predicate) predicate {
	switch len(of) {
	case 0:
		return always
	case 1:
		return of[0]
	case 2:
		a, b := of[0], of[1]
		return func(rec any) bool { return a(rec) && b(rec) }
	case 3:
		a, b, c := of[0], of[1], of[2]
		return func(rec any) bool { return a(rec) && b(rec) && c(rec) }
	case 4:
		a, b, c, d := of[0], of[1], of[2], of[3]
		return func(rec any) bool { return a(rec) && b(rec) && c(rec) && d(rec) }
	}
	return func(rec any) bool {
		for _, p := range of {
			if !p(rec) {
				return false
			}
		}
		return true
	}
}

// disjunction is conjunction for Or.
func disjunction(of []predicate) predicate {
	switch len(of) {
	case 0:
		return never
	case 1:
		return of[0]
	case 2:
		a, b := of[0], of[1]
		return func(rec any) bool { return a(rec) || b(rec) }
	case 3:
		a, b, c := of[0], of[1], of[2]
		return func(rec any) bool { return a(rec) || b(rec) || c(rec) }
	case 4:
		a, b, c, d := of[0], of[1], of[2], of[3]
		return func(rec any) bool { return a(rec) || b(rec) || c(rec) || d(rec) }
	}
	return func(rec any) bool {
		for _, p := range of {
			if p(rec) {
				return true
			}
		}
		return false
	}
}
