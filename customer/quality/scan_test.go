package quality_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var job = storage.By("system:quality", "scan")

// half makes 40 organisations of which 20 lack a size, and the rule about it.
func half(t *testing.T, acme *storage.Tenant) []*customer.Customer {
	t.Helper()
	list := organizations(40, uuid.New(), func(n int) bool { return n%2 == 0 })
	require.NoError(t, put(t, acme, ann, customer.Kind, list...))
	require.NoError(t, put(t, acme, ann, quality.Rules, sized(quality.Flag, quality.OnWrite)))
	return list
}

func TestScan_TwiceAddsNothing(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		i := &quality.Inspector{}
		half(t, acme)
		first, err := i.Scan(t.Context(), acme, job, quality.ScanOptions{Batch: 7})
		require.NoError(t, err)
		require.Equal(t, quality.ScanReport{Records: 40, Bad: 20, Opened: 20}, first)
		before := issues(t, acme)
		again, err := i.Scan(t.Context(), acme, job, quality.ScanOptions{})
		require.NoError(t, err)
		require.Equal(t, quality.ScanReport{Records: 40, Bad: 20}, again)
		require.Equal(t, before, issues(t, acme), "not even a version changes")
		clock.Advance(day)
		_, err = i.Scan(t.Context(), acme, job, quality.ScanOptions{})
		require.NoError(t, err)
		for _, issue := range issues(t, acme) {
			require.Equal(t, clock.Now(), issue.LastSeen)
			require.Equal(t, adapters.Now, issue.FirstSeen)
		}
	})
}

// A scan that was stopped after any of its transactions goes on from its mark,
// and both together count what one would have.
func TestScan_GoesOnFromItsMark(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		i := &quality.Inspector{}
		for steps := 1; ; steps++ {
			other := acme.Store().Tenant(uuid.NewString())
			half(t, other)
			ctx, cancel := context.WithCancel(t.Context())
			done := 0
			first, err := i.Scan(ctx, other, job, quality.ScanOptions{Batch: 15, Progress: func(quality.ScanReport) {
				if done++; done == steps {
					cancel()
				}
			}})
			cancel()
			if err == nil {
				require.Greater(t, steps, 4)
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			raw, err := json.Marshal(first.Mark)
			require.NoError(t, err)
			var mark quality.Mark
			require.NoError(t, json.Unmarshal(raw, &mark))
			rest, err := i.Scan(t.Context(), other, job, quality.ScanOptions{Batch: 15, From: mark})
			require.NoError(t, err)
			require.EqualValues(t, 40, first.Records+rest.Records, "stopped after %d", steps)
			require.EqualValues(t, 20, first.Opened+rest.Opened)
			require.Len(t, openIssues(t, other), 20)
		}
	})
}

func TestScan_ClosesWhatIsGone(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx, i := t.Context(), &quality.Inspector{}
		list := half(t, acme)
		city := quality.Required("I004", "customer", "city", nil)
		require.NoError(t, put(t, acme, ann, quality.Rules, city))
		scan := func() quality.ScanReport {
			report, err := i.Scan(ctx, acme, job, quality.ScanOptions{Batch: 9})
			require.NoError(t, err)
			return report
		}
		require.EqualValues(t, 60, scan().Opened)
		list[2].Size = "1-50" // all three behind the back of the watch
		require.NoError(t, put(t, acme, ann, customer.Kind, list[2]))
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, list[4]) }))
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Purge(ctx, tx, list[6]) }))
		require.EqualValues(t, 1+2+2, scan().Closed)
		city.Active = false
		require.NoError(t, put(t, acme, ann, quality.Rules, city))
		require.EqualValues(t, 38, scan().Closed)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			rule, err := quality.Rules.First(ctx, tx, storage.Query{Where: criteria.Eq("code", "I002")})
			if err != nil {
				return err
			}
			return quality.Rules.Delete(ctx, tx, rule)
		}))
		require.EqualValues(t, 17, scan().Closed)
		require.Empty(t, openIssues(t, acme))
	})
}

func TestScan_LeavesMisfitsOutAndSaysSo(t *testing.T) {
	onEach(t, &quality.Inspector{}, func(t *testing.T, acme *storage.Tenant) {
		ctx, i := t.Context(), &quality.Inspector{}
		field := &storage.CustomField{Kind: "customer", Name: "grade", Type: "integer"}
		require.NoError(t, put(t, acme, ann, storage.CustomFields, field))
		rule := quality.Required("G001", "customer", "custom.grade", nil)
		rule.Mode = quality.Block
		require.NoError(t, put(t, acme, ann, quality.Rules, rule, sized(quality.Flag, quality.OnWrite)))
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return storage.CustomFields.Purge(ctx, tx, field) }))
		require.NoError(t, put(t, acme, ann, customer.Kind, &customer.Customer{Type: customer.Organization, Name: "华星"}))
		require.Len(t, openIssues(t, acme), 1)
		report, err := i.Scan(ctx, acme, job, quality.ScanOptions{})
		require.NoError(t, err)
		require.Len(t, report.Misfits, 1)
		require.Equal(t, "G001", report.Misfits[0].Rule)
		require.ErrorIs(t, report.Misfits[0], criteria.ErrUnknownField)
	})
}

func TestScan_Kinds(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		half(t, acme)
		require.NoError(t, put(t, acme, ann, quality.Rules, quality.EndBeforeStart("C001", "quality_contract", "start_date", "end_date")))
		require.NoError(t, put(t, acme, ann, contracts, &Contract{Start: date("2026-02-01"), End: date("2026-01-01")}))
		report, err := (&quality.Inspector{}).Scan(t.Context(), acme, job, quality.ScanOptions{Kinds: []string{"quality_contract"}})
		require.NoError(t, err)
		require.EqualValues(t, 1, report.Records)
		require.Len(t, openIssues(t, acme), 1)
	})
}

// Two scans and a writer at once leave one issue for each bad record.
func TestScan_Concurrent(t *testing.T) {
	i := &quality.Inspector{}
	onEach(t, i, func(t *testing.T, acme *storage.Tenant) {
		bare := half(t, acme)
		errs := make([]error, 4)
		var group sync.WaitGroup
		for n := range 3 {
			group.Go(func() {
				_, errs[n] = i.Scan(t.Context(), acme, job, quality.ScanOptions{Batch: 3})
			})
		}
		group.Go(func() {
			for _, c := range bare {
				c.City = "上海"
				errs[3] = errors.Join(errs[3], put(t, acme, ann, customer.Kind, c))
			}
		})
		group.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Len(t, issues(t, acme), 20)
		require.Len(t, openIssues(t, acme), 20)
	})
}

// closedShop hides everything and elevates nobody.
type closedShop struct{}

func (closedShop) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{}, nil
}
func (closedShop) Write(context.Context, storage.Attempt) error { return storage.ErrForbidden }
func (closedShop) Elevate(context.Context, string) error        { return storage.ErrForbidden }

func TestScan_AsksTheGuard(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		_, err := (&quality.Inspector{}).Scan(t.Context(), acme.Guarded(closedShop{}), job, quality.ScanOptions{})
		require.ErrorIs(t, err, storage.ErrForbidden)
		_, err = (&quality.Inspector{}).Scan(t.Context(), acme, storage.Origin{}, quality.ScanOptions{})
		require.NoError(t, err, "nothing to scan")
		half(t, acme)
		_, err = (&quality.Inspector{}).Scan(t.Context(), acme, storage.Origin{}, quality.ScanOptions{})
		require.ErrorIs(t, err, storage.ErrNoActor)
	})
}
