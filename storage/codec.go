package storage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A codec is what this package does with values of one Go type: everything
// that a field needs beyond the place where its value lies.
type codec[V any] struct {
	absent  func(V) bool
	compare func(a, b V) int
	normal  func(V) (V, error) // the form that is stored, owning its memory
	own     func(V) V          // a copy that shares no memory; nil when values share none
	append  func([]byte, V) []byte
	parse   func([]byte) (V, error)
}

var textCodec = codec[string]{
	absent:  func(s string) bool { return s == "" },
	compare: cmp.Compare[string],
	normal:  normalText,
	append:  appendText,
	parse:   parseJSON[string],
}

var integerCodec = codec[int64]{
	absent:  func(int64) bool { return false },
	compare: cmp.Compare[int64],
	normal:  func(n int64) (int64, error) { return n, nil },
	append:  func(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) },
	parse:   parseJSON[int64],
}

var decimalCodec = codec[decimal.Decimal]{
	absent:  func(decimal.Decimal) bool { return false },
	compare: func(a, b decimal.Decimal) int { return a.Cmp(b) },
	normal:  normalDecimal,
	append: func(dst []byte, d decimal.Decimal) []byte {
		return append(append(append(dst, '"'), d.String()...), '"')
	},
	parse: parseDecimal,
}

var boolCodec = codec[bool]{
	absent:  func(bool) bool { return false },
	compare: compareBool,
	normal:  func(b bool) (bool, error) { return b, nil },
	append:  strconv.AppendBool,
	parse:   parseJSON[bool],
}

var timeCodec = codec[time.Time]{
	absent:  time.Time.IsZero,
	compare: time.Time.Compare,
	normal:  normalTime,
	append: func(dst []byte, t time.Time) []byte {
		return append(t.AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
	},
	parse: func(data []byte) (time.Time, error) {
		t, err := parseJSON[time.Time](data)
		return t.UTC(), err
	},
}

var dayCodec = codec[criteria.Date]{
	absent:  criteria.Date.IsZero,
	compare: criteria.Date.Compare,
	normal:  normalDay,
	append: func(dst []byte, d criteria.Date) []byte {
		return append(append(append(dst, '"'), d.String()...), '"')
	},
	parse: parseJSON[criteria.Date],
}

var refCodec = codec[uuid.UUID]{
	absent:  func(id uuid.UUID) bool { return id == uuid.Nil },
	compare: func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) },
	normal:  func(id uuid.UUID) (uuid.UUID, error) { return id, nil },
	append: func(dst []byte, id uuid.UUID) []byte {
		return append(append(append(dst, '"'), id.String()...), '"')
	},
	parse: parseJSON[uuid.UUID],
}

var textsCodec = codec[[]string]{
	absent:  func(s []string) bool { return len(s) == 0 },
	compare: slices.Compare[[]string],
	normal:  normalTexts,
	own:     slices.Clone[[]string],
	append:  appendTexts,
	parse:   parseJSON[[]string],
}

var rawCodec = codec[json.RawMessage]{
	absent:  func(raw json.RawMessage) bool { return len(raw) == 0 },
	compare: func(a, b json.RawMessage) int { return bytes.Compare(a, b) },
	normal:  normalRaw,
	own:     slices.Clone[json.RawMessage],
	append:  func(dst []byte, raw json.RawMessage) []byte { return append(dst, raw...) },
	parse: func(data []byte) (json.RawMessage, error) {
		return slices.Clone(json.RawMessage(data)), nil
	},
}

// optional makes a codec of pointers, in which nil is absent and sorts first.
func optional[V any](of *codec[V]) *codec[*V] {
	return &codec[*V]{
		absent: func(p *V) bool { return p == nil },
		compare: func(a, b *V) int {
			if a == nil || b == nil {
				return compareBool(a != nil, b != nil)
			}
			return of.compare(*a, *b)
		},
		normal: func(p *V) (*V, error) {
			if p == nil {
				return nil, nil
			}
			v, err := of.normal(*p)
			return &v, err
		},
		own: func(p *V) *V {
			if p == nil {
				return nil
			}
			v := *p
			return &v
		},
		append: func(dst []byte, p *V) []byte { return of.append(dst, *p) },
		parse: func(data []byte) (*V, error) {
			v, err := of.parse(data)
			return &v, err
		},
	}
}

func parseJSON[V any](data []byte) (v V, err error) {
	err = json.Unmarshal(data, &v)
	return v, err
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

var errText = because("not_text", "text must be valid UTF-8 without NUL")

// normalText refuses what not every database can hold.
func normalText(s string) (string, error) {
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return "", errText
	}
	return s, nil
}

// maxDigits bounds decimals so that no input can make arithmetic on them slow.
// It is counted in the form without exponent, in which they are written, so
// that every decimal that is accepted can be read again.
const maxDigits = 1000

func normalDecimal(d decimal.Decimal) (decimal.Decimal, error) {
	e := int(d.Exponent())
	if e < -maxDigits || d.NumDigits()+e > maxDigits {
		return d, because("too_many_digits", fmt.Sprintf("a decimal has at most %d digits before the point and %d after it", maxDigits, maxDigits), "max", strconv.Itoa(maxDigits))
	}
	return d, nil
}

func parseDecimal(data []byte) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(strings.Trim(string(data), `"`))
	if err != nil {
		return d, err
	}
	return normalDecimal(d)
}

// NormalTime returns a time as it is stored: in UTC, cut to microseconds,
// without a monotonic reading.
func NormalTime(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

func normalTime(t time.Time) (time.Time, error) {
	t = NormalTime(t)
	if y := t.Year(); y < 1 || y > 9999 {
		return t, because("no_such_day", fmt.Sprintf("the year %d lies outside 1 to 9999", y))
	}
	return t, nil
}

func normalDay(d criteria.Date) (criteria.Date, error) {
	if !d.IsZero() && !d.Valid() {
		return d, because("no_such_day", fmt.Sprintf("there is no day %d-%d-%d", d.Year, d.Month, d.Day))
	}
	return d, nil
}

// normalTexts makes a sorted set that shares no memory with the caller's slice.
func normalTexts(list []string) ([]string, error) {
	return sortedSet(slices.Clone(list))
}

// sortedSet makes a sorted set of a list, in its place.
func sortedSet(list []string) ([]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	for _, s := range list {
		if s == "" {
			return nil, because("empty_text", "a set of texts does not hold the empty text")
		}
		if _, err := normalText(s); err != nil {
			return nil, err
		}
	}
	slices.Sort(list)
	return slices.Clip(slices.Compact(list)), nil
}

// normalRaw checks and compacts opaque JSON.
func normalRaw(raw json.RawMessage) (json.RawMessage, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	if !utf8.Valid(raw) {
		return nil, errText
	}
	if err := json.Compact(&out, raw); err != nil {
		return nil, because("not_json", "not valid JSON")
	}
	if hasEscapedNUL(out.Bytes()) {
		return nil, errText
	}
	return out.Bytes(), nil
}

// hasEscapedNUL reports whether JSON text holds the escape of U+0000, which
// jsonb refuses.
func hasEscapedNUL(data []byte) bool {
	for i := 0; i+1 < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(data[i+1:], []byte("u0000")) {
			return true
		}
		i++ // an escaped character, which may be a backslash
	}
	return false
}

func appendTexts(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, s)
	}
	return append(dst, ']')
}

// appendText appends valid UTF-8 as a JSON string.
func appendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[start:]...), '"')
}

// toInteger turns the Go integers that a host may use into int64.
func toInteger(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n), true
		}
	}
	return 0, false
}
