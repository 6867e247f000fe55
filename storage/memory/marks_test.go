package memory

import (
	"context"
	"hash/maphash"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A tagged record has two sets of texts.
type tagged struct {
	storage.Meta
	Tags, Groups []string
}

var taggeds = storage.Define[tagged]("tagged",
	storage.Texts("tags", func(r *tagged) *[]string { return &r.Tags }),
	storage.Texts("groups", func(r *tagged) *[]string { return &r.Groups }),
)

// schemaKind shows a schema to package criteria.
type schemaKind struct{ *storage.Schema }

func (k schemaKind) Name() string { return k.Schema.Name }

func (k schemaKind) Field(name string) (*criteria.Field, bool) {
	f := k.Schema.Field(name)
	return &f.Field, f != nil
}

// TestMarksPassOverNoMatch shows that a record which matches a criterion has
// the marks that it needs, and that a criterion on a set needs some.
func TestMarksPassOverNoMatch(t *testing.T) {
	t.Parallel()
	m := newMarker(taggeds.Schema(), maphash.MakeSeed())
	rapid.Check(t, func(t *rapid.T) {
		texts := func(name string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 0, 4, rapid.ID).Draw(t, name)
		}
		r := &tagged{Tags: texts("tags"), Groups: texts("groups")}
		c := drawTagged(t, 3)
		n, err := criteria.Check(c, schemaKind{taggeds.Schema()}, nil, someTimes[3])
		require.NoError(t, err)
		if need := m.need(n); criteria.Compile(n, nil)(r) {
			require.Equal(t, need, m.of(r)&need)
		}
	})
	n, err := criteria.Check(criteria.All(criteria.HasAll("tags", "a"), criteria.HasAny("groups", "b")), schemaKind{taggeds.Schema()}, nil, someTimes[3])
	require.NoError(t, err)
	require.Equal(t, m.mark(0, "a")|m.mark(1, "b"), m.need(n))
}

// drawTagged draws a criterion on the sets.
func drawTagged(t *rapid.T, depth int) criteria.Criterion {
	field := oneOf(t, "field", []string{"tags", "groups"})
	some := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}), 1, 3, rapid.ID).Draw(t, "some")
	switch what := rapid.IntRange(0, 5).Draw(t, "what"); {
	case what == 0 && depth > 0:
		return criteria.All(drawTagged(t, depth-1), drawTagged(t, depth-1))
	case what == 1 && depth > 0:
		return criteria.Any(drawTagged(t, depth-1), drawTagged(t, depth-1))
	case what == 2 && depth > 0:
		return criteria.Not(drawTagged(t, depth-1))
	case what == 3:
		return criteria.HasAny(field, some...)
	case what == 4:
		return criteria.Missing(field)
	default:
		return criteria.HasAll(field, some...)
	}
}

// An ending context has ended when it was asked so many times.
type ending struct {
	context.Context
	left int
}

func (c *ending) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestScanWithoutMatchesEnds shows that a scan which passes over all records
// still notices that its context has ended.
func TestScanWithoutMatchesEnds(t *testing.T) {
	t.Parallel()
	d := New()
	w := begin(t, d)
	var list []storage.Record
	for i := range 3 * idle {
		list = append(list, &tagged{Meta: storage.Meta{ID: uuid.UUID{0: 1, 14: byte(i >> 8), 15: byte(i)}, Version: 1}})
	}
	s := taggeds.Schema()
	require.NoError(t, w.Insert(ctx, s, list))
	require.NoError(t, w.Commit(ctx))
	n, err := criteria.Check(criteria.HasAll("tags", "a"), schemaKind{s}, nil, someTimes[3])
	require.NoError(t, err)
	p := &storage.Plan{Schema: s, Where: n, Order: []storage.OrderKey{{Field: s.Field(storage.FieldID)}}}
	for asked, want := range []error{context.Canceled, context.Canceled, context.Canceled, nil} {
		r, err := d.Begin(ctx, "acme", storage.Snapshot)
		require.NoError(t, err)
		found, err := r.Find(&ending{ctx, asked + 1}, p)
		require.Empty(t, found)
		require.Equal(t, want, err, "asked %d times", asked+1)
	}
}
