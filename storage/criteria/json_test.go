package criteria

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// The JSON and the words of every form. Stored criteria depend on the JSON, so
// it may gain forms and must not change any.
func TestForms(t *testing.T) {
	t.Parallel()
	tests := []struct {
		c           Criterion
		json, words string
	}{
		{All(), `{"all":[]}`, `everything`},
		{Never(), `{"any":[]}`, `nothing`},
		{All(Eq("stage", "vip"), Not(HasAny("tags", "a", "b"))),
			`{"all":[{"field":"stage","op":"eq","value":"vip"},{"not":{"field":"tags","op":"has_any","values":["a","b"]}}]}`,
			`stage = "vip" and not (tags has any ("a", "b"))`},
		{Any(All(Missing("a"), Missing("b")), All(Missing("c")), Never()),
			`{"any":[{"all":[{"field":"a","op":"missing"},{"field":"b","op":"missing"}]},{"all":[{"field":"c","op":"missing"}]},{"any":[]}]}`,
			`(a is missing and b is missing) or (c is missing) or nothing`},
		{Ne("age", 5), `{"field":"age","op":"ne","value":5}`, `age != 5`},
		{Lt("age", uint64(math.MaxUint64)), `{"field":"age","op":"lt","value":18446744073709551615}`, `age < 18446744073709551615`},
		{Le("credit", dec("12.50")), `{"field":"credit","op":"le","value":"12.5"}`, `credit <= 12.5`},
		{Gt("credit", 0.1), `{"field":"credit","op":"gt","value":0.1}`, `credit > 0.1`},
		{Ge("credit", float32(0.1)), `{"field":"credit","op":"ge","value":"0.1"}`, `credit >= 0.1`},
		{Eq("credit", json.Number("1e3")), `{"field":"credit","op":"eq","value":1e3}`, `credit = 1e3`},
		{Eq("active", false), `{"field":"active","op":"eq","value":false}`, `active = false`},
		{Eq("seen", noon.Add(1500*time.Nanosecond)), `{"field":"seen","op":"eq","value":"2026-03-01T12:00:00.000001Z"}`, `seen = 2026-03-01T12:00:00.000001Z`},
		{Eq("birthday", Date{1990, 3, 8}), `{"field":"birthday","op":"eq","value":"1990-03-08"}`, `birthday = 1990-03-08`},
		{Eq("boss", id(7)), `{"field":"boss","op":"eq","value":"00000000-0000-0000-0000-000000000007"}`, `boss = 00000000-0000-0000-0000-000000000007`},
		{In("stage", "a<b>&", "\"\n"), `{"field":"stage","op":"in","values":["a<b>&","\"\n"]}`, `stage in ("a<b>&", "\"\n")`},
		{HasAll("tags"), `{"field":"tags","op":"has_all","values":[]}`, `tags has all ()`},
		{Prefix("name", "张"), `{"field":"name","op":"prefix","value":"张"}`, `name begins with "张"`},
		{Contains("name", "张"), `{"field":"name","op":"contains","value":"张"}`, `name contains "张"`},
		{Search("name", "张"), `{"field":"name","op":"search","value":"张"}`, `name is found by "张"`},
		{Anniversary("birthday", 7, "Asia/Shanghai"), `{"field":"birthday","op":"anniversary","days":7,"zone":"Asia/Shanghai"}`, `birthday comes round within 7 days in Asia/Shanghai`},
		{Anniversary("birthday", 0, ""), `{"field":"birthday","op":"anniversary","days":0}`, `birthday comes round within 0 days`},
		{Gt("seen", Now()), `{"field":"seen","op":"gt","value":{"now":true}}`, `seen > now`},
		{Gt("seen", Ago(72*time.Hour)), `{"field":"seen","op":"gt","value":{"ago":"72h0m0s"}}`, `seen > 72h0m0s ago`},
		{Gt("seen", FromNow(time.Minute)), `{"field":"seen","op":"gt","value":{"from_now":"1m0s"}}`, `seen > 1m0s from now`},
		{Gt("seen", FromNow(math.MinInt64)), `{"field":"seen","op":"gt","value":{"from_now":"-2562047h47m16.854775808s"}}`, `seen > 2562047h47m16.854775808s ago`},
		{Gt("seen", Today(-30, "Asia/Shanghai")), `{"field":"seen","op":"gt","value":{"today":-30,"zone":"Asia/Shanghai"}}`, `seen > today - 30 days in Asia/Shanghai`},
		{Gt("seen", Today(0, "")), `{"field":"seen","op":"gt","value":{"today":0}}`, `seen > today`},
		{Gt("seen", MonthsFromToday(2, "UTC")), `{"field":"seen","op":"gt","value":{"months_from_today":2,"zone":"UTC"}}`, `seen > today + 2 months in UTC`},
		{Related("order", "customer", nil), `{"related":{"kind":"order","via":"customer"}}`, `has order by customer`},
		{RelatedCount("order", "customer", Gt("amount", 100), GreaterEqual, 3),
			`{"related":{"kind":"order","via":"customer","where":{"field":"amount","op":"gt","value":100},"measure":"count","op":"ge","value":3}}`,
			`count of order by customer where (amount > 100) >= 3`},
		{RelatedSum("order", "customer", "amount", nil, Less, "99.5"),
			`{"related":{"kind":"order","via":"customer","measure":"sum","of":"amount","op":"lt","value":"99.5"}}`,
			`sum of order.amount by customer < "99.5"`},
		{Parent("boss", Eq("name", "x")), `{"parent":{"field":"boss","where":{"field":"name","op":"eq","value":"x"}}}`, `its boss where (name = "x")`},
		{Parent("boss", nil), `{"parent":{"field":"boss"}}`, `its boss exists`},
	}
	for _, tt := range tests {
		data, err := tt.c.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, tt.json, string(data))
		require.Equal(t, tt.words, tt.c.String())
		back, err := Parse(data)
		require.NoError(t, err, tt.json)
		again, err := back.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, tt.json, string(again))
	}
}

func TestParseTakesMore(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		` { "field" : "a" , "value" : 1 , "op" : "eq" } `:                                     `{"field":"a","op":"eq","value":1}`,
		`{"related":{"kind":"order","via":"customer","measure":"exists","where":null}}`:       `{"related":{"kind":"order","via":"customer"}}`,
		`{"field":"a","op":"eq","value":{"ago":"-1h"}}`:                                       `{"field":"a","op":"eq","value":{"from_now":"1h0m0s"}}`,
		`{"field":"a","op":"eq","value":{"ago":"0s"}}`:                                        `{"field":"a","op":"eq","value":{"now":true}}`,
		`{"field":"a","op":"anniversary","days":1,"zone":""}`:                                 `{"field":"a","op":"anniversary","days":1}`,
		`{"related":{"via":"c","value":{"now":true},"op":"eq","measure":"count","kind":"o"}}`: `{"related":{"kind":"o","via":"c","measure":"count","op":"eq","value":{"now":true}}}`,
		`{"field":"\u0061","op":"eq","value":"\u003cb\u003e"}`:                                `{"field":"a","op":"eq","value":"<b>"}`,
	} {
		c, err := Parse([]byte(given))
		require.NoError(t, err, given)
		data, err := c.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, want, string(data))
	}
	c, err := Parse([]byte("null"))
	require.NoError(t, err)
	require.Nil(t, c)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		json  string
		err   error
		path  string
		words string
	}{
		{``, ErrSyntax, "", "not JSON"},
		{`{`, ErrSyntax, "", "not JSON"},
		{`{"all":[1,]}`, ErrSyntax, "", "not JSON"},
		{`{"all":[]} x`, ErrSyntax, "", "more after the end"},
		{`{"all":[]}{}`, ErrSyntax, "", "more after the end"},
		{"{\"all\":[\"\xff\"]}", ErrSyntax, "", "UTF-8"},
		{`5`, ErrSyntax, "", "should be an object here, not 5"},
		{`[]`, ErrSyntax, "", "not an array"},
		{`{}`, ErrSyntax, "", "one of the names all, any"},
		{`{"ALL":[]}`, ErrSyntax, "", "one of the names all, any"},
		{`{"all":{}}`, ErrSyntax, "all", "should be an array, not an object"},
		{`{"all":[{"all":[]},null]}`, ErrSyntax, "all[1]", "not null"},
		{`{"all":[],"any":[]}`, ErrSyntax, "", `"any" has no meaning here`},
		{`{"all":[],"all":[]}`, ErrSyntax, "", `"all" stands twice`},
		{`{"not":null}`, ErrSyntax, "not", "not null"},
		{`{"any":[{"not":{"field":"a","op":"missing","value":1}}]}`, ErrSyntax, "any[0].not", `"value" has no meaning`},
		{`{"field":5,"op":"missing"}`, ErrSyntax, "field", "should be a string, not 5"},
		{`{"field":"a"}`, ErrSyntax, "op", "not null or nothing"},
		{`{"field":"a","op":"like"}`, ErrSyntax, "op", `"like" is no operator; use eq`},
		{`{"field":"a","op":"eq"}`, ErrSyntax, "value", "use missing"},
		{`{"field":"a","op":"eq","value":null}`, ErrSyntax, "value", "use missing"},
		{`{"field":"a","op":"eq","value":[1]}`, ErrSyntax, "value", "not an array"},
		{`{"field":"a","op":"eq","value":{"then":1}}`, ErrSyntax, "value", "a moment has one of the names"},
		{`{"field":"a","op":"eq","value":{"now":false}}`, ErrSyntax, "value.now", "should be true"},
		{`{"field":"a","op":"eq","value":{"now":true,"zone":""}}`, ErrSyntax, "value", `"zone" has no meaning`},
		{`{"field":"a","op":"eq","value":{"ago":"3 days"}}`, ErrValue, "value.ago", "not a duration"},
		{`{"field":"a","op":"eq","value":{"ago":3}}`, ErrSyntax, "value.ago", "should be a string"},
		{`{"field":"a","op":"eq","value":{"today":1.5}}`, ErrSyntax, "value.today", "whole number"},
		{`{"field":"a","op":"eq","value":{"today":1,"zone":1}}`, ErrSyntax, "value.zone", "should be a string"},
		{`{"field":"a","op":"eq","value":{"months_from_today":99999999999}}`, ErrSyntax, "value.months_from_today", "whole number"},
		{`{"field":"a","op":"in","values":5}`, ErrSyntax, "values", "an array"},
		{`{"field":"a","op":"in","values":["a",null]}`, ErrSyntax, "values[1]", "lacking"},
		{`{"field":"a","op":"has_any","values":["a",1]}`, ErrSyntax, "values[1]", "a string here, not 1"},
		{`{"field":"a","op":"has_all"}`, ErrSyntax, "values", "an array"},
		{`{"field":"a","op":"prefix","value":1}`, ErrSyntax, "value", "should be a string"},
		{`{"field":"a","op":"anniversary"}`, ErrSyntax, "days", "whole number"},
		{`{"field":"a","op":"anniversary","days":1,"zone":null}`, ErrSyntax, "zone", "should be a string"},
		{`{"related":[]}`, ErrSyntax, "related", "an object"},
		{`{"related":{"via":"c"}}`, ErrSyntax, "related.kind", "should be a string"},
		{`{"related":{"kind":"o"}}`, ErrSyntax, "related(o).via", "should be a string"},
		{`{"related":{"kind":"o","via":"c","where":[]}}`, ErrSyntax, "related(o).where", "an object"},
		{`{"related":{"kind":"o","via":"c","op":"eq"}}`, ErrSyntax, "related(o)", `"op" has no meaning`},
		{`{"related":{"kind":"o","via":"c","measure":"max"}}`, ErrSyntax, "related(o).measure", "exists, count or sum"},
		{`{"related":{"kind":"o","via":"c","measure":5}}`, ErrSyntax, "related(o).measure", "a string"},
		{`{"related":{"kind":"o","via":"c","measure":"sum"}}`, ErrSyntax, "related(o).of", "a string"},
		{`{"related":{"kind":"o","via":"c","measure":"count"}}`, ErrSyntax, "related(o).op", "a string"},
		{`{"related":{"kind":"o","via":"c","measure":"count","op":"in","value":1}}`, ErrSyntax, "related(o).op", "does not compare"},
		{`{"related":{"kind":"o","via":"c","measure":"count","op":"ge"}}`, ErrSyntax, "related(o).value", "lacking"},
		{`{"parent":5}`, ErrSyntax, "parent", "an object"},
		{`{"parent":{}}`, ErrSyntax, "parent.field", "a string"},
		{`{"parent":{"field":"boss","where":{"x":1}}}`, ErrSyntax, "parent(boss).where", "one of the names"},
		{`{"parent":{"field":"boss","kind":"x"}}`, ErrSyntax, "parent(boss)", `"kind" has no meaning`},
		{strings.Repeat(`{"not":`, 64) + `{"all":[]}` + strings.Repeat("}", 64), ErrTooLarge, strings.Repeat("not.", 63) + "not", "64 levels"},
		{strings.Repeat(`[`, 1e6), ErrTooLarge, "", "levels deep"},
		{`{"all":[` + strings.Repeat(`{},`, maxObjects) + `{}]}`, ErrTooLarge, "", "objects"},
		{strings.Repeat(" ", maxSize) + `null`, ErrTooLarge, "", "bytes"},
	}
	for _, tt := range tests {
		c, err := Parse([]byte(tt.json))
		require.Nil(t, c)
		var e *Error
		require.ErrorAs(t, err, &e, "%.100s", tt.json)
		require.ErrorIs(t, err, tt.err, "%.100s", tt.json)
		require.ErrorIs(t, err, ErrInvalid)
		require.Equal(t, tt.path, e.Path, "%v", err)
		require.Contains(t, err.Error(), tt.words)
	}
}

// The deepest criterion that Check accepts goes through JSON.
func TestDeepestJSON(t *testing.T) {
	t.Parallel()
	c := In("seen", Now())
	for range maxDepth/2 - 1 {
		c = Related("person", "boss", c)
	}
	for range maxDepth / 2 {
		c = All(c)
	}
	data, err := c.MarshalJSON()
	require.NoError(t, err)
	back, err := Parse(data)
	require.NoError(t, err)
	require.Equal(t, mustCheck(t, c, people, noon), mustCheck(t, back, people, noon))
}

func TestMarshalRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		c    Criterion
		err  error
		path string
	}{
		{All(Eq("a", struct{}{})), ErrType, "all[0].value"},
		{Eq("a", nil), ErrType, "value"},
		{Eq("a", math.NaN()), ErrValue, "value"},
		{Eq("a", json.Number("x")), ErrValue, "value"},
		{Eq("a", decimal.New(1, 1<<30)), ErrValue, "value"},
		{Eq("a", time.Time{}), ErrValue, "value"},
		{Eq("a", time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)), ErrValue, "value"},
		{Eq("a", Moment{}), ErrValue, "value"},
		{Not(In("a", "x", "\xff")), ErrValue, "not.values[1]"},
		{RelatedCount("o", "c", nil, 9, 1), ErrType, "related(o).op"},
		{RelatedSum("o", "c", "x", Eq("a", []int{}), Equal, 1), ErrType, "related(o).where.value"},
		{Parent("p", Prefix("a", "\xff")), ErrValue, "parent(p).where.value"},
	}
	for _, tt := range tests {
		_, err := tt.c.MarshalJSON()
		var e *Error
		require.ErrorAs(t, err, &e, "%v", tt.c)
		require.ErrorIs(t, err, tt.err, "%v", tt.c)
		require.Equal(t, tt.path, e.Path)
	}
}

func TestStored(t *testing.T) {
	t.Parallel()
	type segment struct {
		Name  string
		Where Stored
		Also  Stored `json:",omitzero"`
	}
	for _, tt := range []struct {
		s    segment
		json string
	}{
		{segment{"a", Stored{Eq("boss", id(1))}, Stored{}}, `{"Name":"a","Where":{"field":"boss","op":"eq","value":"00000000-0000-0000-0000-000000000001"}}`},
		{segment{"b", Stored{}, Stored{Never()}}, `{"Name":"b","Where":null,"Also":{"any":[]}}`},
	} {
		data, err := json.Marshal(tt.s)
		require.NoError(t, err)
		require.Equal(t, tt.json, string(data))
		back := segment{Where: Stored{Never()}}
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, tt.s.Where.Criterion == nil, back.Where.Criterion == nil)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, tt.json, string(again))
	}
	var e *Error
	require.ErrorAs(t, json.Unmarshal([]byte(`{"Where":{}}`), &segment{}), &e)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"all":[{"field":"stage","op":"eq","value":"vip"},{"not":{"field":"tags","op":"has_any","values":["a"]}}]}`))
	f.Add([]byte(`{"related":{"kind":"order","via":"customer","where":{"field":"amount","op":"gt","value":"1.5"},"measure":"sum","of":"amount","op":"ge","value":1e2}}`))
	f.Add([]byte(`{"parent":{"field":"boss","where":{"field":"birthday","op":"anniversary","days":7,"zone":"Asia/Shanghai"}}}`))
	f.Add([]byte(`{"any":[{"field":"seen","op":"lt","value":{"ago":"72h"}},{"field":"seen","op":"in","values":[{"today":-1},{"months_from_today":2}]}]}`))
	f.Add([]byte(`{"field":"age","op":"in","values":[1,"2",3.0,-0,1e400]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalid)
			return
		}
		require.True(t, json.Valid(data))
		if c != nil {
			checkParsed(t, c)
		}
	})
}

// checkParsed holds what Parse returned against a kind, and runs it.
func checkParsed(t *testing.T, c Criterion) {
	data, err := c.MarshalJSON()
	require.NoError(t, err)
	again, err := Parse(data)
	require.NoError(t, err, "%s", data)
	require.NotEmpty(t, c.String())
	n, err := Check(c, people, kinds, noon)
	m, errAgain := Check(again, people, kinds, noon)
	require.Equal(t, n, m)
	require.Equal(t, err, errAgain)
	if err == nil {
		w := &world{people: []*person{ann, none}}
		require.Equal(t, Compile(n, w)(ann), Compile(m, w)(ann))
	}
}

// A moment marshals on its own too.
func TestMomentJSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal([]Moment{Now(), Ago(time.Hour), Today(-1, "Asia/Shanghai")})
	require.NoError(t, err)
	require.JSONEq(t, `[{"now":true},{"ago":"1h0m0s"},{"today":-1,"zone":"Asia/Shanghai"}]`, string(data))
	_, err = json.Marshal(Moment{})
	require.ErrorIs(t, err, ErrValue)
	require.Equal(t, "no moment", Moment{}.String())
}
