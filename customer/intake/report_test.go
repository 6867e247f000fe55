package intake

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestReport_TableIsAlignedForWideCharacters(t *testing.T) {
	t.Parallel()
	r := Report{Counts: Counts{Read: 1200, Accepted: 1198, Rejected: 2, Blank: 3}, Found: 5, Unmapped: []string{"微信", "x"},
		Rejections: []Rejection{
			{Row: 7, Column: "手机", Value: "1.38E+10", Reason: "lost"},
			{Row: 1024, Column: "date", Value: "二月\n三十日", Reason: "does not exist"},
		}}
	want := strings.Join([]string{
		"read      1200",
		"accepted  1198",
		"rejected  2",
		"blank     3",
		"unmapped  微信, x",
		"",
		"row   column  value        reason",
		"7     手机    1.38E+10     lost",
		"1024  date    二月 三十日  does not exist",
		"... and 3 more",
	}, "\n")
	require.Equal(t, want, r.String())
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b))
	require.Equal(t, want+"\n", b.String())
}

func TestReport_StringListsTwenty(t *testing.T) {
	t.Parallel()
	r := Report{Found: 30, Rejections: make([]Rejection, 30)}
	require.Contains(t, r.String(), "... and 10 more")
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b))
	require.NotContains(t, b.String(), "more")
	require.Equal(t, "read      0\naccepted  0\nrejected  0", Report{}.String())
}

func TestReport_ErrorOfTheWriter(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, Report{}.WriteTable(full{}), errFull)
	w := NewRejectionWriter(full{})
	require.ErrorIs(t, w.Write(Rejection{}), errFull)
	w = NewRejectionWriter(full{})
	require.ErrorIs(t, w.Flush(), errFull)
}

var errFull = errors.New("disk full")

// full is a writer without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRejectionWriter_Formulas(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"=1+1", "+86", "-12", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠1", "'quoted"} {
		require.Equal(t, "'"+value, export.Escape(value))
	}
	for _, value := range []string{"", "a=1", "1-2", "王丽", " x"} {
		require.Equal(t, value, export.Escape(value))
	}
}

func TestRejectionWriter_HeaderEvenWithoutRejections(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	require.NoError(t, NewRejectionWriter(&b).Flush())
	require.Equal(t, "\uFEFFrow,column,value,reason\n", b.String())
}

// No cell that is written begins a formula, and taking the first apostrophe
// away restores what was written.
func TestRejectionWriter_Property_HarmlessAndReversible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[=+@'\ta中＝-]{0,5}`).Draw(t, "value")
		var b strings.Builder
		w := NewRejectionWriter(&b)
		require.NoError(t, w.Write(Rejection{Row: 3, Column: value, Value: value, Reason: "r"}))
		require.NoError(t, w.Flush())
		lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		require.NoError(t, err)
		for _, cell := range lines[1][1:3] {
			require.False(t, cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r"), cell)
			require.Equal(t, value, strings.TrimPrefix(cell, "'"))
		}
	})
}

func TestShorten_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a中𠮷]{0,30}`).Draw(t, "s")
		most := rapid.IntRange(3, 40).Draw(t, "most")
		got := shorten(s, most)
		require.LessOrEqual(t, len(got), max(most, 3))
		require.True(t, utf8.ValidString(got))
		require.True(t, got == s || strings.HasPrefix(s, strings.TrimSuffix(got, "…")))
		require.Equal(t, got, shorten(got, most))
	})
}
