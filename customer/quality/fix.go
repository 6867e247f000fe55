package quality

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Proposal is what the suggestion of a rule would change in a record that
// breaks it.
type Proposal struct {
	Issue         uuid.UUID     `json:"issue"`
	Rule          string        `json:"rule"`
	RuleVersion   int64         `json:"rule_version"`
	Kind          string        `json:"kind"`
	Record        uuid.UUID     `json:"record"`
	RecordVersion int64         `json:"record_version"` // the version that was looked at
	Changes       []FieldChange `json:"changes"`        // by field
}

// A FieldChange is the old and the new value of a field as JSON, null where
// there is none.
type FieldChange struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old"`
	New   json.RawMessage `json:"new"`
}

// Propose is the dry run of Apply: it returns what rules suggest for the open
// issues that a query over Issues finds, a page of them, and where the next page
// begins. Issues without a suggestion, and those whose record is good by now,
// are left out, so a page may be shorter than the limit, or empty. Nothing is
// written.
//
//	list, next, err := inspector.Propose(ctx, acme, storage.Query{Where: criteria.Eq("rule", "L001"), Limit: 100})
func (i *Inspector) Propose(ctx context.Context, r storage.Reader, q storage.Query) (list []Proposal, next storage.Cursor, err error) {
	q.Where = criteria.All(q.Where, criteria.Eq("state", Open), criteria.Not(criteria.Missing("suggest")))
	err = storage.Inside(ctx, r, func(tx *storage.Tx) error {
		page, err := Issues.Page(ctx, tx, q)
		if err != nil {
			return err
		}
		next = page.Next
		drafts, err := i.draft(ctx, tx, page.Items)
		for _, d := range drafts {
			list = append(list, d.proposal)
		}
		return err
	})
	return list, next, err
}

// A draft is a proposal with the record and rule that it is made of.
type draft struct {
	proposal Proposal
	record   storage.Record
	rule     *checkable
}

// draft makes the proposals for issues, in their order.
func (i *Inspector) draft(ctx context.Context, tx *storage.Tx, issues []*Issue) ([]draft, error) {
	byRule := map[string][]*Issue{}
	for _, issue := range issues {
		byRule[issue.Rule] = append(byRule[issue.Rule], issue)
	}
	made := map[uuid.UUID]draft{}
	w := i.world(ctx, tx)
	for code, list := range byRule {
		rule, err := w.rule(code)
		if err != nil {
			return nil, err
		}
		if rule == nil {
			continue
		}
		if err := draftRule(ctx, tx, rule, list, made); err != nil {
			return nil, err
		}
	}
	var drafts []draft
	for _, issue := range issues {
		if d, ok := made[issue.ID]; ok {
			drafts = append(drafts, d)
		}
	}
	return drafts, nil
}

// rule returns the active rule of a code that fits its kind, or nil.
func (w *world) rule(code string) (*checkable, error) {
	r, err := Rules.First(w.ctx, w.tx, storage.Query{Where: criteria.All(criteria.Eq("code", code), criteria.Eq("active", true))})
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := w.compile(r)
	var misfit *RuleError
	if errors.As(err, &misfit) {
		return nil, nil
	}
	return c, err
}

// draftRule makes the proposals for issues of one rule, by issue.
func draftRule(ctx context.Context, tx *storage.Tx, rule *checkable, issues []*Issue, made map[uuid.UUID]draft) error {
	byRecord := make(map[uuid.UUID]*Issue, len(issues))
	ids := make([]uuid.UUID, len(issues))
	for n, i := range issues {
		byRecord[i.Record], ids[n] = i, i.Record
	}
	records, err := byIDs(ctx, tx, rule.schema, ids)
	if err != nil {
		return err
	}
	b := &batch{ctx: ctx, reader: tx, schema: rule.schema, records: records}
	at, err := rule.test.among(b, b.every())
	if err != nil {
		return err
	}
	for _, n := range at {
		m := storage.MetaOf(records[n])
		p := Proposal{
			Issue: byRecord[m.ID].ID, Rule: rule.Code, RuleVersion: rule.Version,
			Kind: rule.Kind, Record: m.ID, RecordVersion: m.Version, Changes: rule.changes(records[n]),
		}
		if len(p.Changes) > 0 {
			made[p.Issue] = draft{p, records[n], rule}
		}
	}
	return nil
}

// changes returns what the suggestions of a rule change in a record.
func (c *checkable) changes(r storage.Record) []FieldChange {
	after := c.schema.Clone(r)
	var list []FieldChange
	for _, s := range c.suggestions {
		if s.field.Set(after, s.value) != nil {
			continue
		}
		change := FieldChange{s.field.Name, jsonOf(s.field, r), jsonOf(s.field, after)}
		if !bytes.Equal(change.Old, change.New) {
			list = append(list, change)
		}
	}
	return list
}

// jsonOf returns the value of a field as it stands in the change log.
func jsonOf(f *storage.Field, r storage.Record) json.RawMessage {
	if f.Absent(r) {
		return json.RawMessage("null")
	}
	return f.AppendJSON(nil, r)
}

// same reports whether two proposals are of the same versions and change the
// same. What was there before follows from the version of the record.
func (p Proposal) same(other Proposal) bool {
	return p.Issue == other.Issue && p.Rule == other.Rule && p.RuleVersion == other.RuleVersion && p.Record == other.Record &&
		p.RecordVersion == other.RecordVersion && slices.EqualFunc(p.Changes, other.Changes, sameChange)
}

// sameChange compares the new values: JSON that went through a screen may be
// spaced differently.
func sameChange(a, b FieldChange) bool {
	return a.Field == b.Field && bytes.Equal(compact(a.New), compact(b.New))
}

func compact(raw json.RawMessage) []byte {
	var b bytes.Buffer
	if len(raw) == 0 || json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}
