package lead_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The operations of the property test.
var operations = []string{"claim", "assign", "release", "convert", "close", "reopen", "merge", "delete", "restore", "note"}

// do does an operation to a lead; other is a second one, for merges.
func do(t require.TestingT, acme *storage.Tenant, op string, id, other uuid.UUID) error {
	ctx := contextOf(t)
	return update(t, acme, func(tx *storage.Tx) error {
		switch op {
		case "claim":
			return lead.Claim(ctx, tx, annID, id)
		case "assign":
			return lead.Assign(ctx, tx, bobID, id)
		case "release":
			return lead.Release(ctx, tx, "超期", id)
		case "convert":
			_, err := lead.Convert(ctx, tx, id, lead.Conversion{})
			return err
		case "close":
			return lead.Close(ctx, tx, "空号", id)
		case "reopen":
			return lead.Reopen(ctx, tx, "", id)
		case "merge":
			return lead.Merge(ctx, tx, other, id)
		case "delete":
			return lead.Delete(ctx, tx, "误录", id)
		case "restore":
			return lead.Restore(ctx, tx, id)
		default:
			return lead.AddNotes(ctx, tx, &lead.Note{Lead: id, Author: annID, Text: "已联系"})
		}
	})
}

// expected is the naive model: what a state becomes, "" where it is refused.
func expected(op, state, other string) string {
	open := state == "pool" || state == "owned"
	switch {
	case op == "claim" && state == "pool", op == "assign" && open:
		return "owned"
	case op == "release" && state == "owned", op == "reopen" && state == "invalid", op == "restore" && state == "deleted":
		return "pool"
	case op == "convert" && open, op == "convert" && state == "converted":
		return "converted"
	case op == "close" && open:
		return "invalid"
	case op == "merge" && (open || state == "invalid") && (other == "pool" || other == "owned" || other == "invalid"):
		return "merged"
	case op == "delete" && (open || state == "invalid"):
		return "deleted"
	case op == "note" && (open || state == "invalid"):
		return state
	}
	return ""
}

// hundredLeads ingests 100 leads into a tenant of their own.
func hundredLeads(t require.TestingT, acme *storage.Tenant) (*storage.Tenant, []uuid.UUID) {
	fresh := acme.Store().Tenant(uuid.NewString())
	leads := make([]*lead.Lead, 100)
	for i := range leads {
		leads[i] = &lead.Lead{Name: fmt.Sprint("线索", i), Phone: fmt.Sprintf("138%08d", i/2), Source: "fair", ExternalID: fmt.Sprint(i)}
	}
	require.NoError(t, update(t, fresh, func(tx *storage.Tx) error {
		_, err := lead.Ingest(contextOf(t), tx, leads...)
		return err
	}))
	ids := make([]uuid.UUID, len(leads))
	for i, l := range leads {
		ids[i] = l.ID
	}
	return fresh, ids
}

// Whatever is done to 100 leads, each is in exactly one state, and the numbers
// add up to 100. Every operation is accepted or refused as the model says.
func TestCUS35_NoLeadIsLost(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		rapid.Check(t, adapters.Sparing(t, func(t *rapid.T) {
			acme, ids := hundredLeads(t, acme)
			model := map[string]int64{"pool": 100, "owned": 0, "converted": 0, "merged": 0, "invalid": 0, "deleted": 0}
			states := make([]string, len(ids))
			for i := range states {
				states[i] = "pool"
			}
			// A few leads are drawn from, so that operations meet on them.
			which := rapid.IntRange(0, 7)
			for range rapid.IntRange(1, 25).Draw(t, "steps") {
				op := rapid.SampledFrom(operations).Draw(t, "operation")
				a, b := which.Draw(t, "lead"), which.Draw(t, "other")
				want := expected(op, states[a], states[b])
				if op == "merge" && a == b {
					want = ""
				}
				err := do(t, acme, op, ids[a], ids[b])
				require.Equal(t, want != "", err == nil, "%s of %s: %v", op, states[a], err)
				if want != "" {
					model[states[a]]--
					model[want]++
					states[a] = want
				}
			}
			require.Equal(t, model, counts(t, acme))
			require.EqualValues(t, 100, sum(counts(t, acme)))
			checkOneStateEach(t, acme, ids)
		}))
	})
}

// checkOneStateEach counts for every lead in how many of the states it is found.
func checkOneStateEach(t require.TestingT, acme *storage.Tenant, ids []uuid.UUID) {
	found := map[uuid.UUID]int{}
	for _, state := range []string{lead.Pool, lead.Owned, lead.Converted, lead.Merged, lead.Invalid, lead.Deleted} {
		q := storage.Query{Where: eq("state", state)}
		if state == lead.Deleted {
			q = storage.Query{Deleted: storage.DeletedOnly}
		}
		for l, err := range lead.Leads.Find(contextOf(t), acme, q) {
			require.NoError(t, err)
			require.Equal(t, state, l.CurrentState())
			found[l.ID]++
		}
	}
	for _, id := range ids {
		require.Equal(t, 1, found[id], "lead %s", id)
	}
}

// The same under eight users at once: whoever comes second is refused, and
// nothing is counted twice or lost.
func TestCUS35_NoLeadIsLostConcurrently(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		acme, ids := hundredLeads(t, acme)
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				for step := range 25 {
					n := worker*7919 + step*104729 // spread, and the same in every run
					op := operations[n%len(operations)]
					err := do(t, acme, op, ids[n/10%6], ids[n/60%6])
					if err != nil && !errors.Is(err, lead.ErrState) && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrInvalid) {
						t.Errorf("%s: %v", op, err)
					}
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 100, sum(counts(t, acme)))
		checkOneStateEach(t, acme, ids)
		for _, l := range all(t, lead.Leads, acme, eq("state", lead.Merged)) {
			checkMergesEnd(t, acme, l)
		}
	})
}

// checkMergesEnd follows merges to a lead that is not merged.
func checkMergesEnd(t *testing.T, acme *storage.Tenant, l *lead.Lead) {
	for steps := 0; l.State == lead.Merged; steps++ {
		require.Less(t, steps, 10, "the merges form a ring")
		var list []*lead.Lead
		for next, err := range lead.Leads.Find(t.Context(), acme, storage.Query{Where: eq("id", l.MergedInto), Deleted: storage.DeletedToo}) {
			require.NoError(t, err)
			list = append(list, next)
		}
		require.Len(t, list, 1)
		l = list[0]
	}
}

// Two merges that would form a ring are done at the same time, many times.
func TestMerge_NoRing(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		acme, ids := hundredLeads(t, acme)
		for round := range 10 {
			a, b := ids[2*round], ids[2*round+1]
			errs := make([]error, 2)
			var wg sync.WaitGroup
			wg.Go(func() { errs[0] = do(t, acme, "merge", a, b) })
			wg.Go(func() { errs[1] = do(t, acme, "merge", b, a) })
			wg.Wait()
			require.True(t, (errs[0] == nil) != (errs[1] == nil), "%v", errs)
			require.ErrorIs(t, errors.Join(errs...), lead.ErrState)
		}
		require.EqualValues(t, 10, counts(t, acme)[lead.Merged])
	})
}

// Of several who claim a lead at once, one gets it.
func TestClaim_OneGetsIt(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		l := ingest(t, acme, &lead.Lead{Name: "A", Source: "fair"})[0]
		users := make([]uuid.UUID, 6)
		errs := make([]error, len(users))
		var wg sync.WaitGroup
		for i := range users {
			users[i] = uuid.New()
			wg.Go(func() {
				errs[i] = update(t, acme, func(tx *storage.Tx) error { return lead.Claim(t.Context(), tx, users[i], l.ID) })
			})
		}
		wg.Wait()
		var winner uuid.UUID
		for i, err := range errs {
			if err == nil {
				require.Equal(t, uuid.Nil, winner, "two got it")
				winner = users[i]
				continue
			}
			var refused *lead.StateError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, lead.Owned, refused.State)
		}
		require.Equal(t, winner, get(t, acme, l.ID).Owner)
		require.NotEqual(t, uuid.Nil, winner)
	})
}

func TestNext_Table(t *testing.T) {
	t.Parallel()
	for _, state := range []string{lead.Pool, lead.Owned, lead.Converted, lead.Merged, lead.Invalid, lead.Deleted} {
		for _, op := range operations {
			want := expected(op, state, "pool")
			if op == "convert" && state == lead.Converted {
				want = "" // Convert returns what is there without asking
			}
			next, err := lead.Next(state, op)
			require.Equal(t, want, next, "%s of %s", op, state)
			require.Equal(t, want == "", errors.Is(err, lead.ErrState))
		}
	}
	_, err := lead.Next("pool", "release")
	require.EqualError(t, err, "lead: cannot release 00000000-0000-0000-0000-000000000000, which is pool: not possible in the state of the lead; possible: assign, claim, close, convert, delete, merge, note")
}

func TestOperations_Refusals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		l := ingest(t, acme, &lead.Lead{Name: "A", Source: "fair"})[0]
		other := ingest(t, acme, &lead.Lead{Name: "B", Source: "fair"})[0]
		in := func(fn func(tx *storage.Tx) error) error { return update(t, acme, fn) }
		ctx := t.Context()
		require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Claim(ctx, tx, uuid.Nil, l.ID) }), storage.ErrInvalid)
		require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Claim(ctx, tx, annID, uuid.New()) }), storage.ErrNotFound)
		require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Claim(ctx, tx, annID, l.ID, l.ID) }), storage.ErrInvalid)
		require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Merge(ctx, tx, l.ID, l.ID) }), storage.ErrInvalid)
		// All or none: the second lead cannot be released.
		require.NoError(t, in(func(tx *storage.Tx) error { return lead.Claim(ctx, tx, annID, l.ID) }))
		require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Release(ctx, tx, "", l.ID, other.ID) }), lead.ErrState)
		require.Equal(t, lead.Owned, get(t, acme, l.ID).State)
		// Contradictions in a Put are refused.
		for name, change := range map[string]func(*lead.Lead){
			"unknown": func(l *lead.Lead) { l.State = "lost" }, "deleted": func(l *lead.Lead) { l.State = lead.Deleted },
			"pool with owner": func(l *lead.Lead) { l.State = lead.Pool }, "owned by nobody": func(l *lead.Lead) { l.Owner = uuid.Nil },
			"converted to nobody": func(l *lead.Lead) { l.State = lead.Converted }, "merged into nothing": func(l *lead.Lead) { l.State = lead.Merged },
			"merged and owned": func(l *lead.Lead) { l.MergedInto = other.ID }, "bad preferences": func(l *lead.Lead) { l.Preferences = []byte(`["x"]`) },
		} {
			changed := get(t, acme, l.ID)
			change(changed)
			require.ErrorIs(t, in(func(tx *storage.Tx) error { return lead.Leads.Put(ctx, tx, changed) }), storage.ErrInvalid, name)
		}
	})
}

// Deleting keeps all there is; a lead that was released lost its owner, and one
// that comes again under its number is new.
func TestDelete_AndRestore(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		l := ingest(t, acme, &lead.Lead{Name: "A", Source: "agent", ExternalID: "1"})[0]
		require.NoError(t, do(t, acme, "claim", l.ID, l.ID))
		require.NoError(t, do(t, acme, "delete", l.ID, l.ID))
		require.ErrorIs(t, do(t, acme, "claim", l.ID, l.ID), storage.ErrNotFound)
		require.NoError(t, do(t, acme, "restore", l.ID, l.ID))
		restored := get(t, acme, l.ID)
		require.Equal(t, lead.Pool, restored.State)
		require.Equal(t, uuid.Nil, restored.Owner)
		require.Equal(t, "误录", restored.Reason)
		require.ErrorIs(t, do(t, acme, "restore", l.ID, l.ID), lead.ErrState)

		require.NoError(t, do(t, acme, "delete", l.ID, l.ID))
		again := ingest(t, acme, &lead.Lead{Name: "A", Source: "agent", ExternalID: "1"})[0]
		require.NotEqual(t, l.ID, again.ID)
		require.ErrorIs(t, do(t, acme, "restore", l.ID, l.ID), storage.ErrDuplicate)

		// A converted lead that somebody deleted by hand is converted again.
		result, err := convert(t, acme, again.ID, lead.Conversion{})
		require.NoError(t, err)
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return lead.Leads.Delete(t.Context(), tx, result.Lead) }))
		require.NoError(t, do(t, acme, "restore", again.ID, again.ID))
		require.Equal(t, lead.Converted, get(t, acme, again.ID).State)
	})
}

func TestMerge_TakesWhatIsLacking(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		score := int64(70)
		keep := &lead.Lead{Name: "王丽", Phone: "13800138000", Source: "website", Tags: []string{"a"}}
		gone := &lead.Lead{Name: "Wang Li", Email: "wl@hx.cn", Source: "fair", Tags: []string{"b"}, Interests: []string{"机床"}, Score: &score}
		keep.SetPreference("size", "M")
		gone.SetPreference("size", "L")
		gone.SetPreference("color", "蓝")
		ingest(t, acme, keep, gone)
		require.NoError(t, do(t, acme, "note", gone.ID, gone.ID))
		require.NoError(t, do(t, acme, "merge", gone.ID, keep.ID))
		l := get(t, acme, keep.ID)
		require.Equal(t, "王丽", l.Name)
		require.Equal(t, "wl@hx.cn", l.EmailMatch)
		require.Equal(t, []string{"a", "b"}, l.Tags)
		require.Equal(t, []string{"机床"}, l.Interests)
		require.JSONEq(t, `{"size":"M","color":"蓝"}`, string(l.Preferences))
		require.Equal(t, &score, l.Score)
		require.EqualValues(t, 1, l.Noted)
		require.EqualValues(t, 1, count(t, lead.Notes, acme, eq("lead", keep.ID)))
		require.Equal(t, keep.ID, get(t, acme, gone.ID).MergedInto)
		err := do(t, acme, "note", gone.ID, gone.ID)
		require.ErrorIs(t, err, lead.ErrState)
		require.ErrorContains(t, err, keep.ID.String(), "the refusal says where the lead went")
		require.ErrorIs(t, do(t, acme, "merge", keep.ID, gone.ID), lead.ErrState, "nothing is merged into a merged lead")

		result, err := convert(t, acme, keep.ID, lead.Conversion{})
		require.NoError(t, err)
		require.EqualValues(t, 1, count(t, customer.Interactions, acme, eq("source", "lead_note")))
		require.NotEqual(t, uuid.Nil, result.Customer)
	})
}
