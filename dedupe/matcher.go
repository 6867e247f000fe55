package dedupe

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/clientele-go/clientele/dedupe/form"
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
	// Reviewed are decisions of people about pairs, to learn from: with twenty or more,
	// the matcher finds out what the levels weigh, if that holds for decisions that it had
	// left out meanwhile. They bar nothing and join nothing: those that still
	// stand belong into Apart as well. Ids that are not among the records are passed
	// over, and pairs of which people said both.
	Reviewed []Decision
	// Block is how many rows a key may bring together; 0: 60, and fewer where there
	// are more than 30,000 records, so that the work grows little faster than they do. An
	// entity may have more records than that.
	Block int
	// Placeholders are phone numbers and mail addresses that are read as if they were
	// absent; nil: form.DefaultPlaceholders. Values that many records share count little
	// without being among them.
	Placeholders *form.Placeholders
	// Workers is how many goroutines compare pairs at a time; 0: one, that of Match. The
	// match is the same with any number of them, and all have ended when Match returns.
	Workers int
	// Progress is told how far a match has come, every 65,536 rows or pairs, in the
	// goroutine that matches; may be nil.
	Progress func(Progress)
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
	if options.Block < 0 || options.Block == 1 {
		return nil, fmt.Errorf("dedupe: %w: Block is %d: use at least 2", ErrInvalid, options.Block)
	}
	if options.Workers < 0 {
		return nil, fmt.Errorf("dedupe: %w: Workers is %d: use 1 or more, or 0 for one", ErrInvalid, options.Workers)
	}
	return &Matcher{fields: append([]Field(nil), fields...), options: options}, nil
}

// A Match is what was found out about records.
type Match struct {
	Clusters [][]string // the ids of records that are one entity, sorted; those of one record too
	Pairs    []Pair     // that were compared and may be one entity, by one in a thousand or more, in the order of their ids; none with different valid credit codes or resident ids
	Compared int        // how many pairs were

	fields   []Field
	table    *table
	model    *model
	crowding float32
	apart    map[[2]int32]bool // rows that are two, as people said
	codes    []int             // fields with codes that bar a cluster
	linking  bool              // records of one list are not compared
	once     bool              // each list names an entity once
}

// A Pair is two records that were compared.
type Pair struct {
	A      string  `json:"a"`
	B      string  `json:"b"`
	Weight float64 `json:"weight"`         // log2 of the odds that they are one entity
	Pass   string  `json:"pass,omitempty"` // what proposed to compare them; "copies" of more than a few records with the same values, which have a pair with the first of them alone
}

// Probability is how likely the two are one entity.
func (p Pair) Probability() float64 { return 1 / (1 + math.Exp2(-p.Weight)) }

// What pairs are told, and what clusters are made of, by weight.
const (
	tellFrom = -10
	floor    = -30
)

// Match compares records. The same records and fields give the same match, in
// whatever order the records come. Records with ids that are empty or come twice, or
// with another number of values than there are fields, are ErrInvalid.
//
// A match keeps the records for Explain; they must not be changed meanwhile. It
// is safe for use by one goroutine at a time.
func (m *Matcher) Match(ctx context.Context, records []Record) (*Match, error) {
	w := &work{ctx: ctx, tell: m.options.Progress, workers: m.options.Workers}
	t, err := m.table(records, w)
	if err != nil {
		return nil, err
	}
	if len(t.comparisons) > maxComparisons {
		return nil, fmt.Errorf("dedupe: %w: %d fields are compared: use at most %d", ErrInvalid, len(t.comparisons), maxComparisons)
	}
	passes := t.passes()
	limit := m.limit(len(t.records))
	blocks := t.block(passes, limit, w)
	passes, throngs := t.lookAt(blocks, passes, limit)
	pairs := blocks.propose(len(t.records), t.compared(m.options.Linking), w)
	patterns := t.patterns(pairs, w)
	if !w.goesOn(Clustering, 0, 0) {
		return nil, w.err
	}
	out := &Match{Compared: len(pairs), fields: m.fields, table: t, model: t.learn(patterns), codes: identifiers(m.fields), linking: m.options.Linking, once: m.options.Linking && !m.options.Repeats}
	out.model.lesson = out.model.learnFrom(t.decided(m.options.Reviewed, out.model))
	out.apart = t.apart(m.options.Apart)
	bars := newBars(m.fields, t.records, out.once)
	weights := out.weights(pairs, patterns, bars)
	out.Pairs = t.told(pairs, weights, passes)
	roots := out.join(pairs, patterns, weights, throngs, bars)
	out.Clusters = t.clusters(roots)
	switch {
	case len(t.copies.list) == 0:
	case m.options.Linking:
		out.addLinked(roots)
	default:
		out.addCopies(roots)
	}
	if !w.goesOn(Clustering, len(pairs), len(pairs)) {
		return nil, w.err
	}
	return out, nil
}

// weights returns the weight of each pair that may be told of; that of pairs that are
// barred is nothing.
func (m *Match) weights(pairs []pair, seen *patterns, bars *bars) []float32 {
	weights := m.model.weighFrom(tellFrom, pairs, seen)
	for i, p := range pairs {
		if m.apart[[2]int32{p.a, p.b}] || bars.codes != nil && bars.differ(p.a, p.b) {
			weights[i] = float32(math.Inf(-1))
		}
	}
	return weights
}

// join returns the cluster of each row.
func (m *Match) join(pairs []pair, seen *patterns, weights []float32, throngs []int32, bars *bars) []int32 {
	n := len(m.table.records)
	list := connected(n, pairs, weights, func(i int) float32 {
		return m.model.weigh(pairs[i:i+1], []pattern{seen.all[seen.of[i]]})[0]
	})
	var more []int32 // rows of which there are more than two
	if !m.linking {
		more = slices.DeleteFunc(m.table.copies.rows(), func(row int32) bool { return m.ownWeight(row) <= sure })
	}
	m.crowding = crowding(n, list, more)
	for ends := range m.apart {
		list = append(list, edge{ends[0], ends[1], never})
	}
	return contract(n, list, m.crowding, throngs, bars)
}

// How many rows a key brings together: the most of them among few records, the
// fewest among many.
const (
	blockMost, blockLeast = 60, 4
	blockUntil            = 30_000 // records, with which keys bring most rows together
)

// limit is how many rows a key may bring together among n.
func (m *Matcher) limit(n int) int {
	if m.options.Block > 0 {
		return m.options.Block
	}
	return max(min(blockMost*blockUntil/max(n, 1), blockMost), blockLeast)
}

// compared returns which pairs are.
func (t *table) compared(linking bool) func(a, b int32) bool {
	if !linking {
		return func(a, b int32) bool { return true }
	}
	lists, numbers := make([]int32, len(t.records)), map[string]int32{}
	for row, r := range t.records {
		n, known := numbers[r.List]
		if !known {
			n = int32(len(numbers))
			numbers[r.List] = n
		}
		lists[row] = n
	}
	return func(a, b int32) bool { return lists[a] != lists[b] }
}

// told are the pairs that may be one entity, with room for those of copies.
func (t *table) told(pairs []pair, weights []float32, passes []pass) []Pair {
	n := 0
	for _, w := range weights {
		if w > tellFrom {
			n++
		}
	}
	list := make([]Pair, 0, n+len(t.copies.list))
	for i, p := range pairs {
		if w := weights[i]; w > tellFrom {
			list = append(list, Pair{t.records[p.a].ID, t.records[p.b].ID, float64(w), passes[p.pass].name})
		}
	}
	return list
}

// table makes columns of records.
func (m *Matcher) table(records []Record, w *work) (*table, error) {
	for i := range records {
		if r := &records[i]; len(r.Values) != len(m.fields) {
			return nil, fmt.Errorf("dedupe: %w: record %q has %d values for %d fields", ErrInvalid, r.ID, len(r.Values), len(m.fields))
		}
	}
	left, copies := m.part(records)
	t := newTable(records, left, w)
	t.placeholders = m.options.Placeholders
	for row, r := range t.records {
		if r.ID == "" || row > 0 && r.ID == t.records[row-1].ID {
			return nil, badID(r.ID)
		}
	}
	if err := t.place(copies); err != nil {
		return nil, err
	}
	t.read(m.fields)
	return t, w.err
}

// clusters lists the rows of each cluster by id, in the order of the first ones, with
// room for those of copies.
func (t *table) clusters(roots []int32) [][]string {
	size := make([]int32, len(roots))
	n := 0
	for _, root := range roots {
		if size[root] == 0 {
			n++
		}
		size[root]++
	}
	ids := make([]string, len(roots))
	list := make([][]string, 0, n+len(t.copies.list))
	place := make([]int32, len(roots))
	for row, root := range roots {
		if int(root) == row {
			place[row] = int32(len(list))
			list = append(list, ids[:0:size[row]])
			ids = ids[size[row]:]
		}
		at := place[root]
		list[at] = append(list[at], t.records[row].ID)
	}
	return list
}
