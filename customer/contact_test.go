package customer_test

import (
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
		"13800138000":        "+8613800138000",
		" 138 0013 8000 ":    "+8613800138000",
		"138-0013-8000":      "+8613800138000",
		"+86 138 0013 8000":  "+8613800138000",
		"0086-13800138000":   "+8613800138000",
		"8613800138000":      "+8613800138000",
		"１３８００１３８０００":        "+8613800138000",
		"010-62345678":       "+861062345678",
		"(0571) 8765 4321":   "+8657187654321",
		"0755 2345 678":      "+867552345678",
		"+8602162345678":     "",
		"+86 21 6234 5678":   "+862162345678",
		"+49 30 901820":      "+4930901820",
		"0044 20 7946 0958":  "+442079460958",
		"+1 (212) 555-0100":  "+12125550100",
		"12345678901":        "",
		"95588":              "",
		"1.38E+10":           "",
		"+86 12345678901":    "",
		"+1234567890123456":  "",
		"212-555-0100":       "",
		"+":                  "",
		"":                   "",
		"138 0013 8000 转 12": "",
		"++8613800138000":    "",
	} {
		got, err := customer.NormalPhone(given)
		if want == "" {
			require.ErrorIs(t, err, customer.ErrContact, given)
			continue
		}
		require.NoError(t, err, given)
		require.Equal(t, want, got, given)
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

func FuzzNormalPhone(f *testing.F) {
	for _, seed := range []string{"13800138000", "+86 138-0013-8000", "(010) 6234 5678", "１３８", "+", "00"} {
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
