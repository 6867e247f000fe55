package service_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// One delivery that several receive at once is stored once.
func TestIngest_AtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		var wg sync.WaitGroup
		counts, errs := make([]int, 6), make([]error, 6)
		for i := range counts {
			wg.Go(func() {
				errs[i] = do(t, acme, func(ctx context.Context, tx *storage.Tx) (err error) {
					counts[i], err = service.Ingest(ctx, tx,
						&service.Feedback{Customer: buyer, Channel: service.ByPhone, Text: "送货太慢", Source: "hotline", ExternalID: "1"},
						&service.Feedback{Customer: buyer, Channel: service.ByPhone, Text: "很好", Source: "hotline", ExternalID: "2"})
					return err
				})
			})
		}
		wg.Wait()
		stored := 0
		for i, err := range errs {
			require.NoError(t, err)
			stored += counts[i]
		}
		require.Equal(t, 2, stored)
		n, err := service.Feedbacks.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, int64(2), n)
	})
}

func TestCUS41_FeedbackChannels(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, buyer uuid.UUID) {
		ctx := t.Context()
		items := func() []*service.Feedback {
			return []*service.Feedback{
				{Customer: buyer, Channel: service.ByPhone, Text: "送货太慢", Topics: []string{"物流"}, Source: "hotline", ExternalID: "1"},
				{Customer: buyer, Channel: service.ByMail, Text: "质量不错", Score: score(5), Source: "mail", ExternalID: "1"},
				{Customer: buyer, Channel: service.BySurvey, Score: score(3), Source: "survey", ExternalID: "7"},
				{Customer: buyer, Channel: service.BySocial, Text: "推荐", Score: score(4), ReceivedAt: adapters.Now.Add(-time.Hour), Source: "weibo", ExternalID: "x"},
			}
		}
		for _, want := range []int{4, 0} { // a delivery that is repeated changes nothing
			require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
				n, err := service.Ingest(ctx, tx, items()...)
				require.Equal(t, want, n)
				return err
			}))
		}
		for _, given := range items() {
			found, err := service.Feedbacks.First(ctx, acme, storage.Query{Where: criteria.All(criteria.Eq("customer", buyer), criteria.Eq("channel", given.Channel))})
			require.NoError(t, err)
			require.Equal(t, service.StateOpen, found.Status)
			require.Equal(t, given.Score, found.Score)
			require.Equal(t, given.Text, found.Text)
			require.Equal(t, given.Topics, found.Topics)
			require.False(t, found.ReceivedAt.IsZero())
		}
		n, err := service.Feedbacks.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		for _, bad := range []*service.Feedback{{Customer: buyer, Channel: "mail"}, {Customer: buyer, Channel: "mail", Score: score(101)}, {Customer: buyer, Text: "no channel"}, {Customer: uuid.New(), Channel: "mail", Text: "nobody's"}} {
			require.ErrorIs(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
				_, err := service.Ingest(ctx, tx, bad)
				return err
			}), storage.ErrInvalid)
		}
	})
}

// register gives a customer a vehicle.
func register(t *testing.T, acme *storage.Tenant, of uuid.UUID, plate string) *service.Asset {
	t.Helper()
	a := &service.Asset{Customer: of, Type: "vehicle", Plate: plate, Model: "Model A", Since: adapters.Now.AddDate(-5, 0, 0)}
	require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return service.Register(ctx, tx, a) }))
	return a
}

func TestCUS46_ServiceHistory(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, driver uuid.UUID) {
		ctx := t.Context()
		car := register(t, acme, driver, "沪A12345")
		now := adapters.Now
		var list []*service.ServiceRecord
		for i := range 12 { // every four months, the last one a month ago: four years
			list = append(list, &service.ServiceRecord{Asset: car.ID, Customer: driver, At: now.AddDate(0, -1-4*i, 0), Kind: "inspection", Cost: yuan(int64(100 + i)), Mileage: int64(90000 - 5000*i)})
		}
		require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			if err := service.ServiceRecords.Put(ctx, tx, list...); err != nil {
				return err
			}
			return customer.Preferences.Put(ctx, tx, &customer.Preference{Customer: driver, Key: "oil", Value: "0W-20"}, &customer.Preference{Customer: driver, Key: "coffee", Value: "冰美式"})
		}))
		h, err := service.ServiceHistory(ctx, acme, driver, 36, now)
		require.NoError(t, err)
		require.Len(t, h.Records, 9, "1, 5, ... 33 months ago")
		require.False(t, h.More)
		for i, s := range h.Records {
			require.Equal(t, list[i].At, s.At, "newest first")
			require.True(t, s.At.After(now.AddDate(-3, 0, 0)))
		}
		require.Equal(t, []string{"冰美式", "0W-20"}, []string{h.Preferences[0].Value, h.Preferences[1].Value})
		require.Equal(t, "沪A12345", h.Assets[0].Plate)
		all, err := service.ServiceHistory(ctx, acme, driver, 48, now)
		require.NoError(t, err)
		require.Len(t, all.Records, 12)
		_, err = service.ServiceHistory(ctx, acme, driver, 0, now)
		require.ErrorIs(t, err, storage.ErrInvalid)
	})
}

// The first day of the history is a whole day of the calendar where the desk is.
func TestServiceHistory_CalendarEdge(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, driver uuid.UUID) {
		car := register(t, acme, driver, "沪A12345")
		shanghai, err := time.LoadLocation("Asia/Shanghai")
		require.NoError(t, err)
		now := time.Date(2026, 3, 31, 1, 0, 0, 0, shanghai) // a month back is 28 February, and in London it is 30 March still
		for at, want := range map[time.Time]int{
			time.Date(2026, 2, 28, 0, 0, 0, 0, shanghai):                        1,
			time.Date(2026, 2, 28, 0, 0, 0, 0, shanghai).Add(-time.Microsecond): 0,
			now: 1, now.Add(time.Microsecond): 0,
		} {
			s := &service.ServiceRecord{Asset: car.ID, Customer: driver, At: at, Kind: "repair"}
			require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return service.ServiceRecords.Put(ctx, tx, s) }))
			h, err := service.ServiceHistory(t.Context(), acme, driver, 1, now)
			require.NoError(t, err)
			require.Len(t, h.Records, want, "%s", at)
			require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return service.ServiceRecords.Purge(ctx, tx, s) }))
		}
	})
}

func TestTransfer(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock, seller uuid.UUID) {
		ctx := t.Context()
		buyer := newCustomer(t, acme, "李雷")
		car := register(t, acme, seller, "沪A12345")
		work := &service.ServiceRecord{Asset: car.ID, Customer: seller, At: adapters.Now.AddDate(0, -2, 0), Kind: "repair"}
		require.NoError(t, do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return service.ServiceRecords.Put(ctx, tx, work) }))
		transfer := func(to uuid.UUID, at time.Time) error {
			return do(t, acme, func(ctx context.Context, tx *storage.Tx) error { return service.Transfer(ctx, tx, car.ID, to, at) })
		}
		require.ErrorIs(t, transfer(seller, adapters.Now), storage.ErrInvalid)
		require.ErrorIs(t, transfer(buyer, car.Since), storage.ErrInvalid)
		require.NoError(t, transfer(buyer, adapters.Now))

		var owners []uuid.UUID
		var until []time.Time
		for o, err := range service.Ownerships.Find(ctx, acme, storage.Query{Where: criteria.Eq("asset", car.ID), Order: []storage.Order{{Field: "since"}}}) {
			require.NoError(t, err)
			owners, until = append(owners, o.Customer), append(until, o.Until)
		}
		require.Equal(t, []uuid.UUID{seller, buyer}, owners)
		require.Equal(t, []time.Time{adapters.Now, {}}, until)
		h, err := service.ServiceHistory(ctx, acme, buyer, 36, adapters.Now)
		require.NoError(t, err)
		require.Len(t, h.Assets, 1)
		require.Empty(t, h.Records, "the seller's")
		err = do(t, acme, func(ctx context.Context, tx *storage.Tx) error {
			return service.Register(ctx, tx, &service.Asset{Customer: seller, Type: "vehicle", Plate: "沪A12345"})
		})
		require.ErrorIs(t, err, storage.ErrDuplicate)
	})
}
