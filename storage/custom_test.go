package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCustomValues(t *testing.T) {
	t.Parallel()
	var c storage.Custom
	at, id := time.Date(2026, 1, 5, 8, 0, 0, 1999, time.FixedZone("x", 3600)), uuid.New()
	for name, v := range map[string]any{"text": "a", "int": 5, "int64": int64(-7), "bool": false, "texts": []string{"b", "a", "b"},
		"decimal": decimal.RequireFromString("1.50"), "time": at, "day": storage.Date{Year: 2026, Month: 2, Day: 3}, "ref": id} {
		c.Set(name, v)
	}
	require.Equal(t, 9, c.Len())
	require.Equal(t, []string{"bool", "day", "decimal", "int", "int64", "ref", "text", "texts", "time"}, c.Names())
	n, ok := c.Integer("int")
	require.True(t, ok && n == 5)
	b, ok := c.Bool("bool")
	require.True(t, ok && !b)
	d, ok := c.Decimal("decimal")
	require.True(t, ok && d.Equal(decimal.RequireFromString("1.5")))
	require.Equal(t, storage.NormalTime(at), c.Time("time"))
	require.Equal(t, storage.Date{Year: 2026, Month: 2, Day: 3}, c.Day("day"))
	require.Equal(t, id, c.Ref("ref"))
	require.Equal(t, []string{"a", "b"}, c.Texts("texts"))
	_, ok = c.Integer("text")
	require.False(t, ok, "a value of another type is none")
	require.Empty(t, c.Text("nothing"))
	require.True(t, c.Time("text").IsZero() && c.Ref("text") == uuid.Nil && c.Day("nothing").IsZero() && c.Texts("nothing") == nil)
}

func TestCustomSetRemoves(t *testing.T) {
	t.Parallel()
	for _, zero := range []any{nil, "", []string{}, time.Time{}, storage.Date{}, uuid.Nil} {
		var c storage.Custom
		c.Set("x", "a")
		c.Set("x", zero)
		require.Zero(t, c.Len(), "%T", zero)
		c.Set("y", zero)
		require.Zero(t, c.Len())
	}
}

// A Custom behaves as a map, its copies stay apart, and JSON keeps it.
func TestCustomIsAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c storage.Custom
		model := map[string]string{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			before, data := c, toJSON(t, c)
			name, value := fmt.Sprint("f", rapid.IntRange(0, 9).Draw(t, "name")), rapid.SampledFrom([]string{"", "a", "\"", "張"}).Draw(t, "value")
			c.Set(name, value)
			model[name] = value
			if value == "" {
				delete(model, name)
			}
			require.Equal(t, data, toJSON(t, before), "the copy changed")
		}
		require.Equal(t, len(model), c.Len())
		for name, value := range model {
			require.Equal(t, value, c.Text(name))
		}
		var back storage.Custom
		require.NoError(t, json.Unmarshal([]byte(toJSON(t, c)), &back))
		require.Equal(t, c.Names(), back.Names())
		require.Equal(t, toJSON(t, c), toJSON(t, back))
	})
}

func toJSON(t require.TestingT, c storage.Custom) string {
	data, err := json.Marshal(c)
	require.NoError(t, err)
	return string(data)
}

// FuzzCustomJSON: whatever comes in is an error or can be written and read again.
func FuzzCustomJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":"b","c":1,"d":true,"e":["x","y"],"f":null}`, `{"a":1.5}`, `{"a":{}}`, `{"a":"\u0000"}`, `[]`, `{"a":1e400}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c storage.Custom
		if json.Unmarshal([]byte(s), &c) != nil {
			return
		}
		var back storage.Custom
		require.NoError(t, json.Unmarshal([]byte(toJSON(t, c)), &back))
		require.Equal(t, toJSON(t, c), toJSON(t, back))
	})
}

func define(t testing.TB, tenant *storage.Tenant, fields ...*storage.CustomField) {
	require.NoError(t, tenant.Update(t.Context(), by, func(tx *storage.Tx) error { return storage.CustomFields.Put(t.Context(), tx, fields...) }))
}

// A required selection refuses a record without a value, and nothing is stored.
func TestCUS16_RequiredCustomField(t *testing.T) {
	t.Parallel()
	acme := open(t)
	define(t, acme, &storage.CustomField{Kind: "van", Name: "industry_code", Type: "text", Options: []string{"A1", "B2"}, Required: true})
	v := &van{Plate: "B-1"}
	var field *storage.FieldError
	require.ErrorAs(t, put(t, acme, v), &field)
	require.Equal(t, "custom.industry_code", field.Field)
	v.Custom.Set("industry_code", "C3")
	require.ErrorIs(t, put(t, acme, v), storage.ErrInvalid)
	n, err := vans.Count(t.Context(), acme, storage.Query{Deleted: storage.DeletedToo})
	require.NoError(t, err)
	require.Zero(t, n)
	v.Custom.Set("industry_code", "B2")
	require.NoError(t, put(t, acme, v))
}

// A second vehicle with the plate of the first is refused; the customer has one.
func TestCUS17_CustomObjects(t *testing.T) {
	t.Parallel()
	acme := open(t)
	err := acme.Update(t.Context(), by, func(tx *storage.Tx) error {
		return storage.CustomKinds.Put(t.Context(), tx, &storage.CustomKind{Name: "trailer"})
	})
	require.NoError(t, err)
	define(t, acme, &storage.CustomField{Kind: "trailer", Name: "plate", Type: "text", Unique: true},
		&storage.CustomField{Kind: "trailer", Name: "van", Type: "ref", Target: "van"})
	owner := &van{Plate: "B-1"}
	require.NoError(t, put(t, acme, owner))
	trailers := storage.Entities("trailer")
	for i, want := range []error{nil, storage.ErrDuplicate} {
		e := &storage.Entity{}
		e.Custom.Set("plate", "T-1")
		e.Custom.Set("van", owner.ID)
		err := acme.Update(t.Context(), by, func(tx *storage.Tx) error { return trailers.Put(t.Context(), tx, e) })
		require.True(t, errors.Is(err, want), "trailer %d: %v", i, err)
	}
	n, err := trailers.Count(t.Context(), acme, storage.Query{Where: criteria.Eq("custom.van", owner.ID)})
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
	found, err := vans.First(t.Context(), acme, storage.Query{Where: criteria.RelatedCount("trailer", "custom.van", nil, criteria.Equal, 1)})
	require.NoError(t, err)
	require.Equal(t, owner.ID, found.ID)
}

// With 1,000 records in place a field is added and another archived: old
// records read the new one as absent, the old one's values stay.
func TestCUS18_SchemaChangesAtRunTime(t *testing.T) {
	t.Parallel()
	acme := open(t)
	old := &storage.CustomField{Kind: "van", Name: "old", Type: "text"}
	define(t, acme, old)
	list := make([]*van, 1000)
	for i := range list {
		list[i] = &van{Plate: fmt.Sprint("P", i)}
		list[i].Custom.Set("old", "kept")
	}
	require.NoError(t, put(t, acme, list...))
	old.Archived = true
	define(t, acme, old, &storage.CustomField{Kind: "van", Name: "new", Type: "integer"})
	n, err := vans.Count(t.Context(), acme, storage.Query{Where: criteria.All(criteria.Missing("custom.new"), criteria.Eq("custom.old", "kept"))})
	require.NoError(t, err)
	require.EqualValues(t, 1000, n)
	v := list[7]
	v.Custom.Set("new", 7)
	require.NoError(t, put(t, acme, v))
	v.Custom.Set("old", "changed")
	require.ErrorIs(t, put(t, acme, v), storage.ErrInvalid)
	history, err := vans.History(t.Context(), acme, v.ID)
	require.NoError(t, err)
	_, value, ok := history[0].Value("custom.old")
	require.True(t, ok)
	require.Equal(t, `"kept"`, string(value))
}
