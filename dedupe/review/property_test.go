package review_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A history is scans, decisions and changes in any order, beside what is to be
// expected of them: who said what about whom, and whether a key field has changed
// since.
type history struct {
	ctx    context.Context
	acme   *storage.Tenant
	v      *review.Reviewer
	ids    []uuid.UUID
	likely map[review.Key]float64
	apart  map[review.Key]bool // said to be two, and nothing has changed since they were found
	doubt  map[review.Key]bool // said to be two at some time, they or those who became part of them
	names  int
}

func newHistory(t *rapid.T, customers int) *history {
	store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(t, err)
	h := &history{ctx: t.Context(), acme: store.Tenant("acme"), likely: map[review.Key]float64{}, apart: map[review.Key]bool{}, doubt: map[review.Key]bool{}}
	h.ids = make([]uuid.UUID, customers)
	h.write(t, func(tx *storage.Tx) error {
		for i := range h.ids {
			h.ids[i] = id(i)
			c := &customer.Customer{Meta: storage.Meta{ID: h.ids[i]}, Type: customer.Person, Name: fmt.Sprint("客户", i)}
			if err := customer.Kind.Put(h.ctx, tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	h.v = &review.Reviewer{Score: h.score, Merge: h.merge}
	return h
}

func (h *history) write(t *rapid.T, fn func(tx *storage.Tx) error) {
	require.NoError(t, h.acme.Update(h.ctx, ann, fn))
}

func (h *history) score(_ context.Context, w review.Work) (list []review.Scored, err error) {
	there := map[string]bool{}
	for _, r := range w.Records {
		there[r.ID] = true
	}
	for k, p := range h.likely {
		if there[k[0].String()] && there[k[1].String()] {
			list = append(list, scored(k[0], k[1], p))
		}
	}
	return list, nil
}

// merge deletes the others and moves pairs, as a merge does. A scan must never bring
// together whom somebody has said to be two.
func (h *history) merge(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error {
	all := append([]uuid.UUID{survivor}, others...)
	for i, a := range all {
		for _, b := range all[:i] {
			k := review.KeyOf(a, b)
			if h.apart[k] || h.doubt[k] && tx.Origin().Actor == scanner.Actor {
				return fmt.Errorf("%s and %s were said to be two", a, b)
			}
		}
	}
	for _, id := range others {
		if err := h.move(ctx, tx, id, survivor); err != nil {
			return err
		}
		c, err := customer.Kind.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := customer.Kind.Delete(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// move makes pairs name the survivor. What is known of somebody who is gone is known
// of the survivor; but the survivor is not who was looked at.
func (h *history) move(ctx context.Context, tx *storage.Tx, from, to uuid.UUID) error {
	for _, who := range h.ids {
		if k, next := review.KeyOf(from, who), review.KeyOf(to, who); who != from && who != to {
			h.likely[next] = max(h.likely[next], h.likely[k])
			h.doubt[next] = h.doubt[next] || h.doubt[k]
		}
	}
	for _, kind := range review.Kinds() {
		if err := h.moveRefs(ctx, tx, storage.Any(kind), from, to); err != nil {
			return err
		}
	}
	return nil
}

// moveRefs gives up records that would name one customer twice, or that are there
// already.
func (h *history) moveRefs(ctx context.Context, tx *storage.Tx, kind storage.AnyKind, from, to uuid.UUID) error {
	a, b := kind.Schema().Field("a"), kind.Schema().Field("b")
	for was, err := range kind.Find(ctx, tx, storage.Query{Where: criteria.Any(criteria.Eq("a", from), criteria.Eq("b", from))}) {
		if err != nil {
			return err
		}
		moved := kind.Schema().Clone(was)
		for _, f := range []*storage.Field{a, b} {
			if end, _ := f.Ref(moved); end == from {
				if err := f.Set(moved, to); err != nil {
					return err
				}
			}
		}
		self := a.Value(moved) == b.Value(moved)
		if !self {
			err = kind.Put(ctx, tx, moved)
		}
		if self || errors.Is(err, storage.ErrDuplicate) {
			err = kind.Delete(ctx, tx, was)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *history) live(t *rapid.T) (list []uuid.UUID) {
	for c, err := range customer.Kind.Find(h.ctx, h.acme, storage.Query{}) {
		require.NoError(t, err)
		list = append(list, c.ID)
	}
	return list
}

// scan looks for duplicates until there is nothing left to merge, and compares the queue with what must be in it: the pairs
// of those who are left that are likely enough, and not apart.
func (h *history) scan(t *rapid.T) {
	for merged := 1; merged > 0; {
		r, err := h.v.Scan(h.ctx, h.acme, scanner, review.Options{})
		require.NoError(t, err)
		require.Empty(t, r.Refused)
		require.Zero(t, r.Changed)
		merged = r.Merged
	}
	waits := map[review.Key]bool{}
	page, err := review.Queue(h.ctx, h.acme, storage.Query{Limit: 500})
	require.NoError(t, err)
	for _, e := range page.Entries {
		k := review.KeyOf(e.A, e.B)
		require.False(t, h.apart[k], "asked again")
		require.False(t, waits[k], "queued twice")
		waits[k] = true
	}
	live := h.live(t)
	for i, a := range live {
		for _, b := range live[:i] {
			if k := review.KeyOf(a, b); h.likely[k] >= 0.75 && !h.apart[k] {
				require.True(t, waits[k], "%v is as likely as %v and nobody is asked", k, h.likely[k])
			}
		}
	}
	again, err := h.v.Scan(h.ctx, h.acme, scanner, review.Options{})
	require.NoError(t, err)
	require.Zero(t, again.Queued+again.Closed, "%s", again)
}

// decide says something about a pair of the queue.
func (h *history) decide(t *rapid.T) {
	page, err := review.Queue(h.ctx, h.acme, storage.Query{Limit: 500})
	require.NoError(t, err)
	if len(page.Entries) == 0 {
		return
	}
	e := rapid.SampledFrom(page.Entries).Draw(t, "entry")
	k, verdict := review.KeyOf(e.A, e.B), rapid.SampledFrom([]string{review.Same, review.Distinct, review.Distinct}).Draw(t, "verdict")
	h.write(t, func(tx *storage.Tx) error { return h.v.Decide(h.ctx, tx, e.ID, verdict, "") })
	h.apart[k], h.doubt[k] = verdict == review.Distinct, verdict == review.Distinct
	stands, err := h.v.Apart(h.ctx, h.acme)
	require.NoError(t, err)
	if h.apart[k] && !containsKey(stands, k) {
		delete(h.apart, k) // changed since it was found: not what was looked at
	}
}

func containsKey(list []review.Key, k review.Key) bool {
	for _, x := range list {
		if x == k {
			return true
		}
	}
	return false
}

// change gives a customer another name, a new one each time.
func (h *history) change(t *rapid.T) {
	who := rapid.SampledFrom(h.live(t)).Draw(t, "who")
	key := rapid.Bool().Draw(t, "key")
	h.names++
	h.write(t, func(tx *storage.Tx) error {
		c, err := customer.Kind.Get(h.ctx, tx, who)
		if err != nil {
			return err
		}
		if c.Notes = fmt.Sprint("note ", h.names); key {
			c.Name = fmt.Sprint("改名", h.names)
		}
		return customer.Kind.Put(h.ctx, tx, c)
	})
	for k := range h.apart {
		if key && (k[0] == who || k[1] == who) {
			delete(h.apart, k)
		}
	}
}

// relate makes two customers more or less alike.
func (h *history) relate(t *rapid.T) {
	i := rapid.IntRange(1, len(h.ids)-1).Draw(t, "i")
	j := rapid.IntRange(0, i-1).Draw(t, "j")
	h.likely[review.KeyOf(h.ids[i], h.ids[j])] = rapid.SampledFrom([]float64{0.1, 0.76, 0.85, 0.85, 0.96, 0.99}).Draw(t, "p")
}

// Whatever happens in whatever order: who was said to be two is neither merged nor
// asked about until a key field changes, and who is likely to be one and is neither
// merged nor apart waits in the queue, once.
func TestProperty_History(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(t, rapid.IntRange(2, 8).Draw(t, "customers"))
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			step := rapid.SampledFrom([]func(*rapid.T){h.relate, h.relate, h.relate, h.scan, h.decide, h.decide, h.change}).Draw(t, "step")
			step(t)
		}
		h.scan(t)
	})
}
