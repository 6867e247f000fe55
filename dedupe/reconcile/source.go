package reconcile

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
)

// What a configuration is refused for. Each comes wrapped in a *SourceError.
var (
	// ErrNoZone: a source does not say in which zone its times are.
	ErrNoZone = errors.New("no time zone")
	// ErrInvalid: a source or the rules cannot be used as they are given.
	ErrInvalid = errors.New("not usable")
)

// A Source says how one system writes its times.
type Source struct {
	// Name is what people call the system; required.
	Name string
	// Zone is where times without an offset are: an IANA name such as
	// "Asia/Shanghai" or "UTC". It is required even if all times state an offset;
	// "Local" is refused, because it is another zone on another machine.
	Zone string
	// Layout is how the system writes times, as package time understands it. Empty:
	// the forms of intake.Format, a date without a time being the midnight that
	// begins it. Letters of a zone ("MST") are refused, for CST is several.
	Layout string
	// Order, Serial and Unix are those of intake.Format, where Layout is empty: what
	// comes first in 03/04/2025, and whether bare numbers are days of Excel or
	// seconds of Unix. Unix seconds are moments; days of Excel are wall-clock time.
	Order        intake.DayOrder
	Serial, Unix bool
}

// A SourceError says what is wrong with the configuration of a source.
type SourceError struct {
	Source string // its name
	Field  string // of Source
	Reason string // what is wrong, and what would make it pass
	Err    error  // ErrNoZone or ErrInvalid
}

// Error names the source, the field and the reason.
func (e *SourceError) Error() string {
	return fmt.Sprintf("reconcile: source %q: %s: %v: %s", e.Source, e.Field, e.Err, e.Reason)
}

// Unwrap returns the sentinel.
func (e *SourceError) Unwrap() error { return e.Err }

func (s Source) refuse(field string, err error, reason string) error {
	return &SourceError{Source: s.Name, Field: field, Reason: reason, Err: err}
}

// Clock checks the configuration and returns what reads the times of the source.
// It reads the zone from the machine. Errors are *SourceError.
func (s Source) Clock() (*Clock, error) {
	switch {
	case s.Name == "":
		return nil, s.refuse("Name", ErrInvalid, "give the source a name, by which people know it")
	case s.Zone == "":
		return nil, s.refuse("Zone", ErrNoZone, `say where its times are, such as "Asia/Shanghai" or "UTC"`)
	case s.Zone == "Local":
		return nil, s.refuse("Zone", ErrNoZone, "Local is another zone on another machine: name the zone itself")
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, s.refuse("Zone", ErrInvalid, err.Error())
	}
	if err := s.checkLayout(); err != nil {
		return nil, err
	}
	return &Clock{source: s, zone: zone}, nil
}

// checkLayout refuses a layout that loses the day or the year, so that a time
// would be read as one of another day, and one with letters for a zone.
func (s Source) checkLayout() error {
	if s.Layout == "" {
		return nil
	}
	if strings.Contains(s.Layout, "MST") {
		return s.refuse("Layout", ErrInvalid, "letters of a zone mean several zones: use an offset (-07:00), or leave it out and state Zone")
	}
	sample := time.Date(2021, time.November, 28, 13, 0, 0, 0, time.UTC)
	read, err := time.Parse(s.Layout, sample.Format(s.Layout))
	if err != nil || read.Format(time.DateOnly) != sample.Format(time.DateOnly) {
		return s.refuse("Layout", ErrInvalid, `it must hold year, month and day, such as "2006-01-02 15:04:05"`)
	}
	return nil
}
