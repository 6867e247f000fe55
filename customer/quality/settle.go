package quality

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A verdict is what rules say of some records.
type verdict struct {
	records []uuid.UUID
	rules   map[string]*Rule // that were held against them, by code
	bad     []finding        // the records that break one, in their order
}

// A finding is a record that breaks a rule.
type finding struct {
	rule   *Rule
	record uuid.UUID
	owner  uuid.UUID
}

// judge runs rules on a batch.
func judge(b *batch, rules []*checkable) (*verdict, error) {
	v := &verdict{rules: make(map[string]*Rule, len(rules))}
	owner := ownerField(b.schema)
	for _, rec := range b.records {
		v.records = append(v.records, storage.MetaOf(rec).ID)
	}
	for _, r := range rules {
		v.rules[r.Code] = r.Rule
		at, err := r.test.among(b, b.every())
		if err != nil {
			return nil, err
		}
		for _, n := range at {
			f := finding{rule: r.Rule, record: v.records[n]}
			if owner != nil {
				f.owner, _ = owner.Ref(b.records[n])
			}
			v.bad = append(v.bad, f)
		}
	}
	return v, nil
}

// ownerField returns the field that names who looks after a record, or nil.
func ownerField(s *storage.Schema) *storage.Field {
	if f := s.Field("owner"); f != nil && f.Type == criteria.Ref {
		return f
	}
	return nil
}

// A tally is what became of issues.
type tally struct {
	bad, opened, reopened, closed int64
}

// settleTries bounds how often issues are read again because another
// transaction wrote one of them first.
const settleTries = 4

// settle brings the issues of records in line with a verdict, with one write
// for all of them. If another transaction has opened the same issue just now,
// what it wrote is read and taken into account.
func settle(ctx context.Context, tx *storage.Tx, v *verdict) (tally, error) {
	for try := 1; ; try++ {
		t, err := settleOnce(ctx, tx, v)
		if try == settleTries || !errors.Is(err, storage.ErrDuplicate) {
			return t, err
		}
	}
}

// settleOnce is settle without regard for others. It returns storage.ErrDuplicate
// when another transaction was first.
func settleOnce(ctx context.Context, tx *storage.Tx, v *verdict) (tally, error) {
	codes := slices.Collect(maps.Keys(v.rules))
	where := criteria.All(criteria.In("rule", codes...), criteria.In("record", v.records...))
	stored, err := storage.Collect(Issues.Find(ctx, tx, storage.Query{Where: where}))
	if err != nil {
		return tally{}, err
	}
	writes, t := v.resolve(stored, tx.Now())
	if len(writes) == 0 {
		return t, nil
	}
	return t, Issues.Put(ctx, tx, writes...)
}

// An issueKey is what there is one issue of.
type issueKey struct {
	rule   string
	record uuid.UUID
}

// resolve returns the issues to write, given those that are stored of the rules
// and records.
func (v *verdict) resolve(stored []*Issue, now time.Time) ([]*Issue, tally) {
	known := make(map[issueKey]*Issue, len(stored))
	for _, i := range stored {
		known[issueKey{i.Rule, i.Record}] = i
	}
	t := tally{bad: int64(len(v.bad))}
	var writes []*Issue
	for _, f := range v.bad {
		key := issueKey{f.rule.Code, f.record}
		old := known[key]
		delete(known, key)
		if next := f.issue(old, now); next != nil {
			t.found(old)
			writes = append(writes, next)
		}
	}
	for _, i := range stored {
		key := issueKey{i.Rule, i.Record}
		if known[key] != nil && i.State != Closed {
			t.closed++
			writes = append(writes, closed(i, now))
		}
	}
	return writes, t
}

// found counts an issue that is written because its record is bad.
func (t *tally) found(old *Issue) {
	switch {
	case old == nil:
		t.opened++
	case old.State == Closed:
		t.reopened++
	}
}
