package customer_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var testTurns = customer.DefineTurns("test_turn")

// Ten at once count what they see and add to it: nobody sees what was seen before, and
// those who take the same turns in another order do not wait for each other for ever.
func TestTurns_OneAtATime(t *testing.T) {
	adapters.Each(t, slices.Concat(customer.Kinds(), []storage.Described{testTurns}), func(t *testing.T, acme *storage.Tenant) {
		ctx, by := t.Context(), storage.By("user:ann", "count")
		list := []*customer.Customer{{Type: customer.Person, Name: "王丽"}, {Type: customer.Person, Name: "曾强"}}
		require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, list...) }))
		one, two := list[0].ID, list[1].ID
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() {
				order := []uuid.UUID{one, two, one}
				if i%2 == 1 {
					order = []uuid.UUID{two, one}
				}
				for {
					err := acme.Update(ctx, by, func(tx *storage.Tx) error {
						taken, err := testTurns.Take(ctx, tx, order...)
						if err != nil {
							return err
						}
						seen, err := customer.Interactions.Count(ctx, tx, storage.Query{})
						if err != nil {
							return err
						}
						if taken[one] != seen+1 || taken[two] != seen+1 {
							return fmt.Errorf("turns %v, and %d were there", taken, seen)
						}
						return customer.Interactions.Put(ctx, tx, &customer.Interaction{Customer: one, Channel: "chat", OccurredAt: tx.Now()})
					})
					if errors.Is(err, storage.ErrConflict) {
						continue
					}
					if err != nil {
						t.Error(err)
					}
					return
				}
			})
		}
		wg.Wait()
		n, err := customer.Interactions.Count(ctx, acme, storage.Query{})
		require.NoError(t, err)
		require.EqualValues(t, 10, n)

		err = acme.Update(ctx, by, func(tx *storage.Tx) error { _, err := testTurns.Take(ctx, tx, uuid.New()); return err })
		require.ErrorIs(t, err, storage.ErrInvalid)
		require.NoError(t, acme.Update(ctx, by, func(tx *storage.Tx) error {
			taken, err := testTurns.Take(ctx, tx)
			require.Empty(t, taken)
			return err
		}))
	})
}
