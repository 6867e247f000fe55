package lineage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lineage"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	j1 = storage.By("job:J1", "import")
	u2 = storage.By("user:U2", "edit")
)

// phone sets the customer's phone number: the point that is there gets the
// value, or a new one.
func (w *world) phone(by storage.Origin, number string) {
	w.Helper()
	w.put(by, func(ctx context.Context, tx *storage.Tx) error {
		p, err := customer.NewContactPoint(w.customer, customer.Phone, number)
		if err != nil {
			return err
		}
		old, err := customer.ContactPoints.First(ctx, tx, storage.Query{Where: criteria.Eq("customer", w.customer)})
		if err == nil {
			old.Value, old.Match, p = p.Value, p.Match, old
		}
		return customer.ContactPoints.Put(ctx, tx, p)
	})
}

func (w *world) phones() lineage.History {
	w.Helper()
	h, err := lineage.ContactHistory(w.Context(), w.acme, w.customer, customer.Phone)
	require.NoError(w, err)
	return h
}

func TestCUS56_FieldHistory(t *testing.T) {
	onEach(t, func(w *world) {
		w.phone(j1, "13800138000")
		w.clock.Advance(time.Hour)
		w.phone(u2, "13900139000")
		h := w.phones()
		require.Len(w, h, 2)
		require.True(w, h[0].OldKnown && h[0].NewKnown && h[1].OldKnown && h[1].NewKnown)
		require.Nil(w, h[0].Old)
		require.JSONEq(w, `"13800138000"`, string(h[0].New))
		require.Equal(w, []any{"job:J1", "import", int64(1), t0}, []any{h[0].Actor, h[0].Source, h[0].Version, h[0].At})
		require.JSONEq(w, `"13800138000"`, string(h[1].Old))
		require.JSONEq(w, `"13900139000"`, string(h[1].New))
		require.Equal(w, []any{"user:U2", "edit", int64(2), t0.Add(time.Hour)}, []any{h[1].Actor, h[1].Source, h[1].Version, h[1].At})
		current, ok := h.Current()
		require.True(w, ok)
		require.Equal(w, "user:U2", current.Actor)

		again, err := lineage.FieldHistory(w.Context(), w.acme, customer.ContactPoints, h[0].Record, "value")
		require.NoError(w, err)
		require.Equal(w, h, again)
	})
}

// A number that was given up and another that came are both in the history.
func TestContactHistory_Replaced(t *testing.T) {
	onEach(t, func(w *world) {
		w.phone(j1, "13800138000")
		w.clock.Advance(time.Hour)
		w.put(u2, func(ctx context.Context, tx *storage.Tx) error {
			p, err := customer.ContactPoints.First(ctx, tx, storage.Query{})
			if err != nil {
				return err
			}
			return customer.ContactPoints.Delete(ctx, tx, p)
		})
		_, ok := w.phones().Current()
		require.False(w, ok)
		w.clock.Advance(time.Hour)
		w.phone(ann, "13900139000")
		h := w.phones()
		require.Len(w, h, 3)
		require.Equal(w, storage.OpDelete, h[1].Op)
		require.JSONEq(w, `"13800138000"`, string(h[1].Old))
		require.Nil(w, h[1].New)
		current, ok := h.Current()
		require.True(w, ok)
		require.Equal(w, "user:ann", current.Actor)
		mails, err := lineage.ContactHistory(w.Context(), w.acme, w.customer, customer.Email)
		require.NoError(w, err)
		require.Empty(w, mails)
	})
}

// Values that were not written down are told from the changes beside them,
// and those that nothing tells are not known.
func TestFieldHistory_BriefAndErased(t *testing.T) {
	onEach(t, func(w *world) {
		w.phone(j1.WithoutValues(), "13800138000")
		h := w.phones()
		require.Len(w, h, 1)
		require.True(w, h[0].OldKnown)
		require.False(w, h[0].NewKnown)
		current, ok := h.Current()
		require.True(w, ok)
		require.Equal(w, "job:J1", current.Actor)
		w.phone(u2, "13900139000")
		h = w.phones()
		require.True(w, h[0].NewKnown)
		require.JSONEq(w, `"13800138000"`, string(h[0].New))

		w.phone(ann, "13700137000")
		w.put(ann, func(ctx context.Context, tx *storage.Tx) error {
			_, err := customer.ContactPoints.EraseHistory(ctx, tx, h[0].Record)
			return err
		})
		h = w.phones()
		require.Len(w, h, 3)
		for _, c := range h {
			require.Nil(w, c.New)
			require.False(w, c.NewKnown)
		}
		current, ok = h.Current()
		require.True(w, ok)
		require.Equal(w, "user:ann", current.Actor)
	})
}

// A record that is deleted, restored and purged, with a custom field.
func TestFieldHistory_Life(t *testing.T) {
	onEach(t, func(w *world) {
		w.put(ann, func(ctx context.Context, tx *storage.Tx) error {
			return storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: "customer", Name: "grade", Type: "text"})
		})
		edit := func(fn func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error) {
			w.clock.Advance(time.Minute)
			w.put(ann, func(ctx context.Context, tx *storage.Tx) error {
				c, err := customer.Kind.First(ctx, tx, storage.Query{Deleted: storage.DeletedToo})
				if err != nil {
					return err
				}
				return fn(ctx, tx, c)
			})
		}
		put := func(grade string) {
			edit(func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error {
				c.Custom.Set("grade", grade)
				return customer.Kind.Put(ctx, tx, c)
			})
		}
		put("A")
		put("")
		put("B")
		edit(func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error {
			return customer.Kind.Delete(ctx, tx, c)
		})
		edit(func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error {
			return customer.Kind.Restore(ctx, tx, c)
		})
		edit(func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error {
			return customer.Kind.Delete(ctx, tx, c)
		})
		edit(func(ctx context.Context, tx *storage.Tx, c *customer.Customer) error {
			return customer.Kind.Purge(ctx, tx, c)
		})
		h, err := lineage.FieldHistory(w.Context(), w.acme, customer.Kind, w.customer, "custom.grade")
		require.NoError(w, err)
		text := ""
		for _, c := range h {
			text += fmt.Sprintf("%s %s>%s, ", c.Op, c.Old, c.New)
		}
		require.Equal(w, `update >"A", update "A">, update >"B", delete "B">, restore >"B", delete "B">, `, text)
		_, ok := h.Current()
		require.False(w, ok)

		_, err = lineage.FieldHistory(w.Context(), w.acme, customer.Kind, w.customer, "grade")
		require.ErrorIs(w, err, storage.ErrInvalid)
		none, err := lineage.FieldHistory(w.Context(), w.acme, customer.Kind, uuid.New(), "name")
		require.NoError(w, err)
		_, ok = none.Current()
		require.False(w, ok)
	})
}

// A field that is hidden from the caller shows who changed it and not to what.
func TestFieldHistory_Guarded(t *testing.T) {
	onEach(t, func(w *world) {
		w.acme = w.acme.Guarded(masked{})
		h, err := lineage.FieldHistory(w.Context(), w.acme, customer.Kind, w.customer, "name")
		require.NoError(w, err)
		require.Len(w, h, 1)
		require.Nil(w, h[0].New)
		require.False(w, h[0].NewKnown)
		_, err = lineage.FieldHistory(w.Context(), w.acme, customer.Kind, uuid.New(), "name")
		require.ErrorIs(w, err, storage.ErrNotFound)
	})
}

// masked hides names.
type masked struct{ blind }

func (masked) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.All(), Fields: map[string]storage.FieldAccess{"name": storage.FieldHidden}}, nil
}

// A score rests on a message, and the message is erased on request.
func ExampleTrace() {
	ctx := context.Background()
	store, err := storage.New(memory.New(), func() time.Time { return t0 }, append(customer.Kinds(), lineage.Kinds()...)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	const score = "customer/42#score"
	err = acme.Update(ctx, storage.By("system:scoring", "score"), func(tx *storage.Tx) error {
		err := lineage.Record(ctx, tx, &lineage.Derivation{
			Subject: score, Value: "87", Rule: "R7", RuleVersion: "3", Evidence: []string{"wecom_message/M42"},
		})
		if err != nil {
			return err
		}
		_, err = lineage.RefsErased(ctx, tx, "wecom_message/M42")
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	trace, err := lineage.Trace(ctx, acme, score, lineage.Options{})
	fmt.Print(trace)
	fmt.Println(err)
	// Output: customer/42#score [outside]
	//   <- 87: rule R7 (version 3), 2026-01-05T01:00:00Z, system:scoring, unsupported since 2026-01-05T01:00:00Z
	//     wecom_message/M42 [erased 2026-01-05T01:00:00Z by system:scoring]
	// <nil>
}
