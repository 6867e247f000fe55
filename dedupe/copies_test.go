package dedupe

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// personFields are those of persons.
var personFields = []Field{{Name: "given", Type: GivenName}, {Name: "surname", Type: Surname}, {Name: "phone", Type: Phone}, {Name: "mail", Type: Email}, {Name: "born", Type: Date}, {Name: "street", Type: Address}}

// persons are n records of people, of whom one in ten is there twice.
func persons(n int) []Record {
	r := rand.New(rand.NewPCG(3, 4))
	given := strings.Fields("james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica thomas sarah charles karen")
	surnames := strings.Fields("smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green")
	streets := strings.Fields("oak maple cedar pine elm washington lake hill walnut spring north ridge church willow meadow forest park river sunset highland")
	list := make([]Record, n)
	for i := range list {
		g, s := given[r.IntN(len(given))], surnames[r.IntN(len(surnames))]
		list[i] = Record{ID: fmt.Sprintf("p%06d", i), Values: []string{g, s, fmt.Sprintf("+1 212 555 %04d", i), fmt.Sprintf("%s@example%d.com", strings.Repeat(string(rune('a'+i%26)), 3)+fmt.Sprint(i*7919), r.IntN(50)),
			fmt.Sprintf("%d-%02d-%02d", 1940+r.IntN(60), 1+r.IntN(12), 1+r.IntN(28)), fmt.Sprintf("%d %s street", 1+r.IntN(900), streets[r.IntN(len(streets))])}}
	}
	for i := n / 10; i < n/5; i++ { // who moved, and are there before and after
		list[i].Values = slices.Clone(list[i-n/10].Values)
		list[i].Values[5] = list[i+n/2].Values[5]
	}
	return list
}

// found returns the cluster that a record is in.
func found(t *testing.T, m *Match, id string) []string {
	t.Helper()
	for _, c := range m.Clusters {
		if slices.Contains(c, id) {
			return c
		}
	}
	require.Failf(t, "no cluster", "of %q", id)
	return nil
}

// matched matches records.
func matched(t *testing.T, fields []Field, options Options, records []Record) *Match {
	t.Helper()
	m, err := New(fields, options)
	require.NoError(t, err)
	match, err := m.Match(context.Background(), records)
	require.NoError(t, err)
	return match
}

// withCopies adds n copies of a record.
func withCopies(records []Record, of, n int) []Record {
	list := slices.Clone(records)
	for i := range n {
		r := records[of]
		r.ID = fmt.Sprintf("x%06d", i)
		list = append(list, r)
	}
	return list
}

func TestCopies_AreOneCluster(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, n := range []int{2, 50, 61, 300, 1000} {
		list := withCopies(persons(2000), 1507, n)
		m := matched(t, personFields, Options{}, list)
		require.Len(t, found(t, m, "p001507"), n+1)
		require.Len(t, m.Clusters, 1800, "the others are as they were")
		told := 0
		for _, p := range m.Pairs {
			if p.Pass == copiesPass {
				told++
				require.Equal(t, "p001507", p.A)
				require.Greater(t, p.Weight, 10.0)
			}
		}
		require.Equal(t, max(n+1-10, 0), told, "ten are compared like others")
		id := fmt.Sprintf("x%06d", n-1)
		e, known := m.Explain("p001507", id)
		require.True(t, known)
		require.InDelta(t, m.Pairs[slices.IndexFunc(m.Pairs, func(p Pair) bool { return p.B == id })].Weight, e.Weight, 1e-3)
	}
}

// The order of records changes nothing, and what people said of a copy holds.
func TestCopies_AnyOrderAndApart(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	list := withCopies(persons(600), 407, 90)
	options := Options{Apart: [][2]string{{"x000003", "x000050"}, {"x000004", "p000407"}}}
	want := matched(t, personFields, options, list)
	cluster := found(t, want, "p000407")
	require.Len(t, cluster, 89, "all but two")
	require.NotContains(t, cluster, "x000004")
	require.False(t, slices.Contains(cluster, "x000003") && slices.Contains(cluster, "x000050"))
	rand.New(rand.NewPCG(5, 6)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	got := matched(t, personFields, options, list)
	require.Equal(t, want.Clusters, got.Clusters)
	require.Equal(t, want.Pairs, got.Pairs)
}

// Records of one list stay apart where lists are linked, unless they may repeat.
func TestCopies_Linking(t *testing.T) {
	t.Parallel()
	list := withCopies(persons(600), 407, 90)
	other := list[407]
	other.ID, other.List = "other", "b"
	list = append(list, other)
	m := matched(t, personFields, Options{Linking: true}, list)
	require.Len(t, found(t, m, "other"), 2)
	require.Len(t, m.Clusters, 690)
	e, _ := m.Explain("x000080", "x000081")
	require.Equal(t, BarList, e.Barred)
	m = matched(t, personFields, Options{Linking: true, Repeats: true}, list)
	require.Len(t, found(t, m, "other"), 92)
	require.True(t, slices.ContainsFunc(m.Pairs, func(p Pair) bool { return p.A == "other" && p.B == "x000080" }))
}

// That many have one name and live in one town does not make them one.
func TestCopies_ByChanceAreNone(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9))
	fields := []Field{{Name: "name", Type: FullName}, {Name: "town", Type: Category}}
	var list []Record
	for i := range 3000 {
		list = append(list, Record{ID: fmt.Sprint(i), Values: []string{fmt.Sprintf("name%c surname%c", 'a'+r.IntN(20), 'a'+r.IntN(20)), fmt.Sprint(r.IntN(5))}})
	}
	m, err := New(fields, Options{})
	require.NoError(t, err)
	left, c := m.part(list)
	require.NotContains(t, left, true)
	require.Empty(t, c.list)
}

func TestCopies_IDs(t *testing.T) {
	t.Parallel()
	m, err := New(personFields, Options{})
	require.NoError(t, err)
	for _, id := range []string{"", "p000003", "x000007"} {
		list := withCopies(persons(100), 50, 20)
		list[len(list)-1].ID = id
		_, err = m.Match(context.Background(), list)
		require.ErrorIs(t, err, ErrInvalid)
	}
}

func TestMerged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOf(rapid.IntRange(0, 50)).Draw(rt, "list")
		ordered := rapid.IntRange(0, len(list)).Draw(rt, "ordered")
		slices.Sort(list[:ordered])
		want := append([]int{}, slices.Sorted(slices.Values(list))...)
		require.Equal(rt, want, append([]int{}, merged(list, ordered, cmp.Compare[int])...))
	})
}
