package quality

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// ActionPrefix begins the action of what Apply writes; the code of the rule
// follows: "quality:L001".
const ActionPrefix = "quality:"

// ErrChanged: a proposal does not hold any more: the record, the rule or the
// issue has changed since. Propose again.
var ErrChanged = errors.New("the proposal does not hold any more")

// A Skipped is a proposal that was not applied.
type Skipped struct {
	Proposal Proposal
	Err      error // ErrChanged, or why the record could not be written
}

// A FixReport says what Apply did.
type FixReport struct {
	Applied []Proposal
	Skipped []Skipped
}

// Apply writes exactly what proposals say, and closes their issues. A proposal
// may have been to a screen and back: it is worked out again and compared, and
// one that does not hold any more, or was tampered with, is skipped with
// ErrChanged. A record that cannot be written, because a rule or the guard of
// the handle refuses, is skipped with that error, and the others are written.
//
// Proposals are applied rule by rule, up to 200 in a transaction. The change log
// has the actor of by, the action ActionPrefix and the code of the rule, and as
// the reason what by says: its action, and its reason behind it. An error other
// than that of a single record ends the work; the report says what was done by
// then, and applying the same list again skips that.
func (i *Inspector) Apply(ctx context.Context, t *storage.Tenant, by storage.Origin, proposals []Proposal) (FixReport, error) {
	byRule := map[string][]Proposal{}
	for _, p := range proposals {
		byRule[p.Rule] = append(byRule[p.Rule], p)
	}
	var report FixReport
	for _, code := range slices.Sorted(maps.Keys(byRule)) {
		for chunk := range slices.Chunk(byRule[code], applyBatch) {
			var done FixReport
			err := t.Update(ctx, originOf(by, code), func(tx *storage.Tx) (err error) {
				done, err = i.apply(ctx, tx, chunk)
				return err
			})
			if err != nil {
				return report, err
			}
			report.Applied = append(report.Applied, done.Applied...)
			report.Skipped = append(report.Skipped, done.Skipped...)
		}
	}
	return report, nil
}

const applyBatch = 200

// originOf names a rule as the action of an origin. An origin without an action
// stays without, so that it is refused as everywhere.
func originOf(by storage.Origin, code string) storage.Origin {
	if by.Action == "" {
		return by
	}
	reason := by.Action
	if by.Reason != "" {
		reason += ": " + by.Reason
	}
	by.Action, by.Reason = ActionPrefix+code, reason
	return by
}

// apply writes proposals of one rule.
func (i *Inspector) apply(ctx context.Context, tx *storage.Tx, list []Proposal) (FixReport, error) {
	var report FixReport
	drafts, err := i.redraft(ctx, tx, list)
	if err != nil {
		return report, err
	}
	var writes []draft
	for _, p := range list {
		d, ok := drafts[p.Issue]
		if !ok || !d.proposal.same(p) {
			err := fmt.Errorf("quality: %s %s: %w: propose again", p.Kind, p.Record, ErrChanged)
			report.Skipped = append(report.Skipped, Skipped{p, err})
			continue
		}
		delete(drafts, p.Issue) // a second one of the same does not hold any more
		for _, s := range d.rule.suggestions {
			if err := s.field.Set(d.record, s.value); err != nil {
				return report, err
			}
		}
		writes = append(writes, d)
	}
	return report, i.write(ctx, tx, writes, &report)
}

// redraft works proposals out again, by issue.
func (i *Inspector) redraft(ctx context.Context, tx *storage.Tx, list []Proposal) (map[uuid.UUID]draft, error) {
	ids := make([]uuid.UUID, len(list))
	for n, p := range list {
		ids[n] = p.Issue
	}
	where := criteria.All(criteria.In(storage.FieldID, ids...), criteria.Eq("state", Open))
	issues, err := storage.Collect(Issues.Find(ctx, tx, storage.Query{Where: where}))
	if err != nil {
		return nil, err
	}
	drafts, err := i.draft(ctx, tx, issues)
	byIssue := make(map[uuid.UUID]draft, len(drafts))
	for _, d := range drafts {
		byIssue[d.proposal.Issue] = d
	}
	return byIssue, err
}

// write puts the records of drafts: together, and if that is refused one by one,
// so that each has its own error.
func (i *Inspector) write(ctx context.Context, tx *storage.Tx, drafts []draft, report *FixReport) error {
	if len(drafts) == 0 {
		return nil
	}
	kind := storage.Any(drafts[0].rule.schema)
	records := make([]storage.Record, len(drafts))
	for n, d := range drafts {
		records[n] = d.record
	}
	written := drafts
	if err := kind.Put(ctx, tx, records...); refusal(err) {
		written = nil
		for _, d := range drafts {
			if err := kind.Put(ctx, tx, d.record); refusal(err) {
				report.Skipped = append(report.Skipped, Skipped{d.proposal, err})
				continue
			} else if err != nil {
				return err
			}
			written = append(written, d)
		}
	} else if err != nil {
		return err
	}
	for _, d := range written {
		report.Applied = append(report.Applied, d.proposal)
	}
	return i.settleApplied(ctx, tx, written)
}

// refusal reports an error that is about the record and not about the database.
func refusal(err error) bool {
	for _, sentinel := range []error{storage.ErrInvalid, storage.ErrForbidden, storage.ErrDuplicate} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// settleApplied closes the issues of what was written, for stores without the
// watch, which would have done so.
func (i *Inspector) settleApplied(ctx context.Context, tx *storage.Tx, written []draft) error {
	if len(written) == 0 {
		return nil
	}
	rule := written[0].rule
	ids := make([]uuid.UUID, len(written))
	for n, d := range written {
		ids[n] = d.proposal.Record
	}
	records, err := byIDs(ctx, tx, rule.schema, ids)
	if err != nil {
		return err
	}
	v, err := judge(&batch{ctx: ctx, reader: tx, schema: rule.schema, records: records}, []*checkable{rule})
	if err != nil {
		return err
	}
	_, err = settle(ctx, tx, v)
	return err
}
