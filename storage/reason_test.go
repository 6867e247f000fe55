package storage_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A specimen has a field of each type that can be refused.
type specimen struct {
	storage.Meta
	Name   string
	Code   string
	Amount decimal.Decimal
	At     time.Time
	Day    storage.Date
	Set    []string
	Raw    json.RawMessage
	Of     uuid.UUID
}

var specimens = storage.Define[specimen]("specimen",
	storage.Text("name", func(s *specimen) *string { return &s.Name }).Required(),
	storage.Text("code", func(s *specimen) *string { return &s.Code }).Indexed(),
	storage.Decimal("amount", func(s *specimen) *decimal.Decimal { return &s.Amount }),
	storage.Time("at", func(s *specimen) *time.Time { return &s.At }),
	storage.Day("day", func(s *specimen) *storage.Date { return &s.Day }),
	storage.Texts("set", func(s *specimen) *[]string { return &s.Set }),
	storage.JSON("raw", func(s *specimen) *json.RawMessage { return &s.Raw }),
	storage.Ref("of", func(s *specimen) *uuid.UUID { return &s.Of }).To("specimen").Existing(),
)

// Each reason has a key, whatever its English text says, and the params of the key.
func TestFieldError_Keys(t *testing.T) {
	t.Parallel()
	acme := open(t, specimens)
	define(t, acme,
		&storage.CustomField{Kind: "specimen", Name: "level", Type: "text", Options: []string{"a", "b"}},
		&storage.CustomField{Kind: "specimen", Name: "count", Type: "integer"},
		&storage.CustomField{Kind: "specimen", Name: "old", Type: "text", Archived: true})
	refused := func(field, key string, params map[string]string, change func(s *specimen)) {
		t.Helper()
		s := &specimen{Name: "x"}
		change(s)
		err := acme.Update(t.Context(), storage.By("ann", "test"), func(tx *storage.Tx) error { return specimens.Put(t.Context(), tx, s) })
		var e *storage.FieldError
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, storage.ErrInvalid)
		require.NotEmpty(t, e.Reason)
		require.Equal(t, storage.FieldError{Kind: "specimen", Field: field, Reason: e.Reason, Key: key, Params: params}, *e)
	}
	refused("name", "required", nil, func(s *specimen) { s.Name = "" })
	refused("name", "not_text", nil, func(s *specimen) { s.Name = "\x00" })
	refused("code", "too_long", map[string]string{"max": "800"}, func(s *specimen) { s.Code = strings.Repeat("x", 801) })
	refused("amount", "too_many_digits", map[string]string{"max": "1000"}, func(s *specimen) { s.Amount = decimal.New(1, math.MaxInt32) })
	refused("at", "no_such_day", nil, func(s *specimen) { s.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })
	refused("day", "no_such_day", nil, func(s *specimen) { s.Day = storage.Date{Year: 2026, Month: 2, Day: 30} })
	refused("set", "empty_text", nil, func(s *specimen) { s.Set = []string{""} })
	refused("raw", "not_json", nil, func(s *specimen) { s.Raw = json.RawMessage("{") })
	refused("of", "no_such_record", map[string]string{"target": "specimen"}, func(s *specimen) { s.Of = uuid.UUID{1} })
	refused("custom.level", "not_one_of", map[string]string{"options": "a, b"}, func(s *specimen) { s.Custom.Set("level", "c") })
	refused("custom.count", "wrong_type", nil, func(s *specimen) { s.Custom.Set("count", "many") })
	refused("custom.old", "archived", nil, func(s *specimen) { s.Custom.Set("old", "x") })
	refused("custom.none", "no_such_field", nil, func(s *specimen) { s.Custom.Set("none", "x") })
}
