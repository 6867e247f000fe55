package dedupe

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var people = []Field{{Name: "name", Type: FullName}, {Name: "mobile", Type: Phone}, {Name: "mail", Type: Email}, {Name: "born", Type: Date}}

func match(t testing.TB, fields []Field, records ...Record) *Match {
	t.Helper()
	m, err := New(fields, Options{})
	require.NoError(t, err)
	found, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	return found
}

// town makes n people of whom every third has a second record with a fault.
func town(n int, random *rand.Rand) []Record {
	surnames, givens := []string{"王", "李", "张", "刘", "陈", "杨", "黄", "周"}, []string{"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳"}
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	var list []Record
	for i := range n {
		mobile := fmt.Sprintf("1%010d", 3_000_000_000+random.IntN(6_000_000_000))
		r := Record{ID: fmt.Sprintf("%04d a", i), Values: []string{
			pick(surnames) + pick(givens) + pick(givens), mobile, fmt.Sprintf("p%d@example.com", random.IntN(1_000_000)),
			fmt.Sprintf("%d-%02d-%02d", 1950+random.IntN(50), 1+random.IntN(12), 1+random.IntN(28)),
		}}
		list = append(list, r)
		if i%3 == 0 {
			again := Record{ID: fmt.Sprintf("%04d b", i), Values: slices.Clone(r.Values)}
			switch random.IntN(3) {
			case 0:
				again.Values[1] = "+86 " + mobile[:3] + " " + mobile[3:7] + " " + mobile[7:]
			case 1:
				again.Values[1], again.Values[3] = "", ""
			default:
				again.Values[2] = ""
			}
			list = append(list, again)
		}
	}
	return list
}

func TestMatch_FindsEveryPlantedPair(t *testing.T) {
	t.Parallel()
	found := match(t, people, town(300, rand.New(rand.NewPCG(1, 1)))...)
	require.Len(t, found.Clusters, 300)
	for _, ids := range found.Clusters {
		require.Equal(t, ids[0][:4], ids[len(ids)-1][:4])
	}
}

// The order of the records does not matter, nor how often they are compared.
func TestMatch_Property_AnyOrder(t *testing.T) {
	t.Parallel()
	records := town(60, rand.New(rand.NewPCG(2, 2)))
	want := match(t, people, records...)
	rapid.Check(t, func(r *rapid.T) {
		shuffled := rapid.Permutation(records).Draw(r, "order")
		got := match(t, people, shuffled...)
		require.Equal(r, want.Clusters, got.Clusters)
		require.Equal(r, want.Pairs, got.Pairs)
	})
}

// DED-02, its scan: one person with two phones is one pair, and the reasons are
// the mail address and the name.
func TestDED02_OnePersonWithTwoPhones(t *testing.T) {
	t.Parallel()
	records := append(town(120, rand.New(rand.NewPCG(3, 3))),
		Record{ID: "R1", Values: []string{"张三", "13800000001", "a@x.com", ""}},
		Record{ID: "R2", Values: []string{"张三", "13900000002", "A@x.com", ""}})
	found := match(t, people, records...)
	require.Contains(t, found.Clusters, []string{"R1", "R2"})
	e, ok := found.Explain("R1", "R2")
	require.True(t, ok)
	require.Greater(t, e.Probability(), 0.95)
	levels := map[string]string{}
	sum := e.Prior
	for _, p := range e.Parts {
		levels[p.Name] = p.Level
		sum += p.Weight
	}
	require.InDelta(t, e.Weight, sum, 1e-9)
	require.Equal(t, "both the same", levels["name"])
	require.Equal(t, "the same", levels["mail"])
	require.Regexp(t, `(?s)^any two records .*\nname +\+\d+\.\d  both the same\n.*together .*probability (0\.9|1)`, e.String())
	_, ok = found.Explain("R1", "nobody")
	require.False(t, ok)
}

func TestNew_Refuses(t *testing.T) {
	t.Parallel()
	for _, fields := range [][]Field{nil, {{Name: "", Type: Text}}, {{Name: "a", Type: Text}, {Name: "a", Type: Date}}, {{Name: "a", Type: 0}}, {{Name: "a", Type: ByHost + 1}}} {
		_, err := New(fields, Options{})
		require.ErrorIs(t, err, ErrInvalid)
	}
	_, err := New(people, Options{Block: 1})
	require.ErrorIs(t, err, ErrInvalid)
	m, err := New(people[:1], Options{})
	require.NoError(t, err)
	for _, records := range [][]Record{{{ID: "", Values: []string{"a"}}}, {{ID: "1", Values: []string{"a"}}, {ID: "1", Values: []string{"b"}}}, {{ID: "1"}}} {
		_, err := m.Match(t.Context(), records)
		require.ErrorIs(t, err, ErrInvalid)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Match(ended, []Record{{ID: "1", Values: []string{"a"}}})
	require.ErrorIs(t, err, context.Canceled)
	found, err := m.Match(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found.Clusters)
}

// With Linking, records of one list are not compared.
func TestMatch_Linking(t *testing.T) {
	t.Parallel()
	records := town(60, rand.New(rand.NewPCG(4, 4)))
	for i := range records {
		records[i].List = records[i].ID[5:]
	}
	records = append(records, Record{ID: "9999 a", List: "a", Values: records[0].Values})
	m, err := New(people, Options{Linking: true})
	require.NoError(t, err)
	found, err := m.Match(t.Context(), records)
	require.NoError(t, err)
	require.NotEmpty(t, found.Pairs)
	for _, p := range found.Pairs {
		require.NotEqual(t, p.A[5:], p.B[5:])
	}
}

// A match ends when its context does, whatever it is at, and tells how far it has come.
func TestMatch_EndsAndTells(t *testing.T) {
	t.Parallel()
	records := town(90, rand.New(rand.NewPCG(5, 5)))
	var stages []Stage
	m, err := New(people, Options{Progress: func(p Progress) {
		require.LessOrEqual(t, p.Done, p.Total)
		if len(stages) == 0 || stages[len(stages)-1] != p.Stage {
			stages = append(stages, p.Stage)
		}
	}})
	require.NoError(t, err)
	_, err = m.Match(t.Context(), records)
	require.NoError(t, err)
	require.Equal(t, []Stage{Reading, Blocking, Proposing, Comparing, Clustering}, stages)
	for _, last := range stages {
		ctx, cancel := context.WithCancel(t.Context())
		after := false
		m, err := New(people, Options{Progress: func(p Progress) {
			require.False(t, after, "%v after the end", p)
			if p.Stage == last {
				cancel()
				after = true
			}
		}})
		require.NoError(t, err)
		found, err := m.Match(ctx, records)
		require.ErrorIs(t, err, context.Canceled, last)
		require.Nil(t, found)
	}
}

// The more records there are, the fewer a key brings together.
func TestLimit(t *testing.T) {
	t.Parallel()
	m, err := New(people, Options{})
	require.NoError(t, err)
	for n, want := range map[int]int{0: 60, 1: 60, 30_000: 60, 60_000: 30, 100_000: 18, 450_000: 4, 10_000_000: 4} {
		require.Equal(t, want, m.limit(n), n)
	}
	m, err = New(people, Options{Block: 7})
	require.NoError(t, err)
	require.Equal(t, 7, m.limit(10_000_000))
}

// naiveContract joins the two clusters with the greatest positive sum between
// them until there are none.
func naiveContract(n int, weights map[[2]int32]float32, barred func(x, y int32) bool) []int32 {
	roots := make([]int32, n)
	for i := range roots {
		roots[i] = int32(i)
	}
	between := func(a, b int32) (sum float32, known bool) {
		for i, x := range roots {
			for j, y := range roots {
				if x != a || y != b {
					continue
				}
				if barred(int32(i), int32(j)) {
					return never, true
				}
				w, ok := weights[[2]int32{int32(min(i, j)), int32(max(i, j))}]
				if !ok {
					w = absent
				}
				sum, known = sum+w, known || ok
			}
		}
		return sum, known
	}
	for {
		var best float32
		var at [2]int32
		for a := range int32(n) {
			for b := a + 1; b < int32(n); b++ {
				if roots[a] != a || roots[b] != b {
					continue
				}
				if sum, known := between(a, b); known && sum > best {
					best, at = sum, [2]int32{a, b}
				}
			}
		}
		if best == 0 {
			return roots
		}
		for i := range roots {
			if roots[i] == at[1] {
				roots[i] = at[0]
			}
		}
	}
}

func TestContract_Property_EqualsTheNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "rows")
		weights, list := map[[2]int32]float32{}, []edge(nil)
		used := map[int]bool{}
		for a := range int32(n) {
			for b := a + 1; b < int32(n); b++ {
				if !rapid.Bool().Draw(t, "compared") {
					continue
				}
				// Different powers of two: no two sums are equal.
				k := rapid.IntRange(0, 45).Filter(func(k int) bool { return !used[k] }).Draw(t, "weight")
				used[k] = true
				w := float32(k)/3 - 7 + float32(len(list))/64
				weights[[2]int32{a, b}] = w
				list = append(list, edge{a, b, w})
			}
		}
		b, barred := drawBars(t, n)
		throngs := drawThrongs(t, n, weights)
		want, got := naiveContract(n, weights, barred), contract(n, list, 0, throngs, b)
		require.Equal(t, score(n, weights, want), score(n, weights, got), "%v %v", want, got)
	})
}

// drawThrongs draws the throngs of rows: pairs of one that were not compared weigh
// nothing.
func drawThrongs(t *rapid.T, n int, weights map[[2]int32]float32) []int32 {
	if !rapid.Bool().Draw(t, "throngs") {
		return nil
	}
	throngs := rapid.SliceOfN(rapid.Int32Range(0, 2), n, n).Draw(t, "throng")
	for a := range int32(n) {
		for b := a + 1; b < int32(n); b++ {
			if _, compared := weights[[2]int32{a, b}]; !compared && throngs[a] != 0 && throngs[a] == throngs[b] {
				weights[[2]int32{a, b}] = 0
			}
		}
	}
	return throngs
}

// drawBars draws lists that name each entity once, or codes, or nothing.
func drawBars(t *rapid.T, n int) (b *bars, barred func(x, y int32) bool) {
	var of []string
	for range n {
		of = append(of, rapid.SampledFrom([]string{"", "p", "q", "r"}).Draw(t, "bar"))
	}
	b = &bars{}
	switch rapid.IntRange(0, 2).Draw(t, "bars") {
	case 0:
		return nil, func(x, y int32) bool { return false }
	case 1:
		for _, list := range of {
			b.lists = append(b.lists, []string{list})
		}
		return b, func(x, y int32) bool { return of[x] == of[y] }
	}
	for _, code := range of {
		b.codes = append(b.codes, [codeKinds]string{residentID: code})
	}
	return b, func(x, y int32) bool { return of[x] != of[y] && of[x] != "" && of[y] != "" }
}

// score is the sum of the weights within clusters.
func score(n int, weights map[[2]int32]float32, roots []int32) (sum float32) {
	for a := range int32(n) {
		for b := a + 1; b < int32(n); b++ {
			if roots[a] != roots[b] {
				continue
			}
			if w, ok := weights[[2]int32{a, b}]; ok {
				sum += w
			} else {
				sum += absent
			}
		}
	}
	return sum
}

func ExampleMatcher_Match() {
	m, err := New([]Field{{Name: "name", Type: FullName}, {Name: "mobile", Type: Phone}}, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var records []Record
	for i, name := range []string{"王小明", "李芳", "Chen Wei", "刘洋", "赵磊", "周静"} {
		records = append(records, Record{ID: fmt.Sprint(i), Values: []string{name, fmt.Sprintf("138001380%02d", i*7)}})
	}
	records = append(records, Record{ID: "6", Values: []string{"Xiaoming WANG", "+86 138-0013-8000"}})
	found, err := m.Match(context.Background(), records)
	for _, ids := range found.Clusters {
		if len(ids) > 1 {
			fmt.Println(ids, err)
		}
	}
	// Output: [0 6] <nil>
}
