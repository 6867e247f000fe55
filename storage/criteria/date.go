package criteria

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a calendar day without a time and without a zone, such as a
// birthday. The zero Date means absent.
type Date struct {
	Year  int        // 1 to 9999
	Month time.Month // January to December
	Day   int        // 1 to 31
}

// DateOf returns the day that t falls on in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// ParseDate reads a date of the form 2006-01-02, years 0001 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("%q is not a date of the form 2006-01-02", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether the date is absent.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether the date exists in the calendar, years 1 to 9999.
// The zero Date is not valid.
func (d Date) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && DateOf(d.In(time.UTC)) == d
}

// String returns the date in the form 2006-01-02, or "" when it is absent.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Compare returns -1, 0 or 1 as d is before, the same as or after other.
func (d Date) Compare(other Date) int { return cmp.Compare(d.ordinal(), other.ordinal()) }

// In returns the first moment of the day in loc. Where a change of the clock
// skips midnight it is the moment that time.Date chooses.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// AddDays returns the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return DateOf(d.In(time.UTC).AddDate(0, 0, n)) }

// AddMonths returns the date n months later, or earlier when n is negative. A
// day that the month lacks becomes its last day.
func (d Date) AddMonths(n int) Date {
	last := DateOf(time.Date(d.Year, d.Month+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC))
	last.Day = min(last.Day, d.Day)
	return last
}

// MarshalText writes the date in the form 2006-01-02, or nothing when it is absent.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// annual returns month*100 + day.
func (d Date) annual() int { return int(d.Month)*100 + d.Day }

// ordinal orders dates; it is not a count of days.
func (d Date) ordinal() int { return d.Year*10000 + int(d.Month)*100 + d.Day }
