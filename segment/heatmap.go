package segment

import "time"

// HeatMap counts customers by recency and frequency score. SVG and VegaLite
// draw it.
type HeatMap struct {
	AsOf     time.Time
	Currency string
	Bins     int

	// Cells holds the customers of each pair of scores, Cells[f-1][r-1].
	Cells [][]Group
}

// HeatMap counts the customers of each recency and frequency score. It returns
// ErrOverflow when the revenue of a cell leaves int64.
func (r *Result[K]) HeatMap() (*HeatMap, error) {
	h := &HeatMap{AsOf: r.AsOf, Currency: r.Currency, Bins: r.Bins, Cells: make([][]Group, r.Bins)}
	for f := range h.Cells {
		h.Cells[f] = make([]Group, r.Bins)
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		if err := h.Cells[row.Score.F-1][row.Score.R-1].add(&row.Metrics); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// largest returns the number of customers in the fullest cell, and in all.
func (h *HeatMap) largest() (most, all int) {
	for _, line := range h.Cells {
		for _, cell := range line {
			most = max(most, cell.Customers)
			all += cell.Customers
		}
	}
	return most, all
}

// meanSpend writes the mean revenue of a cell's customers.
func (h *HeatMap) meanSpend(cell Group) string {
	return formatMinor(cell.PerCustomer(), h.Currency)
}
