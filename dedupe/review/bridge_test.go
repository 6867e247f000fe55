package review_test

import (
	"encoding/json"
	"encoding/xml"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Two groups of three hang together by one pair: it is the bridge, for those who see
// enough of them.
func TestBridges(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		mine := uuid.New()
		var ids []uuid.UUID
		for i, name := range []string{"张三", "张三丰", "张叁", "Zhang San", "Zhang S.", "章三", "王一", "王壹"} {
			c := &customer.Customer{Type: customer.Person, Name: name, Owner: mine}
			if i == 2 {
				c.Owner = uuid.New()
			}
			ids = append(ids, stored(t, acme, c))
		}
		pair := func(a, b int, p float64) said { return said{&ids[a], &ids[b], p} }
		v := &review.Reviewer{Score: scorer(pair(0, 1, .9), pair(1, 2, .92), pair(0, 2, .94), pair(3, 4, .9), pair(4, 5, .9), pair(3, 5, .88), pair(2, 3, .8), pair(6, 7, .8))}
		require.Equal(t, 8, scan(t, acme, v).Queued)
		waiting := queue(t, acme)
		bridges, err := review.Bridges(t.Context(), acme, waiting...)
		require.NoError(t, err)
		require.Len(t, bridges, 1, "a group of two has none")
		b := bridges[pairOf(t, acme, ids[0], ids[1]).Cluster]
		require.Equal(t, review.KeyOf(ids[2], ids[3]), review.KeyOf(uuid.MustParse(b.Pair.A), uuid.MustParse(b.Pair.B)))
		require.Equal(t, []int{3, 3, 1}, []int{len(b.A), len(b.B), b.Pairs})
		require.Equal(t, "张叁", b.Customer(ids[2].String()).Name)
		require.Nil(t, b.Customer("nobody"))
		require.Equal(t, "weakest bridge: 张叁  /  Zhang San\n   +2.0  probability 80.0 %; proposed by test\n   +2.0  all pairs between the parts: 1\n      3  张叁, 张三, 张三丰\n      3  Zhang San, Zhang S., 章三\n", b.String())
		require.Contains(t, b.Text("zh"), "最薄弱的连接: 张叁  /  Zhang San\n   +2.0  同一客户的可能性 80.0 %; 提出依据: test\n   +2.0  两部分之间的对数: 1\n")
		for _, language := range []string{"en", "zh"} {
			require.NoError(t, xml.Unmarshal(b.SVG(language), new(struct{})))
		}
		require.Contains(t, string(b.SVG("zh")), "最薄弱的连接: 张叁 / Zhang San")
		text, err := json.Marshal(b)
		require.NoError(t, err)
		require.Contains(t, string(text), `"pair":{"a":"`)
		require.NotContains(t, string(text), "张", "ids, and no names")

		hidden, err := review.Bridges(t.Context(), acme.Guarded(desk{mine}), waiting...)
		require.NoError(t, err)
		require.Empty(t, hidden, "who does not see 张叁 sees two groups that nothing holds together")
		none, err := review.Bridges(t.Context(), acme)
		require.NoError(t, err)
		require.Empty(t, none)
	})
}
