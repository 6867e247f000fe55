package memory

import (
	"hash/maphash"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
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
