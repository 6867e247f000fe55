package memory

import (
	"hash/maphash"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A labelled record has an indexed set of texts.
type labelled struct {
	storage.Meta
	Labels []string
}

var labelleds = storage.Define[labelled]("labelled",
	storage.Texts("labels", func(r *labelled) *[]string { return &r.Labels }).Indexed(),
)

// Texts of every length about the 15 bytes that an entry holds, some with one beginning.
var setTexts = []string{"", "a", "ab", "王", "王小明王小", "fifteen bytes 1", "fifteen bytes 12", "fifteen bytes 13", strings.Repeat("x", 40), strings.Repeat("x", 41)}

// A tree of sets, and each copy of it, has the records that a look at every set finds.
func TestSetTree_Oracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := newSetTree(labelleds.Schema().Field("labels"), maphash.MakeSeed())
		want := map[uint32][]string{}
		type moment struct {
			tree *setTree
			want map[uint32][]string
		}
		var moments []moment
		sets := rapid.SliceOfDistinct(rapid.SampledFrom(setTexts), rapid.ID[string])
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			row := uint32(rapid.IntRange(0, 9).Draw(t, "row"))
			now.replace(record(want, row), nil, row)
			delete(want, row)
			if rapid.IntRange(0, 3).Draw(t, "stays") > 0 {
				want[row] = sets.Draw(t, "set")
				now.insertAll([]entry{{rec: record(want, row), row: row}})
			}
			if rapid.IntRange(0, 9).Draw(t, "copy") == 0 {
				kept := map[uint32][]string{}
				for row, set := range want {
					kept[row] = set
				}
				moments = append(moments, moment{now.snapshot(), kept})
			}
		}
		for _, m := range append(moments, moment{now, want}) {
			requireSets(t, m.tree, m.want, rapid.SliceOfNDistinct(rapid.SampledFrom(setTexts), 1, -1, rapid.ID[string]).Draw(t, "sought"))
		}
	})
}

// record is that of a row, nil if there is none.
func record(sets map[uint32][]string, row uint32) storage.Record {
	if set, ok := sets[row]; ok {
		return &labelled{Labels: set}
	}
	return nil
}

// requireSets looks for all of some texts, and for each alone.
func requireSets(t require.TestingT, tree *setTree, sets map[uint32][]string, sought []string) {
	for _, texts := range append([][]string{sought}, each(sought)...) {
		var got, want []uint32
		sink := newSink(func(rows []uint32) bool { got = append(got, rows...); return true })
		tree.walkAny(texts, sink)
		sink.flush()
		for row, set := range sets {
			if slices.ContainsFunc(set, func(text string) bool { return slices.Contains(texts, text) }) {
				want = append(want, row)
			}
		}
		slices.Sort(want)
		require.Equal(t, want, got, texts)
	}
}

func each(texts []string) (list [][]string) {
	for _, text := range texts {
		list = append(list, []string{text})
	}
	return list
}

// What an index finds by a text that does not fit into an entry is checked.
func TestSetTree_LongTextsAreChecked(t *testing.T) {
	t.Parallel()
	for text, checked := range map[string]bool{"fifteen bytes 1": false, "fifteen bytes 12": true} {
		p := &storage.Plan{Schema: labelleds.Schema(), Where: &criteria.Holding{Field: &labelleds.Schema().Field("labels").Field, Values: []string{"a", text}}, Order: []storage.OrderKey{{Field: labelleds.Schema().Field(storage.FieldID)}}}
		c := choose(p)
		require.Equal(t, []string{"a", text}, c.texts)
		rest := c.rest(p)
		require.Equal(t, checked, rest != nil)
		if checked {
			match := state{}.compile(rest)
			require.True(t, match(&labelled{Labels: []string{text}}))
			require.False(t, match(&labelled{Labels: []string{"b"}}))
		}
	}
}

// What is found by texts comes in the order that the plan asks for, page by page, whether
// or not the rows are in that of their ids, and with what the transaction wrote itself.
func TestSetTree_Order(t *testing.T) {
	t.Parallel()
	s := labelleds.Schema()
	rapid.Check(t, func(t *rapid.T) {
		d, id := New(), func(i int) uuid.UUID { return uuid.UUID{15: byte(i)} }
		labels := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.ID[string])
		ids := rapid.SliceOfNDistinct(rapid.IntRange(1, 60), 0, 40, rapid.ID[int]).Draw(t, "ids")
		if rapid.Bool().Draw(t, "in order") {
			slices.Sort(ids)
		}
		sets := map[int][]string{}
		put := func(tx storage.Transaction, ids []int) {
			for _, i := range ids {
				sets[i] = labels.Draw(t, "labels")
				require.NoError(t, tx.Insert(ctx, s, []storage.Record{&labelled{Meta: storage.Meta{ID: id(i), Version: 1}, Labels: sets[i]}}))
			}
		}
		own := rapid.IntRange(0, len(ids)).Draw(t, "own")
		tx, err := d.Begin(ctx, "acme", storage.Write)
		require.NoError(t, err)
		put(tx, ids[own:])
		require.NoError(t, tx.Commit(ctx))
		tx, err = d.Begin(ctx, "acme", storage.Write)
		require.NoError(t, err)
		put(tx, ids[:own])
		desc, limit, after := rapid.Bool().Draw(t, "desc"), rapid.IntRange(0, 10).Draw(t, "limit"), rapid.IntRange(0, 60).Draw(t, "after")
		sought := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, -1, rapid.ID[string]).Draw(t, "sought")
		p := &storage.Plan{
			Schema: s, Order: []storage.OrderKey{{Field: s.Field(storage.FieldID), Desc: desc}}, Limit: limit,
			Where: &criteria.Holding{Field: &s.Field("labels").Field, Values: sought},
		}
		if after > 0 {
			p.After = &labelled{Meta: storage.Meta{ID: id(after)}}
		}
		var want []int
		for i, set := range sets {
			behind := after == 0 || i > after && !desc || i < after && desc
			if behind && slices.ContainsFunc(set, func(text string) bool { return slices.Contains(sought, text) }) {
				want = append(want, i)
			}
		}
		slices.Sort(want)
		if desc {
			slices.Reverse(want)
		}
		if limit > 0 {
			want = want[:min(limit, len(want))]
		}
		list, err := tx.Find(ctx, p)
		require.NoError(t, err)
		require.Len(t, list, len(want))
		for i, r := range list {
			require.Equal(t, id(want[i]), storage.MetaOf(r).ID)
		}
	})
}
