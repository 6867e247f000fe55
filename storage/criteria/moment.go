package criteria

import "time"

// A Moment is a constant that is resolved against the one moment that a query
// is evaluated at: Now, Ago, FromNow, Today or MonthsFromToday. It stands where
// the constant of a time or a date field may stand. On a date field, Now, Ago
// and FromNow are the day of that moment in UTC. The zero Moment is not valid.
type Moment struct {
	base  momentBase
	shift time.Duration // for fromNow
	n     int           // days for today, months for thisDay
	zone  string        // for today and thisDay
}

type momentBase uint8

const (
	fromNow momentBase = iota + 1
	today
	thisDay
)

// maxShift is how many days or months a moment may be shifted by, either way.
const maxShift = 10_000 * 366

// Now is the moment of evaluation.
func Now() Moment { return Moment{base: fromNow} }

// Ago is the moment d before evaluation. Days of 24 hours are meant; for
// calendar days use Today.
func Ago(d time.Duration) Moment { return Moment{base: fromNow, shift: -d} }

// FromNow is the moment d after evaluation.
func FromNow(d time.Duration) Moment { return Moment{base: fromNow, shift: d} }

// Today is the calendar day of evaluation in a zone, shifted by days: Today(-30,
// "Asia/Shanghai") is thirty calendar days back. For a date field it is that
// date, for a time field the first moment of that day in the zone. zone is an
// IANA name; empty means UTC.
func Today(days int, zone string) Moment { return Moment{base: today, n: days, zone: zone} }

// MonthsFromToday is like Today with a shift of calendar months. Where the
// month has no such day it is the last day of the month: a month before 31
// March is 28 or 29 February. A child is 36 months or older exactly if
// Le("birthday", MonthsFromToday(-36, zone)).
func MonthsFromToday(months int, zone string) Moment {
	return Moment{base: thisDay, n: months, zone: zone}
}

// moment resolves a moment for a field. The place is that of the constant.
func (k *checker) moment(p place, f *Field, m Moment) (any, error) {
	if f.Type != Time && f.Type != Day {
		return nil, p.refuse(ErrType, f.Name, "a %s field takes no moment such as %v; only time and date fields do", f.Type, m)
	}
	switch m.base {
	case fromNow:
		t := microseconds(k.now.Add(m.shift))
		if f.Type == Day {
			return dayConstant(p, f, DateOf(t))
		}
		return inRange(p, f, t)
	case today, thisDay:
		return k.calendarDay(p, f, m)
	default:
		return nil, p.refuse(ErrValue, f.Name, "the zero moment is no moment; use Now, Ago, FromNow or Today")
	}
}

// calendarDay resolves Today and MonthsFromToday.
func (k *checker) calendarDay(p place, f *Field, m Moment) (any, error) {
	zone, err := loadZone(p.at("zone"), f.Name, m.zone)
	if err != nil {
		return nil, err
	}
	if m.n < -maxShift || m.n > maxShift {
		return nil, p.refuse(ErrValue, f.Name, "a shift by %d is out of range", m.n)
	}
	d := DateOf(k.now.In(zone))
	if m.base == today {
		d = d.AddDays(m.n)
	} else {
		d = d.AddMonths(m.n)
	}
	if f.Type == Time && d.Valid() {
		return inRange(p, f, microseconds(d.In(zone)))
	}
	return dayConstant(p, f, d)
}

// loadZone finds a zone by its IANA name. "Local" is refused, because it would
// make the answer depend on the machine.
func loadZone(p place, field, name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, p.refuse(ErrValue, field, "%q is not a time zone of the IANA data base that this program has, such as Asia/Shanghai", name)
	}
	return zone, nil
}
