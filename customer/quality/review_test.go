package quality_test

import (
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

func openTasks(t *testing.T, acme *storage.Tenant) int64 {
	t.Helper()
	n, err := quality.ReviewTasks.Count(t.Context(), acme, storage.Query{Where: criteria.Eq("state", quality.Open)})
	require.NoError(t, err)
	return n
}

// Customers that were never verified are due by their age.
func TestReview_NeverVerified(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		owner := uuid.New()
		list := organizations(1100, owner, func(int) bool { return false })
		require.NoError(t, put(t, acme, ann, customer.Kind, list...))
		report, err := quality.Review(t.Context(), acme, job, 90*day, nil)
		require.NoError(t, err)
		require.Zero(t, report)
		clock.Advance(90*day + 1000)
		var told []quality.ReviewReport
		report, err = quality.Review(t.Context(), acme, job, 90*day, func(r quality.ReviewReport) { told = append(told, r) })
		require.NoError(t, err)
		require.EqualValues(t, 1100, report.Created)
		require.EqualValues(t, 500, told[0].Created)
		require.Equal(t, report, told[len(told)-1])
		task, err := quality.ReviewTasks.First(t.Context(), acme, storage.Query{Where: criteria.Eq("customer", list[0].ID)})
		require.NoError(t, err)
		require.Equal(t, owner, task.Owner)
	})
}

// Tasks of customers that were verified otherwise, or deleted, are closed, and a
// customer that is due again gets another task.
func TestReview_ClosesWhatIsNotDue(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx := t.Context()
		list := organizations(3, uuid.Nil, func(int) bool { return false })
		require.NoError(t, put(t, acme, ann, customer.Kind, list...))
		review := func() quality.ReviewReport {
			report, err := quality.Review(ctx, acme, job, 30*day, nil)
			require.NoError(t, err)
			return report
		}
		clock.Advance(31 * day)
		require.Equal(t, quality.ReviewReport{Created: 3}, review())
		list[0].VerifiedAt = clock.Now()
		require.NoError(t, put(t, acme, ann, customer.Kind, list[0]))
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, list[1]) }))
		require.Equal(t, quality.ReviewReport{Closed: 2}, review())
		require.EqualValues(t, 1, openTasks(t, acme))
		task, err := quality.ReviewTasks.First(ctx, acme, storage.Query{Where: criteria.Eq("customer", list[0].ID)})
		require.NoError(t, err)
		require.Equal(t, job.Actor, task.ClosedBy)
		clock.Advance(31 * day)
		require.Equal(t, quality.ReviewReport{Created: 1}, review())
		require.EqualValues(t, 2, openTasks(t, acme))
	})
}

func TestReview_Concurrent(t *testing.T) {
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		require.NoError(t, put(t, acme, ann, customer.Kind, organizations(200, uuid.Nil, func(int) bool { return false })...))
		clock.Advance(31 * day)
		errs, reports := make([]error, 4), make([]quality.ReviewReport, 4)
		var group sync.WaitGroup
		for n := range errs {
			group.Go(func() { reports[n], errs[n] = quality.Review(t.Context(), acme, job, 30*day, nil) })
		}
		group.Wait()
		require.NoError(t, errors.Join(errs...))
		var created int64
		for _, r := range reports {
			created += r.Created
		}
		require.EqualValues(t, 200, created)
		require.EqualValues(t, 200, openTasks(t, acme))
	})
}

func TestReview_Refusals(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		_, err := quality.Review(t.Context(), acme, job, 0, nil)
		require.ErrorIs(t, err, storage.ErrInvalid)
		err = acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return quality.Confirm(t.Context(), tx, uuid.New()) })
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}
