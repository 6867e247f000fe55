package consent

import "time"

// A cell is what a statement is about.
type cell struct{ channel, purpose string }

// wider returns the cells that say something about this one too, the more
// general ones last.
func (c cell) wider() []cell {
	var list []cell
	if c.purpose != Any {
		list = append(list, cell{c.channel, Any})
	}
	if c.channel != Any {
		list = append(list, cell{Any, c.purpose})
	}
	if len(list) == 2 {
		list = append(list, cell{Any, Any})
	}
	return list
}

// covers reports whether a cell is another one or wider.
func (c cell) covers(other cell) bool {
	return (c.channel == Any || c.channel == other.channel) && (c.purpose == Any || c.purpose == other.purpose)
}

// A board is what counts of one customer's statements.
type board map[cell]*State

// later reports whether a statement counts as later than another.
func later(a, b *State) bool {
	if !a.At.Equal(b.At) {
		return a.At.After(b.At)
	}
	return rank(a.State) > rank(b.State)
}

// add takes in a statement. It reports whether the statement counts, and
// returns the states that no longer do, but the one of the same cell.
func (b board) add(s *State) (counts bool, gone []*State) {
	at := cell{s.Channel, s.Purpose}
	for other, held := range b {
		if other.covers(at) && !later(s, held) {
			return false, nil
		}
	}
	for other, held := range b {
		if at != other && at.covers(other) && !later(held, s) {
			gone = append(gone, held)
			delete(b, other)
		}
	}
	b[at] = s
	return true, gone
}

// decide says whether a customer may be contacted at a moment.
func (b board) decide(p Policy, at cell, now time.Time) Decision {
	if s := b[at]; s != nil {
		return s.decide(now)
	}
	if s := stricter(b[cell{at.channel, Any}], b[cell{Any, at.purpose}], now); s != nil {
		return s.decide(now)
	}
	if s := b[cell{Any, Any}]; s != nil {
		return s.decide(now)
	}
	if p.allows(at) {
		return Decision{Allowed: true, Reason: ByPolicy}
	}
	return Decision{Reason: NoConsent}
}

// stricter returns the one of two statements, either of which may be nil, that
// forbids; where both say the same, the later one.
func stricter(a, b *State, now time.Time) *State {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.open(now) != b.open(now):
		if a.open(now) {
			return b
		}
		return a
	case later(b, a):
		return b
	}
	return a
}

// open reports whether the statement allows contact at a moment.
func (s *State) open(now time.Time) bool {
	return s.State == Granted && (s.Until.IsZero() || now.Before(s.Until))
}

func (s *State) decide(now time.Time) Decision {
	d := Decision{Allowed: s.open(now), Reason: s.State, Since: s.At, Record: s.Record}
	if s.State == Granted && !d.Allowed {
		d.Reason, d.Since = Expired, s.Until
	}
	return d
}
