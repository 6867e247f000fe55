package lineage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// followTags records where tags come from that a rule gave.
var followTags = lineage.Follow(tag.Assignments, func(a *tag.Assignment) (lineage.Derivation, bool) {
	return lineage.Derivation{
		Customer: a.Customer, Rule: a.Rule, RuleVersion: a.RuleVersion, Actor: a.By, At: a.At, Evidence: a.Evidence,
	}, a.Rule != ""
})

func TestCUS55_Lineage(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Watch(tag.Refuse), lineage.Watch(), followTags)
		m42 := w.message("太贵了")
		w.put(ann, func(ctx context.Context, tx *storage.Tx) error {
			return tag.Definitions.Put(ctx, tx, &tag.Definition{Name: "价格敏感"})
		})
		w.put(storage.By("system:rules", "evaluate"), func(ctx context.Context, tx *storage.Tx) error {
			_, err := tag.Add(ctx, tx, []uuid.UUID{w.customer}, []string{"价格敏感"}, tag.Given{
				Source: tag.Rule, Rule: "R7", RuleVersion: "3", Evidence: []string{lineage.Ref("interaction", m42.ID)},
			})
			return err
		})
		held, err := tag.Of(w.Context(), w.acme, w.customer)
		require.NoError(w, err)
		theTag := lineage.Ref("tag_assignment", held[0].Assignment.ID)

		node := w.trace(theTag, lineage.Options{})
		require.Equal(w, lineage.Live, node.State)
		require.Len(w, node.Derived, 1)
		origin := node.Derived[0]
		require.Equal(w, "R7", origin.Rule)
		require.Equal(w, "3", origin.RuleVersion)
		require.Equal(w, "system:rules", origin.Actor)
		require.Equal(w, t0, origin.At)
		require.Zero(w, origin.Unsupported)
		require.Len(w, origin.Evidence, 1)
		require.Equal(w, lineage.Ref("interaction", m42.ID), origin.Evidence[0].Ref)
		require.Equal(w, lineage.Live, origin.Evidence[0].State)

		w.clock.Advance(time.Hour)
		w.put(storage.By("user:dpo", "privacy request"), func(ctx context.Context, tx *storage.Tx) error {
			return customer.Interactions.Purge(ctx, tx, m42)
		})
		origin = w.trace(theTag, lineage.Options{}).Derived[0]
		require.Equal(w, t0.Add(time.Hour), origin.Unsupported)
		stone := origin.Evidence[0]
		require.Equal(w, lineage.Ref("interaction", m42.ID), stone.Ref)
		require.Equal(w, lineage.Erased, stone.State)
		require.Equal(w, t0.Add(time.Hour), stone.ErasedAt)
		require.Equal(w, "user:dpo", stone.ErasedBy)
		require.Equal(w, []string{theTag}, w.unsupported())
	})
}

// What rests on something else too stays supported; what rests on what lost its
// support does not.
func TestEvidenceErased_Spreads(t *testing.T) {
	onEach(t, func(w *world) {
		one, two := w.message("one"), w.message("two")
		m1, m2 := lineage.Ref("interaction", one.ID), lineage.Ref("interaction", two.ID)
		w.derived("score/a", m1)
		w.derived("score/b", m1, m2)
		w.derived("label/a", "score/a")
		w.derived("label/b", "score/a", "score/b")
		w.derived("far/a", "label/a")
		w.derived("plain/a")
		require.Empty(w, w.unsupported())

		require.Equal(w, 2, w.erase(m1))
		require.Equal(w, []string{"far/a", "label/a", "score/a"}, w.unsupported())
		require.Zero(w, w.erase(m1), "once is enough")
		n, err := lineage.Tombstones.Count(w.Context(), w.acme, storage.Query{})
		require.NoError(w, err)
		require.EqualValues(w, 1, n)

		w.derived("score/a", m2)
		require.Empty(w, w.unsupported(), "new evidence supports all that rests on it")
		require.Equal(w, 2, w.erase(m2))
		require.Equal(w, []string{"far/a", "label/a", "label/b", "score/a", "score/b"}, w.unsupported())
		w.derived("score/a", m1)
		require.Contains(w, w.unsupported(), "score/a", "evidence that is erased is none")
		require.Zero(w, w.erase("interaction/"+uuid.NewString()))
	})
}

// Derivations that rest on each other do not hold each other up.
func TestEvidenceErased_Cycle(t *testing.T) {
	onEach(t, func(w *world) {
		w.derived("a/1", "wecom/M1", "b/1")
		w.derived("b/1", "a/1")
		require.Empty(w, w.unsupported())
		w.erase("wecom/M1")
		require.Equal(w, []string{"a/1", "b/1"}, w.unsupported())
		require.Equal(w, ""+
			"a/1 [outside]\n"+
			"  <- rule R1 (version 1), 2026-01-05T01:00:00Z, user:ann, unsupported since 2026-01-05T01:00:00Z\n"+
			"    b/1 [outside]\n"+
			"      <- rule R1 (version 1), 2026-01-05T01:00:00Z, user:ann, unsupported since 2026-01-05T01:00:00Z\n"+
			"        a/1 [outside] (see above)\n"+
			"    wecom/M1 [erased 2026-01-05T01:00:00Z by user:dpo]\n",
			w.trace("a/1", lineage.Options{}).String())
	})
}

// The erasure of a record takes its fields with it, that of a field nothing else.
func TestEvidenceErased_Fields(t *testing.T) {
	onEach(t, func(w *world) {
		w.derived("x/whole", "doc/1")
		w.derived("x/part", "doc/1#text")
		w.derived("x/other", "doc/1#date", "doc/2#date")
		require.Equal(w, 1, w.erase("doc/1#text"))
		require.Equal(w, []string{"x/part"}, w.unsupported())
		require.Equal(w, 2, w.erase("doc/1"))
		require.Equal(w, []string{"x/part", "x/whole"}, w.unsupported())
		node := w.trace("x/other", lineage.Options{})
		require.Equal(w, lineage.Erased, node.Derived[0].Evidence[0].State)
		require.False(w, node.Derived[0].Evidence[0].ErasedAt.IsZero())
		require.Equal(w, lineage.Outside, node.Derived[0].Evidence[1].State)
	})
}

func TestTrace_StatesAndBounds(t *testing.T) {
	onEach(t, func(w *world) {
		live, deleted, gone := w.message("live"), w.message("deleted"), w.message("gone")
		w.put(ann, func(ctx context.Context, tx *storage.Tx) error {
			if err := customer.Interactions.Delete(ctx, tx, deleted); err != nil {
				return err
			}
			return customer.Interactions.Purge(ctx, tx, gone)
		})
		score := lineage.FieldRef("customer", w.customer, "score")
		w.derived(score, lineage.Ref("interaction", live.ID), lineage.Ref("interaction", deleted.ID), lineage.Ref("interaction", gone.ID), "mail/7", "nosuch/"+uuid.NewString())
		states := map[lineage.State]int{}
		node := w.trace(score, lineage.Options{})
		require.Equal(w, lineage.Live, node.State)
		for _, e := range node.Derived[0].Evidence {
			states[e.State]++
		}
		require.Equal(w, map[lineage.State]int{lineage.Live: 1, lineage.Deleted: 1, lineage.Absent: 1, lineage.Outside: 2}, states)

		for i := range 5 {
			w.derived(fmt.Sprintf("step/%d", i+1), fmt.Sprintf("step/%d", i))
		}
		short := w.trace("step/5", lineage.Options{Depth: 2})
		at := short
		for range 2 {
			require.False(w, at.Cut)
			at = at.Derived[0].Evidence[0]
		}
		require.Equal(w, "step/3", at.Ref)
		require.True(w, at.Cut)
		require.Empty(w, at.Derived)
		few := w.trace(score, lineage.Options{Nodes: 3})
		require.True(w, few.Cut)
		require.Len(w, few.Derived[0].Evidence, 2)

		w.record(&lineage.Derivation{Customer: w.customer, Subject: "tags/x", Value: "a", Rule: "R1"}, &lineage.Derivation{Customer: w.customer, Subject: "tags/x", Value: "b", Rule: "R1"})
		require.Len(w, w.trace("tags/x", lineage.Options{}).Derived, 2)
		require.Equal(w, "b", w.trace("tags/x", lineage.Options{Value: "b"}).Derived[0].Value)
		data, err := json.Marshal(w.trace("tags/x", lineage.Options{Value: "b"}))
		require.NoError(w, err)
		require.JSONEq(w, `{"ref":"tags/x","state":"outside","derived":[{"customer":"`+w.customer.String()+`","value":"b","rule":"R1","actor":"user:ann","at":"2026-01-05T01:00:00Z"}]}`, string(data))
		_, err = lineage.Trace(w.Context(), w.acme, "no ref", lineage.Options{})
		require.ErrorIs(w, err, storage.ErrInvalid)
	})
}

func TestDependents(t *testing.T) {
	onEach(t, func(w *world) {
		w.derived("score/a", "doc/1#text")
		w.derived("label/a", "score/a")
		w.derived("label/b", "score/a")
		w.derived("other/a", "doc/2")
		subjects := func(limit int) []string {
			found, err := lineage.Dependents(w.Context(), w.acme, "doc/1", limit)
			require.NoError(w, err)
			var list []string
			for _, d := range found {
				list = append(list, d.Subject)
			}
			return list
		}
		require.Equal(w, []string{"score/a", "label/a", "label/b"}, subjects(10))
		require.Equal(w, []string{"score/a", "label/a"}, subjects(2))
		_, err := lineage.Dependents(w.Context(), w.acme, "doc/1", 0)
		require.ErrorIs(w, err, storage.ErrInvalid)
		_, err = lineage.Dependents(w.Context(), w.acme, "doc", 1)
		require.ErrorIs(w, err, storage.ErrInvalid)
	})
}

func TestRecord(t *testing.T) {
	onEach(t, func(w *world) {
		refused := func(list ...*lineage.Derivation) {
			w.Helper()
			err := w.update(ann, func(ctx context.Context, tx *storage.Tx) error { return lineage.Record(ctx, tx, list...) })
			require.ErrorIs(w, err, storage.ErrInvalid)
		}
		refused(&lineage.Derivation{Subject: "a/1"})
		refused(&lineage.Derivation{Subject: "a", Rule: "R"})
		refused(&lineage.Derivation{Subject: "a/1", Rule: "R", Evidence: []string{"/1"}})
		refused(&lineage.Derivation{Subject: "a/1", Rule: "R", Customer: uuid.New()})
		refused(&lineage.Derivation{Subject: "a/1", Rule: "R"}, &lineage.Derivation{Subject: "a/1", Rule: "R"})
		many := &lineage.Derivation{Subject: "a/1", Rule: "R"}
		for i := range lineage.MaxEvidence + 1 {
			many.Evidence = append(many.Evidence, fmt.Sprintf("e/%d", i))
		}
		refused(many)
		w.record()

		w.derived("a/1", "e/1")
		w.clock.Advance(time.Hour)
		w.derived("a/1", "e/1")
		node := w.trace("a/1", lineage.Options{})
		require.Len(w, node.Derived, 1)
		require.Equal(w, t0, node.Derived[0].At, "nothing new was stated")
		w.derived("a/1", "e/2")
		node = w.trace("a/1", lineage.Options{})
		require.Len(w, node.Derived, 1)
		require.Equal(w, t0.Add(time.Hour), node.Derived[0].At)
		require.Equal(w, "e/2", node.Derived[0].Evidence[0].Ref)
	})
}

// Two transactions that record the same at once leave one derivation.
func TestRecord_Concurrent(t *testing.T) {
	onEach(t, func(w *world) {
		var wg sync.WaitGroup
		failed := make([]error, 4)
		for i := range failed {
			wg.Go(func() {
				failed[i] = w.update(ann, func(ctx context.Context, tx *storage.Tx) error {
					return lineage.Record(ctx, tx, &lineage.Derivation{Subject: "a/1", Rule: "R", Evidence: []string{fmt.Sprintf("e/%d", i)}})
				})
			})
		}
		wg.Wait()
		for _, err := range failed {
			require.NoError(w, err)
		}
		require.Len(w, w.trace("a/1", lineage.Options{}).Derived, 1)
	})
}

// A guard that shows no messages makes them absent, and shows nothing of them.
func TestTrace_Guarded(t *testing.T) {
	onEach(t, func(w *world) {
		w.derived("a/1", lineage.Ref("interaction", w.message("x").ID))
		w.acme = w.acme.Guarded(blind{})
		node := w.trace("a/1", lineage.Options{})
		require.Equal(w, lineage.Absent, node.Derived[0].Evidence[0].State)
	})
}

// blind sees no interactions.
type blind struct{}

func (blind) Read(_ context.Context, kind string) (storage.Access, error) {
	if kind == "interaction" {
		return storage.Access{}, storage.ErrForbidden
	}
	return storage.Access{Where: criteria.All()}, nil
}

func (blind) Write(context.Context, storage.Attempt) error { return nil }

func (blind) Elevate(context.Context, string) error { return nil }

func FuzzParseRef(f *testing.F) {
	f.Add("interaction/0190#text")
	f.Add("a/b/c#d#e")
	f.Add("#/")
	f.Fuzz(func(t *testing.T, ref string) {
		kind, id, field, ok := lineage.ParseRef(ref)
		if !ok {
			return
		}
		require.NotEmpty(t, kind)
		require.NotEmpty(t, id)
		again := kind + "/" + id
		if field != "" {
			again += "#" + field
		}
		k, i, fd, ok := lineage.ParseRef(again)
		require.True(t, ok)
		require.Equal(t, []string{kind, id, field}, []string{k, i, fd})
	})
}
