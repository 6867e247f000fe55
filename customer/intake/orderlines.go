package intake

import (
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// An orderLine is a line of a draft.
type orderLine struct {
	*customer.OrderLine
	before  customer.OrderLine // as it is stored
	touched bool               // a row of this file is about it
}

// load adds a line that is stored. Those of a refund have the sign that they
// have in the file, until finish.
func (d *draft) load(l *customer.OrderLine) {
	line := &orderLine{OrderLine: l, before: *l, touched: d.seen.lines[l.ID]}
	if d.order.Refund() && d.book.effect(d.order.Status) == paidBack {
		l.Amount = l.Amount.Abs()
	}
	d.lines = append(d.lines, line)
}

// line returns what a row says of a product.
func (d *draft) line(r orderRow) customer.OrderLine {
	l := customer.OrderLine{Product: r.product, Category: r.Text("category"), Amount: r.money.Amount}
	if n, ok := Get[int64](r.Record, "quantity"); ok {
		l.Quantity = decimal.NewFromInt(n)
	}
	if d.book.TotalInRows {
		l.Amount = decimal.Decimal{}
	}
	return l
}

// find returns the line that a row is about: the one that says the same, or else
// one of the same product that no row of the file has named; nil for none.
func (d *draft) find(l customer.OrderLine) *orderLine {
	same := func(o *orderLine) bool {
		return o.Product == l.Product && o.Quantity.Equal(l.Quantity) && o.Amount.Equal(l.Amount)
	}
	i := slices.IndexFunc(d.lines, same)
	if i < 0 {
		i = slices.IndexFunc(d.lines, func(o *orderLine) bool { return o.Product == l.Product && !o.touched })
	}
	if i < 0 {
		return nil
	}
	return d.lines[i]
}

// touch notes which line a row is about that leaves it as it is.
func (d *draft) touch(r orderRow) {
	if line := d.find(d.line(r)); line != nil {
		line.touched = true
	}
}

// putLine adds the line of a row, or changes the one that it is about.
func (d *draft) putLine(r orderRow) {
	said := d.line(r)
	line := d.find(said)
	if line == nil {
		d.lines = append(d.lines, &orderLine{OrderLine: &said, touched: true})
		return
	}
	line.touched, line.Quantity, line.Amount = true, said.Quantity, said.Amount
	if said.Category != "" {
		line.Category = said.Category
	}
}

// changed returns the lines that are to be stored, behind the order.
func (d *draft) changed() []*customer.OrderLine {
	var list []*customer.OrderLine
	for _, l := range d.lines {
		b := l.before
		if l.Version > 0 && b.Category == l.Category && b.Quantity.Equal(l.Quantity) && b.Amount.Equal(l.Amount) {
			continue
		}
		l.Order = d.order.ID
		list = append(list, l.OrderLine)
	}
	return list
}

// named returns the lines that rows of the file are about.
func (d *draft) named() map[uuid.UUID]bool {
	ids := make(map[uuid.UUID]bool, len(d.lines))
	for _, l := range d.lines {
		if l.touched {
			ids[l.ID] = true
		}
	}
	return ids
}
