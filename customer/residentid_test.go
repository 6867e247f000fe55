package customer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var idNow = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

func TestParseResidentID_Good(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]struct{ id, born, gender string }{
		"11010519491231002X":   {"11010519491231002X", "1949-12-31", customer.Female}, // the standard's examples
		"440524188001010014":   {"440524188001010014", "1880-01-01", customer.Male},
		"360426199101010071":   {"360426199101010071", "1991-01-01", customer.Male},
		"44011320141005001x":   {"44011320141005001X", "2014-10-05", customer.Male},
		"110105 19491231 002x": {"11010519491231002X", "1949-12-31", customer.Female},
		"１１０１０５１９４９１２３１００２Ｘ": {"11010519491231002X", "1949-12-31", customer.Female},
		"110105491231002":   {"11010519491231002X", "1949-12-31", customer.Female}, // before 1999
		"110105-491231-002": {"11010519491231002X", "1949-12-31", customer.Female},
		"110105851231998":   {residentWithCheck("11010518851231998"), "1885-12-31", customer.Female}, // 996 to 999: before 1900
	} {
		id, err := customer.ParseResidentID(given, idNow)
		require.NoError(t, err, given)
		require.Equal(t, want.id, string(id), given)
		require.Equal(t, want.born, id.Birthday().String(), given)
		require.Equal(t, want.gender, id.Gender(), given)
		require.Equal(t, want.id[:6], id.Division(), given)
	}
}

func TestParseResidentID_Refused(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]struct {
		position int
		reason   string
	}{
		"36042619910102009X":  {18, "check digit"},
		"360426199113010079":  {7, "no birthday"},
		"990426199112010074":  {1, "no province has the code 99"},
		"":                    {0, "0 characters"},
		"11010519491231002":   {0, "17 characters"},
		"1101051949123100200": {0, "19 characters"},
		"1101051949123100A2":  {17, "not used"},
		"1101051949123l002X":  {14, "not used"},
		"11010519491231O02X":  {15, "digit 0"},
		"110105194912310X20":  {16, "X can only"},
		"110105491231X02":     {13, "not used"},
		"110105490230002":     {7, "no birthday"},
		"110105179912310020":  {7, "no birthday"},
		"110105199902290029":  {7, "no birthday"},
		"110105202601060029":  {7, "after 2026-01-05"},
	} {
		_, err := customer.ParseResidentID(given, idNow)
		require.ErrorIs(t, err, customer.ErrResidentID, given)
		require.Equal(t, want.position == 18, errors.Is(err, customer.ErrCheckDigit), given)
		var refused *customer.IdentifierError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, want.position, refused.Position, "%s: %v", given, err)
		require.Contains(t, err.Error(), want.reason, given)
		if len(given) > 14 {
			require.NotContains(t, err.Error(), given[6:14], "an error quotes the number")
		}
	}
}

// The day of now counts in now's own location, and that day is no future.
func TestParseResidentID_Today(t *testing.T) {
	t.Parallel()
	born := residentWithCheck("11010520260105002")
	evening := time.Date(2026, 1, 4, 20, 0, 0, 0, time.UTC)
	_, err := customer.ParseResidentID(born, evening)
	require.ErrorContains(t, err, "after 2026-01-04")
	_, err = customer.ParseResidentID(born, evening.In(time.FixedZone("CST", 8*3600)))
	require.NoError(t, err)
	_, err = customer.ParseResidentID(residentWithCheck("11010529990105002"), time.Time{})
	require.NoError(t, err)
}

func TestResidentID_StringsThatWereNotParsed(t *testing.T) {
	t.Parallel()
	for _, id := range []customer.ResidentID{"", "1", "中文中文中文", "1101051949123100AX", "11010519491231002A"} {
		require.Zero(t, id.Birthday())
		require.Empty(t, id.Gender())
		require.Empty(t, id.Division())
	}
}

// residentWithCheck puts the check character behind 17 digits, by the weights of the standard.
func residentWithCheck(first17 string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(first17[i]-'0')
	}
	return first17 + string("10X98765432"[sum%11])
}

// Whichever one character is replaced, and whichever two neighbours are
// swapped, the number is refused.
func TestResidentID_EverySlipIsFound(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"11010519491231002X", "440524188001010014", "360426199101010071", "44011320141005001X"} {
		for i := range good {
			for _, c := range "0123456789X" {
				if byte(c) != good[i] {
					_, err := customer.ParseResidentID(good[:i]+string(c)+good[i+1:], idNow)
					require.ErrorIs(t, err, customer.ErrResidentID, "%s: %c at %d", good, c, i)
				}
			}
			if i > 0 && good[i-1] != good[i] {
				_, err := customer.ParseResidentID(good[:i-1]+good[i:i+1]+good[i-1:i]+good[i+1:], idNow)
				require.ErrorIs(t, err, customer.ErrResidentID, "%s: swapped at %d", good, i)
			}
		}
	}
}

// Every number made of a day, a sequence and the standard's check character is
// read, and gives the day and gender back; the old form becomes the new one.
func TestParseResidentID_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		born := storage.Date{Year: 1900, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 46_000).Draw(t, "day"))
		sequence := rapid.IntRange(0, 995).Draw(t, "sequence")
		first := fmt.Sprintf("330106%s%03d", strings.ReplaceAll(born.String(), "-", ""), sequence)
		id, err := customer.ParseResidentID(residentWithCheck(first), idNow)
		if err != nil || id.Birthday() != born || (id.Gender() == customer.Male) != (sequence%2 == 1) {
			t.Fatalf("%s became %q, %v", first, id, err)
		}
		if born.Year < 2000 {
			old, err := customer.ParseResidentID(first[:6]+first[8:], idNow)
			if err != nil || old != id {
				t.Fatalf("the old form of %s became %q, %v", id, old, err)
			}
		}
	})
}

func TestParseResidentID_NoAllocation(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() {
		id, err := customer.ParseResidentID("11010519491231002X", idNow)
		if err != nil || id.Birthday().Year != 1949 {
			panic("a good number")
		}
	}))
}

func FuzzParseResidentID(f *testing.F) {
	for _, seed := range []string{"", "11010519491231002X", "110105491231002", "４４0524 188001010014", "36042619910102009X", "X"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := customer.ParseResidentID(text, idNow)
		if err != nil {
			if !errors.Is(err, customer.ErrResidentID) {
				t.Fatalf("%q: %v is no ErrResidentID", text, err)
			}
			return
		}
		if again, err := customer.ParseResidentID(string(id), idNow); err != nil || again != id {
			t.Fatalf("%q became %q and then %q, %v", text, id, again, err)
		}
		if !id.Birthday().Valid() || residentWithCheck(string(id[:17])) != string(id) || id.Gender() == "" {
			t.Fatalf("%q became %q", text, id)
		}
	})
}

func BenchmarkParseResidentID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.ParseResidentID("11010519491231002X", idNow); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleParseResidentID() {
	now := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	id, err := customer.ParseResidentID("110105 491231 002", now) // the form before 1999
	fmt.Println(id, id.Birthday(), id.Gender(), id.Division(), err)

	_, err = customer.ParseResidentID("36042619910102009X", now)
	fmt.Println(err)
	// Output:
	// 11010519491231002X 1949-12-31 female 110105 <nil>
	// customer: the check digit is wrong: character 18: the last character does not fit the others: compare it with the card
}
