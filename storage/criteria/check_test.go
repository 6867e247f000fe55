package criteria

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func jsonNumber(s string) json.Number { return json.Number(s) }

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		c     Criterion
		err   error
		path  string
		words string // part of the error text
	}{
		{Eq("stgae", "vip"), ErrUnknownField, "field", `did you mean "stage"?`},
		{Eq("zzzzzzzz", "vip"), ErrUnknownField, "field", "person has no such field"},
		{Missing("Name"), ErrUnknownField, "field", `did you mean "name"?`},
		{All(Eq("stage", "vip"), Not(Eq("agee", 1))), ErrUnknownField, "all[1].not.field", `"agee"`},
		{Any(nil, Missing("agee")), ErrUnknownField, "any[1].field", "age"},

		{Eq("stage", 5), ErrType, "value", "a text field takes no int64 such as 5; give a text"},
		{Eq("stage", jsonNumber("5")), ErrType, "value", "give a text"},
		{Eq("stage", nil), ErrType, "value", "use missing"},
		{Eq("age", 3.5), ErrType, "value", "not a whole number"},
		{Eq("age", "x"), ErrType, "value", "give a number"},
		{Eq("age", true), ErrType, "value", "give a whole number"},
		{Eq("age", "3.5"), ErrType, "value", "not a whole number"},
		{Eq("age", dec("1e30")), ErrType, "value", "not a whole number"},
		{Eq("age", uint64(math.MaxUint64)), ErrType, "value", "not a whole number"},
		{Eq("age", math.Inf(1)), ErrType, "value", "not a whole number"},
		{Eq("age", float64(1<<60)), ErrType, "value", "not a whole number"},
		{Eq("credit", math.NaN()), ErrType, "value", "give a number"},
		{Eq("credit", "1,000"), ErrType, "value", "give a number"},
		{Eq("credit", "+1"), ErrType, "value", "give a number"},
		{Eq("credit", []byte("1")), ErrType, "value", "give a number"},
		{Eq("credit", "1e999999999"), ErrValue, "value", "too long"},
		{Eq("credit", "1e99999999999999999999"), ErrValue, "value", "too long"},
		{Eq("credit", decimal.New(1, math.MinInt32)), ErrValue, "value", "too long"},
		{Eq("credit", decimal.New(1, -101)), ErrValue, "value", "too long"},
		{Eq("credit", decimal.New(1, 100)), ErrValue, "value", "too long"},
		{Eq("active", "true"), ErrType, "value", "true or false"},
		{Eq("seen", "yesterday"), ErrType, "value", "2006-01-02T15:04:05Z"},
		{Eq("seen", Date{2026, 3, 1}), ErrType, "value", "a time field takes no criteria.Date"},
		{Eq("birthday", noon), ErrType, "value", "a date field takes no time.Time"},
		{Eq("birthday", "2026-02-29"), ErrType, "value", "2006-01-02"},
		{Eq("boss", "7"), ErrType, "value", "give an id"},
		{Eq("boss", "{00000000-0000-0000-0000-00000000000}"), ErrType, "value", "give an id"},

		{Eq("stage", ""), ErrValue, "value", "use missing"},
		{Eq("stage", "a\x00b"), ErrValue, "value", "NUL"},
		{Eq("stage", "a\xff"), ErrValue, "value", "UTF-8"},
		{Eq("seen", time.Time{}), ErrValue, "value", "use missing"},
		{Eq("seen", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), ErrValue, "value", "years 1 to 9999"},
		{Eq("seen", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), ErrValue, "value", "years 1 to 9999"},
		{Eq("birthday", Date{}), ErrValue, "value", "use missing"},
		{Eq("birthday", Date{2026, 2, 30}), ErrValue, "value", "no date 2026-02-30"},
		{Eq("boss", uuid.Nil), ErrValue, "value", "use missing"},
		{In("stage", "a", ""), ErrValue, "values[1]", "use missing"},
		{In("age", "a"), ErrType, "values[0]", "number"},
		{HasAny("tags", "a", ""), ErrValue, "values[1]", "absent"},
		{HasAll("tags", "\xff"), ErrValue, "values[0]", "UTF-8"},
		{Prefix("name", ""), ErrValue, "value", "absent"},
		{Search("name", "\x00"), ErrValue, "value", "NUL"},

		{Lt("active", true), ErrType, "", "lt does not work on bool fields"},
		{Ge("boss", id(1)), ErrType, "", "ge does not work on ref fields"},
		{Eq("tags", "a"), ErrType, "", "eq does not work on texts fields"},
		{Ne("extra", "a"), ErrType, "", "ne does not work on json fields"},
		{In("tags", "a"), ErrType, "", "in does not work on texts fields"},
		{HasAll("stage", "a"), ErrType, "", "has_all does not work on text fields, only on texts"},
		{HasAny("extra", "a"), ErrType, "", "has_any does not work on json fields"},
		{Prefix("tags", "a"), ErrType, "", "prefix does not work on texts fields"},
		{Contains("age", "3"), ErrType, "", "contains does not work on integer fields"},
		{Search("stage", "a"), ErrType, "", "not searchable"},
		{Anniversary("stage", 1, ""), ErrType, "", "only on date, time"},
		{Anniversary("birthday", -1, ""), ErrValue, "days", "0 to 366"},
		{Anniversary("birthday", 367, ""), ErrValue, "days", "0 to 366"},
		{Anniversary("birthday", 1, "Mars/Olympus"), ErrValue, "zone", "Mars/Olympus"},
		{Anniversary("birthday", 1, "Local"), ErrValue, "zone", "Local"},

		{Eq("stage", Now()), ErrType, "value", "takes no moment such as now"},
		{Eq("seen", Moment{}), ErrValue, "value", "zero moment"},
		{Eq("seen", Today(0, "Mars")), ErrValue, "value.zone", "time zone"},
		{Eq("birthday", Today(math.MaxInt, "")), ErrValue, "value", "out of range"},
		{Eq("birthday", Today(-2027*366, "")), ErrValue, "value", "no date"},
		{Eq("seen", MonthsFromToday(12*9000, "")), ErrValue, "value", "no date"},

		{Related("ordre", "customer", nil), ErrUnknownKind, "related(ordre).kind", `did you mean "order"?`},
		{Related("order", "custmer", nil), ErrUnknownField, "related(order).via", `did you mean "customer"?`},
		{Related("order", "amount", nil), ErrType, "related(order).via", "this is a decimal field"},
		{Related("person", "id", Missing("x")), ErrUnknownField, "related(person).where.field", "person"},
		{All(All(), Not(Related("order", "customer", Eq("amount", "x")))), ErrType, "all[1].not.related(order).where.value", "on order"},
		{RelatedCount("order", "customer", nil, 0, 1), ErrType, "related(order).op", "not an operator"},
		{RelatedCount("order", "customer", nil, 7, 1), ErrType, "related(order).op", "not an operator"},
		{RelatedSum("order", "customer", "amonut", nil, Less, 1), ErrUnknownField, "related(order).of", `did you mean "amount"?`},
		{RelatedSum("order", "customer", "product", nil, Less, 1), ErrType, "related(order).of", "integer or a decimal"},
		{RelatedSum("order", "customer", "amount", nil, Less, "x"), ErrType, "related(order).value", "number"},
		{RelatedSum("order", "customer", "amount", nil, Less, Now()), ErrType, "related(order).value", "moment"},
		{Parent("bos", nil), ErrUnknownField, "parent(bos).field", `did you mean "boss"?`},
		{Parent("stage", nil), ErrType, "parent(stage).field", "this is a text field"},
		{Parent("loose", nil), ErrType, "parent(loose).field", "without a target"},
		{Parent("boss", Lt("active", true)), ErrType, "parent(boss).where", "bool"},
	}
	for _, tt := range tests {
		n, err := Check(tt.c, people, kinds, noon)
		require.Nil(t, n, "%v", tt.c)
		var e *Error
		require.ErrorAs(t, err, &e, "%v", tt.c)
		require.ErrorIs(t, err, tt.err, "%v", tt.c)
		require.ErrorIs(t, err, ErrInvalid)
		require.Equal(t, tt.path, e.Path, "%v", err)
		require.Contains(t, err.Error(), tt.words)
	}
}

func TestCheckRefusesOtherKinds(t *testing.T) {
	t.Parallel()
	_, err := Check(Related("order", "id", nil), people, kinds, noon)
	require.NoError(t, err, "a ref field without a target may point anywhere")
	_, err = Check(Related("order", "customer", nil), orders, kinds, noon)
	require.ErrorContains(t, err, "the field points to person, not to order")
	_, err = Check(Related("order", "customer", nil), bare, kinds, noon)
	require.ErrorIs(t, err, ErrType)
	_, err = Check(Related("order", "customer", nil), people, nil, noon)
	require.ErrorIs(t, err, ErrUnknownKind)
	_, err = Check(nil, nil, kinds, noon)
	require.ErrorIs(t, err, ErrUnknownKind)
}

func TestCheckLimits(t *testing.T) {
	t.Parallel()
	c := All()
	for range maxDepth - 1 {
		c = Not(c)
	}
	_, err := Check(c, people, kinds, noon)
	require.NoError(t, err)
	_, err = Check(Not(c), people, kinds, noon)
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = Not(c).MarshalJSON()
	require.ErrorIs(t, err, ErrTooLarge)
	require.Contains(t, Not(c).String(), "...")

	wide := make([]Criterion, maxNodes)
	for i := range wide {
		wide[i] = Missing("name")
	}
	_, err = Check(All(wide[1:]...), people, kinds, noon)
	require.NoError(t, err)
	_, err = Check(All(wide...), people, kinds, noon)
	require.ErrorIs(t, err, ErrTooLarge)
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	_, err := Check(All(Eq("stgae", "vip")), people, kinds, noon)
	require.EqualError(t, err, `criterion at all[0].field on person field "stgae": person has no such field; did you mean "stage"?`)
	require.EqualError(t, &Error{Reason: "why", Err: ErrSyntax}, "criterion: why")
	require.True(t, errors.Is(ErrTooLarge, ErrInvalid))
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	names := []string{"name", "stage", "placed_at", "custom.level", "type", "at"}
	for given, want := range map[string]string{
		"nmae": "name", "Name": "name", "names": "name", "placedat": "placed_at", "level": "", "x": "", "": "",
		"nope": "", "tpye": "type", "typ": "type", "staeg": "stage", "state": "stage", "to": "", "ta": "at", "placde_ta": "placed_at", "plcd_a": "",
		"custom.levle": "custom.level", strings.Repeat("x", 1000): "",
	} {
		got := suggest(names, given)
		require.Equal(t, want != "", strings.Contains(got, `"`+want+`"`) && got != "", "%q: %s", given, got)
	}
}

// The criterion is not changed by what is done with it.
func TestCriterionIsImmutable(t *testing.T) {
	t.Parallel()
	values := []string{"b", "a", "b"}
	list := []Criterion{Missing("name"), nil}
	has, and, or := HasAny("tags", values...), All(list...), Any(list...)
	values[0], list[0] = "z", Never()
	n := mustCheck(t, All(has, and, or), people, noon).(*And)
	require.Equal(t, []string{"a", "b"}, n.Of[0].(*Holding).Values)
	require.IsType(t, &Absence{}, n.Of[1].(*And).Of[0])
	require.IsType(t, &Absence{}, n.Of[2].(*Or).Of[0])
	require.Equal(t, `tags has any ("b", "a", "b")`, has.String())
}

// foreign is a type of another package that passes for a Criterion.
type foreign struct{ Criterion }

func TestForeignCriterion(t *testing.T) {
	t.Parallel()
	c := All(foreign{Never()})
	_, err := Check(c, people, kinds, noon)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = c.MarshalJSON()
	require.ErrorIs(t, err, ErrInvalid)
	require.Equal(t, "an unknown criteria.foreign", c.String())
}

// Kinds need not list names.
func TestNoSuggestions(t *testing.T) {
	t.Parallel()
	_, err := Check(Missing("nam"), struct{ Kind }{people}, kinds, noon)
	require.ErrorIs(t, err, ErrUnknownField)
	require.NotContains(t, err.Error(), "did you mean")
	_, err = Check(Related("ordr", "customer", nil), people, struct{ Kinds }{kinds}, noon)
	require.ErrorIs(t, err, ErrUnknownKind)
	require.NotContains(t, err.Error(), "did you mean")
}
