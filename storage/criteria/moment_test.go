package criteria

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A moment is the same for the whole query, in the zone that is asked for.
func TestMoments(t *testing.T) {
	t.Parallel()
	// Half past five in the evening in UTC is the next day in Shanghai.
	evening := time.Date(2026, 3, 30, 17, 30, 0, 123456789, time.FixedZone("", 0))
	at := func(s string) time.Time { at, _ := time.Parse(time.RFC3339Nano, s); return at.UTC() }
	tests := []struct {
		m    Moment
		time time.Time
		day  Date
	}{
		{Now(), at("2026-03-30T17:30:00.123456Z"), Date{2026, 3, 30}},
		{Ago(18 * time.Hour), at("2026-03-29T23:30:00.123456Z"), Date{2026, 3, 29}},
		{FromNow(7 * time.Hour), at("2026-03-31T00:30:00.123456Z"), Date{2026, 3, 31}},
		{Ago(time.Nanosecond), at("2026-03-30T17:30:00.123455Z"), Date{2026, 3, 30}},
		{Today(0, ""), at("2026-03-30T00:00:00Z"), Date{2026, 3, 30}},
		{Today(0, "UTC"), at("2026-03-30T00:00:00Z"), Date{2026, 3, 30}},
		{Today(0, "Asia/Shanghai"), at("2026-03-30T16:00:00Z"), Date{2026, 3, 31}},
		{Today(-30, "Asia/Shanghai"), at("2026-02-28T16:00:00Z"), Date{2026, 3, 1}},
		{MonthsFromToday(-1, "Asia/Shanghai"), at("2026-02-27T16:00:00Z"), Date{2026, 2, 28}},
		{MonthsFromToday(-25, "Asia/Shanghai"), at("2024-02-28T16:00:00Z"), Date{2024, 2, 29}},
		// New York puts the clock forward on 8 March: that day has 23 hours.
		{Today(-22, "America/New_York"), at("2026-03-08T05:00:00Z"), Date{2026, 3, 8}},
		{Today(-21, "America/New_York"), at("2026-03-09T04:00:00Z"), Date{2026, 3, 9}},
	}
	for _, tt := range tests {
		n := mustCheck(t, Eq("seen", tt.m), people, evening)
		require.Equal(t, tt.time, n.(*Comparison).Value, "%v", tt.m)
		n = mustCheck(t, Eq("birthday", tt.m), people, evening)
		require.Equal(t, tt.day, n.(*Comparison).Value, "%v", tt.m)
	}
}

func TestAnniversary(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }
	leap := Date{2000, 2, 29}
	tests := []struct {
		now      time.Time
		birthday Date
		days     int
		want     bool
	}{
		{day(2026, 3, 1), Date{1990, 3, 1}, 0, true},
		{day(2026, 3, 1), Date{1990, 3, 2}, 0, false},
		{day(2026, 3, 1), Date{1990, 3, 2}, 1, true},
		{day(2026, 3, 1), Date{1990, 2, 28}, 30, false}, // just over
		{day(2026, 12, 30), Date{1990, 1, 2}, 3, true},  // over the turn of the year
		{day(2026, 12, 30), Date{1990, 1, 3}, 3, false},
		{day(2026, 3, 1), Date{2030, 3, 1}, 0, true}, // the year does not matter
		{day(2026, 2, 28), leap, 0, true},            // a common year
		{day(2026, 2, 27), leap, 0, false},
		{day(2026, 2, 27), leap, 1, true},
		{day(2026, 3, 1), leap, 0, false},
		{day(2028, 2, 28), leap, 0, false}, // a leap year
		{day(2028, 2, 28), leap, 1, true},
		{day(2028, 2, 29), leap, 0, true},
		{day(2028, 2, 29), Date{1990, 2, 28}, 0, false},
		{day(2027, 3, 1), leap, 364, false},
		{day(2027, 3, 1), leap, 365, true},
		{day(2025, 3, 1), leap, 364, true}, // on 28 February 2026
		{day(2100, 2, 28), leap, 0, true},  // 2100 is a common year
	}
	for _, tt := range tests {
		n := mustCheck(t, Anniversary("birthday", tt.days, ""), people, tt.now)
		require.Equal(t, tt.want, Compile(n, nil)(&person{Birthday: tt.birthday}), "%v on %v in %d", tt.birthday, tt.now, tt.days)
	}
}

// 366 days ahead are every day there is, whatever day it is.
func TestAnniversaryOfAYear(t *testing.T) {
	t.Parallel()
	for i := range 4 * 366 {
		n := mustCheck(t, Anniversary("birthday", 366, ""), people, noon.AddDate(0, 0, i))
		require.Len(t, n.(*Annual).Days, 366)
	}
}

// A time comes round on its day in the zone.
func TestAnniversaryOfTime(t *testing.T) {
	t.Parallel()
	rec := &person{Seen: time.Date(2020, 3, 1, 17, 0, 0, 0, time.UTC)} // 2 March in Shanghai
	in := func(zone string, days int) bool {
		return Compile(mustCheck(t, Anniversary("seen", days, zone), people, noon), nil)(rec)
	}
	require.True(t, in("", 0))
	require.False(t, in("Asia/Shanghai", 0))
	require.True(t, in("Asia/Shanghai", 1))
}

// A child of 36 months is in the segment, and a month later it is not.
func TestSEG18_LeavesAtThirtySevenMonths(t *testing.T) {
	t.Parallel()
	c := All(HasAll("tags", "母婴"), Gt("birthday", MonthsFromToday(-37, "Asia/Shanghai")))
	child := &person{Tags: []string{"母婴"}, Birthday: Date{2023, 3, 1}}
	for now, want := range map[time.Time]bool{
		time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC):  true,
		time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC): true,
		time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC): false, // 1 April in Shanghai
		time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC):  false,
	} {
		require.Equal(t, want, Compile(mustCheck(t, c, people, now), nil)(child), "%v", now)
	}
}
