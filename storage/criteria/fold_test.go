package criteria

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":             "",
		"Acme Ltd.":    "acme ltd.",
		"Ａｃｍｅ ①":       "acme 1",
		"ｱｶﾞ":          "アガ",
		"張三·李四":        "張三·李四",
		"国國":           "国國",
		"Wang 王":       "wang 王",
		"Straße ẞ":     "strasse ss",
		"ΣΊΣΥΦΟΣ":      "σίσυφοσ",
		"ς":            "σ",
		"İ":            "i\u0307",
		"ı":            "ı",
		"ﬁ":            "fi",
		"ſ":            "s",
		"É e\u0301":    "é é",
		"\u3000a b":    " a b",
		"㈱ ㍿":          "(株) 株式会社",
		"ПРИВЕТ":       "привет",
		"\u2F00":       "一", // a Kangxi radical
		"ＡＢＣ（１２３）":     "abc(123)",
		"가":            "가",
		"か\u3099":      "が",
		"\uab70\u13a0": "\u13a0\u13a0", // Cherokee folds to capitals
	} {
		require.Equal(t, want, Fold(given), "%q", given)
	}
}

// Every code point folds in one pass to what stays, nothing of it is wide or
// narrow, and the ranges that are skipped are left alone by the tables too.
func TestFoldEveryRune(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		folded := foldAny(s)
		if folded != Fold(s) || folded != Fold(folded) {
			t.Fatalf("%U folds to %q, then to %q; by tables to %q", r, Fold(s), Fold(Fold(s)), folded)
		}
		if w := norm.NFKC.String(width.Fold.String(folded)); w != folded {
			t.Fatalf("%U: the width of %q is not folded, should be %q", r, folded, w)
		}
		if isSettled(r) && (folded != s || !norm.NFKC.PropertiesString(s).BoundaryBefore()) {
			t.Fatalf("%U is not settled", r)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aAßİıΣςᾳ\u0345\u0307\u0301\u3099かｶﾞ가\u1100\u1161\u11a8ꭰᏠ张ＡﬃǅK\u212b\u0130\u200d"))))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "s")
		folded := Fold(s)
		require.Equal(t, folded, Fold(folded))
		require.Equal(t, folded, Fold(norm.NFD.String(s)))
		require.Equal(t, s == "", folded == "")
	})
}

// The search without allocation finds what folding both sides finds.
func TestNeedle(t *testing.T) {
	t.Parallel()
	part := rapid.StringOfN(rapid.SampledFrom([]rune("aAbBzZ张ｂ[@{`")), 0, 4, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Repeat(part.Draw(t, "s"), rapid.SampledFrom([]int{1, 2, 100}).Draw(t, "times"))
		sought := Fold(part.Draw(t, "sought"))
		require.Equal(t, strings.Contains(Fold(s), sought), newNeedle(sought).in(s))
	})
}

func TestFoldAllocatesNothing(t *testing.T) {
	for _, s := range []string{"", "zhang san", "张三·李四", "カタカナ", "한국"} {
		require.Zero(t, testing.AllocsPerRun(100, func() { Fold(s) }), s)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Ａcme", "Straße", "İ\u0307", "\xff\xfeA", "e\u0301\u0345", "\uab70"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		require.Equal(t, folded, Fold(folded), "%q", s)
		require.True(t, !utf8.ValidString(s) || utf8.ValidString(folded))
	})
}
