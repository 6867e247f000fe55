package intake

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// An orderRow is what a row says of an order.
type orderRow struct {
	Record
	owner   uuid.UUID
	money   customer.Money
	effect  effect
	product string // empty: the row is about the order as a whole
}

// gives reports whether the row gives money back.
func (r orderRow) gives() bool { return r.effect == paidBack || r.money.Amount.IsNegative() }

// A draft is an order while the rows of a batch are put into it.
type draft struct {
	book   *Book
	order  *customer.Order
	now    time.Time
	seen   sighting
	lines  []*orderLine
	rows   []Record        // that it took
	backAt time.Time       // when it was paid back, where a row says so
	refund *customer.Order // what finish adds
}

// newDraft returns a draft of an order, stored or not, of which the file may have
// said something already.
func newDraft(b *Book, o *customer.Order, seen sighting, now time.Time) *draft {
	if seen.row == 0 {
		seen.fresh = !o.Total.Amount.IsPositive()
	}
	return &draft{book: b, order: o, seen: seen, now: now}
}

var (
	errRepeated = errors.New("is another amount than the same order has in a row before: each number may have one, unless the rows name products")
	errMixed    = errors.New("belongs to an order that stands in the file with a product and without one: name the product in each row, or in none")
	errCurrency = errors.New("is in another currency than the order: correct one of them")
)

// take puts a row into the order, or says why it does not fit.
func (d *draft) take(r orderRow) error {
	known := d.order.Version > 0 || len(d.rows) > 0
	if known && d.order.Total.Currency != r.money.Currency && (r.product != "" || r.gives() || d.order.Refunded.IsPositive()) {
		return errCurrency
	}
	var err error
	switch {
	case r.product != "":
		err = d.takeLine(r)
	case d.purchase() && (r.gives() || r.effect == void):
		d.payBack(r)
	default:
		err = d.takeWhole(r)
	}
	if err == nil {
		d.rows = append(d.rows, r.Record)
		d.seen.row = r.Row
	}
	return err
}

// purchase reports whether something was bought, by what is known so far.
func (d *draft) purchase() bool {
	return d.order.Total.Amount.IsPositive() || d.seen.lined && d.seen.counted
}

// takeWhole takes a row that is about the order as a whole.
func (d *draft) takeWhole(r orderRow) error {
	if d.seen.lined {
		return errMixed
	}
	if err := d.state(r); err != nil {
		return err
	}
	d.fill(r)
	switch d.order.Total = r.money; r.effect {
	case void:
		d.order.Total.Amount = decimal.Decimal{}
	case paidBack:
		d.order.Total.Amount = r.money.Amount.Abs().Neg()
	}
	return nil
}

// state takes the amount of the whole order from a row.
func (d *draft) state(r orderRow) error {
	if d.seen.stated != nil && !d.seen.stated.Equal(r.money.Amount) {
		return errRepeated
	}
	d.seen.stated = &r.money.Amount
	return nil
}

// takeLine takes a row that names a product.
func (d *draft) takeLine(r orderRow) error {
	if d.seen.stated != nil && !d.seen.lined {
		return errMixed
	}
	if (r.gives() || r.effect == void) && !d.seen.fresh {
		d.touch(r)
		d.payBack(r)
		return nil
	}
	if d.book.TotalInRows {
		if err := d.state(r); err != nil {
			return err
		}
	}
	d.seen.lined = true
	switch {
	case r.money.Amount.IsNegative():
	case r.effect == counts:
		d.seen.counted = true
	default:
		d.seen.refunded = d.seen.refunded || r.effect == paidBack
		d.giveBack(r)
	}
	d.putLine(r)
	d.fill(r)
	d.order.Total.Currency = r.money.Currency
	return nil
}

// fill gives the order what every row says.
func (d *draft) fill(r orderRow) {
	d.order.Customer, d.order.Status = r.owner, r.Text("status")
	d.order.PlacedAt, _ = Get[time.Time](r.Record, "placed_at")
	fillCustom(&d.order.Meta, r.Record)
}

// payBack takes a row that gives money back for a stored purchase.
func (d *draft) payBack(r orderRow) {
	d.giveBack(r)
	if status := r.Text("status"); status != "" {
		d.order.Status = status
	}
	if r.money.Amount.IsNegative() {
		d.backAt, _ = Get[time.Time](r.Record, "placed_at")
	}
}

// giveBack notes an amount that was given back. A row that is repeated cell for
// cell counts once.
func (d *draft) giveBack(r orderRow) {
	if d.seen.back == nil {
		d.seen.back = map[string]decimal.Decimal{}
	}
	d.seen.back[strings.Join(r.cells, "\x1f")] = r.money.Amount.Abs()
}

// finish works out the total and the refund of the order.
func (d *draft) finish() error {
	if d.seen.lined {
		d.sum()
	}
	o := d.order
	var back decimal.Decimal
	for _, amount := range d.seen.back {
		back = back.Add(amount)
	}
	back = decimal.Min(back, o.Total.Amount)
	if o.Total.Amount.LessThan(o.Refunded) && o.Refunded.IsPositive() {
		return fmt.Errorf("makes the order less than the %s that were paid back for it: correct the amount", o.Refunded)
	}
	if left := back.Sub(o.Refunded); left.IsPositive() {
		if d.backAt.IsZero() {
			d.backAt = d.now
		}
		o.Refunded = back
		d.refund = &customer.Order{
			Customer: o.Customer, PlacedAt: d.backAt, Source: o.Source, Status: o.Status,
			Total: customer.Money{Amount: left.Neg(), Currency: o.Total.Currency},
		}
	}
	return nil
}

// sum makes the total that of the lines, or that which the rows state.
func (d *draft) sum() {
	if !d.seen.fresh && !d.seen.counted {
		return
	}
	refund := d.seen.refunded && !d.seen.counted
	var total decimal.Decimal
	for _, l := range d.lines {
		if refund {
			l.Amount = l.Amount.Abs().Neg()
		}
		total = total.Add(l.Amount)
	}
	if d.seen.stated != nil {
		total = *d.seen.stated
	}
	switch {
	case refund:
		total = total.Abs().Neg()
	case len(d.seen.back) > 0 && !d.seen.counted:
		total = decimal.Decimal{} // all void
	}
	d.order.Total.Amount = total
}
