package segment

import "time"

const (
	secondsPerDay = 24 * 60 * 60
	microsPerDay  = secondsPerDay * 1_000_000
)

// calendarDay numbers the days of a zone's calendar; 1970-01-01 is day 0. Two
// moments an hour apart lie on two days when midnight is between them.
func calendarDay(t time.Time, zone *time.Location) int64 {
	_, offset := t.In(zone).Zone()
	return floorDiv(t.Unix()+int64(offset), secondsPerDay)
}

// isoWeek numbers the weeks from Monday to Sunday. Day 0, a Thursday, lies in
// week 0, which began on day -3.
func isoWeek(day int64) int64 { return floorDiv(day+3, 7) }

// floorDiv returns a/b rounded towards minus infinity, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
