package merge_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func tryMerge(acme *storage.Tenant, q merge.Request) error {
	return acme.Update(ctx, ann, func(tx *storage.Tx) error {
		_, err := merge.Merge(ctx, tx, q)
		return err
	})
}

func tryUnmerge(acme *storage.Tenant, id uuid.UUID) error {
	return acme.Update(ctx, ann, func(tx *storage.Tx) error {
		_, err := merge.Unmerge(ctx, tx, id, merge.UnmergeOptions{})
		return err
	})
}

func TestMerge_Refusals(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		a, b := person(t, acme, "A"), person(t, acme, "B")
		firm := &customer.Customer{Type: customer.Organization, Name: "F"}
		put(t, acme, customer.Kind, firm)
		others := []uuid.UUID{b.ID}
		require.ErrorIs(t, tryMerge(acme, merge.Request{Survivor: a.ID}), storage.ErrInvalid)
		require.ErrorIs(t, tryMerge(acme, merge.Request{Survivor: a.ID, Others: []uuid.UUID{a.ID}}), merge.ErrMerged)
		require.ErrorIs(t, tryMerge(acme, merge.Request{Survivor: uuid.New(), Others: others}), storage.ErrNotFound)
		for _, q := range []merge.Request{{Others: others}, {Survivor: a.ID, Others: []uuid.UUID{uuid.Nil}}} {
			err := tryMerge(acme, q)
			require.ErrorIs(t, err, storage.ErrInvalid)
			require.ErrorContains(t, err, "without id")
		}
		err := tryMerge(acme, merge.Request{Survivor: a.ID, Others: []uuid.UUID{firm.ID}})
		require.ErrorIs(t, err, merge.ErrTypes)
		require.ErrorIs(t, err, storage.ErrInvalid)
		for name, rule := range map[string]merge.Rule{
			"name": merge.Sum, "colour": merge.MostRecent, "parent": merge.MostRecent, "owner": merge.Custom,
			"phone": merge.MostRecent, "consent": merge.Union, "notes": "best", "birthday": merge.Strictest,
		} {
			q := merge.Request{Survivor: a.ID, Others: others, Rules: merge.Rules{Fields: map[string]merge.Rule{name: rule}}}
			require.ErrorIs(t, tryMerge(acme, q), storage.ErrInvalid, "%s by %s", name, rule)
		}
		done := merged(t, acme, a.ID, b.ID)
		var same *merge.MergedError
		require.ErrorAs(t, tryMerge(acme, merge.Request{Survivor: b.ID, Others: []uuid.UUID{a.ID}}), &same)
		require.Equal(t, a.ID, same.Customer)
		require.ErrorIs(t, tryUnmerge(acme, uuid.New()), storage.ErrNotFound)
		require.NoError(t, tryUnmerge(acme, done.Merge))
		require.ErrorIs(t, tryUnmerge(acme, done.Merge), merge.ErrUndone)
	})
}

func TestUnmerge_LaterMergesFirstAndInTime(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		a, b, c, d := person(t, acme, "A"), person(t, acme, "B"), person(t, acme, "C"), person(t, acme, "D")
		first := mergedBy(t, acme, merge.Request{Survivor: a.ID, Others: []uuid.UUID{b.ID}, Retention: time.Hour})
		second := merged(t, acme, a.ID, c.ID)
		third := merged(t, acme, d.ID, a.ID)
		ids, err := merge.FormerIDs(ctx, acme, d.ID)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{b.ID, c.ID, a.ID}, ids)
		one, err := merge.ResolveOne(ctx, acme, b.ID)
		require.NoError(t, err)
		require.Equal(t, d.ID, one)
		stranger := uuid.New()
		one, err = merge.ResolveOne(ctx, acme, stranger)
		require.NoError(t, err)
		require.Equal(t, stranger, one)

		var later *merge.UndoError
		require.ErrorAs(t, tryUnmerge(acme, first.Merge), &later)
		require.ErrorIs(t, later, merge.ErrLater)
		require.Equal(t, third.Merge, later.Later)
		require.NoError(t, tryUnmerge(acme, third.Merge))
		require.ErrorAs(t, tryUnmerge(acme, first.Merge), &later)
		require.Equal(t, second.Merge, later.Later)
		require.NoError(t, tryUnmerge(acme, second.Merge))
		clock.Advance(time.Hour)
		err = tryUnmerge(acme, first.Merge)
		require.ErrorIs(t, err, merge.ErrExpired)
		require.ErrorContains(t, err, "2026-01-05T02:00:00Z")
		update(t, acme, func(tx *storage.Tx) error {
			n, err := merge.Prune(ctx, tx, 10)
			require.Equal(t, 1, n)
			return err
		})
		update(t, acme, func(tx *storage.Tx) error {
			n, err := merge.Prune(ctx, tx, 10)
			require.Zero(t, n)
			return err
		})
		one, err = merge.ResolveOne(ctx, acme, b.ID)
		require.NoError(t, err)
		require.Equal(t, a.ID, one, "an old id leads on for ever")
		rec, err := merge.Records.Get(ctx, acme, first.Merge)
		require.NoError(t, err)
		require.Equal(t, []string{merge.Done, "user:ann", "merge", "same person"}, []string{rec.State, rec.By, rec.Action, rec.Reason})
	})
}

// What was changed since the merge follows the rules of Unmerge.
func TestUnmerge_WhatCameAfter(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		a := &customer.Customer{Type: customer.Person, Name: "A", Tags: []string{"x"}}
		b := &customer.Customer{Type: customer.Person, Name: "B", City: "Wuhan", Company: "K", Tags: []string{"y", "z"}}
		put(t, acme, customer.Kind, a, b)
		bought, returned := order(b.ID, 5, adapters.Now), order(b.ID, 6, adapters.Now)
		put(t, acme, customer.Orders, bought, returned)
		gone := &customer.Interaction{Customer: b.ID, Channel: "chat", OccurredAt: adapters.Now}
		put(t, acme, customer.Interactions, gone)
		done := merged(t, acme, a.ID, b.ID)

		c := get(t, acme, a.ID)
		require.Equal(t, []any{"Wuhan", "K", []string{"x", "y", "z"}}, []any{c.City, c.Company, c.Tags})
		c.City, c.Tags = "Beijing", []string{"new", "x", "z"} // y is taken away
		put(t, acme, customer.Kind, c)
		bought, err := customer.Orders.Get(ctx, acme, bought.ID)
		require.NoError(t, err)
		bought.Status = "paid"
		returned, err = customer.Orders.Get(ctx, acme, returned.ID)
		require.NoError(t, err)
		other := person(t, acme, "O")
		returned.Customer = other.ID
		put(t, acme, customer.Orders, bought, returned)
		gone, err = customer.Interactions.Get(ctx, acme, gone.ID)
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error { return customer.Interactions.Delete(ctx, tx, gone) })
		late := order(a.ID, 7, adapters.Now)
		put(t, acme, customer.Orders, late)

		u := unmerged(t, acme, done.Merge, merge.UnmergeOptions{})
		require.ElementsMatch(t, []merge.Kept{
			{Kind: "customer", Record: a.ID, Field: "city"}, {Kind: "customer", Record: a.ID, Field: "tags"}, {Kind: "customer", Record: b.ID, Field: "tags"},
			{Kind: "order", Record: returned.ID, Field: "customer"},
		}, u.Kept)
		require.Equal(t, []merge.Kept{{Kind: "interaction", Record: gone.ID}}, u.Gone)
		c = get(t, acme, a.ID)
		require.Equal(t, []any{"Beijing", "", []string{"new", "x"}}, []any{c.City, c.Company, c.Tags})
		require.Equal(t, []string{"z"}, get(t, acme, b.ID).Tags)
		for id, want := range map[uuid.UUID]string{bought.ID: "B paid", returned.ID: "O ", late.ID: "A "} {
			o, err := customer.Orders.Get(ctx, acme, id)
			require.NoError(t, err)
			require.Equal(t, want, get(t, acme, o.Customer).Name+" "+o.Status)
		}
		for _, id := range []uuid.UUID{a.ID, b.ID} {
			update(t, acme, func(tx *storage.Tx) error {
				n, err := tag.Reconcile(ctx, tx, tag.Define, id)
				require.Zero(t, n, "assignments and names agree")
				return err
			})
		}
	})
}

// The survivor may stand below one that is merged into it, and others between them.
func TestMerge_Tree(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		top, group, branch, shop := person(t, acme, "top"), person(t, acme, "group"), person(t, acme, "branch"), person(t, acme, "shop")
		other := person(t, acme, "other")
		update(t, acme, func(tx *storage.Tx) error {
			for _, pair := range [][2]uuid.UUID{{top.ID, group.ID}, {group.ID, branch.ID}, {branch.ID, shop.ID}, {group.ID, other.ID}} {
				if err := tree.SetParent(ctx, tx, pair[0], pair[1]); err != nil {
					return err
				}
			}
			return nil
		})
		before, _ := snapshot(t, acme)
		done := merged(t, acme, shop.ID, group.ID)
		for id, parent := range map[uuid.UUID]uuid.UUID{shop.ID: top.ID, branch.ID: shop.ID, other.ID: shop.ID} {
			require.Equal(t, parent, get(t, acme, id).Parent)
		}
		unmerged(t, acme, done.Merge, merge.UnmergeOptions{})
		after, _ := snapshot(t, acme)
		require.Equal(t, before, after)
	})
}

func TestPreview_TagsAndContacts(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		defineTags(t, acme)
		a := &customer.Customer{Type: customer.Person, Name: "A", Tags: []string{"S", "vip"}}
		b := &customer.Customer{Type: customer.Person, Name: "B", Tags: []string{"M", "coffee", "tea", "vip"}}
		put(t, acme, customer.Kind, a, b)
		tea := find(t, acme, tag.Definitions, storage.Query{Where: criteria.Eq("name", "tea")})
		tea[0].Archived = true
		put(t, acme, tag.Definitions, tea...)
		phones := contact(t, acme, b.ID, customer.Phone, "13800138000")
		contact(t, acme, b.ID, customer.Email, "b@example.cn")
		put(t, acme, badges, &badge{Contact: phones[0].ID, Text: "x"})
		before, _ := snapshot(t, acme)
		q := merge.Request{Survivor: a.ID, Others: []uuid.UUID{b.ID}, Rules: merge.Rules{Fields: map[string]merge.Rule{"phone": merge.KeepSurvivor}}}
		plan := preview(t, acme, q)
		require.ElementsMatch(t, []string{"13800138000 dropped", "b@example.cn moved", "M ended", "tea ended", "vip ended", "coffee moved"}, joined(plan))
		require.Equal(t, `["S","coffee","vip"]`, chosen(plan, "tags")["tags"])
		require.Contains(t, plan.String(), "all of them, but M, tea: archived")
		require.Contains(t, plan.String(), "tag_assignment")
		done := mergedBy(t, acme, q)
		require.Equal(t, []string{"S", "coffee", "vip"}, get(t, acme, a.ID).Tags)
		points := find(t, acme, customer.ContactPoints, storage.Query{})
		require.Len(t, points, 1)
		require.True(t, points[0].Primary)
		unmerged(t, acme, done.Merge, merge.UnmergeOptions{})
		after, _ := snapshot(t, acme)
		require.Equal(t, before, after)
	})
}

// A watch that refuses what the merge writes refuses the merge.
func TestMerge_StageThatThePolicyForbids(t *testing.T) {
	policy := lifecycle.Policy{
		Stages:  []lifecycle.Stage{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "lost"}},
		Allowed: []lifecycle.Transition{{From: "a", To: "b"}, {From: "b", To: "c"}},
	}
	eachWith(t, &policy, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		stages := []string{"a", "c", "lost"}
		ids := make([]uuid.UUID, len(stages))
		for i, stage := range stages {
			c := &customer.Customer{Type: customer.Person, Name: stage, Stage: stage, StageSince: adapters.Now.Add(-time.Hour)}
			put(t, acme, customer.Kind, c)
			ids[i] = c.ID
		}
		q := merge.Request{Survivor: ids[0], Others: ids[2:], Rules: merge.Rules{Stages: []string{"a", "b", "c", "lost"}, Lifecycle: &policy}}
		require.ErrorIs(t, tryMerge(acme, q), lifecycle.ErrTransition)
		require.Len(t, find(t, acme, customer.Kind, storage.Query{}), 3, "nothing happened")

		q.Others = ids[1:2]
		done := mergedBy(t, acme, q)
		c := get(t, acme, ids[0])
		require.Equal(t, []any{"c", adapters.Now.Add(-time.Hour)}, []any{c.Stage, c.StageSince})
		require.Len(t, find(t, acme, lifecycle.StageChanges, storage.Query{}), 2, "by way of b")
		u := unmerged(t, acme, done.Merge, merge.UnmergeOptions{Lifecycle: &policy})
		require.Equal(t, []merge.Kept{{Kind: "customer", Record: ids[0], Field: "stage"}}, u.Kept, "there is no way back")
	})
}

// Moving records is no contact with the customer, and no order.
func TestMerge_IsNoFollowUp(t *testing.T) {
	policy := lifecycle.Standard()
	eachWith(t, &policy, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		a, b := person(t, acme, "A"), person(t, acme, "B")
		put(t, acme, customer.Interactions, &customer.Interaction{Customer: b.ID, Channel: "visit", OccurredAt: adapters.Now.Add(-time.Hour), Effective: true})
		put(t, acme, customer.Orders, order(a.ID, 1, adapters.Now), order(b.ID, 1, adapters.Now))
		require.Equal(t, lifecycle.New, get(t, acme, a.ID).Stage)
		clock.Advance(time.Hour)
		merged(t, acme, a.ID, b.ID)
		c := get(t, acme, a.ID)
		require.Equal(t, adapters.Now.Add(-time.Hour), c.FollowedUp, "the last contact with either")
		require.Equal(t, lifecycle.Returning, c.Stage, "with both orders, by the policy")
		require.Len(t, find(t, acme, customer.Interactions, storage.Query{}), 1)
	})
}

func TestErase_AlsoThoseWhoWereMerged(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		a, b, c := person(t, acme, "secret-A"), person(t, acme, "secret-B"), person(t, acme, "C")
		contact(t, acme, b.ID, customer.Phone, "13800138000")
		contact(t, acme, a.ID, customer.Phone, "13800138000")
		done := merged(t, acme, a.ID, b.ID)
		by := storage.By("user:dpo", "erase").Because("request 7")
		hold := &privacy.Hold{Customer: a.ID, Reason: "case"}
		update(t, acme, func(tx *storage.Tx) error { return privacy.PlaceHold(ctx, tx, hold) })
		list, err := merge.Erase(ctx, acme, by, b.ID, privacy.Options{}, nil)
		require.ErrorIs(t, err, privacy.ErrHeld)
		require.Empty(t, list)
		update(t, acme, func(tx *storage.Tx) error { return privacy.Holds.Delete(ctx, tx, hold) })
		list, err = merge.Erase(ctx, acme, by, b.ID, privacy.Options{}, nil)
		require.NoError(t, err)
		require.Len(t, list, 2)
		var text textWriter
		require.NoError(t, acme.Export(ctx, &text, nil))
		require.NotContains(t, string(text), "secret-")
		require.NotContains(t, string(text), "13800138000")
		require.Contains(t, string(text), c.ID.String())
		require.ErrorIs(t, tryUnmerge(acme, done.Merge), storage.ErrNotFound)
		verdict, err := acme.Log().Verify(ctx)
		require.NoError(t, err)
		require.True(t, verdict.OK())
	})
}

type textWriter []byte

func (w *textWriter) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

// counting counts what a driver is asked for.
type counting struct {
	storage.Driver
	calls atomic.Int64
}

func (c *counting) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	tx, err := c.Driver.Begin(ctx, tenant, mode)
	return &countingTx{tx, c}, err
}

type countingTx struct {
	storage.Transaction
	*counting
}

func (t *countingTx) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	t.calls.Add(1)
	return t.Transaction.Get(ctx, s, ids, lock)
}

func (t *countingTx) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	t.calls.Add(1)
	return t.Transaction.Find(ctx, p)
}

func (t *countingTx) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	t.calls.Add(1)
	return t.Transaction.Aggregate(ctx, p, a)
}

func (t *countingTx) Insert(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	t.calls.Add(1)
	return t.Transaction.Insert(ctx, s, list)
}

func (t *countingTx) Update(ctx context.Context, s *storage.Schema, list []storage.Record) error {
	t.calls.Add(1)
	return t.Transaction.Update(ctx, s, list)
}

// A customer with ten thousand interactions is merged in few statements more than one
// without any.
func TestMerge_InBatches(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	driver := &counting{Driver: memory.New()}
	store, err := storage.New(driver, func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(t, err)
	if store, err = store.Watched(watches(t, nil)...); err != nil {
		t.Fatal(err)
	}
	calls := func(n int) (merging, unmerging int64) {
		acme := store.Tenant(fmt.Sprint("t", n))
		a, b := person(t, acme, "A"), person(t, acme, "B")
		list := make([]*customer.Interaction, n)
		for i := range list {
			list[i] = &customer.Interaction{Customer: b.ID, Channel: "chat", OccurredAt: adapters.Now, Effective: true}
		}
		put(t, acme, customer.Interactions, list...)
		before := driver.calls.Load()
		done := merged(t, acme, a.ID, b.ID)
		require.EqualValues(t, n, done.Counts["interaction"].Moved)
		middle := driver.calls.Load()
		unmerged(t, acme, done.Merge, merge.UnmergeOptions{})
		moved, err := customer.Interactions.Count(ctx, acme, storage.Query{Where: criteria.Eq("customer", b.ID)})
		require.NoError(t, err)
		require.EqualValues(t, n, moved)
		return middle - before, driver.calls.Load() - middle
	}
	small, smallBack := calls(1)
	large, largeBack := calls(10_000)
	t.Log("statements to merge and unmerge 1 and 10,000 interactions:", small, smallBack, large, largeBack)
	require.Less(t, large, small+20*15, "at most 15 for each batch of 500")
	require.Less(t, largeBack, smallBack+20*15)
}
