package memory

import (
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type doc struct {
	storage.Meta
	Name, Body string
}

var docs = storage.Define[doc]("doc",
	storage.Text("name", func(d *doc) *string { return &d.Name }).Searchable(),
	storage.Text("body", func(d *doc) *string { return &d.Body }).Searchable().Indexed(),
)

// Searches find what a look at every record finds, in views of any age, while
// records come, change and go, whenever the first search was.
func TestDigrams_Oracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := New()
		text := rapid.StringOfN(rapid.RuneFrom([]rune("王小明ABab ")), 0, 5, -1)
		one := func(b byte) uuid.UUID { return uuid.UUID{15: b, 0: 1} }
		type moment struct {
			tx   storage.Transaction
			docs map[byte]doc
		}
		now := map[byte]doc{}
		var moments []moment
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			w, err := d.Begin(ctx, "acme", storage.Write)
			require.NoError(t, err)
			id := byte(rapid.IntRange(1, 6).Draw(t, "id"))
			old, there := now[id]
			next := doc{Meta: storage.Meta{ID: one(id), Version: old.Version + 1}, Name: text.Draw(t, "name"), Body: text.Draw(t, "body")}
			switch {
			case !there:
				require.NoError(t, w.Insert(ctx, docs.Schema(), []storage.Record{&next}))
				now[id] = next
			case rapid.Bool().Draw(t, "purge"):
				require.NoError(t, w.Delete(ctx, docs.Schema(), []storage.Stamp{{ID: one(id), Version: old.Version}}))
				delete(now, id)
			default:
				require.NoError(t, w.Update(ctx, docs.Schema(), []storage.Record{&next}))
				now[id] = next
			}
			search(t, w, now, text)
			require.NoError(t, w.Commit(ctx))
			if rapid.IntRange(0, 3).Draw(t, "view") == 0 {
				tx, err := d.Begin(ctx, "acme", storage.Snapshot)
				require.NoError(t, err)
				held := map[byte]doc{}
				for k, v := range now {
					held[k] = v
				}
				moments = append(moments, moment{tx, held})
			}
			for _, m := range moments {
				search(t, m.tx, m.docs, text)
			}
		}
	})
}

// search compares one search with a look at every record; now and then, for
// mostly nobody has searched yet.
func search(t *rapid.T, tx storage.Transaction, all map[byte]doc, text *rapid.Generator[string]) {
	if rapid.IntRange(0, 2).Draw(t, "search") > 0 {
		return
	}
	s := docs.Schema()
	field := rapid.SampledFrom([]string{"name", "body"}).Draw(t, "field")
	wanted := criteria.Fold(text.Draw(t, "wanted"))
	by := rapid.SampledFrom([]string{storage.FieldID, "body"}).Draw(t, "by")
	desc := rapid.Bool().Draw(t, "desc")
	p := &storage.Plan{
		Schema: s, Where: &criteria.Matching{Field: &s.Field(field).Field, Mode: criteria.SearchMode, Text: wanted},
		Order: []storage.OrderKey{{Field: s.Field(by), Desc: desc}}, Limit: rapid.IntRange(0, 3).Draw(t, "limit"),
	}
	if by != storage.FieldID {
		p.Order = append(p.Order, storage.OrderKey{Field: s.Field(storage.FieldID), Desc: desc})
	}
	var want []storage.Record
	for _, d := range all {
		value := d.Name
		if field == "body" {
			value = d.Body
		}
		if value != "" && strings.Contains(criteria.Fold(value), wanted) {
			want = append(want, &d)
		}
	}
	slices.SortFunc(want, func(a, b storage.Record) int { return order(p.Order, a, b) })
	if len(want) > 0 && rapid.Bool().Draw(t, "after") {
		at := rapid.IntRange(0, len(want)-1).Draw(t, "at")
		p.After, want = want[at], want[at+1:]
	}
	if p.Limit > 0 && len(want) > p.Limit {
		want = want[:p.Limit]
	}
	found, err := tx.Find(ctx, p)
	require.NoError(t, err)
	require.Equal(t, namesOf(want), namesOf(found), "%q in %s", wanted, field)
}

func namesOf(list []storage.Record) []doc {
	out := make([]doc, len(list))
	for i, r := range list {
		out[i] = *r.(*doc)
	}
	return out
}

// A search of two characters reads those records that hold them, not all.
func TestDigrams_ReadsFew(t *testing.T) {
	t.Parallel()
	d := New()
	w := begin(t, d)
	var list []storage.Record
	for i := range 5000 {
		name := "陈" + strings.Repeat("一", i%7)
		if i%1000 == 0 {
			name = "王小明"
		}
		list = append(list, &doc{Meta: storage.Meta{ID: uuid.UUID{15: byte(i), 14: byte(i >> 8), 0: 1}, Version: 1}, Name: name})
	}
	require.NoError(t, w.Insert(ctx, docs.Schema(), list))
	require.NoError(t, w.Commit(ctx))
	view := d.tenant("acme").snapshot()
	s := docs.Schema()
	tree := d.tenant("acme").digramsOf(view.tables["doc"], s.Field("name"))
	read := 0
	to := newSink(func(rows []uint32) bool { read += len(rows); return true })
	tree.walk(tree.rarest(digramsIn("王小明")), uuid.Nil, false, to)
	to.flush()
	require.Equal(t, 5, read)
	require.Same(t, tree, d.tenant("acme").digramsOf(view.tables["doc"], s.Field("name")), "made once for a view")
	fresh := d.tenant("acme").snapshot().tables["doc"]
	require.NotSame(t, view.tables["doc"], fresh)
	require.NotNil(t, fresh.digrams.of(s.Field("name")), "and kept for the views to come")
}
