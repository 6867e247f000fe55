package quality

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Assessment is how good one record is by the policy of its kind.
type Assessment struct {
	Record     uuid.UUID
	Filled     int64     // the weights of the parts that the record has
	Total      int64     // the weights of all parts
	Missing    []Part    // the parts that it lacks, in the order of the policy
	VerifiedAt time.Time // its field verified_at; zero where it has none
	Stale      bool      // nobody has confirmed it, or created it, within the days of the policy
	Issues     []*Issue  // its open issues, the oldest first
}

// Completeness is the share of the weights that is filled, 0 to 1; 1 where the
// policy has no parts.
func (a Assessment) Completeness() float64 {
	if a.Total == 0 {
		return 1
	}
	return float64(a.Filled) / float64(a.Total)
}

// Assess says how good records of a kind are, in the order of the ids. A record
// that is not there, or hidden from the reader, is left out. It costs a handful
// of queries however many ids there are, and one for each part of the policy
// that looks at other records.
//
// A record is stale once its verified_at lies back more than the days of the
// policy, or, where it was never verified, its creation.
//
// Through a guarded reader it sees what the reader may see: a hidden field
// counts as missing. A policy that does not fit its kind is storage.ErrInvalid.
func (i *Inspector) Assess(ctx context.Context, r storage.Reader, kind storage.Described, ids ...uuid.UUID) ([]Assessment, error) {
	var list []Assessment
	err := storage.Inside(ctx, r, func(tx *storage.Tx) (err error) {
		list, err = i.assess(ctx, tx, kind.Schema(), ids)
		return err
	})
	return list, err
}

// Quality is Assess for one record, which is storage.ErrNotFound when it is not
// there.
func (i *Inspector) Quality(ctx context.Context, r storage.Reader, kind storage.Described, id uuid.UUID) (Assessment, error) {
	list, err := i.Assess(ctx, r, kind, id)
	if err != nil {
		return Assessment{}, err
	}
	if len(list) == 0 {
		return Assessment{}, &storage.RecordError{Kind: kind.Schema().Name, ID: id, Err: storage.ErrNotFound}
	}
	return list[0], nil
}

// assess reads what an assessment needs, for all records at once.
func (i *Inspector) assess(ctx context.Context, tx *storage.Tx, s *storage.Schema, ids []uuid.UUID) ([]Assessment, error) {
	found, err := byIDs(ctx, tx, s, ids)
	if err != nil {
		return nil, err
	}
	policy, err := policyOf(ctx, tx, s.Name)
	if err != nil {
		return nil, err
	}
	b := &batch{ctx: ctx, reader: tx, schema: s, records: inOrder(ids, found)}
	list := make([]Assessment, len(b.records))
	for n, r := range b.records {
		list[n] = newAssessment(r, s, policy, tx.Now())
	}
	if err := i.weigh(b, tx, policy, list); err != nil {
		return nil, err
	}
	return list, addIssues(ctx, tx, list)
}

// inOrder returns records in the order of ids, each once.
func inOrder(ids []uuid.UUID, found []storage.Record) []storage.Record {
	byID := make(map[uuid.UUID]storage.Record, len(found))
	for _, r := range found {
		byID[storage.MetaOf(r).ID] = r
	}
	list := make([]storage.Record, 0, len(found))
	for _, id := range ids {
		if r := byID[id]; r != nil {
			list = append(list, r)
			delete(byID, id)
		}
	}
	return list
}

// newAssessment returns what the record itself tells, without the parts.
func newAssessment(r storage.Record, s *storage.Schema, p *Policy, now time.Time) Assessment {
	m := storage.MetaOf(r)
	a := Assessment{Record: m.ID}
	if f := s.Field("verified_at"); f != nil && f.Type == criteria.Time {
		a.VerifiedAt, _ = f.Time(r)
	}
	a.Stale = stale(a.VerifiedAt, m.CreatedAt, p.staleAfter(), now)
	return a
}

// stale reports whether the last confirmation, or else the creation, lies back
// more than a time; never for 0.
func stale(verified, created time.Time, after time.Duration, now time.Time) bool {
	if after == 0 {
		return false
	}
	if verified.IsZero() {
		verified = created
	}
	return verified.Before(now.Add(-after))
}

// weigh holds the parts of a policy against records.
func (i *Inspector) weigh(b *batch, tx *storage.Tx, p *Policy, list []Assessment) error {
	parts, err := p.List()
	if err != nil {
		return err
	}
	w := i.world(b.ctx, tx)
	for _, part := range parts {
		t, err := w.part(b.schema.Name, part)
		if err != nil {
			return err
		}
		at, err := t.among(b, b.every())
		if err != nil {
			return err
		}
		for n := range list {
			list[n].Total += part.Weight
		}
		for _, n := range at {
			list[n].Filled += part.Weight
		}
		for _, n := range without(b.every(), at) {
			list[n].Missing = append(list[n].Missing, part)
		}
	}
	return nil
}

// part holds a part of a policy against the kind.
func (w *world) part(kind string, p Part) (test, error) {
	c := p.Filled
	if c.IsZero() {
		c = Where(criteria.Not(criteria.Missing(p.Name)))
	}
	compiled, err := w.compile(&Rule{Code: "completeness: " + p.Name, Kind: kind, When: c})
	if err != nil {
		return nil, err
	}
	return compiled.test, nil
}

// addIssues adds the open issues to assessments.
func addIssues(ctx context.Context, tx *storage.Tx, list []Assessment) error {
	at := make(map[uuid.UUID]int, len(list))
	ids := make([]uuid.UUID, len(list))
	for n, a := range list {
		at[a.Record], ids[n] = n, a.Record
	}
	where := criteria.All(criteria.In("record", ids...), criteria.Eq("state", Open))
	open, err := gather(ctx, tx, Issues, storage.Query{Where: where, Order: []storage.Order{{Field: "record"}}})
	for _, issue := range open {
		a := &list[at[issue.Record]]
		a.Issues = append(a.Issues, issue)
	}
	return err
}
