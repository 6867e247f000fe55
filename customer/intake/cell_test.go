package intake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParsePhone(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"13800138000":         "13800138000",
		" 138-0013-8000 ":     "138-0013-8000",
		"+86 138 0013 8000":   "+86 138 0013 8000",
		"（010）6234 5678 转12":  "(010)6234 5678 转12",
		"１３８００１３８０００":         "13800138000",
		"010-62345678 ext 12": "010-62345678 ext 12",
		"'13800138000":        "13800138000",
		"95588":               "95588",
	}
	for cell, want := range good {
		got, err := ParsePhone(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, got)
	}
	bad := map[string]string{
		"1.38E+10":                "shortened to a number by a spreadsheet",
		"1.38e10":                 "shortened to a number by a spreadsheet",
		"１．３８Ｅ＋１０":                "shortened to a number by a spreadsheet",
		"无":                       "it holds '无'",
		"a@example.com":           "it holds",
		"1234":                    "4 digits",
		"":                        "0 digits",
		"13800138000/13900139000": "22 digits",
	}
	for cell, says := range bad {
		_, err := ParsePhone(cell)
		require.ErrorContains(t, err, says, cell)
	}
	_, err := ParsePhone("1.38E+10")
	require.ErrorIs(t, err, ErrSpreadsheetNumber)
}

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"Ann@Example.com": "Ann@Example.com", "ａ＠example．com": "a@example.com", "a.b+c@x.example.cn": "a.b+c@x.example.cn"} {
		got, err := parseEmail(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, got)
	}
	for _, cell := range []string{"", "ann", "@example.com", "ann@", "ann@localhost", "ann@.com", "ann@example.", "a@b@c.com", "a b@c.com"} {
		_, err := parseEmail(cell)
		require.Error(t, err, cell)
	}
}

func TestParseTags(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"VIP", "新客", "a b", "c", "d", "e", "f"}, ParseTags(" VIP，新客,a b;c；VIP、d|e ｜f,, "))
	require.Nil(t, ParseTags(" ,; "))
}

func TestTrim(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"a": "a", "  a b\t": "a b", "\u3000王 丽\u00a0": "王 丽", "\uFEFFa\u200B": "a", "": "", " ": "", "王": "王"} {
		require.Equal(t, want, trim(cell))
	}
}
