package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// told is a watch that counts what it is told.
func told(name string, n *int) storage.Watch {
	return storage.Watch{Name: name, After: func(_ context.Context, _ *storage.Tx, writes []storage.Attempt) error {
		*n += len(writes)
		return nil
	}}
}

// Mistakes in watches are found when the store is made.
func TestWatched_Mistakes(t *testing.T) {
	t.Parallel()
	store := open(t).Store()
	var n int
	watched, err := store.Watched(told("a", &n))
	require.NoError(t, err)
	for name, list := range map[string][]storage.Watch{
		"no name":            {{}},
		"a name that is had": {told("b", &n), told("a", &n)},
		"a name twice":       {told("b", &n), told("b", &n)},
		"an unknown kind":    {{Name: "b", Kinds: []string{"van", "bicycle"}}},
	} {
		none, err := watched.Watched(list...)
		require.ErrorIs(t, err, storage.ErrInvalid, name)
		require.Nil(t, none, name)
	}
	_, err = store.Watched(storage.Watch{Name: "bicycles", Kinds: []string{"bicycle"}})
	require.ErrorContains(t, err, `watch "bicycles": there is no kind "bicycle": give it to storage.New`)
	_, err = store.Watched(told("b", &n), storage.Watch{Name: "neither before nor after", Kinds: []string{"van", "custom_field"}})
	require.NoError(t, err)
}

// A store is not changed by the watched ones that are made of it, nor they by
// each other, nor by what becomes of the watch that was given.
func TestWatched_LeavesOthersAlone(t *testing.T) {
	t.Parallel()
	plain := open(t)
	var first, second, third int
	one, err := plain.Store().Watched(told("first", &first))
	require.NoError(t, err)
	w := told("second", &second)
	w.Kinds = []string{"van"}
	both, err := one.Watched(w)
	require.NoError(t, err)
	w.Kinds[0] = "custom_kind"
	other, err := one.Watched(told("third", &third))
	require.NoError(t, err)
	for i, tenant := range []*storage.Tenant{plain, one.Tenant("acme"), both.Tenant("acme"), other.Tenant("acme")} {
		require.NoError(t, put(t, tenant, &van{Plate: string(rune('a' + i))}))
	}
	require.Equal(t, []int{3, 1, 1}, []int{first, second, third})
}

// A handle over another driver, as one that joins a transaction of the host, and
// a guarded or elevated one tell the watches of their store.
func TestWatched_EveryHandle(t *testing.T) {
	t.Parallel()
	var n int
	store, err := open(t).Store().Watched(told("count", &n))
	require.NoError(t, err)
	acme := store.Tenant("acme")
	high, err := acme.Guarded(allowing{}).Elevate(t.Context(), "a test")
	require.NoError(t, err)
	for i, tenant := range []*storage.Tenant{acme, acme.With(memory.New()), store.With(memory.New()).Tenant("acme"), high} {
		require.NoError(t, put(t, tenant, &van{Plate: string(rune('a' + i))}))
		require.Equal(t, i+1, n)
	}
	_, err = store.Tenant("new").Import(t.Context(), strings.NewReader(exportOf(t)), nil)
	require.NoError(t, err)
	require.Equal(t, 4, n, "imports tell nobody")
}

// What Before writes stays when the writes are refused, by it or by the database.
func TestWatch_BeforeThatWrites(t *testing.T) {
	t.Parallel()
	refused, turns := errors.New("refused"), 0
	store, err := open(t).Store().Watched(storage.Watch{Name: "turn", Before: func(ctx context.Context, tx *storage.Tx, writes []storage.Attempt) error {
		turns++
		if err := vans.Put(ctx, tx, &van{Plate: "turn " + string(rune('0'+turns))}); err != nil || len(writes) == 1 {
			return err
		}
		return refused
	}})
	require.NoError(t, err)
	acme := store.Tenant("acme")
	require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error {
		require.ErrorIs(t, vans.Put(t.Context(), tx, &van{Plate: "B-1"}, &van{Plate: "B-2"}), refused)
		require.ErrorIs(t, vans.Put(t.Context(), tx, &van{Plate: "turn 1"}), storage.ErrDuplicate)
		return vans.Put(t.Context(), tx, &van{Plate: "B-3"})
	}))
	var plates []string
	for v, err := range vans.Find(t.Context(), acme, storage.Query{Order: []storage.Order{{Field: "plate"}}}) {
		require.NoError(t, err)
		plates = append(plates, v.Plate)
	}
	require.Equal(t, []string{"B-3", "turn 1", "turn 2", "turn 3"}, plates)
}

// A panic of a watch leaves the guard of the caller in place.
func TestWatch_Panic(t *testing.T) {
	t.Parallel()
	store, err := open(t).Store().Watched(storage.Watch{Name: "panic", After: func(context.Context, *storage.Tx, []storage.Attempt) error { panic("on purpose") }})
	require.NoError(t, err)
	acme, undone := store.Tenant("acme").Guarded(allowing{}), errors.New("undone")
	err = acme.Update(t.Context(), by, func(tx *storage.Tx) error {
		require.PanicsWithValue(t, "on purpose", func() { _ = vans.Put(t.Context(), tx, &van{Plate: "B-1"}) })
		require.Same(t, acme, tx.Tenant())
		return undone
	})
	require.ErrorIs(t, err, undone)
}

// allowing is a guard that allows everything.
type allowing struct{}

func (allowing) Read(context.Context, string) (storage.Access, error) {
	return storage.Access{Where: criteria.All()}, nil
}
func (allowing) Write(context.Context, storage.Attempt) error { return nil }
func (allowing) Elevate(context.Context, string) error        { return nil }

func TestExisting_NeedsItsTarget(t *testing.T) {
	t.Parallel()
	garage := func(d storage.Def[van]) storage.Described {
		return storage.Define("garage", plate("plate"), d)
	}
	owner := storage.Ref("owner", func(v *van) *uuid.UUID { return &v.Owner })
	for name, k := range map[string]storage.Described{
		"a kind that the store does not have": garage(storage.Ref("owner", func(v *van) *uuid.UUID { return &v.Owner }).To("owner").Existing()),
		"no kind at all":                      garage(owner.Existing()),
		"a field that is no ref":              garage(storage.Integer("km", func(v *van) *int64 { return &v.Km }).Existing()),
	} {
		_, err := storage.New(memory.New(), clock, k)
		require.ErrorIs(t, err, storage.ErrInvalid, name)
		require.ErrorContains(t, err, "garage.", name)
	}
	_, err := storage.New(memory.New(), clock, vans, garage(storage.Ref("owner", func(v *van) *uuid.UUID { return &v.Owner }).To("van").Existing()))
	require.NoError(t, err)
	_, err = storage.New(memory.New(), clock, garage(storage.Ref("owner", func(v *van) *uuid.UUID { return &v.Owner }).To("garage").Existing()))
	require.NoError(t, err, "a kind may name its own")
}

func TestDerive(t *testing.T) {
	t.Parallel()
	derived := func(fields ...string) *storage.Kind[van] {
		return storage.Define("derived", plate("plate"), storage.Integer("km", func(v *van) *int64 { return &v.Km }),
			storage.Texts("tags", func(v *van) *[]string { return &v.Tags })).Derive(func(v *van) { v.Tags = []string{v.Plate, "van", v.Plate} }, fields...)
	}
	_, err := storage.New(memory.New(), clock, derived("tags", "colour"))
	require.ErrorIs(t, err, storage.ErrInvalid)
	require.ErrorContains(t, err, `derived field "colour"`)
	k := derived("tags").Derive(func(v *van) { v.Km = int64(len(v.Tags)) }, "km")
	acme := open(t, k)
	v := &van{Plate: "B-1", Km: 100, Tags: []string{"forged"}}
	require.NoError(t, acme.Update(t.Context(), by, func(tx *storage.Tx) error { return k.Put(t.Context(), tx, v) }))
	got, err := k.Get(t.Context(), acme, v.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"B-1", "van"}, got.Tags, "in the form in which sets are stored")
	require.EqualValues(t, 2, got.Km, "the second function sees what the first has set")
	v.Plate = "" // an empty text in a set is refused
	err = acme.Update(t.Context(), by, func(tx *storage.Tx) error { return k.Put(t.Context(), tx, v) })
	var f *storage.FieldError
	require.ErrorAs(t, err, &f)
	require.Equal(t, "tags", f.Field)
}
