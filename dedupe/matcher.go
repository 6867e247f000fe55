package dedupe

import (
	"context"
	"fmt"
	"math"
)

// Options change how records are compared. The zero value is meant for everyone.
type Options struct {
	// Linking compares records of different lists only: for lists that have no
	// duplicates of their own. So a cluster has one record of each list at most: of
	// several that fit, the one with the greatest weight.
	Linking bool
	// Repeats lets a cluster have several records of one list, with Linking: they
	// may be one entity each with the same record of another list.
	Repeats bool
	// Apart are the ids of records that are not one entity, as people have decided:
	// they are never in one cluster nor among the pairs. Ids that are not among the
	// records are passed over.
	Apart [][2]string
	// Block is how many rows a key may bring together; 0: 60.
	Block int
}

// A Matcher finds which records are one entity. It holds no state and is safe
// for concurrent use.
type Matcher struct {
	fields  []Field
	options Options
}

// New returns a matcher of records with these fields.
func New(fields []Field, options Options) (*Matcher, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	if options.Block == 0 {
		options.Block = 60
	}
	if options.Block < 2 {
		return nil, fmt.Errorf("dedupe: %w: Block is %d: use at least 2", ErrInvalid, options.Block)
	}
	return &Matcher{fields: append([]Field(nil), fields...), options: options}, nil
}

// A Match is what was found out about records.
type Match struct {
	Clusters [][]string // the ids of records that are one entity, sorted; those of one record too
	Pairs    []Pair     // that were compared and may be one entity, in the order of their ids; none with different valid credit codes or resident ids
	Compared int        // how many pairs were

	table *table
	model *model
	rows  map[string]int32 // by id
}

// A Pair is two records that were compared.
type Pair struct {
	A, B   string
	Weight float64 // log2 of the odds that they are one entity
	Pass   string  // what proposed to compare them
}

// Probability is how likely the two are one entity.
func (p Pair) Probability() float64 { return 1 / (1 + math.Exp2(-p.Weight)) }

// floor is the least weight of pairs that are told and that clusters are made of.
const floor = -30

// Match compares records. The same records and fields give the same match, in
// whatever order the records come. Records with ids that are empty or come twice, or
// with another number of values than there are fields, are ErrInvalid.
//
// A match keeps the records for Explain; they must not be changed meanwhile. It
// is safe for use by one goroutine at a time.
func (m *Matcher) Match(ctx context.Context, records []Record) (*Match, error) {
	if err := m.check(records); err != nil {
		return nil, err
	}
	t := newTable(m.fields, records)
	if len(t.comparisons) > maxComparisons {
		return nil, fmt.Errorf("dedupe: %w: %d fields are compared: use at most %d", ErrInvalid, len(t.comparisons), maxComparisons)
	}
	passes := t.passes()
	pairs := t.propose(passes, m.options.Block, m.compared)
	patterns := make([]pattern, len(pairs))
	for i, p := range pairs {
		patterns[i] = t.pattern(p.a, p.b)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	md := t.learn(patterns)
	out := &Match{Compared: len(pairs), table: t, model: md, rows: make(map[string]int32, len(t.records))}
	for row, r := range t.records {
		out.rows[r.ID] = int32(row)
	}
	var list []edge
	apart := out.apart(m.options.Apart)
	for ends := range apart {
		list = append(list, edge{ends[0], ends[1], never})
	}
	bars := newBars(m.fields, t.records, m.options.Linking && !m.options.Repeats)
	for i, p := range pairs {
		if apart[[2]int32{p.a, p.b}] || bars.codes != nil && bars.differ(p.a, p.b) {
			continue
		}
		if w := md.weigh(p, patterns[i]); w > floor {
			list = append(list, edge{p.a, p.b, w})
			out.Pairs = append(out.Pairs, Pair{t.records[p.a].ID, t.records[p.b].ID, float64(w), passes[p.pass].name})
		}
	}
	out.Clusters = t.clusters(contract(len(t.records), list, crowding(len(t.records), list), bars))
	return out, ctx.Err()
}

func (m *Matcher) compared(a, b *Record) bool { return !m.options.Linking || a.List != b.List }

func (m *Matcher) check(records []Record) error {
	seen := make(map[string]bool, len(records))
	for i := range records {
		r := &records[i]
		switch {
		case r.ID == "" || seen[r.ID]:
			return fmt.Errorf("dedupe: %w: record %d has the id %q: give each an id of its own", ErrInvalid, i, r.ID)
		case len(r.Values) != len(m.fields):
			return fmt.Errorf("dedupe: %w: record %q has %d values for %d fields", ErrInvalid, r.ID, len(r.Values), len(m.fields))
		}
		seen[r.ID] = true
	}
	return nil
}

// clusters lists the rows of each cluster by id.
func (t *table) clusters(roots []int32) [][]string {
	var list [][]string
	place := map[int32]int{}
	for row, root := range roots {
		at, ok := place[root]
		if !ok {
			at = len(list)
			place[root] = at
			list = append(list, nil)
		}
		list[at] = append(list[at], t.records[row].ID)
	}
	return list
}
