package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Options say what a scan does. The zero value merges from 0.95 and asks from 0.75.
type Options struct {
	Thresholds
	// Share is the share of all customers that a scan may merge into others, above 0;
	// 0: a third. It is a brake on data that a matcher misreads. Up to 50 are merged
	// whatever the share.
	Share    float64
	Progress func(Report) // told after each step; may be nil
}

// A Report says what a scan did. Counts are of committed transactions.
type Report struct {
	Customers int       `json:"customers"` // that were compared
	Found     int       `json:"found"`     // pairs from the review threshold on
	Groups    int       `json:"groups"`    // that were merged, each into one customer
	Merged    int       `json:"merged"`    // customers that are part of another now
	Queued    int       `json:"queued"`    // pairs that wait now and did not before
	Reopened  int       `json:"reopened"`  // of these, pairs whose decision is stale
	Waiting   int       `json:"waiting"`   // pairs that waited before and still do
	Apart     int       `json:"apart"`     // pairs left alone because somebody said that they are two
	Closed    int       `json:"closed"`    // pairs that waited and are not alike any more, or gone
	Changed   int       `json:"changed"`   // groups and pairs left for the next scan, because a customer was changed meanwhile
	Refused   []Refusal `json:"refused,omitempty"`
}

// A Refusal is a group that could not be merged. Its pairs are queued.
type Refusal struct {
	Members []uuid.UUID `json:"members"`
	Err     error       `json:"-"`
	Text    string      `json:"text"` // of Err
}

// Scan compares all live customers of a tenant and does what follows: it merges
// groups that are sure, queues pairs that are not, reopens decisions that are
// stale, and closes pairs that wait without need. Each group is one transaction,
// and each 500 pairs are one, with by as the origin. A merge that fails, for
// whatever reason but that the database or the context gives up, is told in the
// report, and its pairs are queued.
//
// A scan that ends early, as with the end of the context, returns the report so far
// beside the error; run it again. It must see everything, so a guarded handle is
// elevated, which its guard may refuse. Thresholds that do not fit are
// storage.ErrInvalid. If more would be merged than Options.Share, it is ErrTooMany,
// and nothing was done.
//
// Cost: every customer is read once, with four queries a thousand. The values that
// are compared, the work of the matcher and the pairs that are not closed are in
// memory at once.
func (v *Reviewer) Scan(ctx context.Context, t *storage.Tenant, by storage.Origin, o Options) (Report, error) {
	s := &scan{reviewer: v, by: by, progress: o.Progress, imprints: imprints{}, groups: map[uuid.UUID]*Group{}, survivor: map[uuid.UUID]uuid.UUID{}, skipped: map[Key]bool{}}
	var err error
	if s.thresholds, err = o.Check(); err != nil {
		return s.report, err
	}
	if s.tenant, err = t.Elevate(ctx, "look for duplicates"); err != nil {
		return s.report, err
	}
	pairs, decided, err := s.find(ctx)
	if err != nil {
		return s.report, err
	}
	sorted := s.thresholds.Sort(pairs, decided)
	if err := s.brake(sorted.Merge, o.Share); err != nil {
		return s.report, err
	}
	s.report.Apart, s.report.Found = len(sorted.Apart), sorted.found()
	queue, err := s.merge(ctx, sorted.Merge)
	if err != nil {
		return s.report, err
	}
	queue = s.standing(append(queue, sorted.Queue...))
	if err := s.queue(ctx, queue); err != nil {
		return s.report, err
	}
	err = s.close(ctx, queue)
	return s.report, err
}

// unbraked is how many customers a scan may merge into others whatever their share.
const unbraked = 50

// brake refuses to merge a great part of all customers.
func (s *scan) brake(groups []Group, share float64) error {
	away := 0
	for _, g := range groups {
		away += len(g.Members) - 1
	}
	most := max(unbraked, int(cmp.Or(share, 1.0/3)*float64(s.report.Customers)))
	if s.reviewer.Merge == nil || away <= most {
		return nil
	}
	return fmt.Errorf("review: %w: %d of %d customers would become part of others, more than %d: look at them without a merge function, raise Auto, or raise Share",
		ErrTooMany, away, s.report.Customers, most)
}

// A scan is one run of Scan.
type scan struct {
	reviewer   *Reviewer
	tenant     *storage.Tenant
	by         storage.Origin
	thresholds Thresholds
	progress   func(Report)
	report     Report

	imprints imprints                // of the customers as they were compared
	stored   []*Pair                 // as they were then, without those that are closed
	groups   map[uuid.UUID]*Group    // of each customer in one
	survivor map[uuid.UUID]uuid.UUID // of customers that this scan has merged
	skipped  map[Key]bool            // left for the next scan
}

// step does something in a transaction, and counts it once that is committed.
func (s *scan) step(ctx context.Context, do func(tx *storage.Tx, r *Report) error) error {
	var next Report
	err := s.tenant.Update(ctx, s.by, func(tx *storage.Tx) error {
		next = s.report
		return do(tx, &next)
	})
	if err != nil {
		return err
	}
	s.report = next
	s.tell()
	return nil
}

func (s *scan) tell() {
	if s.progress != nil {
		s.progress(s.report)
	}
}

// find reads and compares all customers. It returns the pairs that are probable
// enough and what people said of pairs that stands.
func (s *scan) find(ctx context.Context) (list []Scored, decided map[Key]string, err error) {
	work := map[string]*Work{customer.Person: {}, customer.Organization: {}}
	var doubts map[Key]bool
	err = s.tenant.View(ctx, func(tx *storage.Tx) (err error) {
		if err = s.read(ctx, tx, work); err != nil {
			return err
		}
		if s.stored, err = storage.Collect(Pairs.Find(ctx, tx, storage.Query{Where: criteria.Ne("state", Closed)})); err != nil {
			return err
		}
		doubts, err = doubtsOf(ctx, tx, nil)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	s.tell()
	decided, labels := s.imprints.decisions(s.stored, doubts)
	compare := s.reviewer.Score
	if compare == nil {
		compare = score
	}
	for _, typ := range []string{customer.Person, customer.Organization} {
		w := work[typ]
		w.Fields, w.Least, w.Placeholders = Fields(s.reviewer.columns(typ)), s.thresholds.Review, s.reviewer.Placeholders
		if w.hints(decided, labels); len(w.Records) < 2 {
			continue
		}
		found, err := compare(ctx, *w)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, found...)
	}
	return slices.DeleteFunc(list, func(p Scored) bool { return !s.imprints.both(p.key()) }), decided, nil
}

// read makes the records that are compared, by the type of customer.
func (s *scan) read(ctx context.Context, tx *storage.Tx, work map[string]*Work) error {
	for subject, err := range Subjects(ctx, tx, nil) {
		if err != nil {
			return err
		}
		w := work[subject.Customer.Type]
		if w == nil {
			continue
		}
		columns := s.reviewer.columns(subject.Customer.Type)
		r := subject.Record(columns)
		s.imprints[subject.Customer.ID] = imprinted(columns, r.Values)
		w.Records = append(w.Records, r)
		s.report.Customers++
	}
	return nil
}

// hints gives work what people said of its records.
func (w *Work) hints(decided map[Key]string, labels []Label) {
	mine := make(map[string]bool, len(w.Records))
	for _, r := range w.Records {
		mine[r.ID] = true
	}
	for k, state := range decided {
		if state == Distinct && mine[k[0].String()] && mine[k[1].String()] {
			w.Apart = append(w.Apart, k)
		}
	}
	slices.SortFunc(w.Apart, func(a, b Key) int { return cmp.Or(compareIDs(a[0], b[0]), compareIDs(a[1], b[1])) })
	for _, l := range labels {
		if mine[l.Key[0].String()] && mine[l.Key[1].String()] {
			w.Labels = append(w.Labels, l)
		}
	}
}

// caution orders what is said of one pair in several records: where in doubt, two.
func caution(state string) int { return slices.Index([]string{Same, Open, Distinct}, state) }

// both reports whether the two were compared.
func (p imprints) both(k Key) bool {
	_, ok := p.of(k)
	return ok
}

// decisions returns what was said of pairs: Same, Distinct where no key field has
// changed since, and Open where there is doubt and somebody is to be asked. labels is
// what people said, and not a scan.
func (p imprints) decisions(stored []*Pair, doubts map[Key]bool) (decided map[Key]string, labels []Label) {
	decided = make(map[Key]string, len(doubts))
	for k := range doubts {
		decided[k] = Open
	}
	for _, pair := range stored {
		k := pair.key()
		now, known := p.of(k)
		if pair.State == Open || !known || k[0] == k[1] {
			continue
		}
		if !pair.Automatic {
			labels = append(labels, pair.label())
		}
		state := pair.State
		if pair.State == Distinct && now != pair.Fingerprint || pair.Merged {
			state = Open
		}
		if caution(state) > caution(decided[k]) {
			decided[k] = state
		}
	}
	return decided, labels
}
