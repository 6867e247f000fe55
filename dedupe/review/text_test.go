package review_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestReport_Text(t *testing.T) {
	t.Parallel()
	r := review.Report{Customers: 340, Found: 41, Groups: 38, Merged: 38, Queued: 2, Reopened: 1, Waiting: 3, Apart: 4, Closed: 5, Changed: 6}
	r.Refused = []review.Refusal{{Members: []uuid.UUID{id(0), id(1)}, Err: errors.New("two owners"), Text: "two owners"}}
	require.Equal(t, `     340  customers compared
      41  pairs found
      38  groups merged
      38  customers merged away
       2  pairs queued for review
       1  of these, decisions that are stale
       3  pairs that waited already
       4  pairs known to be two
       5  pairs closed
       6  left for the next scan
       1  merges refused
00000000-0000-0000-0000-000000000001, 00000000-0000-0000-0000-000000000002: two owners
`, r.String())
	require.Contains(t, r.Text("zh"), "     340  比对的客户\n")
	require.Equal(t, "       7  customers compared\n       0  pairs found\n       1  pairs closed\n", review.Report{Customers: 7, Closed: 1}.String())
	for range 30 {
		r.Refused = append(r.Refused, r.Refused[0])
	}
	require.Contains(t, r.String(), "... (11)\n")
	data, err := json.Marshal(r.Refused[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"members":["00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"],"text":"two owners"}`, string(data))
}

func TestEntry_Text(t *testing.T) {
	t.Parallel()
	e := review.Entry{Pair: &review.Pair{Probability: decimal.RequireFromString("0.8765"), Size: 3}, First: &customer.Customer{Name: "张三", Company: "杭州\n一家"}, Second: &customer.Customer{Name: "Zhang San"}}
	e.Reasons = json.RawMessage(`[{"name":"mail","level":"the same","weight":9.26},{"name":"name","level":"both the same","weight":4},{"name":"card","level":"of the host","weight":-1}]`)
	require.Equal(t, "张三 (杭州 一家)  /  Zhang San\nprobability 87.7%; hang together 3\n   +9.3  mail: the same\n   +4.0  name: both the same\n   -1.0  card: of the host\n", e.Text("en"))
	require.Equal(t, "张三 (杭州 一家)  /  Zhang San\n同一客户的可能性 87.7%; 互相关联的客户数 3\n   +9.3  邮箱: 相同\n   +4.0  姓名/名称: 姓和名都相同\n   -1.0  card: of the host\n", e.Text("zh"))
	for language, said := range map[string][]string{"en": {"mail: the same", "any two records", "together"}, "zh": {"邮箱: 相同", "任意两条记录", "合计"}} {
		picture := string(e.SVG(language))
		require.NoError(t, xml.Unmarshal([]byte(picture), new(struct{})))
		for _, text := range said {
			require.Contains(t, picture, text)
		}
	}
	e.Pass = "given name's sound and mail name"
	require.Contains(t, e.Text("en"), "hang together 3\nproposed by given name's sound and mail name\n   +9.3")
	require.Contains(t, e.Text("zh"), "\n提出依据: 名的读音 + 邮箱用户名\n   +9.3")
	require.Contains(t, string(e.SVG("en")), "; proposed by given name&#39;s sound and mail name<")
	require.Contains(t, string(e.SVG("zh")), "; 提出依据: 名的读音 + 邮箱用户名<")
	for pass, said := range map[string]string{"phone": "电话", "birthday in part and plate key": "生日的一部分 + plate键", "address words": "地址用词", "of the host": "of the host"} {
		e.Pass = pass
		require.Contains(t, e.Text("zh"), "提出依据: "+said+"\n")
	}
	e.Pass = ""
	e.Probability = decimal.RequireFromString("0.9999")
	require.Contains(t, e.Text("en"), "probability 99.9%;")
	e.Probability = decimal.RequireFromString("0.8765")
	e.Reasons, e.Size = json.RawMessage(`{`), 2
	require.Empty(t, e.Why())
	require.Equal(t, "张三 (杭州 一家)  /  Zhang San\nprobability 87.7%\n", e.Text("fr"))
}
