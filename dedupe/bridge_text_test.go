package dedupe

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var bridged = Bridge{Pair: Pair{A: "b1", B: "a2", Weight: 3.42, Pass: "name and mail"}, A: []string{"a1", "a2", "a3"}, B: []string{"b1", "b2"}, Sum: -1.25, Pairs: 4}

func TestBridge_TextAndJSON(t *testing.T) {
	t.Parallel()
	require.Equal(t, `weakest bridge: a2  /  b1
   +3.4  probability 91.5 %; proposed by name and mail
   -1.2  all pairs between the parts: 4
      3  a2, a1, a3
      2  b1, b2
`, bridged.String())
	require.Contains(t, bridged.Text(strings.ToUpper, func(id string) string { return "<" + id + ">" }), "WEAKEST BRIDGE: <a2>  /  <b1>\n")
	text, err := json.Marshal(bridged)
	require.NoError(t, err)
	require.JSONEq(t, `{"pair":{"a":"b1","b":"a2","weight":3.42,"pass":"name and mail"},"a":["a1","a2","a3"],"b":["b1","b2"],"sum":-1.25,"pairs":4}`, string(text))
	var back Bridge
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, bridged, back)
}

// Every bridge is a well-formed picture with both ends in it and at most so many names,
// and nothing that could run or load.
func TestBridge_SVG(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := func(letter string) (ids []string) {
			for i := range rapid.IntRange(1, 30).Draw(t, letter) {
				ids = append(ids, fmt.Sprintf("%s%02d", letter, i))
			}
			return ids
		}
		b := Bridge{A: part("a"), B: part("b"), Sum: rapid.Float64Range(-99, 99).Draw(t, "sum"), Pairs: 7}
		b.Pair = Pair{A: rapid.SampledFrom(b.B).Draw(t, "right"), B: rapid.SampledFrom(b.A).Draw(t, "left"), Weight: rapid.Float64Range(-30, 30).Draw(t, "weight"), Pass: rapid.String().Draw(t, "pass")}
		picture := string(b.SVG(nil, func(id string) string { return id + `<script>alert("1")</script>` }))
		require.NotContains(t, picture, "<script")
		texts := 0
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "text" {
				texts++
			}
		}
		require.Equal(t, 3+min(len(b.A), 13)+min(len(b.B), 13), texts, "two lines above, the weight, and a line for each name or for those left out")
		require.Contains(t, picture, ">"+b.Pair.A+"&lt;script")
		require.Contains(t, picture, ">"+b.Pair.B+"&lt;script")
	})
}

// Pairs that were kept have the bridge that their match has, in any order and with
// their ends either way round.
func TestWeakestBridge_AsItsMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "members")
		m := &Match{Clusters: [][]string{nil}}
		for i := range n {
			m.Clusters[0] = append(m.Clusters[0], fmt.Sprint("r", i))
			for j := range i {
				if j == i-1 || rapid.Bool().Draw(t, "compared") {
					m.Pairs = append(m.Pairs, Pair{A: fmt.Sprint("r", j), B: fmt.Sprint("r", i), Weight: float64(rapid.IntRange(-9, 9).Draw(t, "weight"))})
				}
			}
		}
		kept := rapid.Permutation(m.Pairs).Draw(t, "order")
		got, ok := WeakestBridge(kept)
		require.True(t, ok)
		for i := range kept {
			kept[i].A, kept[i].B = kept[i].B, kept[i].A
		}
		turned, _ := WeakestBridge(kept)
		require.Equal(t, got, turned)
		want, _ := m.Bridge("r0")
		require.Equal(t, want.Pair.Weight, got.Pair.Weight)
	})
	_, ok := WeakestBridge(nil)
	require.False(t, ok)
	_, ok = WeakestBridge([]Pair{{A: "a", B: "b"}, {A: "c", B: "d"}})
	require.False(t, ok)
}
