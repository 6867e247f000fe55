package segment

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// VegaLite returns the heat map as a Vega-Lite 5 specification with the data in
// it, for a host whose pages draw with that library. The same input gives the
// same bytes. Mean spend is a number of major units.
func (h *HeatMap) VegaLite(language Language) ([]byte, error) {
	w := wordsIn(language)
	most, all := h.largest()
	spec := object{
		"$schema": "https://vega.github.io/schema/vega-lite/v5.json",
		"title": object{
			"text":     w.heading,
			"subtitle": fmt.Sprintf("%s %s · "+w.count, w.asOf, h.AsOf.Format(time.DateOnly), groupDigits(fmt.Sprint(all))),
		},
		"width":  object{"step": 100},
		"height": object{"step": 60},
		"data":   object{"values": h.vegaValues()},
		"encoding": object{
			"x": object{"field": "r", "type": "ordinal", "title": w.recency, "axis": object{"labelAngle": 0}},
			"y": object{"field": "f", "type": "ordinal", "title": w.frequency, "sort": "descending"},
		},
		"layer": []object{h.vegaCells(w), vegaCounts(most)},
	}
	return json.MarshalIndent(spec, "", "  ")
}

// object is a JSON object; its keys are written in order.
type object map[string]any

// vegaValues returns a datum for each cell.
func (h *HeatMap) vegaValues() []object {
	values := make([]object, 0, h.Bins*h.Bins)
	for f, line := range h.Cells {
		for r, cell := range line {
			values = append(values, object{
				"r": r + 1, "f": f + 1, "customers": cell.Customers,
				"mean": json.Number(FromMinor(cell.PerCustomer(), h.Currency).String()),
			})
		}
	}
	return values
}

// vegaCells draws the coloured squares and their tooltips.
func (h *HeatMap) vegaCells(w words) object {
	mean := w.mean
	if h.Currency != "" {
		mean += " " + h.Currency
	}
	return object{
		"mark": object{"type": "rect", "stroke": "white"},
		"encoding": object{
			"color": object{
				"field": "customers", "type": "quantitative", "title": w.customers,
				"scale": object{"domainMin": 0, "range": []string{shade(0), shade(1)}},
			},
			"tooltip": []object{
				{"field": "r", "title": w.recency},
				{"field": "f", "title": w.frequency},
				{"field": "customers", "title": w.customers, "format": ","},
				{"field": "mean", "title": mean, "format": fmt.Sprintf(",.%df", customer.MinorDigits(h.Currency))},
			},
		},
	}
}

// vegaCounts writes the number of customers into each square, in white where
// the square is dark.
func vegaCounts(most int) object {
	return object{
		"mark": object{"type": "text"},
		"encoding": object{
			"text": object{"field": "customers", "type": "quantitative", "format": ","},
			"color": object{
				"condition": object{"test": fmt.Sprintf("datum.customers > %d", 3*most/5), "value": "white"},
				"value":     "black",
			},
		},
	}
}
