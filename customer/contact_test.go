package customer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNormalPhone(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		// Mobile numbers of mainland China.
		"13800138000": "+8613800138000", " 138 0013 8000 ": "+8613800138000", "138-0013-8000": "+8613800138000", "+86 138 0013 8000": "+8613800138000",
		"0086-13800138000": "+8613800138000", "8613800138000": "+8613800138000", "１３８００１３８０００": "+8613800138000", "(86)138.0013.8000": "+8613800138000",
		"(+86) 13800138000": "+8613800138000", "＋８６－１３８００１３８０００": "+8613800138000", "tel:+86-138-0013-8000": "+8613800138000", "013800138000": "+8613800138000",
		"17951 13800138000": "+8613800138000", "'13800138000": "+8613800138000", "13800138000.0": "+8613800138000", "\u202d138\u00a00013\u20118000\u202c": "+8613800138000",
		"19912345678": "+8619912345678", "+86 013800138000": "+8613800138000",
		// Land lines and service numbers.
		"010-62345678": "+861062345678", "(0571) 8765 4321": "+8657187654321", "0755 2345 678": "+867552345678", "+86 21 6234 5678": "+862162345678",
		"+8602162345678": "+862162345678", "+86 (0)21 6234 5678": "+862162345678", "86-10-62345678": "+861062345678", "0086 010 62345678": "+861062345678",
		"021/62345678": "+862162345678", "０１０－６２３４５６７８": "+861062345678", "（010）62345678": "+861062345678", "86 0755 2345 6789": "+8675523456789",
		"400-812-3123": "+864008123123", "800 820 8820": "+868008208820", "+86 400 8123 123": "+864008123123", "0755-91871954": "+8675591871954",
		// Extensions.
		"010-62345678转8001": "+861062345678;ext=8001", "010-62345678 ext 12": "+861062345678;ext=12", "010-62345678-8001": "+861062345678;ext=8001",
		"+86 10 6234 5678 x12": "+861062345678;ext=12", "010-62345678#12": "+861062345678;ext=12", "010-62345678 转分机 012": "+861062345678;ext=012",
		"010-62345678分机：8001": "+861062345678;ext=8001", "(010)62345678 Ext. 12": "+861062345678;ext=12", "400-812-3123转2": "+864008123123;ext=2",
		"+861062345678;ext=8001": "+861062345678;ext=8001", "138 0013 8000 转 12": "+8613800138000;ext=12", "17012345678-1234": "+8617012345678;ext=1234",
		"17012345678,1234": "+8617012345678;ext=1234", "17012345678_1234": "+8617012345678;ext=1234", "010-62345678內線12": "+861062345678;ext=12",
		"+44 20 7946 0958 ext. 7": "+442079460958;ext=7", "0571-8765432-1": "+8657187654321", // a whole number comes before an extension
		// Hong Kong, Macau, Taiwan.
		"852-9123 4567": "+85291234567", "+852 9123 4567": "+85291234567", "00852 2123 4567": "+85221234567", "853 6612 3456": "+85366123456",
		"+886 912 345 678": "+886912345678", "886-0912-345-678": "+886912345678", "+886 (0)2 2345 6789": "+886223456789", "00886 2 23456789": "+886223456789",
		// Other countries.
		"+49 30 901820": "+4930901820", "0044 20 7946 0958": "+442079460958", "+1 (212) 555-0100": "+12125550100", "+44 (0)20 7946 0958": "+442079460958",
		"+39 06 1234 5678": "+390612345678", "+39 (0)6 1234 5678": "+390612345678", "+7 495 123-45-67": "+74951234567", "+81-3-1234-5678": "+81312345678",
		"+49 30/901820": "+4930901820", "+65 6123 4567": "+6561234567", "+61 2 9876 5432": "+61298765432", "0081 90 1234 5678": "+819012345678",
	} {
		got, err := customer.NormalPhone(given)
		require.NoError(t, err, given)
		require.Equal(t, want, got, given)
		again, err := customer.NormalPhone(got)
		require.NoError(t, err, got)
		require.Equal(t, got, again)
	}
}

// A refusal says what would make the number pass.
func TestNormalPhone_Refused(t *testing.T) {
	t.Parallel()
	for given, reason := range map[string]string{
		"12345678901": "begin with 13 to 19", "1380013800": "has 11 digits, this has 10", "138001380001": "has 11 digits, this has 12",
		"95588": "short number", "62345678": "area code", "212-555-0100": "with + and its country code", "+86 12345678901": "behind 86",
		"+86 62345678": "behind 86", "026-62345678": "with + and", "010-12345678": "with + and", "0571-1234567": "with + and",
		"+1234567890123456": "country code 1", "+1 112 555 0100": "country code 1", "+1 212 155 0100": "country code 1", "+999 1234567": `"999" is no country code`,
		"+210 123456": "no country code", "+44 020 7946 0958": "leave out the 0", "+852 9123 456": "country code 852", "+886 912 345": "Taiwan",
		"+7 123 456 78 90": "country code 7", "+49 12": "country code 49", "+": "no country code", "": "no digits", "()": "no digits",
		"138****8000": "asterisks", "王丽 13800138000": `'王'`, "13800138000王": `'王'`, "13800138000/13900139000": "more than one", "13800138000、13900139000": "more than one",
		"13800138000;13900139000": "more than one", "13800138000,13900139000": "more than one", "13800138000 13900139000 13700137000": "more digits than",
		"++8613800138000": `'+'`, "138+00138000": `'+'`, "010-62345678转": "no digits behind", "010-62345678转123456789": "more than 8 digits",
		"010-62345678转80a1": `'a'`, "+44 20 7946 0958,12": "ext before", strings.Repeat("1 ", 200): "too long", "\xff13800138000": "it holds",
		"+49 1234567890123456": "country code 49", "00": "no country code",
	} {
		_, err := customer.NormalPhone(given)
		require.ErrorIs(t, err, customer.ErrContact, given)
		require.NotErrorIs(t, err, customer.ErrSpreadsheetNumber, given)
		var refused *customer.PhoneError
		require.ErrorAs(t, err, &refused, given)
		require.Equal(t, given, refused.Value)
		require.Contains(t, refused.Reason, reason, given)
	}
}

func TestNormalPhone_ShortenedBySpreadsheet(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"1.38E+10", "1.38001E+10", "1.3800138e10", "8.61E+12", "1E+10", "１．３８Ｅ＋１０", " 1.38E+10 "} {
		_, err := customer.NormalPhone(given)
		require.ErrorIs(t, err, customer.ErrSpreadsheetNumber, given)
		require.ErrorIs(t, err, customer.ErrContact, given)
		require.ErrorContains(t, err, "format the column as text", given)
	}
}

// A normal form is its own normal form, whatever separators are put into it.
func TestNormalPhone_Property_Separators(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := "1" + rapid.StringMatching(`[3-9][0-9]{9}`).Draw(t, "rest")
		var dressed strings.Builder
		dressed.WriteString(rapid.SampledFrom([]string{"", "+86", "86", "0086"}).Draw(t, "country"))
		for _, d := range digits {
			dressed.WriteString(rapid.SampledFrom([]string{"", " ", "-", "."}).Draw(t, "separator"))
			dressed.WriteRune(d)
		}
		got, err := customer.NormalPhone(dressed.String())
		if err != nil || got != "+86"+digits {
			t.Fatalf("%q became %q, %v", dressed.String(), got, err)
		}
		again, err := customer.NormalPhone(got)
		if err != nil || again != got {
			t.Fatalf("%q became %q, %v", got, again, err)
		}
	})
}

func TestNormalEmail(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Ann@Example.COM":         "ann@example.com",
		" ann@example.com ":       "ann@example.com",
		"ａｎｎ＠example.com":         "ann@example.com",
		"王丽@例子.中国":                "王丽@例子.中国",
		"a.b+c@mail.example":      "a.b+c@mail.example",
		"ann@localhost":           "",
		"ann@-example.com":        "",
		"ann@exa_mple.com":        "",
		"a..b@example.com":        "",
		".a@example.com":          "",
		"a b@example.com":         "",
		"a@b@example.com":         "",
		"a@example..com":          "",
		"@example.com":            "",
		"a":                       "",
		"":                        "",
		"a@" + longLabel + ".com": "",
	} {
		got, err := customer.NormalEmail(given)
		if want == "" {
			require.ErrorIs(t, err, customer.ErrContact, given)
			continue
		}
		require.NoError(t, err, given)
		require.Equal(t, want, got, given)
	}
}

var longLabel = strings.Repeat("x", 64)

func TestMatchForm_OtherTypes(t *testing.T) {
	t.Parallel()
	got, err := customer.MatchForm("wechat", " Ann_Ｗ ")
	require.NoError(t, err)
	require.Equal(t, "ann_w", got)
	_, err = customer.MatchForm("wechat", " ")
	require.ErrorIs(t, err, customer.ErrContact)
	p, err := customer.NewContactPoint(uuid.New(), customer.Phone, " 138 0013 8000 ")
	require.NoError(t, err)
	require.Equal(t, "138 0013 8000", p.Value)
	require.Equal(t, "+8613800138000", p.Match)
}

// Reading a number makes one allocation, or none where it is normal already.
func TestNormalPhone_Allocations(t *testing.T) {
	for value, want := range map[string]float64{
		"+8613800138000": 0, "+861062345678;ext=8001": 0, "+442079460958": 0, "13800138000": 1, "+86 138-0013-8000": 1, "１３８００１３８０００": 1,
		"010-62345678转8001": 1, "010-62345678-8001": 1, "0044 20 7946 0958": 1, "852 9123 4567": 1,
	} {
		require.Equal(t, want, testing.AllocsPerRun(100, func() {
			if _, err := customer.NormalPhone(value); err != nil {
				panic(err)
			}
		}), value)
	}
}

func BenchmarkNormalPhone(b *testing.B) {
	for name, value := range map[string]string{
		"mobile": "13800138000", "normal": "+8613800138000", "dressed": "+86 138-0013-8000", "extension": "010-62345678转8001", "foreign": "+44 20 7946 0958",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := customer.NormalPhone(value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A host's own parser takes the place of NormalPhone.
func TestPhoneParser(t *testing.T) {
	t.Parallel()
	office := customer.PhoneParser(func(value string) (string, error) {
		if len(value) == 4 {
			return "+861062345678;ext=" + value, nil
		}
		return customer.NormalPhone(value)
	})
	p, err := office.NewContactPoint(uuid.New(), customer.Phone, "8001")
	require.NoError(t, err)
	require.Equal(t, "+861062345678;ext=8001", p.Match)
	require.Equal(t, "8001", p.Value)
	match, err := office.MatchForm(customer.Email, "Ann@Example.com")
	require.NoError(t, err)
	require.Equal(t, "ann@example.com", match)
	match, err = customer.PhoneParser(nil).MatchForm(customer.Phone, "138 0013 8000")
	require.NoError(t, err)
	require.Equal(t, "+8613800138000", match)
	_, err = customer.NewContactPoint(uuid.New(), customer.Phone, "8001")
	require.ErrorIs(t, err, customer.ErrContact)
}

func ExampleNormalPhone() {
	for _, given := range []string{"138 0013 8000", "010-62345678转8001", "1.38E+10", "62345678"} {
		fmt.Println(customer.NormalPhone(given))
	}
	// Output:
	// +8613800138000 <nil>
	// +861062345678;ext=8001 <nil>
	//  not a contact point: shortened by a spreadsheet: "1.38E+10" is not a phone number: format the column as text and export it again
	//  not a contact point: "62345678" is not a phone number: a land line needs its area code: 010-62345678
}

func FuzzNormalPhone(f *testing.F) {
	for _, seed := range []string{"13800138000", "+86 138-0013-8000", "(010) 6234 5678", "１３８", "+", "00", "010-62345678-8001", "17012345678,12", "+44 (0)20 7946 0958 x7", "1.38E+10"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		normal, err := customer.NormalPhone(s)
		if err != nil {
			return
		}
		again, err := customer.NormalPhone(normal)
		if err != nil || again != normal {
			t.Fatalf("%q became %q and then %q, %v", s, normal, again, err)
		}
	})
}
