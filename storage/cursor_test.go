package storage

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// cursorPlan is a query over custom fields in two orders.
func cursorPlan() *Plan {
	s := CustomFields.schema
	return &Plan{Schema: s, Order: []OrderKey{{Field: s.Field("kind")}, {Field: s.Field("created_at"), Desc: true},
		{Field: s.Field(FieldID), Desc: true}}}
}

func TestCursorHoldsTheOrderFields(t *testing.T) {
	t.Parallel()
	p := cursorPlan()
	r := &CustomField{Meta: Meta{ID: nameID("x"), CreatedAt: noon, Version: 7}, Kind: "a\"張", Label: "not in the order"}
	c := encodeCursor("acme", p, r)
	require.Regexp(t, `^[A-Za-z0-9_-]+$`, string(c), "safe in a URL")
	back, err := decodeCursor("acme", p, c)
	require.NoError(t, err)
	require.Equal(t, &CustomField{Meta: Meta{ID: r.ID, CreatedAt: noon}, Kind: r.Kind}, back)
	absent, err := decodeCursor("acme", p, encodeCursor("acme", p, &CustomField{}))
	require.NoError(t, err)
	require.Equal(t, &CustomField{}, absent)
}

func TestCursorOfAnotherQueryIsRefused(t *testing.T) {
	t.Parallel()
	c := encodeCursor("acme", cursorPlan(), &CustomField{Kind: "k"})
	_, err := decodeCursor("acme2", cursorPlan(), c)
	require.ErrorIs(t, err, ErrCursor)
	other := cursorPlan()
	other.Order[0].Desc = true
	_, err = decodeCursor("acme", other, c)
	require.ErrorIs(t, err, ErrCursor)
	other = cursorPlan()
	other.Order = other.Order[1:]
	_, err = decodeCursor("acme", other, c)
	require.ErrorIs(t, err, ErrCursor)
}

// FuzzDecodeCursor: whatever text comes in, it is refused with ErrCursor or a
// cursor that encodes to itself.
func FuzzDecodeCursor(f *testing.F) {
	p := cursorPlan()
	f.Add(string(encodeCursor("acme", p, &CustomField{Meta: Meta{ID: nameID("x"), CreatedAt: noon}, Kind: "k"})))
	f.Add("")
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("\x01[]")))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := decodeCursor("acme", p, Cursor(text))
		if err != nil {
			require.ErrorIs(t, err, ErrCursor)
			return
		}
		require.NotNil(t, r)
	})
}
