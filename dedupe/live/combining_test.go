package live_test

import (
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A merge is not refused because the survivor comes to have what a third customer has,
// and is looked at by the next sweep.
func TestChecker_LetsMergesPass(t *testing.T) {
	c := &live.Checker{}
	adapters.Each(t, slices.Concat(kinds(), merge.Kinds()), func(t *testing.T, plain *storage.Tenant) {
		acme := watched(t, plain, c)
		a := added(t, acme, person("王小明"), "139 0013 9001")
		b := added(t, acme, person("王小明明"), "139 0013 9002")
		third, err := add(live.Use(t.Context(), live.Flag), acme, ann, person("李四"), "139 0013 9002")
		require.NoError(t, err)
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			_, err := merge.Merge(t.Context(), tx, merge.Request{Survivor: a, Others: []uuid.UUID{b}})
			return err
		}))
		_, err = add(t.Context(), acme, ann, person("赵六"), "139 0013 9002")
		found := refused(t, err)
		var ids []uuid.UUID
		for _, f := range found {
			ids = append(ids, f.Customer)
		}
		require.ElementsMatch(t, []uuid.UUID{a, third}, ids, "the entry of the survivor is in step")
		r, err := c.Sweep(t.Context(), acme, job, nil)
		require.NoError(t, err)
		require.Positive(t, r.Looked)
	})
}

// A form that asks gives what somebody has typed.
func TestCandidates_OfAForm(t *testing.T) {
	c := &live.Checker{}
	onEach(t, c, func(t *testing.T, acme *storage.Tenant) {
		known := added(t, acme, person("王小明"), "139 0013 9001")
		typed := &review.Subject{Customer: person("小明"), Contacts: []*customer.ContactPoint{{Type: customer.Phone, Value: "139-0013-9001"}, {Type: customer.Phone, Value: "13"}, nil}}
		list, err := c.Candidates(t.Context(), acme, typed)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, known, list[0].Customer)
		require.Empty(t, typed.Contacts[0].Match, "what was given is not changed")
		for _, s := range []*review.Subject{nil, {}, {Customer: &customer.Customer{Name: "小明"}}} {
			_, err := c.Candidates(t.Context(), acme, s)
			require.ErrorIs(t, err, storage.ErrInvalid)
		}
	})
}
