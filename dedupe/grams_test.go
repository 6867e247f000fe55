package dedupe

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A name of one word with a slip of the pen that sounds otherwise is compared with the
// right one, though nothing else brings the two together.
func TestGrams_ASlipInANameOfOneWord(t *testing.T) {
	t.Parallel()
	fields := []Field{{Name: "company", Type: Company}, {Name: "town", Type: Category}}
	names := []string{"microsoft", "mikrosoft", "siemens", "simens", "volkswagen", "volkswaagen", "lufthansa", "lufhansa", "heidelberger", "heidlberger", "nvidia", "toyota", "panasonic", "lenovo", "adidas"}
	var list []Record
	for i, name := range names {
		list = append(list, Record{ID: fmt.Sprintf("%02d", i), Values: []string{name, "x"}})
	}
	m := matched(t, fields, Options{}, list)
	for i := 0; i < 10; i += 2 {
		e, _ := m.Explain(list[i].ID, list[i+1].ID)
		at := slices.IndexFunc(m.Pairs, func(p Pair) bool { return p.A == list[i].ID && p.B == list[i+1].ID })
		require.GreaterOrEqual(t, at, 0, "%s: %s", names[i], e)
		require.Equal(t, "trigrams of company", m.Pairs[at].Pass)
	}
}

// Trigrams do not go beyond a word, and say where it begins.
func TestGrams_Of(t *testing.T) {
	t.Parallel()
	require.Len(t, gramsOf(nil, "acme"), 3, "_ac acm cme")
	require.Equal(t, gramsOf(nil, "acme bolt"), gramsOf(nil, "bolt acme"))
	require.Empty(t, gramsOf(nil, "a b c"))
	require.Empty(t, gramsOf(nil, "华星阀门"))
}
