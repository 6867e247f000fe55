package main

import (
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/shopspring/decimal"
)

// aggregate sorts the records by the values that they are grouped by and makes
// a row of each run of equal ones. So the rows are in order, groups of absent
// values first, and values are one group if Compare says that they are equal.
//
// Without fields to group by there is one row, even of no records.
func aggregate(list []storage.Record, a *storage.Aggregation) []storage.Row {
	if len(a.By) == 0 {
		return []storage.Row{row(list, a)}
	}
	order := func(x, y storage.Record) int { return compare(a.By, x, y) }
	slices.SortFunc(list, order)
	var rows []storage.Row
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(r storage.Record) bool { return order(list[0], r) != 0 })
		if n < 0 {
			n = len(list)
		}
		rows = append(rows, row(list[:n], a))
		list = list[n:]
	}
	return rows
}

// row computes the row of one group. Field.Value returns nil where a record has
// no value, and otherwise the Go type that a Row promises.
func row(group []storage.Record, a *storage.Aggregation) storage.Row {
	r := storage.Row{By: make([]any, len(a.By)), Count: int64(len(group)), Of: make([]any, len(a.Of))}
	for i, f := range a.By {
		r.By[i] = f.Value(group[0])
	}
	for i, m := range a.Of {
		r.Of[i] = figure(group, m)
	}
	return r
}

// figure computes one figure of the values that are present; nil if none is,
// which is not the same as 0.
func figure(group []storage.Record, m storage.Measure) any {
	present := slices.DeleteFunc(slices.Clone(group), m.Field.Absent)
	switch {
	case len(present) == 0:
		return nil
	case m.Op == storage.Min:
		return m.Field.Value(slices.MinFunc(present, m.Field.Compare))
	case m.Op == storage.Max:
		return m.Field.Value(slices.MaxFunc(present, m.Field.Compare))
	default:
		return sum(present, m.Field)
	}
}

// sum adds integers or decimals exactly: as decimals, which do not overflow.
func sum(list []storage.Record, f *storage.Field) decimal.Decimal {
	var total decimal.Decimal
	for _, r := range list {
		switch v := f.Value(r).(type) {
		case int64:
			total = total.Add(decimal.NewFromInt(v))
		case decimal.Decimal:
			total = total.Add(v)
		}
	}
	return total
}
