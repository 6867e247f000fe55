package quality

import (
	"cmp"
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Watch returns the watch that holds writes against the rules, for
// storage.Store.Watched: rules that block refuse with a *ValidationError, and
// issues are opened and closed in the transaction of the write. A rule that does
// not fit its kind is refused as a *RuleError when it is put.
func (i *Inspector) Watch() storage.Watch {
	kinds := slices.Clone(i.Kinds)
	if len(kinds) > 0 && !slices.Contains(kinds, Rules.Name()) {
		kinds = append(kinds, Rules.Name())
	}
	return storage.Watch{Name: "customer/quality", Kinds: kinds, Before: i.before, After: i.after}
}

// exempt reports kinds that this package writes and has no rules for.
func exempt(kind string) bool {
	return kind == Issues.Name() || kind == ReviewTasks.Name() || kind == Policies.Name()
}

// before refuses writes that rules block.
func (i *Inspector) before(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	kind := writes[0].Kind
	if exempt(kind) || customer.TakesBack(ctx) {
		return nil
	}
	if kind == Rules.Name() {
		return i.checkRules(ctx, tx, writes)
	}
	writes = standing(writes)
	if len(writes) == 0 {
		return nil
	}
	rules, _, err := i.rulesOf(ctx, tx, kind)
	if err != nil {
		return err
	}
	rules = i.blocking(rules, writes[0].Actor)
	if len(rules) == 0 {
		return nil
	}
	violations, err := blocked(ctx, tx, rules, writes)
	if err != nil || len(violations) == 0 {
		return err
	}
	return &ValidationError{Kind: kind, Violations: violations}
}

// checkRules refuses rules that do not fit their kinds.
func (i *Inspector) checkRules(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	for _, a := range standing(writes) {
		r, ok := a.After.(*Rule)
		if !ok || !r.Active {
			continue
		}
		if err := i.Check(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// standing returns the writes after which the record is there.
func standing(writes []storage.Attempt) []storage.Attempt {
	gone := func(a storage.Attempt) bool { return a.After == nil || a.Op == storage.OpDelete }
	if !slices.ContainsFunc(writes, gone) {
		return writes
	}
	return slices.DeleteFunc(slices.Clone(writes), gone)
}

// blocking returns the rules that refuse writes of an actor.
func (i *Inspector) blocking(rules []*checkable, actor string) []*checkable {
	roles := map[string]bool{}
	if i.Roles != nil {
		for _, role := range i.Roles(actor) {
			roles[role] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(rules), func(c *checkable) bool { return !c.blocks(roles) })
}

// blocked returns the violations for which writes are refused, the most severe
// first.
func blocked(ctx context.Context, tx *storage.Tx, rules []*checkable, writes []storage.Attempt) ([]Violation, error) {
	b := batchOf(ctx, tx, rules[0].schema, writes)
	var list []Violation
	for _, r := range rules {
		at := slices.DeleteFunc(b.every(), func(n int) bool { return !r.minds(writes[n]) })
		at, err := r.test.among(b, at)
		if err != nil {
			return nil, err
		}
		for _, n := range at {
			list = append(list, Violation{r.Rule, storage.MetaOf(b.records[n]).ID})
		}
	}
	slices.SortStableFunc(list, func(a, b Violation) int { return cmp.Compare(b.Rule.Severity, a.Rule.Severity) })
	return list, nil
}

// minds reports whether a rule that blocks has a say in a write: in what is
// new, and in a change that touches what it looks at or is about.
func (c *checkable) minds(a storage.Attempt) bool {
	if a.Before == nil {
		return true
	}
	if c.On == OnCreate {
		return false
	}
	return a.Op == storage.OpRestore || slices.Contains(a.Fields, c.Field) || c.test.touches(a.Fields)
}

// batchOf returns the records of writes as they are going to be.
func batchOf(ctx context.Context, tx *storage.Tx, s *storage.Schema, writes []storage.Attempt) *batch {
	b := &batch{ctx: ctx, reader: tx, schema: s}
	for _, a := range writes {
		b.records, b.unborn = append(b.records, a.After), append(b.unborn, a.Before == nil)
	}
	return b
}

// after brings issues in line with what was written.
func (i *Inspector) after(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	kind := writes[0].Kind
	if exempt(kind) || kind == Rules.Name() {
		return nil
	}
	if err := closeGone(ctx, tx, writes); err != nil {
		return err
	}
	writes = standing(writes)
	if len(writes) == 0 {
		return nil
	}
	rules, _, err := i.rulesOf(ctx, tx, kind)
	if err != nil {
		return err
	}
	rules = slices.DeleteFunc(rules, func(c *checkable) bool { return c.On == OnScan })
	if len(rules) == 0 {
		return nil
	}
	b := batchOf(ctx, tx, rules[0].schema, writes)
	b.unborn = nil
	v, err := judge(b, rules)
	if err != nil {
		return err
	}
	_, err = settle(ctx, tx, v)
	return err
}

// closeGone closes the issues of records that were deleted or purged.
func closeGone(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
	var ids []uuid.UUID
	for _, a := range writes {
		if a.After == nil || a.Op == storage.OpDelete {
			ids = append(ids, storage.MetaOf(a.Before).ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	where := criteria.All(criteria.In("record", ids...), criteria.Ne("state", Closed))
	over, err := gather(ctx, tx, Issues, storage.Query{Where: where, Order: []storage.Order{{Field: "record"}}})
	if err != nil {
		return err
	}
	for n, issue := range over {
		over[n] = closed(issue, tx.Now())
	}
	return Issues.Put(ctx, tx, over...)
}
