package quality_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A world is a tenant and what a naive reader knows of its contracts.
type world struct {
	t       tester
	acme    *storage.Tenant
	rules   map[string]claim // that flag
	refuses func(*Contract) bool
	live    []*Contract
	deleted []*Contract
}

func newWorld(t tester, acme *storage.Tenant) *world {
	t.Helper()
	w := &world{t: t, acme: acme, rules: map[string]claim{
		"F001": {quality.Compare("end_date", "lt", "start_date"), func(c *Contract) bool {
			return !c.Start.IsZero() && !c.End.IsZero() && c.End.Compare(c.Start) < 0
		}},
		"F002": {quality.Where(criteria.Missing("note")), func(c *Contract) bool { return c.Note == "" }},
	}}
	w.refuses = func(c *Contract) bool { return c.Amount.IsNegative() }
	for code, claim := range w.rules {
		w.rule(code, quality.Flag, claim.condition)
	}
	w.rule("B001", quality.Block, quality.Where(criteria.Lt("amount", 0)))
	return w
}

func (w *world) rule(code, mode string, when quality.Condition) {
	r := &quality.Rule{Code: code, Kind: "quality_contract", Class: "x", Mode: mode, On: quality.OnWrite, Active: true, When: when}
	require.NoError(w.t, put(w.t, w.acme, ann, quality.Rules, r))
}

// step does something at random.
func (w *world) step(t *rapid.T) {
	next := drawContract(t)
	switch op := rapid.IntRange(0, 4).Draw(t, "op"); {
	case op == 0 || len(w.live) == 0:
		if w.write(next) {
			w.live = append(w.live, next)
		}
	case op == 1:
		i := rapid.IntRange(0, len(w.live)-1).Draw(t, "which")
		next.Meta = w.live[i].Meta
		if w.write(next) {
			w.live[i] = next
		}
	case op == 2 && len(w.deleted) > 0:
		c := w.deleted[0]
		require.NoError(w.t, w.update(func(tx *storage.Tx) error { return contracts.Restore(w.t.Context(), tx, c) }))
		w.live, w.deleted = append(w.live, c), w.deleted[1:]
	case op == 3:
		c := w.live[0]
		require.NoError(w.t, w.update(func(tx *storage.Tx) error { return contracts.Delete(w.t.Context(), tx, c) }))
		w.live, w.deleted = w.live[1:], append(w.deleted, c)
	default:
		c := w.live[0]
		require.NoError(w.t, w.update(func(tx *storage.Tx) error { return contracts.Purge(w.t.Context(), tx, c) }))
		w.live = w.live[1:]
	}
}

func (w *world) update(fn func(*storage.Tx) error) error {
	return w.acme.Update(w.t.Context(), ann, fn)
}

// write puts a contract and reports whether it was accepted, which it must be
// just when it breaks no rule that blocks. (None ever has a negative amount.)
func (w *world) write(c *Contract) bool {
	err := put(w.t, w.acme, ann, contracts, c)
	if w.refuses(c) {
		require.ErrorIs(w.t, err, quality.ErrValidation)
		return false
	}
	require.NoError(w.t, err)
	return true
}

// violations returns what is wrong by the naive reader.
func (w *world) violations() map[string]bool {
	bad := map[string]bool{}
	for _, c := range w.live {
		for code, claim := range w.rules {
			if claim.holds(c) {
				bad[code+" "+c.ID.String()] = true
			}
		}
	}
	return bad
}

func (w *world) open() map[string]bool {
	found := map[string]bool{}
	for _, i := range openIssues(w.t, w.acme) {
		found[i.Rule+" "+i.Record.String()] = true
	}
	return found
}

// After every write the open issues are the violations, and a scan has nothing
// to add.
func TestIssues_AreTheViolations(t *testing.T) {
	i := &quality.Inspector{}
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		store := watched(t, acme, i).Store()
		rapid.Check(t, adapters.Sparing(t, func(rt *rapid.T) {
			w := newWorld(rt, store.Tenant(uuid.NewString()))
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				w.step(rt)
				require.Equal(rt, w.violations(), w.open())
			}
			report, err := i.Scan(t.Context(), w.acme, job, quality.ScanOptions{Batch: 2})
			require.NoError(rt, err)
			require.Zero(rt, report.Opened+report.Reopened+report.Closed)
		}))
	})
}

// A scan behind a store without the watch finds the same.
func TestScan_FindsTheViolations(t *testing.T) {
	i := &quality.Inspector{}
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		rapid.Check(t, adapters.Sparing(t, func(rt *rapid.T) {
			w := newWorld(rt, acme.Store().Tenant(uuid.NewString()))
			w.rules["B001"] = claim{holds: w.refuses} // nothing refuses here, so that it flags
			w.refuses = func(*Contract) bool { return false }
			for range rapid.IntRange(1, 3).Draw(rt, "scans") {
				for range rapid.IntRange(1, 8).Draw(rt, "steps") {
					w.step(rt)
				}
				_, err := i.Scan(t.Context(), w.acme, job, quality.ScanOptions{Batch: 3})
				require.NoError(rt, err)
				require.Equal(rt, w.violations(), w.open())
			}
		}))
	})
}
