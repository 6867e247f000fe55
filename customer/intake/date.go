package intake

import (
	"errors"
	"time"
)

// ErrAmbiguousDate marks a date that can be read in more than one way: 03/04/2025
// without Format.Order, a bare number without Format.Serial or Format.Unix.
var ErrAmbiguousDate = errors.New("can be read as more than one date")

// A DayOrder says what comes first in dates like 03/04/2025.
type DayOrder uint8

// The orders that can be stated. The zero DayOrder is unknown: then only dates
// that have one reading, such as 25/12/2025, are accepted.
const (
	DayFirst DayOrder = iota + 1
	MonthFirst
)

// A Format says how the dates of a file are to be read. The zero Format reads
// times without a zone as UTC and refuses whatever has two readings.
//
// These forms are read, with - / or . between the parts, one or two digits for
// month, day and hour, and characters of any width:
//
//	2025-01-31   20250131   2025年1月31日   31-Jan-2025   31-Jan-25   31/01/2025
//
// each with an optional time behind a space or T: 15:04, 15:04:05, 15:04:05.999,
// and an optional zone behind that: Z, +08:00, +0800 (so RFC 3339 is read). Years
// of two digits are read only behind the name of a month; 69 to 99 are 1969 to
// 1999 (POSIX strptime). Dates outside the calendar and years outside 1 to 9999
// are refused.
type Format struct {
	// Location of dates and times that state no zone; UTC when nil.
	Location *time.Location
	// Order of dates like 03/04/2025.
	Order DayOrder
	// Serial reads numbers of up to 7 digits as days of Excel's 1900 date system,
	// their fraction as the time of day, to the second.
	Serial bool
	// Unix reads numbers of 10 digits as seconds and of 13 as milliseconds since
	// 1970, UTC.
	Unix bool
}

// Time reads a moment. A date without a time is the midnight that begins it; where a
// clock change skips that midnight, the moment that time.Date chooses. A time
// of day that a clock change skips is refused; one that occurs twice is one of
// the two. The result is in Format.Location.
//
// Errors say why the cell is no date, without repeating it. ErrAmbiguousDate
// can be told apart.
func (f Format) Time(cell string) (time.Time, error) {
	c, err := f.read(cell)
	if err != nil {
		return time.Time{}, err
	}
	loc := f.location()
	if c.zone != nil {
		return c.in(c.zone).In(loc), nil
	}
	t := c.in(loc)
	if hour, minute, _ := t.Clock(); c.timed && (hour != c.hour || minute != c.minute) {
		return time.Time{}, errors.New("does not exist in " + loc.String() + ": the clocks were set forward over that time")
	}
	return t, nil
}

// Day reads a calendar day, such as a birthday, and returns the midnight UTC
// that begins it. A time of day is dropped; when it states a zone, the day is
// the one in Format.Location. Errors are those of Time.
func (f Format) Day(cell string) (time.Time, error) {
	c, err := f.read(cell)
	if err != nil {
		return time.Time{}, err
	}
	if c.zone != nil {
		local := c.in(c.zone).In(f.location())
		return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC), nil
	}
	return time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC), nil
}

// location returns where dates without a zone are.
func (f Format) location() *time.Location {
	if f.Location == nil {
		return time.UTC
	}
	return f.Location
}

// A civil is a date as it is written, with or without a time and a zone.
type civil struct {
	year, month, day           int
	hour, minute, second, nano int
	timed                      bool           // a time of day was written
	zone                       *time.Location // nil when none was written
}

// in returns the moment in the location.
func (c civil) in(loc *time.Location) time.Time {
	return time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, loc)
}

// civilOf returns the moment as it is written in UTC.
func civilOf(t time.Time) civil {
	c := civil{hour: t.Hour(), minute: t.Minute(), second: t.Second(), nano: t.Nanosecond(), timed: true}
	c.year, c.day = t.Year(), t.Day()
	c.month = int(t.Month())
	return c
}
