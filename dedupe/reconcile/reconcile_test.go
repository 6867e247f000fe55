package reconcile_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/dedupe/reconcile"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func utc(name string) reconcile.Source {
	return reconcile.Source{Name: name, Zone: "UTC", Layout: time.DateTime}
}

func each(list []reconcile.Row) iter.Seq2[reconcile.Row, error] {
	return func(yield func(reconcile.Row, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestNew_Refuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]reconcile.Source{
		"no name":                        {Zone: "UTC"},
		"no such zone":                   {Name: "a", Zone: "Asia/Nowhere"},
		"a layout without a day":         {Name: "a", Zone: "UTC", Layout: "15:04:05"},
		"a layout without a year":        {Name: "a", Zone: "UTC", Layout: "01-02 15:04"},
		"a layout with letters":          {Name: "a", Zone: "UTC", Layout: "2006-01-02 15:04 MST"},
		"a layout that is no layout":     {Name: "a", Zone: "UTC", Layout: "yyyy-mm-dd"},
		"a layout without the month too": {Name: "a", Zone: "UTC", Layout: "2006 15:04"},
	} {
		_, err := reconcile.New(s, utc("b"), reconcile.Rules{})
		require.ErrorIs(t, err, reconcile.ErrInvalid, name)
		require.NotEmpty(t, err.Error())
	}
	for _, rules := range []reconcile.Rules{{Before: -1}, {After: -1}} {
		_, err := reconcile.New(utc("a"), utc("b"), rules)
		require.ErrorIs(t, err, reconcile.ErrInvalid)
	}
}

// Errors of a source and the end of the context end it.
func TestReconcile_Ends(t *testing.T) {
	t.Parallel()
	r, err := reconcile.New(utc("a"), utc("b"), reconcile.Rules{})
	require.NoError(t, err)
	broken := errors.New("broken")
	_, err = r.Reconcile(t.Context(), each(nil), func(yield func(reconcile.Row, error) bool) { yield(reconcile.Row{}, broken) })
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, `"b"`)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.Reconcile(ended, each([]reconcile.Row{{ID: "1", Customer: "c", Time: "2026-01-05 00:00:00"}}), each(nil))
	require.ErrorIs(t, err, context.Canceled)
	empty, err := r.Reconcile(t.Context(), each(nil), each(nil))
	require.NoError(t, err)
	require.Equal(t, &reconcile.Result{}, empty)
}

// Amounts and references are part of what is compared, where the rules say so.
func TestReconcile_Keys(t *testing.T) {
	t.Parallel()
	row := func(id, amount, currency, ref string) reconcile.Row {
		return reconcile.Row{ID: id, Customer: "c", Amount: customer.Money{Amount: decimal.RequireFromString(amount), Currency: currency}, Ref: ref, Time: "2026-01-05 00:00:00"}
	}
	left := []reconcile.Row{row("1", "99.50", "CNY", "A")}
	for _, c := range []struct {
		rules   reconcile.Rules
		right   reconcile.Row
		matched int
	}{
		{reconcile.Rules{Amount: true}, row("1", "99.5", "CNY", "B"), 1},
		{reconcile.Rules{Amount: true}, row("1", "99.50", "USD", "A"), 0},
		{reconcile.Rules{Ref: true}, row("1", "1", "CNY", "A"), 1},
		{reconcile.Rules{Ref: true, Amount: true}, row("1", "99.5", "CNY", "a"), 0},
		{reconcile.Rules{}, row("1", "1", "USD", "B"), 1},
	} {
		r, err := reconcile.New(utc("a"), utc("b"), c.rules)
		require.NoError(t, err)
		result, err := r.Reconcile(t.Context(), each(left), each([]reconcile.Row{c.right}))
		require.NoError(t, err)
		require.Len(t, result.Matched, c.matched, "%+v", c)
	}
}

// base is the first moment of the property tests.
var base = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// What is matched is what a look at all pairs says, nearest first, whatever the
// order of the rows.
func TestReconcile_Property_NearestFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.Custom(func(t *rapid.T) reconcile.Row {
			return reconcile.Row{
				ID: rapid.StringMatching("[a-d]").Draw(t, "id"), Customer: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "customer"),
				Time: base.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "second")) * time.Second).Format(time.DateTime),
			}
		})
		left, right := rapid.SliceOfN(row, 0, 14).Draw(t, "left"), rapid.SliceOfN(row, 0, 14).Draw(t, "right")
		window := rapid.IntRange(0, 8)
		rules := reconcile.Rules{Before: time.Duration(window.Draw(t, "before")) * time.Second, After: time.Duration(window.Draw(t, "after")) * time.Second}
		r, err := reconcile.New(utc("a"), utc("b"), rules)
		require.NoError(t, err)
		result, err := r.Reconcile(context.Background(), each(left), each(right))
		require.NoError(t, err)
		require.Equal(t, naive(left, right, rules), pairsOf(result))
		require.Equal(t, len(left), len(result.Matched)+len(result.LeftOnly))
		require.Equal(t, len(right), len(result.Matched)+len(result.RightOnly))
		again, err := r.Reconcile(context.Background(), each(rapid.Permutation(left).Draw(t, "left again")), each(rapid.Permutation(right).Draw(t, "right again")))
		require.NoError(t, err)
		require.Equal(t, result, again)
	})
}

// pairsOf are the matches as texts, sorted.
func pairsOf(r *reconcile.Result) []string {
	list := []string{}
	for _, m := range r.Matched {
		list = append(list, pairText(m.Left.Row, m.Right.Row))
	}
	slices.Sort(list)
	return list
}

func pairText(l, r reconcile.Row) string {
	return fmt.Sprintf("%s: %s %s, %s %s", l.Customer, l.ID, l.Time, r.ID, r.Time)
}

// naive tries all pairs in the order of the rules.
func naive(left, right []reconcile.Row, rules reconcile.Rules) []string {
	at := func(r reconcile.Row) time.Time {
		m, _ := time.Parse(time.DateTime, r.Time)
		return m
	}
	type pair struct{ l, r int }
	var pairs []pair
	for l := range left {
		for r := range right {
			apart := at(right[r]).Sub(at(left[l]))
			if left[l].Customer == right[r].Customer && -rules.Before <= apart && apart <= rules.After {
				pairs = append(pairs, pair{l, r})
			}
		}
	}
	distance := func(p pair) time.Duration { return at(right[p.r]).Sub(at(left[p.l])).Abs() }
	slices.SortFunc(pairs, func(a, b pair) int {
		la, lb, ra, rb := left[a.l], left[b.l], right[a.r], right[b.r]
		return cmp.Or(cmp.Compare(distance(a), distance(b)), strings.Compare(la.Time, lb.Time), strings.Compare(la.ID, lb.ID), cmp.Compare(a.l, b.l),
			strings.Compare(ra.Time, rb.Time), strings.Compare(ra.ID, rb.ID), cmp.Compare(a.r, b.r))
	})
	list, lefts, rights := []string{}, map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if !lefts[p.l] && !rights[p.r] {
			lefts[p.l], rights[p.r] = true, true
			list = append(list, pairText(left[p.l], right[p.r]))
		}
	}
	slices.Sort(list)
	return list
}

// Every moment of a zone, written as its clocks show it, reads as itself or as one
// of two; and what does not exist is never what a clock showed.
func TestClock_Property_ReadsWhatClocksShow(t *testing.T) {
	t.Parallel()
	zones := []string{"Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/Sao_Paulo", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(zones).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		clock, err := reconcile.Source{Name: "s", Zone: name, Layout: time.DateTime}.Clock()
		require.NoError(t, err)
		moment := base.Add(time.Duration(rapid.Int64Range(-40*365*24*3600, 10*365*24*3600).Draw(t, "second")) * time.Second)
		shown := moment.In(zone).Format(time.DateTime)
		read, err := clock.Read(shown)
		require.Condition(t, func() bool { return slices.ContainsFunc(read, moment.Equal) }, "%s in %s is %v: %v", shown, name, read, err)
		require.Equal(t, len(read) == 2, errors.Is(err, reconcile.ErrTwice))
		for _, m := range read {
			require.Equal(t, shown, m.In(zone).Format(time.DateTime))
		}
	})
}

// Every second of the hours around both changes of the clocks, and a day that a
// zone left out.
func TestClock_Changes(t *testing.T) {
	t.Parallel()
	count := func(zone, from string, seconds int) (once, twice, never int) {
		clock, err := reconcile.Source{Name: "s", Zone: zone, Layout: time.DateTime}.Clock()
		require.NoError(t, err)
		wall, err := time.Parse(time.DateTime, from)
		require.NoError(t, err)
		for i := range seconds {
			switch _, err := clock.Read(wall.Add(time.Duration(i) * time.Second).Format(time.DateTime)); {
			case errors.Is(err, reconcile.ErrTwice):
				twice++
			case errors.Is(err, reconcile.ErrNever):
				never++
			default:
				require.NoError(t, err)
				once++
			}
		}
		return once, twice, never
	}
	for _, c := range []struct {
		zone, from         string
		once, twice, never int
	}{
		{"America/New_York", "2026-03-08 00:00:00", 3 * 3600, 0, 3600},
		{"America/New_York", "2026-11-01 00:00:00", 3 * 3600, 3600, 0},
		{"Australia/Lord_Howe", "2026-04-05 00:00:00", 12600, 1800, 0}, // half an hour back
		{"Pacific/Apia", "2011-12-30 11:00:00", 0, 0, 4 * 3600},        // Samoa had no such day
		{"Asia/Shanghai", "2026-03-08 00:00:00", 4 * 3600, 0, 0},
	} {
		once, twice, never := count(c.zone, c.from, 4*3600)
		require.Equal(t, []int{c.once, c.twice, c.never}, []int{once, twice, never}, c.zone)
	}
}

// Nothing that is read in any form ends in a panic, and no moment comes without a
// text that says it.
func FuzzClock(f *testing.F) {
	for _, s := range []string{"2026-01-05", "46027.5", "1767571200", "2026-11-01 01:30", "2026-01-05T10:00:00+08:00", "05-Jan-26 3:04", "", "\x00", "9999-12-31 23:59:59", "0001-01-01"} {
		f.Add(s)
	}
	clock, err := reconcile.Source{Name: "s", Zone: "America/New_York", Order: intake.DayFirst, Serial: true, Unix: true}.Clock()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		moments, err := clock.Read(text)
		switch {
		case err == nil:
			require.Len(t, moments, 1)
		case errors.Is(err, reconcile.ErrTwice):
			require.Len(t, moments, 2)
			require.True(t, moments[0].Before(moments[1]))
		default:
			require.Empty(t, moments)
		}
	})
}

func Example() {
	visits := reconcile.Source{Name: "visits", Zone: "Asia/Shanghai"}
	payments := reconcile.Source{Name: "payments", Zone: "UTC", Unix: true}
	r, err := reconcile.New(visits, payments, reconcile.Rules{Before: time.Hour, After: 24 * time.Hour})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := r.Reconcile(context.Background(),
		each([]reconcile.Row{{ID: "visit 7", Customer: "王丽", Time: "2026-01-06 00:10"}}),
		each([]reconcile.Row{{ID: "payment 9", Customer: "王丽", Time: "1767629700"}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range result.Matched {
		fmt.Println(m.Left.ID, "is", m.Right.ID, "paid", m.Apart, "later")
	}
	visits.Zone = ""
	_, err = reconcile.New(visits, payments, reconcile.Rules{})
	fmt.Println(err)
	// Output:
	// visit 7 is payment 9 paid 5m0s later
	// reconcile: source "visits": Zone: no time zone: say where its times are, such as "Asia/Shanghai" or "UTC"
}
