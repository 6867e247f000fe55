package dedupe

// Products, publications, places have a name as people and firms have, which is a text
// among others: in lists of neither people nor firms it is the one in which most rows
// differ; of several, the shortest one, for descriptions are longer than titles. That
// two of these have hardly a word in common, or words against each other, as two models
// of one maker, contradicts that they are one, as it does in the names of firms: without
// a bound, all that a maker makes is one thing.

// nameByText finds that text, if there is one.
func (t *table) nameByText() {
	if t.persons || t.organisations {
		return
	}
	var best *comparison
	var of *source
	for n, c := range t.comparisons {
		if c.text && c.column.names() && (best == nil || c.effort < best.effort) {
			best, of = c, t.sources[n]
		}
	}
	if best == nil {
		return
	}
	of.named = true
	best.caps, best.role = organisationCaps, roleName
	if !mostlyHan(best.column) {
		best.kin = &neighbours
	}
}

// names reports whether a text tells most rows apart.
func (c *column) names() bool {
	if c.frozen != nil {
		return c.frozen.Named
	}
	n := c.present()
	return n > 0 && 2*float64(len(c.values)-1) >= n
}
