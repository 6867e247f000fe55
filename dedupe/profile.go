package dedupe

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A Profile is what a match has learnt, kept: with it two records are judged as the
// match would judge them, without the records that it learnt from. It is for
// records that come one by one. It is immutable, safe for concurrent use, and
// stored as JSON; see ReadProfile for fields with comparisons or aliases of the host.
//
// It holds frequent values of the records: names, words, numbers that several have.
// Treat it as you treat the records.
type Profile struct {
	fields   []Field
	slots    []slot
	records  int
	prior    float64
	related  float64 // pairs of relatives for one of one person; 0 of organisations
	taught   bool    // decisions taught something
	lesson   float64 // of that, what is for every pair
	crowding float64
	columns  []*shares
	levels   []levels
	crowds   *crowdedKeys
	codes    []int // the fields that may hold codes of one entity
	ignored  *form.Placeholders
	learnt   *model     // what follows from levels; its comparisons are of no rows
	scales   *sync.Pool // of scales for whoever weighs next
}

// levels are what was learnt about those of one comparison.
type levels struct {
	M         []float64 `json:"m"`
	U         []float64 `json:"u"`
	Siblings  []float64 `json:"siblings,omitempty"`
	Relatives []float64 `json:"relatives,omitempty"`
	Lesson    []float64 `json:"lesson,omitempty"`
}

// ProfileOptions say what is kept of a match. The zero value is a good choice where the
// match has seen all records.
type ProfileOptions struct {
	// Values is how many values and words of a column the profile knows as frequent, at
	// most: the most frequent ones; the others count as rare. 0: 4096.
	Values int
	// Population is how many records there are, where those of the match are a sample of
	// them: a key that few of the sample share may be shared by too many. Fewer than the
	// match has seen, as 0: these are all.
	Population int
}

// kept is how many values of a column a profile knows as frequent, unless the
// caller says another number.
const kept = 4096

// Profile returns what the match has learnt. Where no values were left out, it weighs
// the pairs of the match as the match did.
func (m *Match) Profile(o ProfileOptions) *Profile {
	values := cmp.Or(o.Values, kept)
	t, md := m.table, m.model
	p := &Profile{fields: slices.Clone(m.fields), records: len(t.records) + len(t.copies.list), prior: float64(md.prior), crowding: float64(m.crowding), ignored: t.placeholders}
	for n, s := range t.sources {
		p.columns = append(p.columns, s.shares(values))
		p.levels = append(p.levels, levels{M: slices.Clone(md.m[n]), U: slices.Clone(md.u[n]), Siblings: slices.Clone(md.siblings[n])})
	}
	p.keepRelatives(md.relatives)
	p.keepLesson(md.lesson)
	p.settle()
	p.learnCrowds(t, o.Population, values)
	return p
}

// keepRelatives keeps what is known of relatives, if anything.
func (p *Profile) keepRelatives(r *relatives) {
	if r == nil {
		return
	}
	p.related = r.share
	for n := range p.levels {
		p.levels[n].Relatives = slices.Clone(r.k[n])
	}
}

// keepLesson keeps what decisions taught, if anything.
func (p *Profile) keepLesson(l *lesson) {
	if l == nil {
		return
	}
	p.taught, p.lesson = true, l.start
	for n := range p.levels {
		p.levels[n].Lesson = slices.Clone(l.bits[n])
	}
}

// shares are those of a source, the most frequent ones.
func (s *source) shares(most int) *shares {
	c := s.column
	f := &shares{Present: c.present(), Collisions: c.collisions(), Han: mostlyHan(c), Named: s.named}
	if s.set != nil {
		f.Collisions = s.set.collisions()
		f.Texts = frequent(s.set.texts, s.set.often, most)
	} else {
		f.Counts = frequent(c.values, c.count, most)
	}
	if f.Collisions == 0 { // none was the same as another: one that is says no more than on average
		f.Collisions = 1 / max(f.Present, 1)
	}
	if s.names != nil {
		f.Mixed = s.names.mixed
		f.Surnames, f.Givens = sharesOf(s.names.surnames, most), sharesOf(s.names.givens, most)
	}
	if s.mails != nil {
		f.Words = s.mails.shares(most)
	}
	if s.words != nil {
		f.Words, f.Common = s.words.shares(most), s.words.common
	}
	if s.street != nil {
		f.Street = s.street.shares(most)
	}
	return f
}

// frequent returns the counts of the most frequent texts, of those that come twice
// at least. Ties are broken by the texts.
func frequent(texts []string, counts []uint32, most int) map[string]uint32 {
	var list []int
	for i, n := range counts {
		if n > 1 {
			list = append(list, i)
		}
	}
	slices.SortFunc(list, func(x, y int) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(texts[x], texts[y]))
	})
	out := make(map[string]uint32, min(most, len(list)))
	for _, i := range list[:min(most, len(list))] {
		out[texts[i]] = counts[i]
	}
	return out
}

func sharesOf(parts map[string]*namePart, most int) partShares {
	var texts []string
	var counts []uint32
	for _, text := range slices.Sorted(maps.Keys(parts)) {
		texts, counts = append(texts, text), append(counts, uint32(parts[text].often))
	}
	return partShares{drawn(parts), frequent(texts, counts, most)}
}

func (b *bag) shares(most int) wordShares {
	counts := make([]uint32, len(b.words))
	for n, often := range b.often {
		counts[n] = uint32(often)
	}
	return wordShares{b.counted, frequent(b.words, counts, most)}
}

// DefaultProfile is the profile of records of which none was ever seen: agreement in
// a field means what the package assumes before it learns, and no value is
// frequent. Replace it with that of a match when there are some hundred records.
func DefaultProfile(fields []Field) (*Profile, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	t := newTable(nil, nil, &work{ctx: context.Background()})
	t.read(fields)
	if len(t.comparisons) > maxComparisons {
		return nil, fmt.Errorf("dedupe: %w: %d fields are compared: use at most %d", ErrInvalid, len(t.comparisons), maxComparisons)
	}
	const rows = 10_000 // of which what is assumed is assumed
	p := &Profile{fields: slices.Clone(fields), prior: -math.Log2(rows)}
	none := partShares{Drawn: 1.0 / rows}
	words := wordShares{Values: rows}
	var u [][]float64
	for _, c := range t.comparisons {
		p.columns = append(p.columns, &shares{Present: rows, Collisions: 1.0 / rows, Mixed: true, Surnames: none, Givens: none, Words: words, Street: words})
		l := levels{M: slices.Clone(c.prior), U: slices.Clone(c.chance), Siblings: c.firstSiblingsOf()}
		c.bound(l.M)
		p.levels, u = append(p.levels, l), append(u, l.U)
	}
	p.keepRelatives(relativesOf(t, u))
	p.settle()
	return p, nil
}

// settle makes what follows from the rest.
func (p *Profile) settle() {
	p.slots, p.codes = slotsOf(p.fields), identifiers(p.fields)
	if p.crowds == nil {
		p.crowds = newCrowdedKeys(nil)
	}
	p.learnt, p.scales = p.newModel(), &sync.Pool{}
}

// Fields are the fields of the records that the profile judges.
func (p *Profile) Fields() []Field { return slices.Clone(p.fields) }

// Ignoring returns the profile with another list of placeholders, which Prepare and
// Index read as if they were absent; nil: form.DefaultPlaceholders. A profile of a match
// has that of the match. Records that are prepared already keep what they have.
func (p *Profile) Ignoring(list *form.Placeholders) *Profile {
	q := *p
	q.ignored, q.scales = list, &sync.Pool{}
	return &q
}

// Records is how many records the profile was learnt from; 0 for a default one.
func (p *Profile) Records() int { return p.records }

// Comparisons returns the names of the comparisons, as in Part.Name, in the order
// of Prepared.Values.
func (p *Profile) Comparisons() []string {
	list := make([]string, len(p.slots))
	for i, s := range p.slots {
		list[i] = s.name
	}
	return list
}

// A storedProfile is the JSON of a profile.
type storedProfile struct {
	Format   int           `json:"format"`
	Fields   []storedField `json:"fields"`
	Records  int           `json:"records"`
	Prior    float64       `json:"prior"`
	Related  float64       `json:"related,omitempty"`
	Taught   bool          `json:"taught,omitempty"`
	Lesson   float64       `json:"lesson,omitempty"`
	Crowding float64       `json:"crowding"`
	Columns  []*shares     `json:"columns"`
	Levels   []levels      `json:"levels"`
	Crowds   *crowdedKeys  `json:"crowds,omitempty"`
	Ignored  *[]string     `json:"placeholders,omitempty"` // nil: the default ones
}

// profileFormat changes when profiles or prepared records mean something else: those
// of another format are refused.
const profileFormat = 3

// MarshalJSON writes the profile.
func (p *Profile) MarshalJSON() ([]byte, error) {
	s := storedProfile{Format: profileFormat, Records: p.records, Prior: p.prior, Related: p.related, Taught: p.taught, Lesson: p.lesson, Crowding: p.crowding, Columns: p.columns, Levels: p.levels, Crowds: p.crowds}
	for _, f := range p.fields {
		s.Fields = append(s.Fields, f.stored())
	}
	if p.ignored != nil && p.ignored != form.DefaultPlaceholders() {
		list := p.ignored.Entries()
		s.Ignored = &list
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads a profile that was written. What is none, or one of another
// version of the package, is ErrInvalid; and so is one whose fields have comparisons or
// aliases of the host: for these there is ReadProfile.
func (p *Profile) UnmarshalJSON(data []byte) error {
	q, err := readProfile(data, nil)
	if err == nil {
		*p = *q
	}
	return err
}

// readProfile reads a profile of fields; nil: of those that it says.
func readProfile(data []byte, fields []Field) (*Profile, error) {
	var s storedProfile
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("dedupe: %w: a profile: %w", ErrInvalid, err)
	}
	if s.Format != profileFormat {
		return nil, fmt.Errorf("dedupe: %w: a profile of format %d: learn a new one", ErrInvalid, s.Format)
	}
	q := Profile{records: s.Records, prior: s.Prior, related: s.Related, taught: s.Taught, lesson: s.Lesson, crowding: s.Crowding, columns: s.Columns, levels: s.Levels, crowds: s.Crowds}
	var err error
	if q.fields, err = completed(s.Fields, fields); err != nil {
		return nil, err
	}
	if s.Ignored != nil {
		q.ignored = form.NewPlaceholders(*s.Ignored...)
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	q.settle()
	return &q, nil
}

// check reports a profile that does not go with its fields.
func (p *Profile) check() error {
	if err := checkFields(p.fields); err != nil {
		return err
	}
	t := newTable(nil, nil, &work{ctx: context.Background()})
	t.read(p.fields)
	slots := len(t.comparisons)
	fits := len(p.columns) == slots && len(p.levels) == slots && !slices.Contains(p.columns, nil)
	for n, c := range t.comparisons {
		want := len(c.levels)
		fits = fits && len(p.levels[n].M) == want && len(p.levels[n].U) == want && len(p.levels[n].Siblings) == want
		fits = fits && (len(p.levels[n].Relatives) == want) == (p.related > 0) && (p.related > 0) == t.persons
		fits = fits && (len(p.levels[n].Lesson) == want) == p.taught
	}
	if !fits {
		return fmt.Errorf("dedupe: %w: a profile that does not go with its fields: learn a new one", ErrInvalid)
	}
	return nil
}
