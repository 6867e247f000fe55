package quality

import (
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Mark is how far a scan came. It can be stored as JSON. The zero Mark is the
// start.
type Mark struct {
	Kind  string         `json:"kind"`            // being scanned
	Part  string         `json:"part,omitempty"`  // empty: its records; then "issues", and "done"
	After storage.Cursor `json:"after,omitempty"` // what is done of the part
}

// The parts of a kind behind its records.
const (
	partIssues = "issues"
	partDone   = "done"
)

// ScanOptions say what to scan. The zero value scans all that there are rules for.
type ScanOptions struct {
	Kinds    []string         // of records; none: all that have rules or issues
	From     Mark             // go on from here
	Batch    int              // records in a transaction; 0: 500
	Progress func(ScanReport) // told after each transaction; may be nil
}

// A ScanReport counts what a scan has done so far. Counts are of committed
// transactions.
type ScanReport struct {
	Records  int64        // that were held against the rules
	Bad      int64        // violations found, known and accepted ones among them
	Opened   int64        // new issues
	Reopened int64        // issues that came back
	Closed   int64        // issues of what is good again, or gone
	Misfits  []*RuleError // rules that were left out because they do not fit their kind
	Mark     Mark         // where to go on; zero once the scan is done
}

// defaultBatch is how many records a transaction takes.
const defaultBatch = 500

// Scan holds all live records of a tenant against the active rules, whatever
// the rules say about when they look, and brings the issues in line: it opens
// those that are missing and closes those whose record is good again or gone,
// or whose rule is gone or inactive. Each batch is one transaction with by as
// its origin, so memory does not grow with the data. Scanning twice changes
// nothing but LastSeen.
//
// A scan that ends early, as with the end of the context, returns the report so
// far beside the error: give its Mark to the next one. Two scans at once do no
// harm. It must see all fields of all records, so a guarded handle is elevated,
// which its guard may refuse.
//
// Cost: every record is read once, and its issues with it; each part of a rule
// that looks at other records is one query a batch.
func (i *Inspector) Scan(ctx context.Context, t *storage.Tenant, by storage.Origin, o ScanOptions) (ScanReport, error) {
	s := &scan{inspector: i, by: by, batch: o.Batch, progress: o.Progress}
	s.report.Mark = o.From
	if s.batch <= 0 {
		s.batch = defaultBatch
	}
	var err error
	if s.tenant, err = t.Elevate(ctx, "quality scan"); err != nil {
		return s.report, err
	}
	kinds, err := s.kinds(ctx, o.Kinds)
	if err != nil {
		return s.report, err
	}
	for _, kind := range kinds {
		if kind < o.From.Kind {
			continue
		}
		if err := s.kind(ctx, kind); err != nil {
			return s.report, err
		}
	}
	s.report.Mark = Mark{}
	return s.report, nil
}

// A scan is one run of Scan.
type scan struct {
	inspector *Inspector
	tenant    *storage.Tenant
	by        storage.Origin
	batch     int
	progress  func(ScanReport)
	report    ScanReport
}

// kinds returns the names of the kinds to scan, sorted.
func (s *scan) kinds(ctx context.Context, only []string) ([]string, error) {
	names := map[string]bool{}
	for _, k := range []interface {
		Aggregate(context.Context, storage.Reader, storage.Query, storage.Figures) ([]storage.Row, error)
	}{Rules, Issues} {
		rows, err := k.Aggregate(ctx, s.tenant, storage.Query{}, storage.Figures{By: []string{"kind"}})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			name, _ := row.By[0].(string)
			names[name] = len(only) == 0 || slices.Contains(only, name)
		}
	}
	maps.DeleteFunc(names, func(_ string, wanted bool) bool { return !wanted })
	return slices.Sorted(maps.Keys(names)), nil
}

// kind scans the records of a kind, and then looks through its issues.
func (s *scan) kind(ctx context.Context, kind string) error {
	if s.report.Mark.Kind != kind {
		s.report.Mark = Mark{Kind: kind}
	}
	for s.report.Mark.Part == "" {
		if err := s.step(ctx, s.records); err != nil {
			return err
		}
	}
	for s.report.Mark.Part == partIssues {
		if err := s.step(ctx, s.issues); err != nil {
			return err
		}
	}
	return nil
}

// step does one batch in a transaction, and counts it once that is committed.
func (s *scan) step(ctx context.Context, do func(context.Context, *storage.Tx, *ScanReport) error) error {
	var next ScanReport
	err := s.tenant.Update(ctx, s.by, func(tx *storage.Tx) error {
		next = s.report
		next.Misfits = slices.Clone(s.report.Misfits)
		return do(ctx, tx, &next)
	})
	if err != nil {
		return err
	}
	if s.report = next; s.progress != nil {
		s.progress(next)
	}
	return nil
}

// records holds the next records of a kind against its rules.
func (s *scan) records(ctx context.Context, tx *storage.Tx, r *ScanReport) error {
	at := r.Mark
	rules, misfits, err := s.inspector.rulesOf(ctx, tx, at.Kind)
	if err != nil {
		return err
	}
	if at.After == "" {
		r.Misfits = append(r.Misfits, misfits...)
	}
	r.Mark = Mark{Kind: at.Kind, Part: partIssues}
	if len(rules) == 0 {
		return nil
	}
	schema := rules[0].schema
	list, next, err := storage.Any(schema).Page(ctx, tx, storage.Query{Limit: s.batch, After: at.After})
	if err != nil || len(list) == 0 {
		return err
	}
	if next != "" {
		r.Mark = Mark{Kind: at.Kind, After: next}
	}
	r.Records += int64(len(list))
	v, err := judge(&batch{ctx: ctx, reader: tx, schema: schema, records: list}, rules)
	if err != nil {
		return err
	}
	t, err := settle(ctx, tx, v)
	r.Bad, r.Opened, r.Reopened, r.Closed = r.Bad+t.bad, r.Opened+t.opened, r.Reopened+t.reopened, r.Closed+t.closed
	return err
}

// issues closes those of the next issues of a kind whose record or rule is gone.
func (s *scan) issues(ctx context.Context, tx *storage.Tx, r *ScanReport) error {
	kind := r.Mark.Kind
	page, err := Issues.Page(ctx, tx, storage.Query{
		Where: criteria.All(criteria.Eq("kind", kind), criteria.Ne("state", Closed)),
		Limit: s.batch, After: r.Mark.After,
	})
	if err != nil {
		return err
	}
	r.Mark = Mark{Kind: kind, Part: partIssues, After: page.Next}
	if page.Next == "" {
		r.Mark = Mark{Kind: kind, Part: partDone}
	}
	current, err := s.current(ctx, tx, kind, page.Items)
	if err != nil {
		return err
	}
	over := slices.DeleteFunc(page.Items, current)
	for n, i := range over {
		over[n] = closed(i, tx.Now())
	}
	r.Closed += int64(len(over))
	return Issues.Put(ctx, tx, over...)
}

// current returns a function that reports whether an issue still has its rule,
// active and for that kind, and its record.
func (s *scan) current(ctx context.Context, tx *storage.Tx, kind string, list []*Issue) (func(*Issue) bool, error) {
	rules, err := activeRules(ctx, tx, kind)
	if err != nil {
		return nil, err
	}
	w := s.inspector.world(ctx, tx)
	live := map[uuid.UUID]bool{}
	if schema := w.schema(kind); schema != nil {
		ids := make([]uuid.UUID, len(list))
		for n, i := range list {
			ids[n] = i.Record
		}
		b := &batch{ctx: ctx, reader: tx}
		if live, err = matching(b, schema, ids, nil, storage.LiveOnly); err != nil {
			return nil, err
		}
	}
	return func(i *Issue) bool {
		hasRule := slices.ContainsFunc(rules, func(r *Rule) bool { return r.Code == i.Rule })
		return hasRule && live[i.Record]
	}, w.err
}
