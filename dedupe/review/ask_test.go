package review_test

import (
	"testing"

	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Pairs that somebody else has found wait like those of a scan, and what was decided
// stands.
func TestAsk(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		v := &review.Reviewer{}
		a, b, c := person(t, acme, "王丽"), person(t, acme, "王莉"), person(t, acme, "王力")
		ask := func(list ...review.Scored) (n int) {
			require.NoError(t, update(t, acme, scanner, func(tx *storage.Tx) (err error) {
				n, err = v.Ask(t.Context(), tx, list...)
				return err
			}))
			return n
		}
		require.Zero(t, ask())
		require.Equal(t, 2, ask(scored(b, a, .8), scored(b, c, .9), scored(a, uuid.New(), .9), scored(a, b, .8)))
		require.Zero(t, ask(scored(a, b, .8)))
		p := pairOf(t, acme, a, b)
		require.Equal(t, review.Open, p.State)
		require.NotEmpty(t, p.Why())
		require.NoError(t, decide(t, acme, ann, v, p.ID, review.Distinct))
		require.Zero(t, ask(scored(a, b, .9)))
		require.Equal(t, review.Distinct, pairOf(t, acme, a, b).State)
	})
}
