package lineage

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Limits of a trace where Options names none, and the most that it may name.
const (
	DefaultDepth = 8
	DefaultNodes = 1000
	MaxDepth     = 64
	MaxNodes     = 20_000
)

// Options bound a trace. The zero Options are the defaults.
type Options struct {
	Value string // of the subject: only derivations of this value; empty: of all
	Depth int    // how many derivations deep; 0: DefaultDepth, at most MaxDepth
	Nodes int    // how many nodes; 0: DefaultNodes, at most MaxNodes
}

func (o Options) bounded() Options {
	bound := func(n, usual, most int) int {
		if n <= 0 {
			return usual
		}
		return min(n, most)
	}
	o.Depth, o.Nodes = bound(o.Depth, DefaultDepth, MaxDepth), bound(o.Nodes, DefaultNodes, MaxNodes)
	return o
}

// State is what has become of a node of a trace.
type State string

const (
	Live    State = "live"    // the record is there
	Deleted State = "deleted" // it is soft deleted
	Erased  State = "erased"  // it was evidence and was erased; a tombstone is left
	Absent  State = "absent"  // there is none, or the caller may not see it
	Outside State = "outside" // the ref is none of a record of this store
)

// A Node is a place in a trace: what was asked for, or a piece of evidence.
type Node struct {
	Ref      string    `json:"ref"`
	State    State     `json:"state"`
	ErasedAt time.Time `json:"erased_at,omitzero"`
	ErasedBy string    `json:"erased_by,omitempty"`
	Derived  []Origin  `json:"derived,omitempty"` // how it came about; none: it is where the trace ends
	// Above: the node stands elsewhere in the trace, nearer to the root or to the
	// left, with all that it rests on; so cycles end.
	Above bool `json:"above,omitempty"`
	// Cut: what it rests on lies beyond the limits of the trace.
	Cut bool `json:"cut,omitempty"`
}

// An Origin is one derivation of a node, with what it rests on.
type Origin struct {
	Customer    uuid.UUID `json:"customer,omitzero"`
	Value       string    `json:"value,omitempty"`
	Rule        string    `json:"rule"`
	RuleVersion string    `json:"rule_version,omitempty"`
	Actor       string    `json:"actor"`
	At          time.Time `json:"at"`
	Unsupported time.Time `json:"unsupported,omitzero"` // since when; zero: it is supported
	Evidence    []*Node   `json:"evidence,omitempty"`   // by ref; erased ones are among them
}

// Trace returns where a record or field comes from, and what that comes from,
// recursively: rules and their versions, times, actors and evidence, erased
// evidence as tombstones. It reads one committed state.
//
// A subject that nobody derived has a node without Derived. The caller sees the
// derivations and evidence that its handle shows; a ref that is none is
// storage.ErrInvalid.
func Trace(ctx context.Context, r storage.Reader, subject string, o Options) (*Node, error) {
	if err := checkRef("subject", subject); err != nil {
		return nil, err
	}
	t := &tracer{Options: o.bounded(), nodes: 1, seen: map[string]bool{subject: true}}
	root := &Node{Ref: subject}
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		t.tx = tx
		level := []*Node{root}
		for depth := 0; len(level) > 0; depth++ {
			if err := t.place(ctx, level); err != nil {
				return err
			}
			var err error
			if level, err = t.expand(ctx, level, depth); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return root, nil
}

// A tracer makes a trace level by level, so that each takes few queries.
type tracer struct {
	Options
	tx    *storage.Tx
	nodes int
	seen  map[string]bool
}

// expand gives the nodes of a level their origins and returns those of the next.
func (t *tracer) expand(ctx context.Context, level []*Node, depth int) ([]*Node, error) {
	open := slices.DeleteFunc(slices.Clone(level), func(n *Node) bool { return n.Above })
	refs := make([]string, len(open))
	for i, n := range open {
		refs[i] = n.Ref
	}
	of, err := derivationsOf(ctx, t.tx, refs)
	if err != nil {
		return nil, err
	}
	var next []*Node
	for _, n := range open {
		for _, d := range of[n.Ref] {
			if depth == 0 && t.Value != "" && d.Value != t.Value {
				continue
			}
			if depth >= t.Depth {
				n.Cut = true
				break
			}
			origin := originOf(d)
			origin.Evidence = t.evidence(n, d)
			n.Derived = append(n.Derived, origin)
			next = append(next, origin.Evidence...)
		}
	}
	return next, nil
}

func originOf(d *Derivation) Origin {
	return Origin{Customer: d.Customer, Value: d.Value, Rule: d.Rule, RuleVersion: d.RuleVersion, Actor: d.Actor, At: d.At, Unsupported: d.Unsupported}
}

// evidence makes the nodes of what a derivation rests on and rested on.
func (t *tracer) evidence(n *Node, d *Derivation) []*Node {
	var list []*Node
	for _, ref := range sorted(slices.Concat(d.Evidence, d.Lost)) {
		if t.nodes >= t.Nodes {
			n.Cut = true
			break
		}
		t.nodes++
		node := &Node{Ref: ref, Above: t.seen[ref]}
		if slices.Contains(d.Lost, ref) {
			node.State = Erased
		}
		t.seen[ref] = true
		list = append(list, node)
	}
	return list
}

// String shows a trace as an indented text, one line for each node and each
// derivation. It holds the values.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b, "")
	return b.String()
}

func (n *Node) write(b *strings.Builder, indent string) {
	b.WriteString(indent + n.Ref)
	switch {
	case n.State == Erased && !n.ErasedAt.IsZero():
		b.WriteString(" [erased " + stamp(n.ErasedAt) + " by " + n.ErasedBy + "]")
	case n.State != Live:
		b.WriteString(" [" + string(n.State) + "]")
	}
	if n.Above {
		b.WriteString(" (see above)")
	}
	if n.Cut {
		b.WriteString(" (cut off here)")
	}
	b.WriteByte('\n')
	for _, o := range n.Derived {
		o.write(b, indent+"  ")
	}
}

func (o Origin) write(b *strings.Builder, indent string) {
	b.WriteString(indent + "<- ")
	if o.Value != "" {
		b.WriteString(o.Value + ": ")
	}
	d := Derivation{Rule: o.Rule, RuleVersion: o.RuleVersion}
	b.WriteString("rule " + d.rule() + ", " + stamp(o.At) + ", " + o.Actor)
	if !o.Unsupported.IsZero() {
		b.WriteString(", unsupported since " + stamp(o.Unsupported))
	}
	b.WriteByte('\n')
	for _, n := range o.Evidence {
		n.write(b, indent+"  ")
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
