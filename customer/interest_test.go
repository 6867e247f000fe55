package customer_test

import (
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestCUS05_Interests(t *testing.T) {
	adapters.EachAt(t, customer.Kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		ctx, parent := t.Context(), person(t, acme, "家长")
		consult := func() *customer.Interaction {
			i := &customer.Interaction{Customer: parent.ID, Channel: "visit", OccurredAt: clock.Now()}
			put(t, acme, customer.Interactions, i)
			return i
		}
		note := func(i uuid.UUID, topics ...string) error {
			return acme.Update(ctx, ann, func(tx *storage.Tx) error {
				return customer.AddInterests(ctx, tx, parent.ID, i, topics...)
			})
		}
		first := consult()
		require.NoError(t, note(first.ID, "师资力量", "课程价格"))
		want := []customer.Topic{
			{Name: "师资力量", Sources: []uuid.UUID{first.ID}, Last: t0},
			{Name: "课程价格", Sources: []uuid.UUID{first.ID}, Last: t0},
		}
		got, err := customer.InterestsOf(ctx, acme, parent.ID)
		require.NoError(t, err)
		require.Equal(t, want, got)

		clock.Advance(time.Hour)
		require.NoError(t, note(first.ID, "课程价格 ", "师资力量", "师资力量"), "the same again changes nothing")
		second := consult()
		require.NoError(t, note(second.ID, "课程价格"))
		want[1].Sources, want[1].Last = []uuid.UUID{first.ID, second.ID}, t0.Add(time.Hour)
		got, err = customer.InterestsOf(ctx, acme, parent.ID)
		require.NoError(t, err)
		require.Equal(t, want, got)

		require.NoError(t, note(uuid.Nil), "no topics")
		for _, bad := range []uuid.UUID{uuid.Nil, uuid.New()} {
			require.ErrorIs(t, note(bad, "课程价格"), storage.ErrInvalid)
		}
		require.ErrorIs(t, note(first.ID, " "), storage.ErrInvalid)
		got, err = customer.InterestsOf(ctx, acme, uuid.New())
		require.NoError(t, err)
		require.Empty(t, got)
	})
}
