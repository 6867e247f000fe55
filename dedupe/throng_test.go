package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// withMoves adds n records of one person, each with another address.
func withMoves(records []Record, of, n int) []Record {
	list := slices.Clone(records)
	for i := range n {
		r := records[of]
		r.ID, r.Values = fmt.Sprintf("y%06d", i), slices.Clone(r.Values)
		r.Values[5] = records[(i*13+1)%len(records)].Values[5]
		list = append(list, r)
	}
	return list
}

func TestThrong_OneEntityOfMoreRecordsThanAKeyBringsTogether(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, n := range []int{40, 61, 100, 300} {
		list := withMoves(persons(2000), 1507, n)
		m := matched(t, personFields, Options{}, list)
		require.Len(t, found(t, m, "p001507"), n+1, "%d records", n+1)
		require.Len(t, m.Clusters, 1800)
		rand.New(rand.NewPCG(5, 6)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		again := matched(t, personFields, Options{}, list)
		require.Equal(t, m.Clusters, again.Clusters)
		require.Equal(t, m.Pairs, again.Pairs)
	}
}

// Copies that differ in how they are written are one entity as well.
func TestThrong_CopiesInAnotherSpelling(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	list := persons(2000)
	for i := range 120 {
		r := list[1507]
		r.ID, r.Values = fmt.Sprintf("y%06d", i), slices.Clone(r.Values)
		for bit := range 7 {
			if i>>bit&1 != 0 {
				field := []int{0, 1, 3, 5}[bit%4]
				r.Values[field] = strings.ToUpper(r.Values[field][:1+bit/4]) + r.Values[field][1+bit/4:] + strings.Repeat(" ", bit/4)
			}
		}
		list = append(list, r)
	}
	require.Len(t, found(t, matched(t, personFields, Options{}, list), "p001507"), 121)
}

// Windows compare each row of a throng with the next ones, and the work is linear.
func TestThrong_Windows(t *testing.T) {
	t.Parallel()
	for _, size := range []int{2, 3, 6} {
		b, list := &blocks{}, rand.New(rand.NewPCG(1, 2)).Perm(500)
		rows := make([]int32, len(list))
		for i, row := range list {
			rows[i] = int32(row)
		}
		b.windows(rows, size)
		b.until = []uint32{uint32(len(b.rows))}
		pairs := b.propose(len(rows), func(a, b int32) bool { return true }, &work{ctx: context.Background()})
		require.Less(t, len(pairs), size*len(rows))
		for i, row := range rows[1:] {
			require.True(t, slices.Contains(pairs, pair{a: min(row, rows[i]), b: max(row, rows[i])}))
		}
	}
}

// Rows that have common things in common are no throng: a year and a town say nothing.
func TestThrong_CommonKeysAreNone(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	fields := []Field{{Name: "born", Type: Date}, {Name: "code", Type: Postcode}}
	var list []Record
	for i := range 5000 {
		list = append(list, Record{ID: fmt.Sprint(i), Values: []string{fmt.Sprintf("%d-01-01", 1980+r.IntN(4)), fmt.Sprint(100 + r.IntN(4))}})
	}
	m, err := New(fields, Options{})
	require.NoError(t, err)
	w := &work{ctx: context.Background()}
	tb, err := m.table(list, w)
	require.NoError(t, err)
	passes := tb.passes()
	b := tb.block(passes, 60, w)
	all, in := tb.lookAt(b, passes, 60)
	require.Len(t, all, len(passes))
	require.Nil(t, in)
}
