package intake

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An orderBatch stores orders, their lines and what was paid back for them.
type orderBatch struct {
	batch
	*owners
	seen   *memory
	first  int64             // number of the first row
	drafts map[string]*draft // by number
	list   []*draft          // all of them, in the order of the file
}

var (
	errNoCustomer = errors.New("there is no customer of that number; import the customers first")
	errNoCurrency = errors.New("states no currency; give one in a currency column, or as the currency of the import")
	errNoProduct  = errors.New("is a quantity of nothing: name the product, or leave the cell empty")
)

func (w *orderBatch) store(ctx context.Context, list []Record) (err error) {
	if w.owners, err = w.ownersOf(ctx, list, "customer"); err != nil {
		return err
	}
	if w.AddCustomers {
		if err := w.addCustomers(ctx, list); err != nil {
			return err
		}
	}
	w.seen, w.first = list[0].mapping.orders, list[0].Row
	if err := w.load(ctx, list); err != nil {
		return err
	}
	for _, rec := range list {
		w.add(rec)
	}
	return w.put(ctx)
}

// addCustomers adds the customers of orders that are not there.
func (w *orderBatch) addCustomers(ctx context.Context, list []Record) error {
	var added []*customer.Customer
	for _, rec := range list {
		number := rec.Text("customer")
		if w.known[number] != nil || w.several[number] != nil {
			continue
		}
		c := &customer.Customer{Type: customer.Person, Name: number, Source: w.Source, ExternalID: number}
		w.known[number] = c
		added = append(added, c)
	}
	return putAll(ctx, w.w, customer.Kind, added)
}

// load makes drafts of the orders that are stored, with their lines.
func (w *orderBatch) load(ctx context.Context, list []Record) error {
	byID := map[uuid.UUID]*draft{}
	var ids []uuid.UUID
	for o, err := range customer.Orders.Find(ctx, w.w.tx, w.numbered(numbersOf(list, "external_id"))) {
		if err != nil {
			return err
		}
		d := w.newDraft(o)
		w.drafts[o.ExternalID], byID[o.ID] = d, d
		ids = append(ids, o.ID)
	}
	if _, lined := list[0].mapping.Column("product"); !lined || len(ids) == 0 {
		return nil
	}
	q := storage.Query{Where: criteria.In("order", ids...), Order: []storage.Order{{Field: storage.FieldID}}}
	for l, err := range customer.OrderLines.Find(ctx, w.w.tx, q) {
		if err != nil {
			return err
		}
		byID[l.Order].load(l)
	}
	return nil
}

func (w *orderBatch) newDraft(o *customer.Order) *draft {
	return newDraft(w.Book, o, w.seen.of(o.ExternalID, w.first), w.w.tx.Now())
}

// add takes a row into the batch: a new order, or a part or a change of a known one.
func (w *orderBatch) add(rec Record) {
	r, fault := w.read(rec)
	if fault != nil {
		w.refuse(rec, fault)
		return
	}
	number := rec.Text("external_id")
	d := w.drafts[number]
	if d == nil {
		d = w.newDraft(&customer.Order{Source: w.Source, ExternalID: number})
	}
	if err := d.take(r); err != nil {
		w.reject(rec, "amount", err)
		return
	}
	if number != "" {
		w.drafts[number] = d
	}
	if len(d.rows) == 1 {
		w.list = append(w.list, d)
	}
}

// read returns what a row says, or its rejection.
func (w *orderBatch) read(rec Record) (orderRow, error) {
	number := rec.Text("customer")
	owner := w.known[number]
	switch {
	case w.several[number] != nil:
		return orderRow{}, rec.fault("customer", w.several[number])
	case owner == nil:
		return orderRow{}, rec.fault("customer", errNoCustomer)
	}
	m, err := w.money(rec)
	if err != nil {
		return orderRow{}, rec.fault("amount", err)
	}
	r := orderRow{Record: rec, owner: owner.ID, money: m, effect: w.effect(rec.Text("status")), product: rec.Text("product")}
	if _, lined := rec.mapping.Column("product"); lined && r.product == "" && rec.Text("quantity") != "" {
		return r, rec.fault("quantity", errNoProduct)
	}
	return r, nil
}

// money returns the amount of a row.
func (w *orderBatch) money(rec Record) (customer.Money, error) {
	amount, err := OrderAmount(rec)
	if err != nil {
		return customer.Money{}, err
	}
	m := customer.Money{Amount: amount.Value, Currency: amount.Currency}
	if m.Currency == "" {
		m.Currency = w.Currency
	}
	if m.Currency == "" {
		return m, errNoCurrency
	}
	return m, m.Check()
}

// put stores the drafts: orders, then what names them.
func (w *orderBatch) put(ctx context.Context) error {
	var orders, refunds []*customer.Order
	var lines []*customer.OrderLine
	kept := w.list[:0]
	for _, d := range w.list {
		if err := d.finish(); err != nil {
			for _, rec := range d.rows {
				w.reject(rec, "amount", err)
			}
			continue
		}
		kept = append(kept, d)
		orders = append(orders, d.order)
	}
	if err := putAll(ctx, w.w, customer.Orders, orders); err != nil {
		return err
	}
	for _, d := range kept {
		lines = append(lines, d.changed()...)
		if d.refund != nil {
			d.refund.Refunds = d.order.ID
			refunds = append(refunds, d.refund)
		}
	}
	if err := putAll(ctx, w.w, customer.OrderLines, lines); err != nil {
		return err
	}
	if err := putAll(ctx, w.w, customer.Orders, refunds); err != nil {
		return err
	}
	for _, d := range kept {
		d.seen.lines = d.named()
		w.seen.keep(d.order.ExternalID, d.seen, w.first)
	}
	return nil
}
