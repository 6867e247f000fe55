package memory

import (
	"maps"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A shelf is rows beside the map that shows what they must hold.
type shelf struct {
	rows *rows
	want map[uint32]*sample
}

func (s *shelf) check(t *rapid.T) {
	for n, r := range s.want {
		if got := s.rows.get(n); got != storage.Record(r) {
			t.Fatalf("number %d stands for %v, not %v", n, got, r)
		}
	}
}

// TestRowsAgreeWithMap adds, replaces and frees records, over many pages and
// more than one book, and looks whether rows and the copies that were taken of
// them on the way have what they must.
func TestRowsAgreeWithMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		live := shelf{newRows(), map[uint32]*sample{}}
		if rapid.IntRange(0, 4).Draw(t, "big") == 0 {
			live.add(t, pageSize*bookSize-2*pageSize)
		}
		var taken []shelf
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			first := rapid.IntRange(0, 2*pageSize).Draw(t, "first")
			step := rapid.IntRange(1, 2*pageSize).Draw(t, "step")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				taken = append(taken, shelf{live.rows.copy(), maps.Clone(live.want)})
			case 1:
				live.each(first, step, func(n uint32) { live.rows.set(n, nil); delete(live.want, n) })
			case 2:
				live.each(first, step, func(n uint32) {
					live.want[n] = &sample{Int: 2}
					live.rows.set(n, live.want[n])
				})
			default:
				live.add(t, rapid.SampledFrom([]int{1, pageSize, 3 * pageSize}).Draw(t, "records"))
			}
		}
		for _, s := range append(taken, live) {
			s.check(t)
		}
	})
}

func (s *shelf) add(t *rapid.T, records int) {
	for range records {
		r := &sample{Int: 1}
		n := s.rows.add(r)
		if s.want[n] != nil {
			t.Fatalf("the number %d is taken", n)
		}
		s.want[n] = r
	}
}

// each calls do with every step-th of the numbers that stand for a record.
func (s *shelf) each(first, step int, do func(n uint32)) {
	for n := first; n < int(s.rows.count); n += step {
		if s.want[uint32(n)] != nil {
			do(uint32(n))
		}
	}
}

// Reading page by page finds what the tree of ids leads to, in the same order.
func TestRows_Pages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := New()
		w, err := d.Begin(ctx, "acme", storage.Write)
		require.NoError(t, err)
		n := rapid.IntRange(0, 3*pageSize).Draw(t, "records")
		require.NoError(t, w.Insert(ctx, samples.Schema(), numbers(0, n, 1)))
		require.NoError(t, w.Commit(ctx))
		w, err = d.Begin(ctx, "acme", storage.Write)
		require.NoError(t, err)
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, max(n-1, 0)), 0, min(n, 20), rapid.ID).Draw(t, "gone") {
			require.NoError(t, w.Delete(ctx, samples.Schema(), []storage.Stamp{{ID: number(i, 1).ID, Version: 1}}))
		}
		require.NoError(t, w.Commit(ctx))
		s := samples.Schema()
		p := &storage.Plan{
			Schema: s, Order: []storage.OrderKey{{Field: s.Field(storage.FieldID), Desc: rapid.Bool().Draw(t, "desc")}},
			Limit: rapid.IntRange(0, n+1).Draw(t, "limit"), Where: &criteria.And{},
		}
		if rapid.Bool().Draw(t, "after") {
			p.After = number(rapid.IntRange(0, n).Draw(t, "cursor"), 1)
		}
		read := func() []storage.Record {
			r, err := d.Begin(ctx, "acme", storage.Snapshot)
			require.NoError(t, err)
			list, err := r.Find(ctx, p)
			require.NoError(t, err)
			return list
		}
		byPage := read()
		if trees := d.tenant("acme").snapshot().tables[s.Name]; trees != nil {
			require.False(t, trees.rows.disorder)
			trees.rows.disorder = true
		}
		require.Equal(t, read(), byPage)
	})
}
