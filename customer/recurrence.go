package customer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// ErrRecurrence: a text does not say how something recurs.
var ErrRecurrence = errors.New("not a recurrence")

// A Recurrence says on which days something comes round, in one of these forms:
//
//	weekly on mon, wed
//	monthly on 31                      the last day of a month that is shorter
//	yearly on 02-29                    28 February in a common year
//	every 14 days from 2026-01-05      that day, and every 14th behind it
//
// The empty one is none. A text of the host's that may be in another form, such
// as "Weekly on Wednesday", goes through ParseRecurrence.
type Recurrence string

// ParseRecurrence reads a recurrence in either case, with any spaces, with the
// days of the week by their English names in full or their first three letters.
// It returns the form that is stored. Anything else is ErrRecurrence; the empty
// text is the empty recurrence.
func ParseRecurrence(text string) (Recurrence, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	c, err := parseCycle(text)
	if err != nil {
		return "", fmt.Errorf("customer: %q is %w: %w", text, ErrRecurrence, err)
	}
	return Recurrence(c.String()), nil
}

// DueOn reports whether a day is among those on which it comes round. A text
// that ParseRecurrence refuses never does.
func (r Recurrence) DueOn(day storage.Date) bool {
	if r == "" || !day.Valid() {
		return false
	}
	c, err := parseCycle(string(r))
	return err == nil && c.dueOn(day)
}

// A cycle is a recurrence that was read. One of the first three is set, or every.
type cycle struct {
	weekdays uint8        // bit 0: Sunday
	day      int          // of the month
	annual   storage.Date // month and day, in a leap year
	every    int          // days
	from     storage.Date
}

// leapYear is the year of the day of an annual cycle.
const leapYear = 2000

// maxEvery bounds the days between two times: a hundred years.
const maxEvery = 36_525

var (
	errForm = errors.New(`use "weekly on mon, wed", "monthly on 31", "yearly on 02-29" or "every 14 days from 2026-01-05"`)
	names   = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// parseCycle reads the words of a recurrence.
func parseCycle(text string) (cycle, error) {
	words := strings.Fields(strings.ReplaceAll(strings.ToLower(text), ",", " "))
	if len(words) < 3 {
		return cycle{}, errForm
	}
	if words[0] == "every" {
		return parseEvery(words)
	}
	switch given := words[2:]; {
	case words[1] != "on":
	case words[0] == "weekly":
		return parseWeekly(given)
	case words[0] == "monthly" && len(given) == 1:
		return parseMonthly(given[0])
	case words[0] == "yearly" && len(given) == 1:
		return parseYearly(given[0])
	}
	return cycle{}, errForm
}

func parseWeekly(days []string) (c cycle, err error) {
	for _, word := range days {
		day := -1
		for i, name := range names {
			if word == name || word == name[:3] {
				day = i
			}
		}
		if day < 0 {
			return cycle{}, fmt.Errorf("%q is no day of the week: use mon to sun", word)
		}
		c.weekdays |= 1 << day
	}
	return c, nil
}

func parseMonthly(word string) (cycle, error) {
	day, err := strconv.Atoi(word)
	if err != nil || day < 1 || day > 31 {
		return cycle{}, fmt.Errorf("%q is no day of a month: use 1 to 31", word)
	}
	return cycle{day: day}, nil
}

func parseYearly(word string) (cycle, error) {
	day, err := criteria.ParseDate(strconv.Itoa(leapYear) + "-" + word)
	if err != nil {
		return cycle{}, fmt.Errorf("%q is no day of the year: use a month and a day, such as 02-29", word)
	}
	return cycle{annual: day}, nil
}

func parseEvery(words []string) (cycle, error) {
	if len(words) != 5 || words[2] != "days" && words[2] != "day" || words[3] != "from" {
		return cycle{}, errForm
	}
	n, err := strconv.Atoi(words[1])
	if err != nil || n < 1 || n > maxEvery {
		return cycle{}, fmt.Errorf("%q is no number of days from 1 to %d", words[1], maxEvery)
	}
	from, err := criteria.ParseDate(words[4])
	if err != nil {
		return cycle{}, fmt.Errorf("%q is no date: use one such as 2026-01-05", words[4])
	}
	return cycle{every: n, from: from}, nil
}

// String returns the form that is stored.
func (c cycle) String() string {
	switch {
	case c.weekdays != 0:
		var days []string
		for i := range 7 {
			if day := (i + 1) % 7; c.weekdays&(1<<day) != 0 { // Monday first
				days = append(days, names[day][:3])
			}
		}
		return "weekly on " + strings.Join(days, ", ")
	case c.day != 0:
		return "monthly on " + strconv.Itoa(c.day)
	case c.every != 0:
		return fmt.Sprintf("every %d days from %s", c.every, c.from)
	}
	return "yearly on " + monthDay(c.annual)
}

func (c cycle) dueOn(day storage.Date) bool {
	switch {
	case c.weekdays != 0:
		return c.weekdays&(1<<weekday(day)) != 0
	case c.day != 0:
		return day.Day == min(c.day, lastDay(day.Year, day.Month))
	case c.every != 0:
		n := daysBetween(c.from, day)
		return n >= 0 && n%c.every == 0
	}
	return day.Month == c.annual.Month && day.Day == min(c.annual.Day, lastDay(day.Year, day.Month))
}

// cycleOther marks a recurrence whose days are not among a few.
const cycleOther = "every"

// marks returns the marks of the days on which it may come round: those of a
// day that it is due on are among marksOf that day.
func (c cycle) marks() (list []string) {
	switch {
	case c.weekdays != 0:
		for day := range 7 {
			if c.weekdays&(1<<day) != 0 {
				list = append(list, names[day][:3])
			}
		}
	case c.day != 0:
		list = append(list, strconv.Itoa(c.day))
	case c.every != 0:
		list = append(list, cycleOther)
	default:
		list = append(list, monthDay(c.annual))
	}
	return list
}

// marksOf returns the marks of the recurrences that may be due on a day.
func marksOf(day storage.Date) []string {
	list := []string{cycleOther, names[weekday(day)][:3], strconv.Itoa(day.Day), monthDay(day)}
	if day.Day < lastDay(day.Year, day.Month) {
		return list
	}
	for later := day.Day + 1; later <= 31; later++ {
		list = append(list, strconv.Itoa(later))
	}
	if day.Month == time.February {
		list = append(list, "02-29")
	}
	return list
}

func monthDay(d storage.Date) string { return fmt.Sprintf("%02d-%02d", d.Month, d.Day) }

func weekday(d storage.Date) time.Weekday { return d.In(time.UTC).Weekday() }

func lastDay(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// daysBetween returns how many days later to is.
func daysBetween(from, to storage.Date) int {
	return int(to.In(time.UTC).Unix()/86_400 - from.In(time.UTC).Unix()/86_400)
}
