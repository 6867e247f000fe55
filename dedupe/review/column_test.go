package review_test

import (
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// plates are compared by the host, who finds them in the notes about a customer.
func plates() review.Column {
	return review.Column{
		Field: dedupe.Field{Name: "plate", Type: dedupe.ByHost, Compare: &dedupe.Comparison{
			Name:   "plate 1",
			Normal: func(s string) string { return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s)) },
			Levels: []dedupe.Level{{Name: "another plate", One: .1, Two: .9999}, {Name: "the same plate", One: .9, Two: .0001}},
			Own:    true,
		}},
		Value: func(s *review.Subject) string { return s.Customer.Notes },
	}
}

// A host's comparison finds pairs, is among the reasons, and a decision holds until
// its normal form changes.
func TestColumn_ComparedByHost(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ids := people(t, acme, 60)
		for i, id := range ids[:40] {
			changeCustomer(t, acme, id, func(c *customer.Customer) {
				c.Notes = string([]rune{'A' + rune(i%26), 'Q' - rune(i/26), '-', '1' + rune(i%7), '0' + rune(i%9), '7'})
			})
		}
		a := stored(t, acme, &customer.Customer{Type: customer.Person, Name: "欧阳修", Notes: "ZZ-901"})
		b := stored(t, acme, &customer.Customer{Type: customer.Person, Name: "欧阳修", Notes: "zz 901"})
		v := &review.Reviewer{Persons: append(review.Persons(), plates())}
		scan(t, acme, v)
		p := pairOf(t, acme, a, b)
		require.Equal(t, "the same plate", levelOf(p.Why(), "plate"))
		require.NoError(t, decide(t, acme, ann, v, p.ID, review.Distinct))
		changeCustomer(t, acme, b, func(c *customer.Customer) { c.Notes = "z z-9-0-1" })
		require.Equal(t, 1, scan(t, acme, v).Apart)
		changeCustomer(t, acme, a, func(c *customer.Customer) { c.Notes = "" })
		apart, err := v.Apart(t.Context(), acme)
		require.NoError(t, err)
		require.Empty(t, apart, "a plate was taken away: what was decided is stale")
	})
}

func levelOf(reasons []review.Reason, name string) string {
	for _, r := range reasons {
		if r.Name == name {
			return r.Level
		}
	}
	return ""
}
