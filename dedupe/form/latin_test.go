package form

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLatin(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "", "O'Brien": "obrien", "O’Brien": "obrien", "Straße": "strasse", "José  García": "jose garcia", "Smith-Jones": "smith jones",
		"U.S.A. Inc.": "usa inc", "Acme, Inc.": "acme inc", "Łódź": "lodz", "Ærø": "aero", "naïve café": "naive cafe", "J.R. Smith": "jr smith", "A1.B2": "a1 b2",
		"Ｆｕｌｌ": "full", "e\u0301": "e", "Анна": "анна", "3rd St.": "3rd st", "'quoted'": "quoted", "Ангелa й": "ангелa й", "St.Louis": "st louis", "--": "",
	} {
		require.Equal(t, want, strings.Join(Latin(given), " "), given)
	}
}

func TestLatin_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aBzé'’. -ßøЙ\u0301张1")))).Draw(t, "s")
		words := latin(s)
		require.Equal(t, words, latin(words), "idempotent")
		require.Equal(t, words, strings.Join(strings.Fields(words), " "), "single spaces")
		require.Equal(t, words, latin("  "+s+" "), "spaces around")
	})
}

// Codes of NYSIIS as they are published.
func TestSound(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Worthy": "WARTY", "Ogata": "OGAT", "montgomery": "MANTGANARY", "Costales": "CASTAL", "Tu": "T", "martincevic": "MARTANCAFAC",
		"Catherine": "CATARAN", "Katherine": "CATARAN", "Katerina": "CATARAN", "Johnathan": "JANATAN", "Jonathan": "JANATAN", "John": "JAN",
		"Teresa": "TARAS", "Theresa": "TARAS", "Jessica": "JASAC", "Joshua": "JAS", "Lapher": "LAFAR", "MacArthur": "MCARTAR",
		"Schmittie": "SNATY", "Knaqze": "NAGS", "Macaw": "MC", "": "", "123": "", "张": "", "O'Brien": "OBRAN", "a": "A", "kn": "N",
	} {
		require.Equal(t, want, Sound(given), given)
	}
}

func FuzzLatin(f *testing.F) {
	for _, s := range []string{"O'Brien", "U.S.A.", "é\u0301", "\xff", "a.b.c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := latin(s)
		require.Equal(t, words, latin(words), "%q", s)
		Sound(s)
	})
}
