package criteria

import (
	"fmt"
	"time"
)

// The largest tree that Check accepts. A screen stays far below; the limits
// keep a hostile tree from exhausting the stack or the planner of a database.
const (
	maxDepth = 64
	maxNodes = 10_000
)

// idField is the name of the field that holds the id of a record. A kind whose
// records are looked at by Related has it as a Ref field.
const idField = "id"

// Check holds a criterion against a kind and returns the tree that Compile and
// the adapters run: fields resolved, constants turned into the Go type of their
// field, moments resolved against now. A nil criterion gives an And of nothing,
// which every record matches. kinds finds the kinds that Related and Parent
// name; it may be nil when the criterion has neither.
//
// The tree depends on now and should not be kept longer than one query. Nothing
// else of it changes, so it may be run any number of times and by several
// goroutines.
//
// The error is an *Error for the first place that was refused. It wraps
// ErrUnknownField, ErrUnknownKind, ErrType, ErrValue or ErrTooLarge (more than
// 64 levels or 10,000 nodes).
func Check(c Criterion, kind Kind, kinds Kinds, now time.Time) (Node, error) {
	if kind == nil {
		return nil, &Error{Reason: "there is no kind to check it against", Err: ErrUnknownKind}
	}
	k := &checker{kinds: kinds, now: microseconds(now)}
	if c == nil {
		return &And{}, nil
	}
	n, err := k.node(place{kind: kind}, c)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// microseconds returns t in UTC, cut to the microsecond.
func microseconds(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// A checker is the state of one call of Check.
type checker struct {
	kinds Kinds
	now   time.Time
	nodes int
}

// A place is where in a tree the checker, the writer or the reader of JSON is;
// the latter two know no kind.
type place struct {
	kind  Kind
	path  path
	depth int
}

// below returns the place of a child.
func (p place) below(child path) place { return place{p.kind, child, p.depth + 1} }

// refuse makes the error for the place. The place's path is rendered at once.
func (p place) refuse(sentinel error, field, format string, args ...any) *Error {
	e := &Error{Path: p.path.String(), Field: field, Reason: fmt.Sprintf(format, args...), Err: sentinel}
	if p.kind != nil {
		e.Kind = p.kind.Name()
	}
	return e
}

// at returns the same place with a step added to its path, to point an error
// at a part of a leaf.
func (p place) at(step string) place {
	p.path = p.path.to(step)
	return p
}

// node checks one criterion. Beside an error the node has no meaning.
func (k *checker) node(p place, c Criterion) (Node, error) {
	if err := k.count(p); err != nil {
		return nil, err
	}
	switch c := c.(type) {
	case all:
		of, err := k.list(p, "all", c.of)
		return &And{Of: of}, err
	case any_:
		of, err := k.list(p, "any", c.of)
		return &Or{Of: of}, err
	case not:
		of, err := k.node(p.below(p.path.to("not")), c.of)
		return &Negation{Of: of}, err
	case related:
		return k.related(p, c)
	case parent:
		return k.parent(p, c)
	default:
		return k.leaf(p, c)
	}
}

// count keeps the limits.
func (k *checker) count(p place) error {
	if k.nodes++; k.nodes > maxNodes {
		return p.refuse(ErrTooLarge, "", "the tree has more than %d nodes", maxNodes)
	}
	if p.depth >= maxDepth {
		return p.refuse(ErrTooLarge, "", "the tree is more than %d levels deep", maxDepth)
	}
	return nil
}

// list checks the children of All and Any.
func (k *checker) list(p place, name string, of []Criterion) ([]Node, error) {
	nodes := make([]Node, len(of))
	for i, c := range of {
		n, err := k.node(p.below(p.path.at(name, i)), c)
		if err != nil {
			return nil, err
		}
		nodes[i] = n
	}
	return nodes, nil
}

// where checks the criterion on related records; nil stands for all of them.
func (k *checker) where(p place, kind Kind, c Criterion) (Node, error) {
	if c == nil {
		return nil, nil
	}
	return k.node(place{kind, p.path.to("where"), p.depth + 1}, c)
}
