package storage

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Custom holds the values of a record's custom fields by name. The zero value
// has none. Copying a Custom is cheap and the copies are independent: Set on
// one does not show in the other.
//
// Values are kept as text, int64, bool or a set of texts; decimals, times,
// dates and refs as text in one canonical form. The getters below turn them
// back. Put checks the values against the tenant's definitions (see CustomFields).
type Custom struct {
	set *customSet // nil: none
}

// A customSet is never changed but by its first reader, who decodes it.
type customSet struct {
	stored []byte // as JSON, decoded by the first reader; nil: values are there
	once   sync.Once
	values []customValue // sorted by name
}

// StoredCustom returns the values that MarshalJSON wrote, for adapters. They
// are decoded when first asked for; what Set would not have kept is left out. The bytes
// belong to the Custom from then on.
func StoredCustom(data []byte) Custom { return Custom{&customSet{stored: data}} }

// values returns the values sorted by name, which must not be changed.
func (c Custom) values() []customValue {
	if c.set == nil {
		return nil
	}
	c.set.once.Do(c.set.decode)
	return c.set.values
}

func (s *customSet) decode() {
	if s.stored == nil {
		return
	}
	var raw map[string]json.RawMessage
	_ = json.Unmarshal(s.stored, &raw) // a database that keeps JSON has checked it
	for name, text := range raw {
		if value, err := parseKept(text); err == nil {
			if kept := keep(value); kept != nil {
				s.values = append(s.values, customValue{name, kept})
			}
		}
	}
	slices.SortFunc(s.values, func(a, b customValue) int { return strings.Compare(a.name, b.name) })
	s.stored = nil
}

type customValue struct {
	name  string
	value any // string, int64, bool or []string
}

// Len returns the number of values.
func (c Custom) Len() int { return len(c.values()) }

// Names returns the names of the values, sorted.
func (c Custom) Names() []string {
	values := c.values()
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.name
	}
	return names
}

// All yields the values by name in the form in which they are kept: string,
// int64, bool or []string, which must not be changed.
func (c Custom) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, v := range c.values() {
			if !yield(v.name, v.value) {
				return
			}
		}
	}
}

// get returns a value in the form in which it is kept, or nil.
func (c Custom) get(name string) any {
	values := c.values()
	i, found := slices.BinarySearchFunc(values, name, compareName)
	if !found {
		return nil
	}
	return values[i].value
}

func compareName(v customValue, name string) int { return strings.Compare(v.name, name) }

// Text returns a text, or "" when there is none.
func (c Custom) Text(name string) string { s, _ := c.get(name).(string); return s }

// Integer returns an integer and whether there is one.
func (c Custom) Integer(name string) (int64, bool) { n, ok := c.get(name).(int64); return n, ok }

// Bool returns a bool and whether there is one.
func (c Custom) Bool(name string) (value, ok bool) { value, ok = c.get(name).(bool); return value, ok }

// Texts returns a set of texts, sorted; the slice is the caller's.
func (c Custom) Texts(name string) []string {
	list, _ := c.get(name).([]string)
	return slices.Clone(list)
}

// Decimal returns a decimal and whether there is one.
func (c Custom) Decimal(name string) (decimal.Decimal, bool) {
	return parsed(c, name, decimal.NewFromString)
}

// Time returns a moment, or the zero time when there is none.
func (c Custom) Time(name string) time.Time {
	t, _ := parsed(c, name, func(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, s) })
	return t
}

// Day returns a date, or the zero date when there is none.
func (c Custom) Day(name string) Date { d, _ := parsed(c, name, criteria.ParseDate); return d }

// Ref returns the id of another record, or uuid.Nil when there is none.
func (c Custom) Ref(name string) uuid.UUID { id, _ := parsed(c, name, uuid.Parse); return id }

func parsed[V any](c Custom, name string, parse func(string) (V, error)) (v V, ok bool) {
	s, ok := c.get(name).(string)
	if !ok {
		return v, false
	}
	v, err := parse(s)
	return v, err == nil
}

// Set gives a custom field a value: string, an integer type, bool, []string,
// decimal.Decimal, time.Time, Date or uuid.UUID. nil, an empty text or set and a zero time, date or
// id remove it. Another type is kept out and found by Put, which reports it.
func (c *Custom) Set(name string, value any) {
	kept := keep(value)
	values := slices.Clone(c.values())
	i, found := slices.BinarySearchFunc(values, name, compareName)
	switch {
	case kept == nil && found:
		values = slices.Delete(values, i, i+1)
	case kept != nil && found:
		values[i].value = kept
	case kept != nil:
		values = slices.Insert(values, i, customValue{name, kept})
	}
	c.set = nil
	if len(values) > 0 {
		c.set = &customSet{values: values}
	}
}

// unkept stands for a value that Set cannot keep: of a type that it does not
// know, or, when why is set, out of range.
type unkept struct {
	of  any
	why error
}

// keep returns the form in which a value is kept, nil for an absent one.
func keep(value any) any {
	switch v := value.(type) {
	case nil, bool, unkept:
		return v
	case string:
		return orNil(v, v == "")
	case []string:
		return keepTexts(v)
	case decimal.Decimal:
		if _, err := normalDecimal(v); err != nil { // before it is written out
			return unkept{why: err}
		}
		return v.String()
	case time.Time:
		return orNil(NormalTime(v).Format(time.RFC3339Nano), v.IsZero())
	case Date:
		return orNil(v.String(), v.IsZero())
	case uuid.UUID:
		return orNil(v.String(), v == uuid.Nil)
	}
	if n, ok := toInteger(value); ok {
		return n
	}
	return unkept{of: value}
}

func keepTexts(list []string) any {
	if len(list) == 0 {
		return nil
	}
	set := slices.Clone(list)
	slices.Sort(set)
	return slices.Compact(set)
}

func orNil(v any, absent bool) any {
	if absent {
		return nil
	}
	return v
}

// MarshalJSON writes the values as an object.
func (c Custom) MarshalJSON() ([]byte, error) { return c.appendJSON(nil), nil }

func (c Custom) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	for i, v := range c.values() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, v.name), ':')
		dst = appendKept(dst, v.value)
	}
	return append(dst, '}')
}

func appendKept(dst []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendText(dst, v)
	case int64:
		return integerCodec.append(dst, v)
	case bool:
		return boolCodec.append(dst, v)
	case []string:
		return appendTexts(dst, v)
	default:
		return append(dst, "null"...)
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Custom) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	c.set = nil
	for name, text := range raw {
		value, err := parseKept(text)
		if err != nil {
			return fmt.Errorf("custom field %q: %w", name, err)
		}
		c.Set(name, value)
	}
	return nil
}

func parseKept(data []byte) (any, error) {
	switch data[0] {
	case '"':
		return parseNormal(data, normalText)
	case '[':
		return parseNormal(data, normalTexts)
	case 't', 'f':
		return parseJSON[bool](data)
	case 'n':
		return nil, nil
	default:
		return parseJSON[int64](data)
	}
}

// parseNormal reads text from outside, which may hold what Put refuses.
func parseNormal[V any](data []byte, normal func(V) (V, error)) (any, error) {
	v, err := parseJSON[V](data)
	if err != nil {
		return nil, err
	}
	return normal(v)
}

// equalKept reports whether two values in kept form are the same.
func equalKept(a, b any) bool {
	x, isSet := a.([]string)
	y, both := b.([]string)
	if isSet || both {
		return isSet && both && slices.Equal(x, y)
	}
	return a == b
}
