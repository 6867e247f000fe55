package merge_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// How many worlds are tried in memory and over PostgreSQL, where each takes some
// hundred milliseconds.
const (
	enough         = 60
	enoughPostgres = 10
)

// Whatever customers have, merges lose nothing, and taken back from the last to the
// first they leave everything as it was.
func TestMergeAndUnmerge_Property(t *testing.T) {
	adapters.WithoutDetector(t)
	mergeAndUnmerge(t, nil, "", lifecycle.Prospect, lifecycle.New)
}

// The same where stages are held to a policy, which leads from each of these back to
// each.
func TestMergeAndUnmerge_PropertyWithLifecycle(t *testing.T) {
	adapters.WithoutDetector(t)
	policy := lifecycle.Standard()
	mergeAndUnmerge(t, &policy, lifecycle.Prospect, lifecycle.New, lifecycle.Lost)
}

func mergeAndUnmerge(t *testing.T, policy *lifecycle.Policy, stages ...string) {
	eachWith(t, policy, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		tried, most := 0, enough
		if strings.HasSuffix(t.Name(), "/postgres") {
			most = enoughPostgres
		}
		rapid.Check(t, func(rt *rapid.T) {
			if tried++; tried > most {
				return
			}
			w := newWorld(rt, acme.Store().Tenant(uuid.NewString()), stages)
			type done struct {
				id      uuid.UUID
				records map[string]string
				rows    map[string]int
			}
			var stack []done
			for range rapid.IntRange(1, 3).Draw(rt, "merges") {
				clock.Advance(time.Minute)
				records, rows := snapshot(rt, w.acme)
				r, ok := w.merge(rt, policy)
				if !ok {
					continue
				}
				w.check(rt, rows, r)
				stack = append(stack, done{r.Merge, records, rows})
			}
			for i := len(stack) - 1; i >= 0; i-- {
				clock.Advance(time.Minute)
				u := unmerged(rt, w.acme, stack[i].id, merge.UnmergeOptions{Lifecycle: policy})
				require.Empty(rt, u.Kept)
				require.Empty(rt, u.Gone)
				records, rows := snapshot(rt, w.acme)
				require.Equal(rt, stack[i].rows, rows)
				require.Equal(rt, stack[i].records, records)
			}
		})
	})
}

// A world is some customers with random records.
type world struct {
	acme   *storage.Tenant
	stages []string
	ids    []uuid.UUID
}

func newWorld(t *rapid.T, acme *storage.Tenant, stages []string) *world {
	w := &world{acme: acme, stages: stages}
	sizes := &tag.Group{Name: "size", Exclusive: true}
	put(t, acme, tag.Groups, sizes)
	put(t, acme, tag.Definitions, &tag.Definition{Name: "S", Group: sizes.ID}, &tag.Definition{Name: "M", Group: sizes.ID}, &tag.Definition{Name: "old"}, &tag.Definition{Name: "x"})
	put(t, acme, quality.Rules, quality.Required("r", "customer", "company", nil))
	put(t, acme, storage.CustomKinds, &storage.CustomKind{Name: "vehicle"})
	put(t, acme, storage.CustomFields,
		&storage.CustomField{Kind: "vehicle", Name: "driver", Type: "ref", Target: "customer"},
		&storage.CustomField{Kind: "vehicle", Name: "main", Type: "ref", Target: "customer", Unique: true},
		&storage.CustomField{Kind: "customer", Name: "referrer", Type: "ref", Target: "customer"},
		&storage.CustomField{Kind: "customer", Name: "card", Type: "text", Unique: true})
	for i := range rapid.IntRange(2, 5).Draw(t, "customers") {
		w.customer(t, i)
	}
	for i := range rapid.IntRange(0, 25).Draw(t, "records") {
		w.record(t, i)
	}
	old := find(t, acme, tag.Definitions, storage.Query{})
	for _, d := range old {
		d.Archived = d.Name == "old"
	}
	put(t, acme, tag.Definitions, old...)
	return w
}

func (w *world) customer(t *rapid.T, i int) {
	text := rapid.SampledFrom([]string{"", "a", "b"})
	c := &customer.Customer{
		Type: customer.Person, Name: fmt.Sprint("C", i), Stage: rapid.SampledFrom(w.stages).Draw(t, "stage"),
		Company: text.Draw(t, "company"), City: text.Draw(t, "city"), Address: text.Draw(t, "address"), Notes: text.Draw(t, "notes"),
	}
	if rapid.Bool().Draw(t, "known") {
		c.Source, c.ExternalID = "shop", fmt.Sprint(i)
	}
	if rapid.Bool().Draw(t, "card") {
		c.Custom.Set("card", fmt.Sprint(i))
	}
	if rapid.Bool().Draw(t, "sized") {
		c.Tags = append(c.Tags, rapid.SampledFrom([]string{"S", "M"}).Draw(t, "size"))
	}
	c.Tags = append(c.Tags, rapid.SliceOfDistinct(rapid.SampledFrom([]string{"old", "x", "y"}), rapid.ID).Draw(t, "tags")...)
	if len(w.ids) > 0 && rapid.Bool().Draw(t, "below") {
		c.Parent = w.any(t)
	}
	if len(w.ids) > 0 && rapid.Bool().Draw(t, "referred") {
		c.Custom.Set("referrer", w.any(t))
	}
	put(t, w.acme, customer.Kind, c)
	w.ids = append(w.ids, c.ID)
}

func (w *world) any(t *rapid.T) uuid.UUID { return rapid.SampledFrom(w.ids).Draw(t, "which") }

// record stores a record of some customer, unless there is one like it.
func (w *world) record(t *rapid.T, i int) {
	id, word := w.any(t), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "word")
	at := adapters.Now.Add(time.Duration(i-30) * time.Minute)
	err := w.acme.Update(ctx, ann, func(tx *storage.Tx) error {
		switch rapid.IntRange(0, 9).Draw(t, "sort") {
		case 0:
			p, err := customer.NewContactPoint(id, customer.Email, word+"@example.cn")
			if err != nil {
				return err
			}
			stored, err := customer.AddContactPoints(ctx, tx, p)
			if err != nil || rapid.Bool().Draw(t, "plain") {
				return err
			}
			return badges.Put(ctx, tx, &badge{Contact: stored[0].ID, Text: word})
		case 1:
			_, err := customer.AddAddresses(ctx, tx, &customer.Address{Customer: id, Street: word})
			return err
		case 2:
			return customer.Interactions.Put(ctx, tx, &customer.Interaction{Customer: id, Channel: "chat", OccurredAt: at, Effective: word == "a"})
		case 3:
			return customer.Orders.Put(ctx, tx, order(id, int64(i), at))
		case 4:
			return members.Put(ctx, tx, &member{Segment: word, Customer: id})
		case 5:
			return poolRows.Put(ctx, tx, &poolRow{Pool: word, Customer: id})
		case 6:
			return referrals.Put(ctx, tx, &referral{From: id, To: w.any(t)})
		case 7:
			_, err := consent.Add(ctx, tx, &consent.Record{
				Customer: id, Channel: rapid.SampledFrom([]string{"mail", consent.Any}).Draw(t, "channel"), Purpose: rapid.SampledFrom([]string{"news", consent.Any}).Draw(t, "purpose"),
				State: rapid.SampledFrom([]string{consent.Granted, consent.Denied, consent.Withdrawn}).Draw(t, "state"), At: adapters.Now.Add(-time.Hour * time.Duration(rapid.IntRange(1, 2).Draw(t, "hours"))),
			})
			return err
		case 8:
			v := &storage.Entity{}
			v.Custom.Set("driver", id)
			if word == "a" {
				v.Custom.Set("main", w.any(t))
			}
			return storage.Entities("vehicle").Put(ctx, tx, v)
		}
		_, err := tag.Add(ctx, tx, []uuid.UUID{id}, []string{"x"}, tag.Given{Source: tag.Rule, Rule: "r1"})
		return err
	})
	if err != nil {
		require.ErrorIs(t, err, storage.ErrDuplicate)
	}
}

// merge merges some of the customers, under ids that they may have lost before.
func (w *world) merge(t *rapid.T, policy *lifecycle.Policy) (r *merge.Result, ok bool) {
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(w.ids), 2, min(4, len(w.ids)), rapid.ID).Draw(t, "merged")
	q := merge.Request{Survivor: ids[0], Others: ids[1:], Rules: merge.Rules{Lifecycle: policy}}
	if rapid.Bool().Draw(t, "advanced") {
		q.Rules.Stages = []string{lifecycle.Lost, lifecycle.Prospect, lifecycle.New, lifecycle.Returning}
	}
	err := w.acme.Update(ctx, ann, func(tx *storage.Tx) (err error) {
		r, err = merge.Merge(ctx, tx, q)
		return err
	})
	if err != nil {
		require.ErrorIs(t, err, merge.ErrMerged)
	}
	return r, err == nil
}

// check looks at what a merge has left.
func (w *world) check(t *rapid.T, rows map[string]int, r *merge.Result) {
	_, after := snapshot(t, w.acme)
	for kind, n := range rows {
		if after[kind] < n && !strings.HasPrefix(kind, "search") && kind != "consent_state" {
			t.Fatalf("%d records of kind %s, and %d before", after[kind], kind, n)
		}
	}
	gone := map[uuid.UUID]bool{}
	for _, id := range r.Others {
		gone[id] = true
	}
	require.NoError(t, w.acme.View(ctx, func(tx *storage.Tx) error {
		kinds, err := tx.Kinds(ctx)
		require.NoError(t, err)
		for _, kind := range kinds {
			if kind.Generic() || strings.HasSuffix(kind.Name, "_turn") || kind.Name == "consent" {
				continue
			}
			fields, err := tx.Fields(ctx, kind)
			require.NoError(t, err)
			for rec, err := range storage.Any(kind).Find(ctx, tx, storage.Query{}) {
				require.NoError(t, err)
				for _, f := range fields {
					if id, _ := f.Value(rec).(uuid.UUID); f.Target == "customer" {
						require.False(t, gone[id], "%s.%s of a live record names one that was merged", kind.Name, f.Name)
					}
				}
			}
		}
		return nil
	}))
	ids, err := merge.Resolve(ctx, w.acme, r.Others...)
	require.NoError(t, err)
	for _, id := range ids {
		require.Equal(t, r.Survivor, id)
	}
	c := get(t, w.acme, r.Survivor)
	require.NotEqual(t, c.ID, c.Parent)
	require.NotEqual(t, c.ID, c.Custom.Ref("referrer"))
}
