package merge_test

import (
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A statement that brings two customers together can be undone, and the old id leads
// to the one that stays.
func TestEnter_UnitesByMerging(t *testing.T) {
	each(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		rule := &entry.Rule{Authority: []string{"erp", "mail"}, Unite: merge.Func(merge.Rules{}, 0)}
		day := func(n int) time.Time { return adapters.Now.Add(time.Duration(n) * 24 * time.Hour) }
		enter := func(list ...entry.Statement) []entry.Outcome {
			out, err := rule.Enter(ctx, acme, ann, list...)
			require.NoError(t, err)
			return out
		}
		first := enter(
			entry.Statement{Source: "erp", ExternalID: "7", At: day(1), Customer: customer.Customer{Type: customer.Person, Name: "王丽"}, Phones: []string{"13800138000"}},
		)[0].Customer
		second := enter(
			entry.Statement{Source: "mail", At: day(2), Customer: customer.Customer{Type: customer.Person, Name: "Wang Li", City: "杭州"}, Emails: []string{"wang@example.com"}},
		)[0].Customer
		require.NotEqual(t, first, second)
		child := &customer.Customer{Type: customer.Person, Name: "店员", Parent: second}
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, child) }))

		done := enter(
			entry.Statement{Source: "mail", At: day(3), Customer: customer.Customer{Type: customer.Person, Name: "W. Li"}, Phones: []string{"13800138000"}, Emails: []string{"wang@example.com"}},
			entry.Statement{Source: "erp", ExternalID: "8", At: day(3), Customer: customer.Customer{Type: customer.Person, Name: "曾强"}, Phones: []string{"13900139000"}},
		)
		require.Equal(t, first, done[0].Customer)
		require.Equal(t, []uuid.UUID{second}, done[0].United)
		require.True(t, done[1].Created)
		id, err := merge.ResolveOne(ctx, acme, second)
		require.NoError(t, err)
		require.Equal(t, first, id)
		c, err := customer.Kind.Get(ctx, acme, first)
		require.NoError(t, err)
		require.Equal(t, "王丽", c.Name, "the word of the erp")
		require.Equal(t, "杭州", c.City)
		child, err = customer.Kind.Get(ctx, acme, child.ID)
		require.NoError(t, err)
		require.Equal(t, first, child.Parent)

		merges, err := storage.Collect(merge.Records.Find(ctx, acme, storage.Query{}))
		require.NoError(t, err)
		require.Len(t, merges, 1)
		require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
			_, err := merge.Unmerge(ctx, tx, merges[0].ID, merge.UnmergeOptions{})
			return err
		}))
		c, err = customer.Kind.Get(ctx, acme, second)
		require.NoError(t, err)
		require.Equal(t, "Wang Li", c.Name)
		mails, err := storage.Collect(customer.ContactPoints.Find(ctx, acme, storage.Query{Where: criteria.Eq("customer", second)}))
		require.NoError(t, err)
		require.Len(t, mails, 1)
	})
}
