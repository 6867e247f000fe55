package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// A Reconciler matches the events of two systems. It holds no state and is safe
// for concurrent use.
type Reconciler struct {
	clocks [2]*Clock
	names  [2]string
	rules  Rules
}

// New checks the configuration of both sources and the rules. What it refuses is
// ErrNoZone or ErrInvalid, of a source a *SourceError.
func New(left, right Source, rules Rules) (*Reconciler, error) {
	r := &Reconciler{names: [2]string{left.Name, right.Name}, rules: rules}
	for i, s := range []Source{left, right} {
		clock, err := s.Clock()
		if err != nil {
			return nil, err
		}
		r.clocks[i] = clock
	}
	return r, rules.check()
}

// An Event is a row whose moment is known.
type Event struct {
	Row
	At time.Time // UTC
}

// A Match is two events that are the same one.
type Match struct {
	Left, Right Event
	Apart       time.Duration // how long the right one lies behind the left one
}

// A Doubt is a row that was matched with nothing because it is not known when, or
// whose, it was.
type Doubt struct {
	Row
	Source  string      // the name of its source
	Moments []time.Time // when it may have been; two with ErrTwice, else none
	Err     error       // ErrTwice, ErrNever, ErrUnreadable or ErrNoKey
}

// A Result is where every row of both systems went. Each list is in the order of
// time, then of id; Doubtful in that of the source's name, id and text.
type Result struct {
	Matched   []Match
	LeftOnly  []Event
	RightOnly []Event
	Doubtful  []Doubt
	// LeftRead and RightRead count the rows. Each is the sum of its matches, of those
	// that are alone, and of the doubtful ones of its source.
	LeftRead, RightRead int
}

// Reconcile reads both systems to their end and matches what they hold. An error
// of one of them, or of the context, ends it without a result.
func (r *Reconciler) Reconcile(ctx context.Context, left, right iter.Seq2[Row, error]) (*Result, error) {
	out := &Result{}
	var events []*event
	for side, rows := range []iter.Seq2[Row, error]{left, right} {
		some, read, err := r.read(ctx, side, rows, out)
		if err != nil {
			return nil, err
		}
		events = append(events, some...)
		*[]*int{&out.LeftRead, &out.RightRead}[side] = read
	}
	slices.SortFunc(events, func(a, b *event) int {
		if a.key != b.key {
			return a.key.compare(b.key)
		}
		return a.compare(b)
	})
	for from, to := 0, 0; from < len(events); from = to {
		for to = from; to < len(events) && events[to].key == events[from].key; to++ {
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.rules.match(events[from:to])
	}
	out.take(events)
	return out, nil
}

// looks is how many rows are read between two looks at the context.
const looks = 1024

// read reads the rows of one side; those in doubt go to the result.
func (r *Reconciler) read(ctx context.Context, side int, rows iter.Seq2[Row, error], out *Result) (list []*event, read int, err error) {
	for row, err := range rows {
		if err != nil {
			return nil, read, fmt.Errorf("reconcile: source %q: behind row %d: %w", r.names[side], read, err)
		}
		if read++; read%looks == 1 && ctx.Err() != nil {
			return nil, read, ctx.Err()
		}
		e, doubt := r.event(side, row)
		if doubt != nil {
			out.Doubtful = append(out.Doubtful, *doubt)
			continue
		}
		list = append(list, e)
	}
	return list, read, ctx.Err()
}

// event reads the key and the moment of a row, or says what is in doubt.
func (r *Reconciler) event(side int, row Row) (*event, *Doubt) {
	k, err := r.rules.key(&row)
	if err != nil {
		return nil, &Doubt{Row: row, Source: r.names[side], Err: err}
	}
	moments, err := r.clocks[side].Read(row.Time)
	if err != nil {
		return nil, &Doubt{Row: row, Source: r.names[side], Moments: moments, Err: err}
	}
	return &event{Event: Event{row, moments[0]}, key: k, right: side == 1}, nil
}

// An event is an Event on its way.
type event struct {
	Event
	key   key
	right bool
	match *event // of the other side
}

// compare orders events of one key: by time, the left ones first, then by id and
// by what else tells two apart.
func (e *event) compare(other *event) int {
	if order := cmp.Or(e.At.Compare(other.At), rank(e.right)-rank(other.right)); order != 0 {
		return order
	}
	return e.Row.compare(&other.Row)
}

func (r *Row) compare(other *Row) int {
	if order := strings.Compare(r.ID, other.ID); order != 0 {
		return order
	}
	return cmp.Or(strings.Compare(r.Customer, other.Customer), strings.Compare(r.Ref, other.Ref),
		strings.Compare(r.Amount.Currency, other.Amount.Currency), r.Amount.Amount.Compare(other.Amount.Amount), strings.Compare(r.Time, other.Time))
}

func rank(right bool) int {
	if right {
		return 1
	}
	return 0
}

func (k key) compare(other key) int {
	return cmp.Or(strings.Compare(k.customer, other.customer), strings.Compare(k.amount, other.amount), strings.Compare(k.ref, other.ref))
}

// take lists the events by what became of them.
func (out *Result) take(events []*event) {
	slices.SortFunc(events, (*event).compare)
	for _, e := range events {
		switch {
		case e.match != nil && !e.right:
			out.Matched = append(out.Matched, Match{e.Event, e.match.Event, e.match.At.Sub(e.At)})
		case e.match == nil && !e.right:
			out.LeftOnly = append(out.LeftOnly, e.Event)
		case e.match == nil:
			out.RightOnly = append(out.RightOnly, e.Event)
		}
	}
	slices.SortFunc(out.Doubtful, func(a, b Doubt) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), a.Row.compare(&b.Row))
	})
}
