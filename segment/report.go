package segment

import (
	"fmt"
	"time"
)

// Group is a number of customers taken together: a segment of a report or a
// cell of a heat map.
type Group struct {
	Name      string // of the segment; empty in a heat map
	Customers int
	Orders    int
	Revenue   int64 // sum of the customers' totals, in minor units; can be negative
}

// PerOrder returns the average order value in minor units, rounded half to
// even, and 0 without orders.
func (g Group) PerOrder() int64 {
	return Metrics{Orders: g.Orders, Total: g.Revenue}.Mean()
}

// PerCustomer returns the mean revenue of a customer in minor units, rounded
// half to even, and 0 without customers.
func (g Group) PerCustomer() int64 {
	return Metrics{Orders: g.Customers, Total: g.Revenue}.Mean()
}

// add counts one customer in, or reports that the revenue overflows.
func (g *Group) add(m *Metrics) error {
	sum, ok := addMinor(g.Revenue, m.Total)
	if !ok {
		return fmt.Errorf("segment: %w: the revenue of a group leaves 64-bit minor units", ErrOverflow)
	}
	g.Revenue = sum
	g.Customers++
	g.Orders += m.Orders
	return nil
}

// Report sums up the segments of a result.
type Report struct {
	AsOf     time.Time
	Currency string

	// Segments are in the order in which the map first names them, those
	// without customers among them. The rest comes last, if anyone is in it.
	Segments []Group
	Total    Group

	segments Map // for labels
}

// Report sums up the result by the segments of a map. It returns an
// InvalidError for a map that Check refuses or that is written for another
// number of bins, and ErrOverflow when a sum of revenue leaves int64.
func (r *Result[K]) Report(m Map) (*Report, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if m.bins() != r.Bins {
		return nil, &InvalidError{"Map.Bins", fmt.Sprintf("the map is for %d bins, the scores have %d", m.bins(), r.Bins)}
	}
	report := &Report{AsOf: r.AsOf, Currency: r.Currency, segments: m}
	groups, rest := report.prepare(m)
	for i := range r.Rows {
		row := &r.Rows[i]
		group := &rest
		if rule := m.match(row.Score); rule >= 0 {
			group = &report.Segments[groups[rule]]
		}
		if err := group.add(&row.Metrics); err != nil {
			return nil, err
		}
		if err := report.Total.add(&row.Metrics); err != nil {
			return nil, err
		}
	}
	if rest.Customers > 0 {
		report.Segments = append(report.Segments, rest)
	}
	return report, nil
}

// prepare opens an empty group for every name and returns the group of each
// rule, and the group of the rest.
func (p *Report) prepare(m Map) (groups []int, rest Group) {
	position := make(map[string]int, len(m.Rules))
	for _, rule := range m.Rules {
		at, known := position[rule.Name]
		if !known {
			at = len(p.Segments)
			position[rule.Name] = at
			p.Segments = append(p.Segments, Group{Name: rule.Name})
		}
		groups = append(groups, at)
	}
	return groups, Group{Name: m.restName()}
}

// Table returns the report as text for people: a line a segment, a line of
// totals, columns aligned for a font of fixed width in which East Asian
// characters take two places. Amounts are in major units. Shares are rounded to
// a tenth of a percent, so they need not add up to 100; a share of nothing, or
// of a negative total, is "-". The form of the text may change between
// versions; read the fields instead of parsing it.
func (p *Report) Table(language Language) string {
	w := wordsIn(language)
	revenue, perOrder := w.revenue, w.perOrder
	if p.Currency != "" {
		revenue += " " + p.Currency
	}
	lines := [][]string{{w.segment, w.customers, w.customerShare, w.orders, revenue, w.revenueShare, perOrder}}
	for _, g := range p.Segments {
		lines = append(lines, p.line(g, p.segments.Label(g.Name, language)))
	}
	lines = append(lines, p.line(p.Total, w.total))
	return alignColumns(lines)
}

// line returns the cells of one group.
func (p *Report) line(g Group, label string) []string {
	perOrder := "-"
	if g.Orders > 0 {
		perOrder = formatMinor(g.PerOrder(), p.Currency)
	}
	return []string{
		label,
		groupDigits(fmt.Sprint(g.Customers)),
		percent(float64(g.Customers), float64(p.Total.Customers)),
		groupDigits(fmt.Sprint(g.Orders)),
		formatMinor(g.Revenue, p.Currency),
		percent(float64(g.Revenue), float64(p.Total.Revenue)),
		perOrder,
	}
}

// percent returns a share with one decimal.
func percent(part, whole float64) string {
	if whole <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100*part/whole)
}
