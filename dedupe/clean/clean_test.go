package clean_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// open opens a text as a file.
func open(t require.TestingT, text string) intake.Source {
	f, err := intake.NewCSV(strings.NewReader(text), intake.TextOptions{})
	require.NoError(t, err)
	return f
}

// steps are the three steps.
var steps = []clean.Step{clean.Unique{}, clean.ByPhone{Columns: []string{"phone"}}, clean.Draw{Key: []string{"id"}, Seed: "2026"}}

// dirty writes a file of n rows: every tenth is an exact duplicate of the one
// before in another width and case, every seventh of the others has the phone of
// the row before it that is no duplicate, in another form, and every hundredth that
// of the switchboard.
func dirty(n int) (text string, duplicates, pairs, switchboard int) {
	random := rand.New(rand.NewPCG(13, 13))
	var b strings.Builder
	b.WriteString("id,name,phone\n")
	last, phone, linked := "", "", true
	for i := range n {
		switch {
		case i%10 == 9:
			duplicates++
			b.WriteString(strings.ToUpper(strings.ReplaceAll(last, "，", ",")) + "  \n")
			continue
		case i%100 == 0:
			switchboard++
			phone, linked = "010-62345678", true
		case !linked && random.IntN(7) == 0:
			pairs++
			phone, linked = "+86 "+phone, true
		default:
			phone, linked = fmt.Sprintf("138%08d", i), false
		}
		last = fmt.Sprintf("c%d,Wang  Li %d,%s", i, i%500, phone)
		b.WriteString(last + "\n")
	}
	return b.String(), duplicates, pairs, switchboard
}

// DED-13: of 80,000 rows step 1 reports the exact duplicates, step 2 links by phone,
// step 3 draws 8,000 rows, the same ones every time; the check closes only when the
// error rate of the sample is within the limit.
func TestDED13_ThreeSteps(t *testing.T) {
	const n = 80_000
	text, duplicates, pairs, switchboard := dirty(n)
	report, err := clean.Clean(t.Context(), open(t, text), clean.Options{}, steps...)
	require.NoError(t, err)
	require.EqualValues(t, n, report.Read)
	require.Equal(t, report.Read, report.Kept+report.Removed+report.Rejected)

	found, ok := clean.Found[*clean.Duplicates](report)
	require.True(t, ok)
	require.Len(t, found.Removed, duplicates)
	require.EqualValues(t, duplicates, report.Removed)
	for _, r := range found.Removed {
		require.Equal(t, r.Row-1, r.Same)
	}
	links, ok := clean.Found[*clean.Links](report)
	require.True(t, ok)
	require.Len(t, links.Groups, pairs)
	require.EqualValues(t, 2*pairs, links.Linked)
	require.Equal(t, report.Kept, links.Linked+links.Alone)
	require.Equal(t, []clean.Shared{{Row: 2, Rows: int64(switchboard)}}, links.Shared)

	sample, ok := clean.Found[*clean.Sample](report)
	require.True(t, ok)
	require.Len(t, sample.Rows, 8_000)
	again, err := clean.Clean(t.Context(), open(t, text), clean.Options{}, steps...)
	require.NoError(t, err)
	require.Equal(t, report, again)

	adapters.Each(t, clean.Kinds(), func(t *testing.T, acme *storage.Tenant) {
		ctx := t.Context()
		var review *clean.Review
		update := func(fn func(tx *storage.Tx) error) error {
			return acme.Update(ctx, storage.By("user:ann", "check"), fn)
		}
		closeReview := func() error {
			return update(func(tx *storage.Tx) error { _, err := clean.CloseReview(ctx, tx, review.ID); return err })
		}
		judge := func(list ...clean.Judgement) {
			require.NoError(t, update(func(tx *storage.Tx) error {
				_, err := clean.Judge(ctx, tx, review.ID, list...)
				return err
			}))
		}
		require.NoError(t, update(func(tx *storage.Tx) (err error) {
			review, err = clean.OpenReview(ctx, tx, clean.NewReview{Name: "customers.csv", Report: report, Limit: decimal.RequireFromString("0.02")}, open(t, text))
			return err
		}))
		waiting, err := clean.SampleRows.Count(ctx, acme, storage.Query{Where: criteria.All(criteria.Eq("review", review.ID), criteria.Missing("verdict"))})
		require.NoError(t, err)
		require.EqualValues(t, 8_000, waiting)

		var list []clean.Judgement
		for i, r := range sample.Rows {
			list = append(list, clean.Judgement{Row: r.Row, Wrong: i < 161})
		}
		judge(list[:7_999]...)
		var refused *clean.AcceptanceError
		require.ErrorAs(t, closeReview(), &refused)
		require.ErrorIs(t, refused, clean.ErrUnjudged)
		require.Equal(t, []int64{8_000, 7_999, 161}, []int64{refused.Size, refused.Judged, refused.Wrong})
		judge(list[7_999])
		require.ErrorAs(t, closeReview(), &refused) // 161 of 8,000 are above 2 %
		require.ErrorIs(t, refused, clean.ErrTooManyWrong)
		require.Contains(t, refused.Error(), "161 of 8000, and the limit of 2 % allows 160")
		judge(clean.Judgement{Row: list[0].Row, Note: "it was right"}) // 160 are 2 %
		require.NoError(t, closeReview())
		review, err = clean.Reviews.Get(ctx, acme, review.ID)
		require.NoError(t, err)
		require.Equal(t, "user:ann", review.ClosedBy)
		require.Equal(t, adapters.Now, review.ClosedAt)
		require.EqualValues(t, 160, review.Wrong)
	})
}

// What a report says to people and to programs.
func TestReport_Text(t *testing.T) {
	t.Parallel()
	text := "id,name,phone\n1,张三,13800138000\n2,李四,\n１,张三 ,13800138000\n3,王五,+86 138 0013 8000\n,,\n4,赵六,abc\n5,x,y,z\n"
	report, err := clean.Clean(t.Context(), open(t, text), clean.Options{}, steps...)
	require.NoError(t, err)
	require.Equal(t, `rows read: 6 (kept 4, removed 1, rejected 1); blank: 1
step 1 (unique): 5 in, 4 out
   removed as exact duplicates: 1
   row 4 equals row 2
step 2 (phone): 4 in, 4 out
   linked: 2 (groups: 1); alone: 2 (without a number: 2); unreadable cells: 1
   numbers that too many share, which link nobody: 0
step 3 (sample): 4 in, 4 out
   drawn: 1 of 5 (10 %, seed "2026"), to be checked by people
`, report.String())
	require.Contains(t, report.Text(clean.Chinese), "读取 6 行：保留 4，移除 1，无法读取 1；空行 1\n第 1 步（unique）：进入 5 行，留下 4 行\n   移除完全重复的行：1\n   第 4 行与第 2 行相同\n")
	require.Contains(t, report.Text(clean.Chinese), "从 5 行中抽取 1 行（10%，种子 \"2026\"），待人工核对\n")
	data, err := json.Marshal(report)
	require.NoError(t, err)
	require.Contains(t, string(data), `"found":{"removed":[{"row":4,"same":2}]}`)
	require.Contains(t, string(data), `"groups":[[2,5]]`)
}

// An import reads through a Cleaner: what is removed is not imported, and the
// others keep their numbers.
func TestCleaner_IsASource(t *testing.T) {
	t.Parallel()
	c, err := clean.New(open(t, "name,phone\na,1\nA,1\nb,2,3\nc,3\n"), clean.Unique{})
	require.NoError(t, err)
	_, err = c.Report()
	require.ErrorIs(t, err, clean.ErrUnfinished)
	mapping, err := intake.Map(c.Header(), []intake.Target{{Name: "name"}}, nil)
	require.NoError(t, err)
	var rows []int64
	result, err := intake.Run(t.Context(), c, mapping, intake.Options{MaxRejectedShare: 1}, func(_ context.Context, batch []intake.Record) ([]intake.Rejection, error) {
		for _, r := range batch {
			rows = append(rows, r.Row)
		}
		return nil, nil
	})
	require.NoError(t, err)
	require.Equal(t, []int64{2, 5}, rows)
	require.EqualValues(t, 1, result.Rejected)
	report, err := c.Report()
	require.NoError(t, err)
	require.Equal(t, []int64{4, 2, 1, 1}, []int64{report.Read, report.Kept, report.Removed, report.Rejected})
	for range c.Rows() {
		t.Fatal("a second reading yields a row")
	}
}

// A step of a host's own removes, rejects and ends.
type odd struct{ bad error }

func (odd) Name() string                            { return "odd" }
func (o odd) Begin([]string) (clean.Work, error)    { return o, nil }
func (o odd) End(rows int64) (clean.Finding, error) { return o, nil }
func (odd) Text(clean.Language) string              { return "odd\n" }
func (o odd) Row(r clean.Row) (bool, error) {
	if r.Cell("n") == "3" {
		return false, o.bad
	}
	return r.Cell("n") != "2" && r.Cell("no such column") == "", nil
}

func TestClean_StepsOfAHost(t *testing.T) {
	t.Parallel()
	const text = "n\n1\n2\n3\n4\n"
	report, err := clean.Clean(t.Context(), open(t, text), clean.Options{}, odd{intake.Rejection{Reason: "three"}}, clean.Unique{})
	require.NoError(t, err)
	require.Equal(t, []int64{4, 2, 1, 1}, []int64{report.Read, report.Kept, report.Removed, report.Rejected})
	require.Equal(t, []clean.Rejected{{Row: 4, Reason: "three"}}, report.Rejections)
	require.Equal(t, report.Steps[0].Out, report.Steps[1].In)
	broken := errors.New("broken")
	_, err = clean.Clean(t.Context(), open(t, text), clean.Options{}, odd{broken})
	require.ErrorIs(t, err, broken)
	_, err = clean.Clean(t.Context(), open(t, text), clean.Options{Keep: func(clean.Row) error { return broken }})
	require.ErrorIs(t, err, broken)
	_, err = clean.Clean(t.Context(), open(t, "n\n\"1\n"), clean.Options{}, clean.Unique{})
	var file *intake.FileError
	require.ErrorAs(t, err, &file)
	for _, s := range []clean.Step{clean.Unique{Columns: []string{"m"}}, clean.ByPhone{}, clean.ByPhone{Columns: []string{"m"}}, clean.Draw{Key: []string{"m"}}} {
		_, err = clean.New(open(t, text), s)
		require.ErrorIs(t, err, clean.ErrColumn)
	}
	for _, s := range []clean.Step{clean.ByPhone{Columns: []string{"n"}, Max: 1}, clean.Draw{Share: decimal.New(11, -1)}, clean.Draw{Share: decimal.New(-1, -1)}} {
		_, err = clean.New(open(t, text), s)
		require.ErrorIs(t, err, clean.ErrInvalid)
	}
}

// The context is looked at and progress told on the way, whatever is removed.
func TestClean_ContextAndProgress(t *testing.T) {
	t.Parallel()
	text := "n\n" + strings.Repeat("1\n", 4_500)
	var told []int64
	_, err := clean.Clean(t.Context(), open(t, text), clean.Options{Progress: func(read int64) { told = append(told, read) }}, clean.Unique{})
	require.NoError(t, err)
	require.Equal(t, []int64{1000, 2000, 3000, 4000, 4500}, told)
	ended, cancel := context.WithCancel(t.Context())
	_, err = clean.Clean(ended, open(t, text), clean.Options{Progress: func(read int64) {
		require.LessOrEqual(t, read, int64(2000))
		if read == 2000 {
			cancel()
		}
	}}, clean.Unique{})
	require.ErrorIs(t, err, context.Canceled)
}

// Rows without anything in the columns that are compared are not equal.
func TestUnique_EmptyCells(t *testing.T) {
	t.Parallel()
	report, err := clean.Clean(t.Context(), open(t, "id,name\n,a\n,b\n7,c\n 7,d\n"), clean.Options{}, clean.Unique{Columns: []string{"id"}})
	require.NoError(t, err)
	found, _ := clean.Found[*clean.Duplicates](report)
	require.Equal(t, []clean.Removal{{Row: 5, Same: 4}}, found.Removed)
	_, ok := clean.Found[*clean.Links](report)
	require.False(t, ok)
}

// What is kept, what is removed and how rows are linked is what a look at all
// pairs says.
func TestClean_Property_AllPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.SampledFrom([]string{"", "a", "Ａ", "a b", "A  b"})
		phone := rapid.SampledFrom([]string{"", "13800138000", "+86 138-0013-8000", "13900139000", "13900139000/13700137000", "13700137000", "x"})
		n, limit := rapid.IntRange(0, 25).Draw(t, "rows"), rapid.IntRange(2, 6).Draw(t, "max")
		b, rows := strings.Builder{}, [][]string{}
		b.WriteString("a,b,phone\n")
		for range n {
			row := []string{cell.Draw(t, "a"), cell.Draw(t, "b"), phone.Draw(t, "phone")}
			rows = append(rows, row)
			b.WriteString(strings.Join(row, ",") + "\n")
		}
		report, err := clean.Clean(context.Background(), open(t, b.String()), clean.Options{}, clean.Unique{}, clean.ByPhone{Columns: []string{"phone"}, Max: limit})
		require.NoError(t, err)
		kept, removed := naiveUnique(rows)
		require.EqualValues(t, len(kept), report.Kept)
		found, _ := clean.Found[*clean.Duplicates](report)
		require.Equal(t, removed, found.Removed)
		links, _ := clean.Found[*clean.Links](report)
		require.Equal(t, naiveGroups(rows, kept, limit), links.Groups)
	})
}

func naiveUnique(rows [][]string) (kept []int, removed []clean.Removal) {
	removed = []clean.Removal{}
	same := func(a, b []string) bool {
		return slices.EqualFunc(a, b, func(x, y string) bool {
			return strings.Join(strings.Fields(criteria.Fold(x)), " ") == strings.Join(strings.Fields(criteria.Fold(y)), " ")
		})
	}
	for i, r := range rows {
		if strings.Join(r, "") == "" {
			continue
		}
		if at := slices.IndexFunc(kept, func(k int) bool { return same(rows[k], r) }); at >= 0 {
			removed = append(removed, clean.Removal{Row: int64(i + 2), Same: int64(kept[at] + 2)})
		} else {
			kept = append(kept, i)
		}
	}
	return kept, removed
}

func naiveGroups(rows [][]string, kept []int, limit int) [][]int64 {
	numbers := map[string][]int{}
	for _, i := range kept {
		for _, text := range intake.SplitPhones(rows[i][2], nil) {
			if form, err := customer.NormalPhone(text); err == nil {
				numbers[form] = append(numbers[form], i)
			}
		}
	}
	group := map[int]int{}
	for i := range rows {
		group[i] = i
	}
	for _, list := range numbers {
		for _, i := range list[1:] {
			if len(list) <= limit {
				from, to := group[i], group[list[0]]
				for k, g := range group {
					if g == from {
						group[k] = to
					}
				}
			}
		}
	}
	groups := [][]int64{}
	for i := range rows {
		var members []int64
		for k := range rows {
			if group[k] == group[i] {
				members = append(members, int64(k+2))
			}
		}
		if len(members) > 1 && members[0] == int64(i+2) {
			groups = append(groups, members)
		}
	}
	return groups
}

// The size of a sample is exact, it is the same in any order of the rows, and
// another seed draws other rows.
func TestDraw_Property_ExactAndReproducible(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, percent := rapid.IntRange(1, 400).Draw(t, "rows"), rapid.IntRange(1, 100).Draw(t, "percent")
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf("c%d", i)
		}
		draw := func(ids []string, seed string) map[string]bool {
			s := clean.Draw{Share: decimal.New(int64(percent), -2), Key: []string{"id"}, Seed: seed}
			report, err := clean.Clean(context.Background(), open(t, "id\n"+strings.Join(ids, "\n")+"\n"), clean.Options{}, s)
			require.NoError(t, err)
			sample, _ := clean.Found[*clean.Sample](report)
			require.Len(t, sample.Rows, (n*percent+99)/100)
			set := map[string]bool{}
			for _, r := range sample.Rows {
				set[ids[r.Row-2]] = true
			}
			return set
		}
		first := draw(ids, "a")
		require.Equal(t, first, draw(rapid.Permutation(ids).Draw(t, "order"), "a"))
		if n > 100 && percent > 20 && percent < 80 {
			require.NotEqual(t, first, draw(ids, "b"))
		}
	})
}

// Of key records alone, the share is of them.
func TestDraw_KeyRecords(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("id,level\n")
	for i := range 300 {
		fmt.Fprintf(&b, "%d,%s\n", i, []string{"A", "B", "C"}[i%3])
	}
	key := func(r clean.Row) bool { return r.Cell("level") == "A" }
	report, err := clean.Clean(t.Context(), open(t, b.String()), clean.Options{}, clean.Draw{Matters: key})
	require.NoError(t, err)
	sample, _ := clean.Found[*clean.Sample](report)
	require.Len(t, sample.Rows, 10)
	require.EqualValues(t, 100, sample.Of)
	for _, r := range sample.Rows {
		require.Zero(t, (r.Row-2)%3)
	}
}

func Example() {
	file, err := intake.NewCSV(strings.NewReader("编号,姓名,手机\n1,王丽,13800138000\n１,王丽,13800138000\n2,李强,+86 138 0013 8000\n"), intake.TextOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := clean.Clean(context.Background(), file, clean.Options{},
		clean.Unique{}, clean.ByPhone{Columns: []string{"手机"}}, clean.Draw{Key: []string{"编号"}, Seed: "2026"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report.Text(clean.Chinese))
	// Output:
	// 读取 3 行：保留 2，移除 1，无法读取 0；空行 0
	// 第 1 步（unique）：进入 3 行，留下 2 行
	//    移除完全重复的行：1
	//    第 3 行与第 2 行相同
	// 第 2 步（phone）：进入 2 行，留下 2 行
	//    按手机号关联 2 行（1 组）；未关联 0 行（无号码 0 行）；无法识别的单元格 0 个
	//    共用者过多、不作关联的号码：0 个
	// 第 3 步（sample）：进入 2 行，留下 2 行
	//    从 3 行中抽取 1 行（10%，种子 "2026"），待人工核对
}
