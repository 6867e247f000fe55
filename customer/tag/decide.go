package tag

import (
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Given says how customers come to a tag. The zero Given is Manual.
type Given struct {
	Source      string // Manual, Rule, Import, Chat or a word of the host's; empty: Manual
	Rule        string // the rule that gives it, and its version; of Import the system that it is from
	RuleVersion string
	// Evidence are the records that it rests on, each as "kind/id": the message
	// in which a customer said so is "interaction/" and its id. It is kept as it
	// is given; package lineage reads the same form.
	Evidence []string
	// ExpiresAt is when customers lose it again; zero: as the definition's TTL says.
	ExpiresAt time.Time
}

// assignment makes the assignment of a tag at a moment.
func (g Given) assignment(d *Definition, customer uuid.UUID, actor string, now time.Time) *Assignment {
	a := &Assignment{
		Customer: customer, Tag: d.ID, By: actor, At: now, Source: g.Source,
		Rule: g.Rule, RuleVersion: g.RuleVersion, Evidence: slices.Clone(g.Evidence), ExpiresAt: g.expiry(d, now),
	}
	if a.Source == "" {
		a.Source = Manual
	}
	return a
}

// expiry returns when a tag that is given now expires; zero: never.
func (g Given) expiry(d *Definition, now time.Time) time.Time {
	switch {
	case !g.ExpiresAt.IsZero():
		return storage.NormalTime(g.ExpiresAt)
	case d.TTL > 0:
		return storage.NormalTime(now.Add(d.TTL))
	}
	return time.Time{}
}

// A wish is what is asked for one customer.
type wish struct {
	add    []*Definition
	remove map[string]bool // names
	only   bool            // whatever is not in add goes
}

// An outcome is what becomes of one customer's tags.
type outcome struct {
	ended   []*Assignment // that had not
	renewed []*Assignment // that expire later now
	added   []*Assignment
	held    []*Assignment // those of the tags wished for, new or not, in their order
	mirror  []string      // the names that stand in Customer.Tags, sorted
}

// A decision decides about one customer.
type decision struct {
	*catalogue
	now   time.Time
	actor string
	given Given
	outcome
}

// decide works out what becomes of a customer with these assignments, none of
// which has ended, and these names in its record. It changes the assignments.
func (d *decision) decide(customer uuid.UUID, current []*Assignment, mirror []string, w wish) {
	has := make(map[uuid.UUID]*Assignment, len(current))
	for _, a := range current {
		if why := d.fate(a, w); why != "" {
			d.end(a, why)
		} else {
			has[a.Tag] = a
		}
	}
	for _, def := range w.add {
		a := has[def.ID]
		switch {
		case a == nil:
			a = d.given.assignment(def, customer, d.actor, d.now)
			d.added = append(d.added, a)
		case d.renews(a, def):
			a.ExpiresAt = d.given.expiry(def, d.now)
			d.renewed = append(d.renewed, a)
		}
		d.held = append(d.held, a)
	}
	d.mirror = d.names(mirror, w)
}

// fate returns why an assignment ends, or nothing.
func (d *decision) fate(a *Assignment, w wish) string {
	def := d.byID[a.Tag]
	switch {
	case !a.Live(d.now):
		return Expired
	case def == nil: // deleted behind our back
		return Removed
	case slices.Contains(w.add, def):
		return ""
	case slices.ContainsFunc(w.add, func(other *Definition) bool { return d.rival(def, other) }):
		return Replaced
	case w.only || w.remove[def.Name]:
		return Removed
	}
	return ""
}

func (d *decision) end(a *Assignment, why string) {
	a.End, a.EndedAt, a.EndedBy = why, d.now, d.actor
	d.ended = append(d.ended, a)
}

// renews reports whether giving a tag again makes it last longer.
func (d *decision) renews(a *Assignment, def *Definition) bool {
	next := d.given.expiry(def, d.now)
	return !a.ExpiresAt.IsZero() && (next.IsZero() || next.After(a.ExpiresAt))
}

// names returns the names of a customer's record after the decision: those of
// tags that ended and of rivals go, those of tags given come, others stay.
func (d *decision) names(mirror []string, w wish) []string {
	set := map[string]bool{}
	for _, n := range mirror {
		set[n] = !w.only && !w.remove[n] && !d.displaced(n, w)
	}
	for _, a := range d.ended {
		if def := d.byID[a.Tag]; def != nil {
			set[def.Name] = false
		}
	}
	for _, def := range w.add {
		set[def.Name] = true
	}
	maps.DeleteFunc(set, func(_ string, stays bool) bool { return !stays })
	return slices.Sorted(maps.Keys(set))
}

// displaced reports whether a tag that is wished for takes the place of the one
// of that name.
func (d *decision) displaced(name string, w wish) bool {
	def := d.byName[name]
	return def != nil && slices.ContainsFunc(w.add, func(other *Definition) bool { return d.rival(def, other) })
}

// checkRivals refuses two tags of one exclusive group.
func (c *catalogue) checkRivals(customer uuid.UUID, list []*Definition) error {
	first := map[uuid.UUID]*Definition{}
	for _, def := range list {
		if !c.exclusive[def.Group] {
			continue
		}
		if other := first[def.Group]; other != nil && other.ID != def.ID {
			return &ExclusiveError{Customer: customer, Group: c.groups[def.Group].Name, Tags: []string{other.Name, def.Name}}
		}
		first[def.Group] = def
	}
	return nil
}
