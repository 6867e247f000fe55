package reconcile

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer/intake"
)

// Why the moment of an event is not known.
var (
	// ErrTwice: the clocks were set back, so that the time occurs twice.
	ErrTwice = errors.New("occurs twice: the clocks were set back over it; state an offset")
	// ErrNever: the clocks were set forward, so that the time does not occur.
	ErrNever = errors.New("does not exist: the clocks were set forward over it")
	// ErrUnreadable: the text is no time in the form of its source.
	ErrUnreadable = errors.New("is not a time as its source writes them")
)

// A Clock reads the times of a source. It is safe for concurrent use. Make it with
// Source.Clock.
type Clock struct {
	source Source
	zone   *time.Location
}

// Read returns the moment that a text states, in UTC.
//
// The wall-clock time of a text without an offset may be two moments where clocks
// are set back, which are returned in their order with ErrTwice, or none where
// they are set forward, which is ErrNever. A text in another form is
// ErrUnreadable. Otherwise there is one moment and no error.
func (c *Clock) Read(text string) ([]time.Time, error) {
	wall, err := c.parse(text, time.UTC)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	elsewhere, err := c.parse(text, ahead)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if wall.Equal(elsewhere) {
		return []time.Time{wall.UTC()}, nil // it states an offset
	}
	moments := moments(wall, c.zone)
	switch len(moments) {
	case 1:
		return moments, nil
	case 0:
		return nil, fmt.Errorf("%w, in %s", ErrNever, c.zone)
	}
	return moments, fmt.Errorf("%w (%s)", ErrTwice, c.zone)
}

// ahead is a zone that no text without an offset is in by itself: such a text is
// another moment there than in UTC.
var ahead = time.FixedZone("", 3600)

// parse reads a text whose time is in a zone unless it states an offset.
func (c *Clock) parse(text string, zone *time.Location) (time.Time, error) {
	if c.source.Layout != "" {
		return time.ParseInLocation(c.source.Layout, text, zone)
	}
	f := intake.Format{Location: zone, Order: c.source.Order, Serial: c.source.Serial, Unix: c.source.Unix}
	return f.Time(text)
}

// moments returns the moments, in their order, at which the clocks of a zone show
// what wall shows in UTC. Only the offsets before, at and after it can do that.
func moments(wall time.Time, zone *time.Location) []time.Time {
	near := wall.In(zone)
	begin, end := near.ZoneBounds()
	var found []time.Time
	for _, t := range []time.Time{near, begin.Add(-1), end} {
		_, offset := t.In(zone).Zone()
		moment := wall.Add(-time.Duration(offset) * time.Second)
		if _, there := moment.In(zone).Zone(); there == offset && !slices.ContainsFunc(found, moment.Equal) {
			found = append(found, moment)
		}
	}
	slices.SortFunc(found, time.Time.Compare)
	return found
}
