package merge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A scan that merges what is sure merges no company with its branch, and no branch with
// another one: they stand apart even where they answer one telephone. A branch that is
// written in two ways is merged.
func TestScan_BranchesAreNotTheirParents(t *testing.T) {
	adapters.WithoutDetector(t)
	adapters.Each(t, slices.Concat(kinds(), review.Kinds()), func(t *testing.T, acme *storage.Tenant) {
		firms := map[uuid.UUID]string{}
		add := func(name, phone string) {
			require.NoError(t, acme.Update(ctx, ann, func(tx *storage.Tx) error {
				c := &customer.Customer{Type: customer.Organization, Name: name}
				if err := customer.Kind.Put(ctx, tx, c); err != nil {
					return err
				}
				firms[c.ID] = name
				p, err := customer.NewContactPoint(c.ID, customer.Phone, phone)
				if err == nil {
					_, err = customer.AddContactPoints(ctx, tx, p)
				}
				return err
			}))
		}
		trades := []string{"阀门", "食品", "电器", "纸业"}
		phone := func(n int) string { return fmt.Sprintf("0571-8%07d", 1_234_567+7919*n) }
		name := func(n int) string {
			return fmt.Sprintf("杭州%c%c%s有限公司", rune(0x4e10+37*n), rune(0x5b20+53*n), trades[n%4])
		}
		for n := range 120 {
			add(name(n), phone(n))
			switch {
			case n < 10: // the telephone of the whole, or one of its own
				add(name(n)+"北京分公司", phone(n+500*(n%2)))
			case n < 20:
				add(name(n)+"北京分公司", phone(n+500))
				add(name(n)+"BJ分部", phone(n+500))
				add(name(n)+"上海分公司", phone(n+500))
			}
		}
		v := &review.Reviewer{Merge: merge.Func(merge.Rules{}, 0)}
		report, err := v.Scan(ctx, acme, ann, review.Options{})
		require.NoError(t, err)
		require.Equal(t, 10, report.Merged, report.Text("en"))
		for _, m := range merges(t, acme) {
			require.Len(t, m.Others, 1)
			two := []string{firms[m.Survivor], firms[uuid.MustParse(m.Others[0])]}
			slices.Sort(two) // BJ is before 北京
			whole, cut := strings.CutSuffix(two[0], "BJ分部")
			require.True(t, cut, two)
			require.Equal(t, whole+"北京分公司", two[1])
		}
	})
}

func merges(t *testing.T, acme *storage.Tenant) []*merge.Record {
	list, err := storage.Collect(merge.Records.Find(ctx, acme, storage.Query{}))
	require.NoError(t, err)
	return list
}
