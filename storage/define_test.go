package storage_test

import (
	"errors"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A van is the record of most tests here.
type van struct {
	storage.Meta
	Plate string
	Owner uuid.UUID
	Km    int64
	Tags  []string
	Extra []byte // not described
}

var vans = storage.Define[van]("van",
	storage.Text("plate", func(v *van) *string { return &v.Plate }).Required().Unique().Searchable(),
	storage.Ref("owner", func(v *van) *uuid.UUID { return &v.Owner }).To("van").Indexed(),
	storage.Integer("km", func(v *van) *int64 { return &v.Km }),
	storage.Texts("tags", func(v *van) *[]string { return &v.Tags }),
).Index("owner", "km")

func plate(name string) storage.Def[van] {
	return storage.Text(name, func(v *van) *string { return &v.Plate })
}

func clock() time.Time { return time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC) }

// open makes a store over memory and returns one tenant of it.
func open(t testing.TB, kinds ...storage.Described) *storage.Tenant {
	s, err := storage.New(memory.New(), clock, append(kinds, vans)...)
	require.NoError(t, err)
	return s.Tenant("acme")
}

var by = storage.By("user:ann", "test")

// put stores vans in one transaction.
func put(t testing.TB, tenant *storage.Tenant, list ...*van) error {
	return tenant.Update(t.Context(), by, func(tx *storage.Tx) error { return vans.Put(t.Context(), tx, list...) })
}

// Mistakes in a description are found by New, whatever they are.
func TestNewRefusesMistakenDescriptions(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]storage.Described{
		"a bad name of a kind":  storage.Define[van]("Van"),
		"an empty name":         storage.Define[van](""),
		"a long name":           storage.Define[van]("a234567890123456789012345678901234567890123456789"),
		"a bad name of a field": storage.Define("v", plate("the plate")),
		"a field twice":         storage.Define("v", plate("plate"), plate("plate")),
		"a field of Meta":       storage.Define("v", plate("id")),
		"an index of nothing":   storage.Define("v", plate("plate")).Index("colour"),
		"an empty index":        storage.Define("v", plate("plate")).Index(),
		"an index twice":        storage.Define("v", plate("plate").Indexed()).Index("plate"),
		"a unique set":          storage.Define("v", storage.Texts("tags", func(v *van) *[]string { return &v.Tags }).Unique()),
		"a set in a longer index": storage.Define("v", plate("plate"),
			storage.Texts("tags", func(v *van) *[]string { return &v.Tags })).Index("plate", "tags"),
		"a search over integers":   storage.Define("v", storage.Integer("km", func(v *van) *int64 { return &v.Km }).Searchable()),
		"a target of a text":       storage.Define("v", plate("plate").To("van")),
		"the name of a kind taken": storage.Define[van]("custom_field"),
	} {
		_, err := storage.New(memory.New(), clock, k)
		require.ErrorIs(t, err, storage.ErrInvalid, name)
	}
	_, err := storage.New(memory.New(), clock, vans, vans)
	require.NoError(t, err, "one kind given twice is no mistake")
	_, err = storage.New(nil, clock)
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = storage.New(memory.New(), nil)
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestSchema(t *testing.T) {
	t.Parallel()
	s := vans.Schema()
	require.Equal(t, "van", s.String())
	require.True(t, s.Tracked())
	var names []string
	for _, index := range s.Indexes {
		names = append(names, index.Name())
	}
	require.Equal(t, []string{"plate", "owner", "owner_km"}, names)
	require.True(t, s.Indexes[0].Unique)
	require.Len(t, s.MetaFields(), 5)
	require.Nil(t, s.Field("colour"))
	v := &van{Plate: "a", Tags: []string{"x"}}
	c := s.Clone(v).(*van)
	c.Tags[0] = "y"
	require.Equal(t, "x", v.Tags[0])
	require.IsType(t, &van{}, s.New())
}

func TestFieldsReadAndWriteByName(t *testing.T) {
	t.Parallel()
	v := &van{Meta: storage.Meta{ID: uuid.Max, Version: 3}}
	for name, value := range map[string]any{"plate": "B-1", "owner": uuid.Max, "km": int64(7), "tags": []string{"a"}} {
		f := vans.Schema().Field(name)
		require.NoError(t, f.Set(v, value))
		require.Equal(t, value, f.Value(v))
		require.Error(t, f.Set(v, 1.5), name)
		require.False(t, f.Absent(v))
		require.NotNil(t, f.Address(v))
		back := &van{}
		require.NoError(t, f.ParseJSON(f.AppendJSON(nil, v), back))
		require.Zero(t, f.Compare(v, back), name)
		require.NoError(t, f.Set(v, nil))
		require.Equal(t, name != "km", f.Absent(v), name)
	}
	require.Nil(t, vans.Schema().Field("plate").Value(v))
	require.Equal(t, int64(3), vans.Schema().Field(storage.FieldVersion).Value(v))
}

// What the struct has and the description lacks is not stored.
func TestUndescribedFieldsAreNotStored(t *testing.T) {
	t.Parallel()
	acme := open(t)
	v := &van{Plate: "B-1", Extra: []byte("x")}
	require.NoError(t, put(t, acme, v))
	got, err := vans.Get(t.Context(), acme, v.ID)
	require.NoError(t, err)
	require.Nil(t, got.Extra)
}

func TestKindsAndNames(t *testing.T) {
	t.Parallel()
	acme := open(t)
	require.Equal(t, "acme", acme.Name())
	kinds := acme.Store().Kinds()
	require.Same(t, vans.Schema(), kinds["van"])
	for _, k := range storage.OwnKinds() {
		require.Same(t, k.Schema(), kinds[k.Schema().Name])
	}
	delete(kinds, "van")
	require.NotNil(t, acme.Store().Kinds()["van"], "the map is the caller's own")
}

// Valid is asked about the record as it would be stored, and its error comes back.
func TestValid(t *testing.T) {
	t.Parallel()
	errFar := errors.New("too far")
	strict := storage.Define("strict", plate("plate"), storage.Integer("km", func(v *van) *int64 { return &v.Km })).Valid(func(v *van) error {
		if v.Km > 100 {
			return errFar
		}
		return nil
	})
	acme := open(t, strict)
	write := func(v *van) error {
		return acme.Update(t.Context(), by, func(tx *storage.Tx) error { return strict.Put(t.Context(), tx, v) })
	}
	v := &van{Km: 100}
	require.NoError(t, write(v))
	v.Km = 101
	require.ErrorIs(t, write(v), errFar)
	require.EqualValues(t, 1, v.Version)
}

// Three packages over one store see one version: there are no copies.
func TestCUS33_OneVersionEverywhere(t *testing.T) {
	t.Parallel()
	driver := memory.New()
	var handles []*storage.Tenant
	for range 3 {
		s, err := storage.New(driver, clock, vans)
		require.NoError(t, err)
		handles = append(handles, s.Tenant("acme"))
	}
	v := &van{Plate: "B-1"}
	require.NoError(t, put(t, handles[0], v))
	v.Km = 5
	require.NoError(t, put(t, handles[1], v))
	for _, h := range handles {
		got, err := vans.First(t.Context(), h, storage.Query{Where: criteria.Eq("plate", "B-1")})
		require.NoError(t, err)
		require.EqualValues(t, 2, got.Version)
		require.EqualValues(t, 5, got.Km)
	}
}

// A store over another driver has the same kinds, and a handle keeps its guard.
func TestWith(t *testing.T) {
	t.Parallel()
	acme := open(t)
	other := acme.With(memory.New())
	v := &van{Plate: "B-1"}
	require.NoError(t, put(t, other, v))
	_, err := vans.Get(t.Context(), acme, v.ID)
	require.ErrorIs(t, err, storage.ErrNotFound)
	_, err = vans.Get(t.Context(), other, v.ID)
	require.NoError(t, err)
}
