package storage

import (
	"encoding/json"
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// roundTrip checks that what append writes is JSON and parse reads it back.
func roundTrip[V any](t require.TestingT, c *codec[V], v V) {
	v, err := c.normal(v)
	require.NoError(t, err)
	data := c.append(nil, v)
	require.True(t, json.Valid(data), "%s", data)
	back, err := c.parse(data)
	require.NoError(t, err, "%s", data)
	require.Zero(t, c.compare(v, back), "%s", data)
	again, err := c.normal(back)
	require.NoError(t, err)
	require.Equal(t, string(data), string(c.append(nil, again)), "one value has one form")
}

func TestCodecsRoundTrip(t *testing.T) {
	t.Parallel()
	text := rapid.String().Filter(func(s string) bool { _, err := normalText(s); return err == nil })
	rapid.Check(t, func(t *rapid.T) {
		roundTrip(t, &textCodec, text.Draw(t, "text"))
		roundTrip(t, &integerCodec, rapid.Int64().Draw(t, "integer"))
		roundTrip(t, &boolCodec, rapid.Bool().Draw(t, "bool"))
		roundTrip(t, &decimalCodec, decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-1000, 980).Draw(t, "exponent")))
		roundTrip(t, &timeCodec, time.Unix(rapid.Int64Range(-62135596799, 253402300799).Draw(t, "seconds"), rapid.Int64Range(0, 1e9-1).Draw(t, "nanos")))
		roundTrip(t, &dayCodec, criteria.DateOf(time.Unix(rapid.Int64Range(-62135596799, 253402300799).Draw(t, "day"), 0).UTC()))
		roundTrip(t, &refCodec, uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "ref")))
		roundTrip(t, &textsCodec, rapid.SliceOf(text.Filter(func(s string) bool { return s != "" })).Draw(t, "texts"))
		roundTrip(t, optional(&integerCodec), ptr(rapid.Int64().Draw(t, "pointer")))
	})
}

func ptr[V any](v V) *V { return &v }

func TestNormalDecimalBoundsTheWrittenForm(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"1e999": true, "1e1000": false, "1e-1000": true, "1e-1001": false, "123.45": true, "-9e999": true,
		"12e999": false, "0": true, "0e-1000": true, "0e1000": false, "1.5e-999": true, "1.55e-999": false,
	} {
		d := decimal.RequireFromString(text)
		_, err := normalDecimal(d)
		require.Equal(t, ok, err == nil, text)
		if ok {
			back, err := parseDecimal(decimalCodec.append(nil, d))
			require.NoError(t, err, text)
			require.True(t, d.Equal(back), text)
		}
	}
	_, err := normalDecimal(decimal.New(1, math.MaxInt32))
	require.Error(t, err, "without writing a thousand million zeros")
	_, err = normalDecimal(decimal.New(1, math.MinInt32))
	require.Error(t, err)
}

func TestNormalTime(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 8*3600)
	at := time.Date(2026, 1, 1, 0, 0, 0, 999, east)
	require.Equal(t, time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC), NormalTime(at))
	require.True(t, NormalTime(time.Time{}.In(east)).IsZero())
	require.Equal(t, time.UTC, NormalTime(at).Location())
	monotonic := NormalTime(noon.Add(time.Nanosecond))
	require.Equal(t, noon, monotonic)
	for _, year := range []int{0, -5, 10000, 292277} {
		_, err := normalTime(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		require.Error(t, err, "%d", year)
	}
}

func TestNormalTexts(t *testing.T) {
	t.Parallel()
	given := []string{"b", "a", "b"}
	set, err := normalTexts(given)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, set)
	require.Equal(t, []string{"b", "a", "b"}, given, "the caller's slice is left alone")
	require.Equal(t, len(set), cap(set))
	for _, list := range [][]string{nil, {}} {
		set, err := normalTexts(list)
		require.NoError(t, err)
		require.Nil(t, set)
	}
	for _, bad := range []string{"", "\x00", "a\xff"} {
		_, err := normalTexts([]string{"a", bad})
		require.Error(t, err, "%q", bad)
	}
}

func TestNormalRaw(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		`{ "b": 1, "a" : [1.0, 1e2] }`: `{"b":1,"a":[1.0,1e2]}`, "null": "null", "": "", " 5 ": "5", `"\\u0000"`: `"\\u0000"`,
		`"\\\\u0000 \u0001"`: `"\\\\u0000 \u0001"`,
	} {
		got, err := normalRaw(json.RawMessage(given))
		require.NoError(t, err, given)
		require.Equal(t, want, string(got))
	}
	for _, bad := range []string{`{`, `{"a":1}x`, `"\u0000"`, `{"\u0000":1}`, `"\\\u0000"`, "\"\xff\"", "\"\x00\""} {
		_, err := normalRaw(json.RawMessage(bad))
		require.Error(t, err, bad)
	}
}

// FuzzAppendText compares with encoding/json.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "a", "\"\\\n\t\x01\x1f\x7f", "é張😀\u2028<>&", `\u0041`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		var back string
		require.NoError(t, json.Unmarshal(appendText(nil, s), &back))
		require.Equal(t, s, back)
	})
}

// FuzzHasEscapedNUL compares with a decoder: no NUL is missed. (An escape in a
// value that a repeated key replaces is found though the decoder hides it.)
func FuzzHasEscapedNUL(f *testing.F) {
	for _, s := range []string{`"\u0000"`, `"\\u0000"`, `{"a":"\\\u0000"}`, `["\u0001"]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var v any
		if !utf8.ValidString(s) || json.Unmarshal([]byte(s), &v) != nil {
			t.Skip()
		}
		if holdsNUL(v) {
			require.True(t, hasEscapedNUL([]byte(s)))
		}
	})
}

// holdsNUL reports whether a string in decoded JSON holds NUL.
func holdsNUL(v any) bool {
	switch v := v.(type) {
	case string:
		for _, c := range v {
			if c == 0 {
				return true
			}
		}
	case []any:
		for _, e := range v {
			if holdsNUL(e) {
				return true
			}
		}
	case map[string]any:
		for k, e := range v {
			if holdsNUL(k) || holdsNUL(e) {
				return true
			}
		}
	}
	return false
}
