package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// Codes whose check character is right: the standard's own example first.
var goodCreditCodes = []string{
	"91350100M000100Y43", "9135010557098120XJ", "91120222MA06DG3067", "91120222MA0699U071", "91310000MA1K35Y38P",
	"91110108795101314G", "914403001922038216", "91330000704202479R", "91500105MA5UM6TF71", "913504001555807674",
	"9135020026015919XW", "913502006120495420", "91110000600037341L", "91110108551385082Q",
}

// Codes that were issued with a wrong check character.
var oddCreditCodes = []string{"91350211M0000XUF46", "91350100M0001TGQXM", "91350203M0001FUE2P"}

func TestParseCreditCode_Good(t *testing.T) {
	t.Parallel()
	for _, given := range goodCreditCodes {
		code, err := customer.ParseCreditCode(given)
		require.NoError(t, err, given)
		require.Equal(t, given, string(code))
		require.True(t, code.Checked(), given)
		require.NoError(t, code.Warning(), given)
	}
}

func TestParseCreditCode_WrongCheckCharacterWarns(t *testing.T) {
	t.Parallel()
	for _, given := range oddCreditCodes {
		code, err := customer.ParseCreditCode(given)
		require.NoError(t, err, given)
		require.False(t, code.Checked(), given)
		require.ErrorIs(t, code.Warning(), customer.ErrCheckDigit, given)
		var doubt *customer.IdentifierError
		require.ErrorAs(t, code.Warning(), &doubt)
		require.Equal(t, 18, doubt.Position)
	}
}

func TestParseCreditCode_Parts(t *testing.T) {
	t.Parallel()
	code, err := customer.ParseCreditCode("91350100M000100Y43")
	require.NoError(t, err)
	require.Equal(t, "9", code.Authority())
	require.Equal(t, "1", code.Category())
	require.Equal(t, "350100", code.Division())
	require.Equal(t, "M000100Y4", code.Organization())
}

func TestParseCreditCode_Spellings(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		" 91350100m000100y43\n":                "91350100M000100Y43",
		"9135 0100 M000 100Y 43":               "91350100M000100Y43",
		"91-350100-M000100Y4-3":                "91350100M000100Y43",
		"９１３５０１００Ｍ０００１００ｙ４３":                   "91350100M000100Y43",
		"\uFEFF91350100M000100Y43\u200B":       "91350100M000100Y43",
		"91350100－M000100Y4－3":                 "91350100M000100Y43",
		"91\u3000350100\u00a0M000100Y4\u20143": "91350100M000100Y43",
	} {
		code, err := customer.ParseCreditCode(given)
		require.NoError(t, err, given)
		require.Equal(t, want, string(code), given)
	}
}

func TestParseCreditCode_Refused(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]struct {
		position int
		reason   string
	}{
		"":                      {0, "0 characters"},
		"91350100M000100Y4":     {0, "17 characters"},
		"91350100M000100Y431":   {0, "19 characters"},
		"350100000012345":       {0, "15 characters"},
		"9I350100M000100Y43":    {2, "digit 1"},
		"9135O100M000100Y43":    {5, "digit 0"},
		"9135o100M000100Y43":    {5, "digit 0"},
		"91350100M000100Z43":    {16, "digit 2"},
		"91350100M000100S43":    {16, "digit 5"},
		"91350100V000100Y43":    {9, "not used"},
		"91350100中000100Y43":    {9, "not used"},
		"91350100M000100Y4\x00": {18, "not used"},
		"91350100M000100Y4\xff": {18, "not used"},
		"B1350100M000100Y43":    {1, "authority"},
		"0135010M0000100Y43":    {1, "authority"},
		"9A350100M000100Y43":    {2, "digit belongs"},
		"91A50100M000100Y43":    {3, "digit belongs"},
		"9135010AM000100Y43":    {8, "digit belongs"},
	} {
		_, err := customer.ParseCreditCode(given)
		require.ErrorIs(t, err, customer.ErrCreditCode, given)
		require.NotErrorIs(t, err, customer.ErrCheckDigit, given)
		var refused *customer.IdentifierError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, want.position, refused.Position, given)
		require.Contains(t, err.Error(), want.reason, given)
	}
}

// Lists that grow warn and do not refuse.
func TestCreditCode_WarningOfUnknownParts(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		withCheck("95350100M000100Y4"): "no category 5",
		withCheck("Y2350100M000100Y4"): "no category 2",
		withCheck("91990100M000100Y4"): "no province has the code 99",
	} {
		code, err := customer.ParseCreditCode(given)
		require.NoError(t, err, given)
		require.True(t, code.Checked(), given)
		require.ErrorContains(t, code.Warning(), want)
		require.NotErrorIs(t, code.Warning(), customer.ErrCheckDigit)
	}
	for _, fine := range []string{"91100000M000100Y4", "A1110000M000100Y4", "N2350100M000100Y4", "Y1350100M000100Y4", "12350100M000100Y4"} {
		code, err := customer.ParseCreditCode(withCheck(fine))
		require.NoError(t, err, fine)
		require.NoError(t, code.Warning(), fine)
	}
}

func TestCreditCode_StringsThatWereNotParsed(t *testing.T) {
	t.Parallel()
	for _, code := range []customer.CreditCode{"", "9", "91350100m000100y43", "中文中文中文"} {
		require.False(t, code.Checked())
		require.Error(t, code.Warning())
	}
	require.Empty(t, customer.CreditCode("9").Organization())
}

// withCheck puts the check character behind 17 others, by the sum as the standard writes it.
func withCheck(first17 string) string {
	weights := []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, w := range weights {
		sum += w * strings.IndexByte(creditAlphabet, first17[i])
	}
	return first17 + string(creditAlphabet[(31-sum%31)%31])
}

// Whichever one character is replaced, the code is refused or warned of.
func TestCreditCode_EverySubstitutionIsFound(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, good := range goodCreditCodes {
		for i := range good {
			for _, c := range creditAlphabet {
				if byte(c) == good[i] {
					continue
				}
				tried++
				code, err := customer.ParseCreditCode(good[:i] + string(c) + good[i+1:])
				require.True(t, err != nil || errors.Is(code.Warning(), customer.ErrCheckDigit), "%s: %c at %d", good, c, i)
			}
		}
	}
	require.Equal(t, len(goodCreditCodes)*18*30, tried)
}

// A code is read alike however it is dressed, and agrees with the sum of the standard.
func TestParseCreditCode_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		normal := rapid.StringMatching(`[1-9ANY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}`).Draw(t, "code")
		var dressed strings.Builder
		for _, c := range normal {
			dressed.WriteString(rapid.SampledFrom([]string{"", "", " ", "-", "\u3000"}).Draw(t, "separator"))
			dressed.WriteRune(c + rapid.SampledFrom([]rune{0, 0xFEE0}).Draw(t, "width"))
		}
		code, err := customer.ParseCreditCode(strings.ToLower(dressed.String()))
		if err != nil || string(code) != normal {
			t.Fatalf("%q became %q, %v", dressed.String(), code, err)
		}
		if code.Checked() != (withCheck(normal[:17]) == normal) {
			t.Fatalf("%s: checked %v, the sum makes it %s", normal, code.Checked(), withCheck(normal[:17]))
		}
	})
}

func TestParseCreditCode_NoAllocation(t *testing.T) {
	var sink customer.CreditCode
	require.Zero(t, testing.AllocsPerRun(100, func() {
		sink, _ = customer.ParseCreditCode("91350100M000100Y43")
		if sink.Warning() != nil || sink.Organization() == "" {
			panic("a good code")
		}
	}))
}

func FuzzParseCreditCode(f *testing.F) {
	for _, seed := range append(append([]string{"", "9135 0100m000-100Y43", "９１"}, goodCreditCodes...), oddCreditCodes...) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := customer.ParseCreditCode(text)
		if err != nil {
			if !errors.Is(err, customer.ErrCreditCode) {
				t.Fatalf("%q: %v is no ErrCreditCode", text, err)
			}
			return
		}
		if again, err := customer.ParseCreditCode(string(code)); err != nil || again != code {
			t.Fatalf("%q became %q and then %q, %v", text, code, again, err)
		}
		if code.Checked() == errors.Is(code.Warning(), customer.ErrCheckDigit) {
			t.Fatalf("%q: checked %v, warning %v", code, code.Checked(), code.Warning())
		}
	})
}

func BenchmarkParseCreditCode(b *testing.B) {
	for name, text := range map[string]string{"normal": "91350100M000100Y43", "dressed": "9135 0100 m000 100y 43"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				code, err := customer.ParseCreditCode(text)
				if err != nil || !code.Checked() {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleParseCreditCode() {
	code, err := customer.ParseCreditCode("9135 0100 m000 100y 43")
	fmt.Println(code, code.Division(), code.Organization(), code.Warning(), err)

	code, err = customer.ParseCreditCode("91350211M0000XUF46") // was issued so
	fmt.Println(code, err)
	fmt.Println(code.Warning())

	_, err = customer.ParseCreditCode("9135O100M000100Y43")
	fmt.Println(err)
	// Output:
	// 91350100M000100Y43 350100 M000100Y4 <nil> <nil>
	// 91350211M0000XUF46 <nil>
	// customer: the check digit is wrong: character 18: the last character does not fit the others: compare it with the business licence
	// customer: not a unified social credit code: character 5: 'O' is not used in these numbers: perhaps the digit 0 is meant
}
