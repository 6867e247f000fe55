package review_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A desk is a guard that shows the customers of one owner and all of other kinds,
// and hides fingerprints.
type desk struct{ owner uuid.UUID }

func (d desk) Read(_ context.Context, kind string) (storage.Access, error) {
	a := storage.Access{Where: criteria.All()}
	switch {
	case kind == "customer" && d.owner != uuid.Nil:
		a.Where = criteria.Eq("owner", d.owner)
	case kind == "duplicate_pair":
		a.Fields = map[string]storage.FieldAccess{"fingerprint": storage.FieldHidden}
	}
	return a, nil
}

func (desk) Write(context.Context, storage.Attempt) error { return nil }

func (desk) Elevate(context.Context, string) error { return storage.ErrForbidden }

// The most useful come first, in pages, each once.
func TestQueue_Order(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 14)
		var list []said
		for i := range 7 {
			list = append(list, said{&ids[2*i], &ids[2*i+1], 0.76 + 0.02*float64(i%4)})
		}
		v := &review.Reviewer{Score: scorer(list...)}
		require.Equal(t, 7, scan(t, acme, v).Queued)
		var got []int64
		seen := map[uuid.UUID]bool{}
		q := storage.Query{Limit: 2}
		for more := true; more; more = q.After != "" {
			page, err := review.Queue(t.Context(), acme, q)
			require.NoError(t, err)
			for _, e := range page.Entries {
				require.False(t, seen[e.ID])
				seen[e.ID] = true
				got = append(got, e.Priority)
			}
			q.After = page.Next
		}
		require.Equal(t, []int64{240_000, 240_000, 220_000, 220_000, 200_000, 200_000, 180_000}, got)
		_, err := review.Queue(t.Context(), acme, storage.Query{Order: []storage.Order{{Field: "id"}}})
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

// Whoever cannot see one of the two does not see the pair, and cannot decide.
func TestQueue_Guarded(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		mine, other := uuid.New(), uuid.New()
		var ids []uuid.UUID
		for i, owner := range []uuid.UUID{mine, mine, mine, other, other, other} {
			ids = append(ids, stored(t, acme, &customer.Customer{Type: customer.Person, Name: fmt.Sprint("客户", i), Owner: owner}))
		}
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8}, said{&ids[2], &ids[3], 0.78}, said{&ids[4], &ids[5], 0.76})}
		require.Equal(t, 3, scan(t, acme, v).Queued)
		guarded := acme.Guarded(desk{mine})
		page, err := review.Queue(t.Context(), guarded, storage.Query{Limit: 1})
		require.NoError(t, err)
		require.Len(t, page.Entries, 1)
		require.Empty(t, page.Next)
		require.Equal(t, "客户0", page.Entries[0].First.Name)
		require.Empty(t, page.Entries[0].Fingerprint)
		for _, pair := range [][2]int{{2, 3}, {4, 5}} {
			hidden := pairOf(t, acme, ids[pair[0]], ids[pair[1]]).ID
			for _, verdict := range []string{review.Same, review.Distinct} {
				require.ErrorIs(t, decide(t, guarded, ann, v, hidden, verdict), storage.ErrNotFound)
			}
			require.ErrorIs(t, update(t, guarded, ann, func(tx *storage.Tx) error { return review.Reopen(t.Context(), tx, hidden) }), storage.ErrNotFound)
		}
		page, err = review.Queue(t.Context(), acme, storage.Query{Where: review.OwnedBy(other)})
		require.NoError(t, err)
		require.Len(t, page.Entries, 2)
		require.NoError(t, decide(t, guarded, ann, v, pairOf(t, acme, ids[0], ids[1]).ID, review.Distinct))
		require.Equal(t, 1, scan(t, acme, v).Apart, "the fingerprint that the reviewer does not see is kept")
	})
}

// Of two who decide at once one wins, and the other learns who.
func TestDecide_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 2)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.8})}
		scan(t, acme, v)
		pair := queue(t, acme)[0].ID
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Add(1)
			go func() {
				defer wg.Done()
				errs[i] = decide(t, acme, []storage.Origin{ann, bob}[i%2], v, pair, review.Distinct)
			}()
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			var decided *review.DecidedError
			switch {
			case err == nil:
				won++
			case errors.As(err, &decided):
				require.ErrorIs(t, err, review.ErrDecided)
				require.Equal(t, review.Distinct, decided.State)
				require.Contains(t, []string{"user:ann", "user:bob"}, decided.By)
			default:
				require.ErrorIs(t, err, storage.ErrConflict)
			}
		}
		require.Equal(t, 1, won)
		require.Empty(t, m.done)
	})
}

func TestDecide_Refuses(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 2)
		v := &review.Reviewer{Score: scorer(said{&ids[0], &ids[1], 0.8})}
		scan(t, acme, v)
		pair := queue(t, acme)[0].ID
		for _, verdict := range []string{"", review.Open, review.Closed, "perhaps"} {
			require.ErrorIs(t, decide(t, acme, ann, v, pair, verdict), storage.ErrInvalid)
		}
		require.ErrorIs(t, decide(t, acme, ann, v, uuid.New(), review.Same), storage.ErrNotFound)
		require.NoError(t, decide(t, acme, ann, v, pair, review.Same), "without a merge function it is noted")
		require.Equal(t, "looked at both", pairOf(t, acme, ids[0], ids[1]).Reason)
		require.Zero(t, scan(t, acme, v).Queued)
		require.NoError(t, update(t, acme, bob, func(tx *storage.Tx) error { return review.Reopen(t.Context(), tx, pair) }))
		require.Len(t, queue(t, acme), 1)
		require.NoError(t, decide(t, acme, ann, v, pair, review.Same))
		m := &merger{}
		v.Merge = m.merge
		require.Equal(t, 1, scan(t, acme, v).Merged, "what was noted is done as soon as it can be")
	})
}

// What people said: for the matcher, which keeps the ones apart and learns from all.
func TestKnown(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 8)
		m := &merger{}
		v := &review.Reviewer{Merge: m.merge, Score: scorer(said{&ids[0], &ids[1], 0.99}, said{&ids[2], &ids[3], 0.8}, said{&ids[4], &ids[5], 0.8})}
		scan(t, acme, v)
		require.NoError(t, decide(t, acme, ann, v, pairOf(t, acme, ids[2], ids[3]).ID, review.Same))
		require.NoError(t, decide(t, acme, ann, v, pairOf(t, acme, ids[4], ids[5]).ID, review.Distinct))
		require.NoError(t, update(t, acme, ann, func(tx *storage.Tx) error {
			return v.KeepApart(t.Context(), tx, "father and son", ids[6], ids[7], ids[6])
		}))
		apart, err := v.Apart(t.Context(), acme)
		require.NoError(t, err)
		require.ElementsMatch(t, []review.Key{review.KeyOf(ids[4], ids[5]), review.KeyOf(ids[6], ids[7])}, apart)

		labels, err := review.Reviewed(t.Context(), acme)
		require.NoError(t, err)
		same := map[review.Key]bool{}
		for _, l := range labels {
			same[l.Key] = l.Same
		}
		require.Equal(t, map[review.Key]bool{review.KeyOf(ids[2], ids[3]): true, review.KeyOf(ids[4], ids[5]): false, review.KeyOf(ids[6], ids[7]): false}, same,
			"what a scan did by itself is no opinion")
		require.Equal(t, []review.Reason{{Name: "phone", Level: "the same", Weight: 5}, {Name: "name", Level: "both the same", Weight: 3}}, labels[0].Reasons)

		var work review.Work
		v.Score = func(_ context.Context, w review.Work) ([]review.Scored, error) { work = w; return nil, nil }
		scan(t, acme, v)
		require.ElementsMatch(t, apart, work.Apart)
		require.Len(t, work.Labels, 2, "of those who are there")

		changeCustomer(t, acme, ids[4], func(c *customer.Customer) { c.Name = "改名" })
		apart, err = v.Apart(t.Context(), acme)
		require.NoError(t, err)
		require.Equal(t, []review.Key{review.KeyOf(ids[6], ids[7])}, apart, "the other decision is stale")

		for _, few := range [][]uuid.UUID{nil, ids[:1], {ids[0], ids[0]}, make([]uuid.UUID, 0)} {
			require.ErrorIs(t, update(t, acme, ann, func(tx *storage.Tx) error { return v.KeepApart(t.Context(), tx, "", few...) }), storage.ErrInvalid)
		}
		require.ErrorIs(t, update(t, acme, ann, func(tx *storage.Tx) error { return v.KeepApart(t.Context(), tx, "", ids[6], uuid.New()) }), storage.ErrNotFound)
	})
}
