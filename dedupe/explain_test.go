package dedupe

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What bars a pair is said, whatever the evidence.
func TestExplain_Barred(t *testing.T) {
	t.Parallel()
	fields := append(slices.Clone(people), Field{Name: "code", Type: Identifier})
	records := town(90, rand.New(rand.NewPCG(11, 11)))
	for i := range records {
		records[i].Values = append(records[i].Values, "")
	}
	same := slices.Clone(records[0].Values[:4])
	with := func(id, code string) Record {
		return Record{ID: id, List: "one", Values: append(slices.Clone(same), code)}
	}
	records = append(records, with("p", ""), with("q", ""), with("u", "91110108795101314G"), with("v", "91330000704202479R"),
		with("w", "11010519491231002X"), with("x", "440524188001010014"))
	m, err := New(fields, Options{Apart: [][2]string{{"q", "p"}}})
	require.NoError(t, err)
	found, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	for pair, want := range map[[2]string]Bar{
		{"p", "q"}: BarApart, {"v", "u"}: BarCreditCode, {"w", "x"}: BarResidentID, {"u", "w"}: "", {"p", "p"}: "", {"p", "u"}: "",
	} {
		e, ok := found.Explain(pair[0], pair[1])
		require.True(t, ok)
		require.Equal(t, want, e.Barred, pair)
		require.Equal(t, want != "", strings.Contains(e.String(), "\nbarred "), pair)
		require.Equal(t, want != "", strings.Contains(string(e.SVG(nil)), "; "+string(want)) && want != "", pair)
		require.Greater(t, e.Probability(), 0.5, "the evidence stays what it is")
	}
	m, err = New(fields, Options{Linking: true})
	require.NoError(t, err)
	found, err = m.Match(t.Context(), records)
	require.NoError(t, err)
	e, _ := found.Explain("p", "q")
	require.Equal(t, BarList, e.Barred)
}

// An explanation says what proposed the pair, in both orders, and is JSON.
func TestExplain_PassAndJSON(t *testing.T) {
	t.Parallel()
	found := match(t, people, town(60, rand.New(rand.NewPCG(12, 12)))...)
	require.NotEmpty(t, found.Pairs)
	for _, p := range found.Pairs {
		e, _ := found.Explain(p.A, p.B)
		back, _ := found.Explain(p.B, p.A)
		require.NotEmpty(t, e.Pass)
		require.Equal(t, []string{p.Pass, p.Pass}, []string{e.Pass, back.Pass})
		require.Contains(t, e.String(), "\nproposed by                   "+p.Pass+"\n")
		require.Contains(t, string(e.SVG(strings.ToUpper)), "; PROPOSED BY "+escape(strings.ToUpper(p.Pass))+"</text>")
		require.InDelta(t, p.Weight, e.Weight, 1e-3)
	}
	e, _ := found.Explain("0000 a", "0001 a")
	require.Empty(t, e.Pass)
	require.Empty(t, e.Barred)
	e = Explanation{A: "1", B: "2", Prior: -3, Parts: []Part{{"name", "both the same", 5}}, Weight: 2, Barred: BarApart, Pass: "name"}
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.JSONEq(t, `{"a":"1","b":"2","prior":-3,"parts":[{"name":"name","level":"both the same","weight":5}],"weight":2,
		"barred":"people said that they are two","pass":"name"}`, string(text))
}

// A person has several mail addresses; one in common is enough.
func TestMatch_SeveralMailAddresses(t *testing.T) {
	t.Parallel()
	records := town(120, rand.New(rand.NewPCG(13, 13)))
	records = append(records,
		Record{ID: "R1", Values: []string{"张三", "", "zhang@x.com\nsan@y.com", ""}},
		Record{ID: "R2", Values: []string{"张三", "", "other@z.com\n SAN@y.com ", ""}},
		Record{ID: "R3", Values: []string{"李四", "", "other@w.com\n13800138000@x.com", ""}},
		Record{ID: "R4", Values: []string{"李四", "138 0013 8000", "", ""}})
	found := match(t, people, records...)
	require.Contains(t, found.Clusters, []string{"R1", "R2"})
	require.Contains(t, found.Clusters, []string{"R3", "R4"})
	e, _ := found.Explain("R1", "R2")
	require.Equal(t, "the same", e.Parts[1].Level)
	e, _ = found.Explain("R1", "R3")
	require.Equal(t, "the same domain", e.Parts[1].Level)
}
