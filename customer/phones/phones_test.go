package phones_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/phones"
	"github.com/google/uuid"
	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNormal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ region, given, want string }{
		{"GB", "020 7946 0958", "+442079460958"}, {"gb", "(020) 7946-0958 ext. 7", "+442079460958;ext=7"}, {"GB", "+44 (0)20 7946 0958", "+442079460958"},
		{"GB", "+44 020 7946 0958", "+442079460958"}, {"GB", "07400 123456", "+447400123456"}, {"GB", "+86 138 0013 8000", "+8613800138000"},
		{"US", "212-555-0100", "+12125550100"}, {"US", "(212) 555-0100 x12", "+12125550100;ext=12"}, {"US", "1-212-555-0100", "+12125550100"},
		{"US", "011 44 20 7946 0958", "+442079460958"}, {"US", "tel:+1-212-555-0100", "+12125550100"}, {"US", "1-800-FLOWERS", "+18003569377"},
		{"DE", "030/901820", "+4930901820"}, {"DE", "０３０ ９０１８２０", "+4930901820"}, {"DE", "0151 23456789", "+4915123456789"},
		{"FR", "01 42 68 53 00", "+33142685300"}, {"IT", "06 6982 1234", "+390669821234"}, {"JP", "03-1234-5678", "+81312345678"}, {"JP", "090-1234-5678", "+819012345678"},
		{"HK", "9123 4567", "+85291234567"}, {"HK", "2123 4567 转 8", "+85221234567;ext=8"}, {"TW", "0912-345-678", "+886912345678"}, {"MO", "6612 3456", "+85366123456"},
		{"SG", "6123 4567", "+6561234567"}, {"AR", "011 15-2345-6789", "+5491123456789"}, {"KR", "02-312-3456", "+8223123456"}, {"AU", "(02) 9876 5432", "+61298765432"},
		{"CN", "13800138000", "+8613800138000"}, {"CN", "010-62345678-8001", "+861062345678;ext=8001"}, {"CN", "852-9123 4567", "+85291234567"},
		{"CN", "0044 20 7946 0958", "+442079460958"}, {"CN", "+1 (212) 555-0100", "+12125550100"}, {"CN", "+44 20 7946 0958", "+442079460958"},
	} {
		got, err := phones.Normal(c.given, c.region)
		require.NoError(t, err, "%s %q", c.region, c.given)
		require.Equal(t, c.want, got, "%s %q", c.region, c.given)
		again, err := phones.Normal(got, c.region)
		require.NoError(t, err, got)
		require.Equal(t, got, again)
	}
}

func TestNormal_Refused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ region, given, reason string }{
		{"GB", "020 7946", "compare it digit by digit"}, {"GB", "", "country code"}, {"GB", "13800138000", "no such number is given out in GB"},
		{"US", "call 212-555-0100", "begins with 'c'"}, {"US", "212-555-0100 王", "holds '王'"}, {"CN", "95588", "no such number is given out in CN"},
		{"GB", "+999 1234567", "country code"}, {"US", "123", "digit by digit"}, {"DE", "-", "begins with"},
	} {
		_, err := phones.Normal(c.given, c.region)
		require.ErrorIs(t, err, customer.ErrContact, c.given)
		var refused *customer.PhoneError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, c.given, refused.Value)
		require.Contains(t, refused.Reason, c.reason, c.given)
	}
	_, err := phones.Normal("1.38E+10", "US")
	require.ErrorIs(t, err, customer.ErrSpreadsheetNumber)
}

func TestIn(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"", "XX", "Germany", "86", "001"} {
		_, err := phones.In(region)
		require.ErrorIs(t, err, phones.ErrRegion, region)
		_, err = phones.Normal("13800138000", region)
		require.ErrorIs(t, err, phones.ErrRegion, region)
	}
	german, err := phones.In(" de ")
	require.NoError(t, err)
	p, err := german.NewContactPoint(uuid.New(), customer.Phone, "030 901820")
	require.NoError(t, err)
	require.Equal(t, "+4930901820", p.Match)
	match, err := german.MatchForm(customer.Email, "Ann@Example.com")
	require.NoError(t, err)
	require.Equal(t, "ann@example.com", match)
}

// The spellings on which customer.NormalPhone and the numbering plans are compared.
var spellings = []string{
	"13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", "+8613800138000", "+86 138 0013 8000", "+86-138-0013-8000", "0086 13800138000", "008613800138000",
	"8613800138000", "86 138 0013 8000", "１３８００１３８０００", "＋８６１３８００１３８０００", "(+86)13800138000", "013800138000", "1795113800138000", "tel:+8613800138000",
	"+86 (0)138 0013 8000", "19912345678", "17012345678", "16612345678", "14712345678",
	"010-62345678", "(010) 62345678", "010 6234 5678", "01062345678", "+86 10 6234 5678", "+86-010-62345678", "+86 (0)10 62345678", "86-10-62345678", "０１０－６２３４５６７８",
	"021-62345678", "0571-87654321", "0755-23456789", "0755 2345678", "028 8765 4321", "0411-43903360", "+86-411-43903360", "0086-755-23456789", "021/62345678", "0531 8765 4321",
	"010-62345678 ext 12", "010-62345678 ext. 12", "010-62345678 x12", "010-62345678#12", "+861062345678;ext=12", "+86 10 62345678 extension 8001",
	"400-812-3123", "4008123123", "+86 400 812 3123", "800-820-8820", "8008208820",
	"+852 9123 4567", "+85221234567", "00852 9123 4567", "+853 6612 3456", "+853 2812 3456", "+886 912 345 678", "+886 0912 345 678", "+886 (0)912 345 678", "+886 2 2345 6789",
	"+1 (212) 555-0100", "+12125550100", "001 212 555 0100", "+1 416 967 1111", "+44 20 7946 0958", "+44 (0)20 7946 0958", "0044 20 7946 0958", "+44 7400 123456",
	"+49 30 901820", "+49 (0)30 901820", "+49 30/901820", "+33 1 42 68 53 00", "+33 (0)1 42 68 53 00", "+39 06 6982 1234", "+39 (0)6 6982 1234", "+7 495 123-45-67", "+7 701 123 4567",
	"+81 3 1234 5678", "+81 (0)3-1234-5678", "+81-90-1234-5678", "+82 2 312 3456", "+65 6123 4567", "+60 3 2345 6789", "+66 2 123 4567", "+84 24 3825 1234", "+61 2 9876 5432",
	"+91 98765 43210", "+971 50 123 4567", "+972 50 234 5678", "+20 2 2345 6789", "+27 11 234 5678", "+55 11 2345 6789", "+34 912 34 56 78", "+31 20 123 4567", "+41 44 668 18 00",
	"+46 8 123 456 78", "+225 01 23 45 67 89", "+229 01 95 12 34 56", "+378 0549 886 123", "+352 27 12 34 56", "+44 20 7946 0958 ext 7", "+1 212 555 0100 x12",
}

// Where both read a number they agree, and what the plans know to be valid
// here, customer.NormalPhone reads too.
func TestNormalPhone_AgreesWithThePlans(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(spellings), 60)
	both := 0
	for _, given := range spellings {
		number, err := phonenumbers.Parse(given, "CN")
		own, ownErr := customer.NormalPhone(given)
		require.NoError(t, ownErr, given)
		if err != nil {
			continue
		}
		both++
		planned := phonenumbers.Format(number, phonenumbers.E164)
		if extension := number.GetExtension(); extension != "" {
			planned += ";ext=" + extension
		}
		require.Equal(t, planned, own, given)
		normal, err := phones.Normal(given, "CN")
		require.NoError(t, err, given)
		require.Equal(t, own, normal, given)
	}
	require.Greater(t, both, 100)
}

// A country code is known to customer.NormalPhone where the plans have one.
func TestNormalPhone_CountryCodes(t *testing.T) {
	t.Parallel()
	for code := range phonenumbers.GetSupportedCallingCodes() {
		if _, err := customer.NormalPhone("+" + strconv.Itoa(code) + "23456789"); err != nil {
			require.NotContains(t, err.Error(), "no country code", code)
		}
	}
	extra := 0 // given out by the ITU, without plans
	for code := 200; code < 1000; code++ {
		_, err := customer.NormalPhone("+" + strconv.Itoa(code) + "23456789")
		known := err == nil || !strings.Contains(err.Error(), "no country code")
		if known && !planned(code) {
			extra++
			t.Log("no plan:", code)
		}
	}
	require.LessOrEqual(t, extra, 5)
}

// planned reports whether the plans know a country code that three digits begin with.
func planned(digits int) bool {
	codes := phonenumbers.GetSupportedCallingCodes()
	return codes[digits] || codes[digits/10] || codes[digits/100]
}

// Chinese numbers that the plans know are read alike however they are dressed.
func TestNormalPhone_Property_AgreesWithThePlans(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.OneOf(
			rapid.StringMatching(`1[3-9][0-9]{9}`), rapid.StringMatching(`010[2-9][0-9]{7}`), rapid.StringMatching(`02[0-9][2-9][0-9]{7}`),
			rapid.StringMatching(`0[3-9][0-9]{2}[2-9][0-9]{6,7}`), rapid.StringMatching(`[48]00[0-9]{7}`), rapid.StringMatching(`\+[1-9][0-9]{6,13}`),
		).Draw(t, "digits")
		number, err := phonenumbers.Parse(digits, "CN")
		if err != nil || !phonenumbers.IsValidNumber(number) {
			return
		}
		own, err := customer.NormalPhone(digits)
		if err != nil {
			return // a plan may know more
		}
		if planned := phonenumbers.Format(number, phonenumbers.E164); own != planned && !inner(planned) {
			t.Fatalf("%q became %q, and by the plans %q", digits, own, planned)
		}
	})
}

// inner reports whether the plan of the country takes digits out of numbers:
// customer.NormalPhone says that it does not know them.
func inner(number string) bool {
	for _, code := range []string{"+54", "+52", "+55"} {
		if strings.HasPrefix(number, code) {
			return true
		}
	}
	return false
}

func FuzzNormal(f *testing.F) {
	for i, seed := range spellings {
		f.Add(seed, []string{"CN", "GB", "US", "HK", "AR"}[i%5])
	}
	f.Fuzz(func(t *testing.T, value, region string) {
		normal, err := phones.Normal(value, region)
		if err != nil {
			if !errors.Is(err, customer.ErrContact) && !errors.Is(err, phones.ErrRegion) {
				t.Fatalf("%q in %q: %v", value, region, err)
			}
			return
		}
		for _, other := range []string{region, "CN", "US"} {
			if again, err := phones.Normal(normal, other); err != nil || again != normal {
				t.Fatalf("%q in %q became %q and then, in %q, %q, %v", value, region, normal, other, again, err)
			}
		}
	})
}

func BenchmarkNormal(b *testing.B) {
	for _, c := range []struct{ name, value, region string }{
		{"chinese", "138 0013 8000", "CN"}, {"british", "020 7946 0958", "GB"}, {"international", "+44 20 7946 0958", "CN"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := phones.Normal(c.value, c.region); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleIn() {
	british, err := phones.In("GB")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := british.NewContactPoint(uuid.New(), customer.Phone, "(020) 7946 0958 ext. 7")
	fmt.Println(p.Match, err)
	// Output: +442079460958;ext=7 <nil>
}

func ExampleNormal() {
	fmt.Println(phones.Normal("020 7946 0958", "GB"))
	fmt.Println(phones.Normal("138 0013 8000", "CN"))
	// Output:
	// +442079460958 <nil>
	// +8613800138000 <nil>
}
