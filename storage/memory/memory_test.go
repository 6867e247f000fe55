package memory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

type car struct {
	storage.Meta
	Plate string
	Owner uuid.UUID
	Km    int64
	Tags  []string
}

var cars = storage.Define[car]("car",
	storage.Text("plate", func(c *car) *string { return &c.Plate }).Unique(),
	storage.Ref("owner", func(c *car) *uuid.UUID { return &c.Owner }),
	storage.Integer("km", func(c *car) *int64 { return &c.Km }),
	storage.Texts("tags", func(c *car) *[]string { return &c.Tags }).Indexed(),
).Index("owner", "km")

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	clock := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	s, err := storage.New(memory.New(), func() time.Time { clock = clock.Add(time.Second); return clock }, cars)
	require.NoError(t, err)
	acme := s.Tenant("acme")
	by := storage.By("user:ann", "test")
	owner := uuid.New()
	var first *car
	require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error {
		for i := range 100 {
			c := &car{Plate: fmt.Sprintf("P%03d", i), Owner: owner, Km: int64(i % 10), Tags: []string{"b", "a", "b"}}
			if i == 0 {
				first = c
			}
			if err := cars.Put(ctx, tx, c); err != nil {
				return err
			}
		}
		n, err := cars.Count(ctx, tx, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 100, n)
		err = cars.Put(ctx, tx, &car{Plate: "P001"})
		require.ErrorIs(t, err, storage.ErrDuplicate)
		return nil
	}))
	require.EqualValues(t, 1, first.Version)
	got, err := cars.Get(ctx, acme, first.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, got.Tags)
	var page storage.Page[car]
	seen := 0
	q := storage.Query{Where: criteria.Eq("owner", owner), Order: []storage.Order{{Field: "km", Desc: true}}, Limit: 7}
	for {
		page, err = cars.Page(ctx, acme, q)
		require.NoError(t, err)
		seen += len(page.Items)
		if page.Next == "" {
			break
		}
		q.After = page.Next
	}
	require.Equal(t, 100, seen)
	got.Km = 99
	require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error { return cars.Put(ctx, tx, got) }))
	first.Km = 5
	err = acme.Update(ctx, by, func(tx *storage.Tx) error { return cars.Put(ctx, tx, first) })
	require.ErrorIs(t, err, storage.ErrConflict)
	require.EqualValues(t, 1, first.Version)
	h, err := cars.History(ctx, acme, got.ID)
	require.NoError(t, err)
	require.Len(t, h, 2)
	require.JSONEq(t, `{"km":[0,99]}`, string(h[1].Values))
	v, err := acme.Log().Verify(ctx)
	require.NoError(t, err)
	require.True(t, v.OK(), v.Reason)
	require.EqualValues(t, 101, v.Checked)
	require.True(t, errors.Is(err, nil))
}
