package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// apply puts an offline edit.
func apply(t testing.TB, acme *storage.Tenant, edit *customer.Customer) error {
	return acme.Update(t.Context(), storage.By("user:bob", "sync"), func(tx *storage.Tx) error {
		return customer.ApplyEdit(t.Context(), tx, customer.Kind, edit)
	})
}

func TestCUS28_OfflineSyncConflict(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		for c.Version < 5 {
			c.Notes += "."
			put(t, acme, customer.Kind, c)
		}
		offline, err := customer.Kind.Get(ctx, acme, c.ID)
		require.NoError(t, err)
		require.EqualValues(t, 5, offline.Version)
		c.City, c.Tags = "杭州", []string{"VIP"}
		put(t, acme, customer.Kind, c)

		offline.Title, offline.City = "经理", "上海"
		err = apply(t, acme, offline)
		require.ErrorIs(t, err, storage.ErrConflict)
		var conflict *customer.EditConflict[customer.Customer]
		require.ErrorAs(t, err, &conflict)
		require.EqualValues(t, 6, conflict.Current.Version)
		require.Equal(t, "杭州", conflict.Current.City)
		require.Equal(t, []string{"city", "tags"}, conflict.Fields)
		require.Len(t, conflict.Changes, 1)
		require.Equal(t, "user:ann", conflict.Changes[0].Actor)
		require.ErrorContains(t, err, "changed city, tags")
		stored, err := customer.Kind.Get(ctx, acme, c.ID)
		require.NoError(t, err)
		require.EqualValues(t, 6, stored.Version, "nothing is overwritten")
		require.Equal(t, "杭州", stored.City)
		require.Empty(t, stored.Title)

		merged, both := conflict.Merge()
		require.Equal(t, []string{"city"}, both)
		require.Equal(t, "经理", merged.Title)
		require.Equal(t, "杭州", merged.City)
		require.Equal(t, []string{"VIP"}, merged.Tags)
		require.NoError(t, apply(t, acme, merged))
		require.EqualValues(t, 7, merged.Version)
	})
}

func TestApplyEdit_WithoutConflict(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王丽")
		c.City = "上海"
		require.NoError(t, apply(t, acme, c))
		require.EqualValues(t, 2, c.Version)
		require.ErrorIs(t, apply(t, acme, nil), storage.ErrInvalid)
		gone := &customer.Customer{Meta: storage.Meta{ID: uuid.New(), Version: 3}, Type: customer.Person, Name: "X"}
		require.ErrorIs(t, apply(t, acme, gone), storage.ErrNotFound)
		c.Type = "robot"
		require.ErrorIs(t, apply(t, acme, c), storage.ErrInvalid)
	})
}

// Where the log holds no values, the fields are named all the same, and what
// differs counts as changed by both sides.
func TestApplyEdit_BriefLog(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		offline := *c
		c.City, c.Title = "杭州", "经理"
		require.NoError(t, acme.Update(ctx, ann.WithoutValues(), func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) }))
		offline.Notes, offline.Title = "认识", "经理"
		var conflict *customer.EditConflict[customer.Customer]
		require.ErrorAs(t, apply(t, acme, &offline), &conflict)
		require.Equal(t, []string{"city", "title"}, conflict.Fields)
		merged, both := conflict.Merge()
		require.Equal(t, []string{"city"}, both, "both gave the same title")
		require.Equal(t, "认识", merged.Notes)
	})
}

func TestApplyEdit_Deleted(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王丽")
		offline := *c
		update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Delete(ctx, tx, c) })
		offline.City = "上海"
		err := apply(t, acme, &offline)
		var conflict *customer.EditConflict[customer.Customer]
		require.ErrorAs(t, err, &conflict)
		require.Nil(t, conflict.Current)
		require.ErrorContains(t, err, "deleted it")
		require.Equal(t, storage.OpDelete, conflict.Changes[0].Op)
		merged, both := conflict.Merge()
		require.Nil(t, merged)
		require.Empty(t, both)
	})
}

// Custom fields merge like the others.
func TestEditConflict_MergeCustom(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		put(t, acme, storage.CustomFields,
			&storage.CustomField{Kind: "customer", Name: "a", Type: "text"}, &storage.CustomField{Kind: "customer", Name: "b", Type: "texts"},
			&storage.CustomField{Kind: "customer", Name: "c", Type: "integer"}, &storage.CustomField{Kind: "customer", Name: "d", Type: "bool"},
			&storage.CustomField{Kind: "customer", Name: "e", Type: "text"})
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		c.Custom.Set("a", "old")
		c.Custom.Set("e", "old")
		put(t, acme, customer.Kind, c)
		offline := *c
		c.Custom.Set("a", "theirs")
		c.Custom.Set("c", 7)
		c.Custom.Set("d", true)
		put(t, acme, customer.Kind, c)
		offline.Custom.Set("b", []string{"x", "y"})
		offline.Custom.Set("d", false)
		offline.Custom.Set("e", nil)
		var conflict *customer.EditConflict[customer.Customer]
		require.ErrorAs(t, apply(t, acme, &offline), &conflict)
		require.Equal(t, []string{"custom.a", "custom.c", "custom.d"}, conflict.Fields)
		merged, both := conflict.Merge()
		require.Equal(t, []string{"custom.d"}, both)
		require.Equal(t, "theirs", merged.Custom.Text("a"))
		require.Equal(t, []string{"x", "y"}, merged.Custom.Texts("b"))
		seven, _ := merged.Custom.Integer("c")
		require.EqualValues(t, 7, seven)
		require.Empty(t, merged.Custom.Text("e"))
		require.NoError(t, apply(t, acme, merged))
	})
}

// A merge takes from each side what it alone changed, and reports exactly the
// fields that both changed to different values.
func TestEditConflict_Property(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "b"}
	at := map[string]func(*customer.Customer) *string{
		"city":  func(c *customer.Customer) *string { return &c.City },
		"title": func(c *customer.Customer) *string { return &c.Title },
		"notes": func(c *customer.Customer) *string { return &c.Notes },
	}
	rapid.Check(t, func(rt *rapid.T) {
		acme := inMemory(t)
		draw := func(c *customer.Customer, who string) {
			for name, field := range at {
				*field(c) = rapid.SampledFrom(texts).Draw(rt, who+" "+name)
			}
			c.Tags = rapid.SampledFrom([][]string{nil, {"x"}, {"y", "x"}}).Draw(rt, who+" tags")
		}
		base := &customer.Customer{Type: customer.Person, Name: "王丽"}
		draw(base, "base")
		put(t, acme, customer.Kind, base)
		edit, theirs := *base, *base
		draw(&edit, "edit")
		for range rapid.IntRange(1, 3).Draw(rt, "their writes") {
			draw(&theirs, "theirs")
			put(t, acme, customer.Kind, &theirs)
		}
		if theirs.Version == base.Version {
			return // they came back to where they began in the first write
		}
		var conflict *customer.EditConflict[customer.Customer]
		require.ErrorAs(t, apply(t, acme, &edit), &conflict)
		merged, both := conflict.Merge()
		for name, field := range at {
			was, mine, now, got := *field(base), *field(&edit), *field(&theirs), *field(merged)
			want, clash := now, false
			if mine != was && slices.Contains(conflict.Fields, name) {
				clash = mine != now
			} else if mine != was {
				want = mine
			}
			if got != want || slices.Contains(both, name) != clash {
				rt.Fatalf("%s: %q, mine %q, theirs %q: merged %q, both %v", name, was, mine, now, got, both)
			}
		}
		require.NoError(t, apply(t, acme, merged))
	})
}

func ExampleApplyEdit() {
	ctx := context.Background()
	store, err := storage.New(memory.New(), clockAt(t0), customer.Kinds()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	put := func(c *customer.Customer) error {
		return acme.Update(ctx, storage.By("user:ann", "edit"), func(tx *storage.Tx) error { return customer.ApplyEdit(ctx, tx, customer.Kind, c) })
	}
	office := &customer.Customer{Type: customer.Person, Name: "王丽"}
	if err := put(office); err != nil {
		fmt.Println(err)
		return
	}
	device := *office // what a telephone took along
	office.City = "杭州"
	if err := put(office); err != nil {
		fmt.Println(err)
		return
	}
	device.Title = "经理"
	var conflict *customer.EditConflict[customer.Customer]
	if errors.As(put(&device), &conflict) {
		merged, both := conflict.Merge()
		fmt.Println(conflict.Fields, both, merged.City, merged.Title, put(merged))
	}
	// Output: [city] [] 杭州 经理 <nil>
}
