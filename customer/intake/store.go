package intake

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Book stores imported records in a tenant. StoreCustomers and StoreOrders are
// for an Importer. Customers and Orders are Sinks: each batch is one transaction,
// so a run that ends early leaves whole batches.
//
// Records are known by the number that their source gives them: importing a
// file again changes what differs and adds nothing twice, and of two rows with
// one number the later one counts. Records without a number are always added.
type Book struct {
	// Tenant is where the Sinks put the records; an Importer has its own.
	Tenant *storage.Tenant
	// By stands in the change log of the Sinks. Use Origin.WithoutValues for large files.
	By storage.Origin
	// Source is the system that the file is from, such as "shop": numbers are
	// unique within it.
	Source string
	// Currency is that of amounts which state none; a row is rejected when it is empty too.
	Currency string
	// AddCustomers adds a customer, named by its number, for orders of one that
	// is not there. Without it such orders are rejected.
	AddCustomers bool
	// Phones reads phone numbers; nil: customer.NormalPhone.
	Phones customer.PhoneParser
}

// Customers is a Sink for records of CustomerTargets.
func (b *Book) Customers(ctx context.Context, list []Record) (rejected []Rejection, err error) {
	err = b.Tenant.Update(ctx, b.By, func(tx *storage.Tx) error {
		rejected, err = b.StoreCustomers(ctx, &Writer{tx: tx}, list)
		return err
	})
	return rejected, err
}

// StoreCustomers stores records of CustomerTargets; it is an Importer.Store.
func (b *Book) StoreCustomers(ctx context.Context, w *Writer, list []Record) ([]Rejection, error) {
	s := &customerBatch{batch: batch{Book: b, w: w}}
	err := s.store(ctx, list)
	return s.rejected, err
}

// Orders is a Sink for records of OrderTargets.
func (b *Book) Orders(ctx context.Context, list []Record) (rejected []Rejection, err error) {
	err = b.Tenant.Update(ctx, b.By, func(tx *storage.Tx) error {
		rejected, err = b.StoreOrders(ctx, &Writer{tx: tx}, list)
		return err
	})
	return rejected, err
}

// StoreOrders stores records of OrderTargets; it is an Importer.Store.
func (b *Book) StoreOrders(ctx context.Context, w *Writer, list []Record) ([]Rejection, error) {
	s := &orderBatch{batch: batch{Book: b, w: w}}
	err := s.store(ctx, list)
	return s.rejected, err
}

// A batch is the storing of one batch.
type batch struct {
	*Book
	w        *Writer
	rejected []Rejection
}

// reject rejects a row for what stands under a target.
func (b *batch) reject(rec Record, target string, err error) {
	b.rejected = append(b.rejected, newRejection(rec.Row, rec.Line, rec.column(target), rec.Text(target), err))
}

// column returns the header of the column that holds a target, or the name of
// the target when there is none.
func (r Record) column(target string) string {
	if i, ok := r.mapping.index[target]; ok && r.mapping.columns[i] >= 0 {
		return r.mapping.header[r.mapping.columns[i]]
	}
	return target
}

// numbered returns the stored records with the numbers that stand under a target.
func numbered[T any](ctx context.Context, b *batch, kind *storage.Kind[T], list []Record, target string, number func(*T) string) (map[string]*T, error) {
	numbers := make([]string, 0, len(list))
	for _, rec := range list {
		if n := rec.Text(target); n != "" {
			numbers = append(numbers, n)
		}
	}
	found := make(map[string]*T, len(numbers))
	where := criteria.All(criteria.Eq("source", b.Source), criteria.In("external_id", numbers...))
	for r, err := range kind.Find(ctx, b.w.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		found[number(r)] = r
	}
	return found, nil
}

func (b *batch) customersByNumber(ctx context.Context, list []Record, target string) (map[string]*customer.Customer, error) {
	return numbered(ctx, b, customer.Kind, list, target, func(c *customer.Customer) string { return c.ExternalID })
}

// A customerBatch stores customers and their contact points.
type customerBatch struct {
	batch
	customers []*customer.Customer
	contacts  map[*customer.Customer][]*customer.ContactPoint // of each of them
}

func (w *customerBatch) store(ctx context.Context, list []Record) error {
	known, err := w.customersByNumber(ctx, list, "external_id")
	if err != nil {
		return err
	}
	w.contacts = make(map[*customer.Customer][]*customer.ContactPoint, len(list))
	for _, rec := range list {
		if contacts, ok := w.contactsOf(rec); ok {
			w.add(rec, known, contacts)
		}
	}
	if err := putAll(ctx, w.w, customer.Kind, w.customers); err != nil {
		return err
	}
	return w.storeContacts(ctx)
}

// add takes a row into the batch: a new customer, or a change of a known one.
func (w *customerBatch) add(rec Record, known map[string]*customer.Customer, contacts []*customer.ContactPoint) {
	number := rec.Text("external_id")
	c := known[number]
	if c == nil {
		c = &customer.Customer{Source: w.Source, ExternalID: number}
	}
	if number != "" {
		known[number] = c
	}
	FillCustomer(c, rec)
	if _, pending := w.contacts[c]; !pending {
		w.customers = append(w.customers, c)
	}
	w.contacts[c] = append(w.contacts[c], contacts...)
}

// contactsOf reads the contact points of a row, or rejects it.
func (w *customerBatch) contactsOf(rec Record) ([]*customer.ContactPoint, bool) {
	values := map[string][]string{customer.Phone: SplitPhones(rec.Text(customer.Phone), w.Phones)}
	if mail := rec.Text(customer.Email); mail != "" {
		values[customer.Email] = []string{mail}
	}
	var list []*customer.ContactPoint
	ok := true
	for _, typ := range []string{customer.Phone, customer.Email} {
		for _, value := range values[typ] {
			p, err := w.Phones.NewContactPoint(uuid.Nil, typ, value)
			if err != nil {
				w.reject(rec, typ, err)
				ok = false
				break
			}
			list = append(list, p)
		}
	}
	return list, ok
}

// FillCustomer gives a customer what a record of CustomerTargets says, but for its
// number and contact points. Empty cells leave what is there. A type that the record
// does not state is taken from the words that names of companies end with.
func FillCustomer(c *customer.Customer, rec Record) {
	if c.Type == "" || rec.Text("kind") != "" {
		c.Type = customerType(rec.Text("kind"), rec.Text("name"))
	}
	for target, field := range map[string]*string{
		"name": &c.Name, "gender": &c.Gender, "company": &c.Company, "title": &c.Title,
		"province": &c.Region, "city": &c.City, "address": &c.Address, "notes": &c.Notes, "source": &c.Channel,
	} {
		if text := rec.Text(target); text != "" {
			*field = text
		}
	}
	if day, ok := Get[time.Time](rec, "birthday"); ok {
		c.Birthday = criteria.DateOf(day)
	}
	if at, ok := Get[time.Time](rec, "registered_at"); ok {
		c.Since = at
	}
	if list, ok := Get[[]string](rec, "tags"); ok {
		c.Tags = list
	}
	if c.Type == customer.Organization {
		c.Gender, c.Birthday = "", storage.Date{}
	}
}

// customerType tells persons and organisations apart by what the file says, or
// else by the words that names of companies end with.
func customerType(stated, name string) string {
	words := organizationNames
	text := name
	if stated != "" {
		words, text = organizationWords, stated
	}
	folded := " " + criteria.Fold(text) + " "
	for _, word := range words {
		if strings.Contains(folded, word) {
			return customer.Organization
		}
	}
	return customer.Person
}

var (
	organizationWords = []string{"企业", "公司", "机构", "组织", "单位", "company", "organi", "business", "corporate"}
	organizationNames = []string{
		"公司", "集团", "有限", "工厂", "学校", "大学", "医院", "银行", "事务所", "商行", "中心",
		" inc", " ltd", " llc", " gmbh", " corp", " co. ", " ag ", " s.a.", " plc ", " limited",
	}
)

// storeContacts adds the contact points that their customers do not have yet. The
// first of a type is the primary one.
func (w *customerBatch) storeContacts(ctx context.Context) error {
	ids := make([]uuid.UUID, len(w.customers))
	for i, c := range w.customers {
		ids[i] = c.ID
	}
	has := map[contactKey]bool{}
	for p, err := range customer.ContactPoints.Find(ctx, w.w.tx, storage.Query{Where: criteria.In("customer", ids...)}) {
		if err != nil {
			return err
		}
		has[keyOf(p)] = true
		has[contactKey{p.Customer, p.Type, ""}] = has[contactKey{p.Customer, p.Type, ""}] || p.Primary
	}
	var add []*customer.ContactPoint
	for _, c := range w.customers {
		for _, p := range w.contacts[c] {
			p.Customer = c.ID
			if has[keyOf(p)] {
				continue
			}
			p.Primary = !has[contactKey{p.Customer, p.Type, ""}]
			has[keyOf(p)], has[contactKey{p.Customer, p.Type, ""}] = true, true
			add = append(add, p)
		}
	}
	return putAll(ctx, w.w, customer.ContactPoints, add)
}

func keyOf(p *customer.ContactPoint) contactKey { return contactKey{p.Customer, p.Type, p.Match} }

// A contactKey is what makes two contact points of a customer the same. With an
// empty match it stands for the primary one of the type.
type contactKey struct {
	customer   uuid.UUID
	typ, match string
}

// An orderBatch stores orders.
type orderBatch struct {
	batch
	orders  []*customer.Order
	pending map[*customer.Order]bool // those in orders
}

var (
	errNoCustomer = errors.New("there is no customer of that number; import the customers first")
	errNoCurrency = errors.New("states no currency; give one in a currency column, or as the currency of the import")
)

func (w *orderBatch) store(ctx context.Context, list []Record) error {
	owners, err := w.customersByNumber(ctx, list, "customer")
	if err != nil {
		return err
	}
	if w.AddCustomers {
		if err := w.addCustomers(ctx, list, owners); err != nil {
			return err
		}
	}
	known, err := numbered(ctx, &w.batch, customer.Orders, list, "external_id", func(o *customer.Order) string { return o.ExternalID })
	if err != nil {
		return err
	}
	w.pending = make(map[*customer.Order]bool, len(list))
	for _, rec := range list {
		w.add(rec, owners[rec.Text("customer")], known)
	}
	return putAll(ctx, w.w, customer.Orders, w.orders)
}

// addCustomers adds the customers of orders that are not there.
func (w *orderBatch) addCustomers(ctx context.Context, list []Record, owners map[string]*customer.Customer) error {
	var added []*customer.Customer
	for _, rec := range list {
		number := rec.Text("customer")
		if owners[number] != nil {
			continue
		}
		c := &customer.Customer{Type: customer.Person, Name: number, Source: w.Source, ExternalID: number}
		owners[number] = c
		added = append(added, c)
	}
	return putAll(ctx, w.w, customer.Kind, added)
}

// add takes a row into the batch: a new order, or a change of a known one.
func (w *orderBatch) add(rec Record, owner *customer.Customer, known map[string]*customer.Order) {
	if owner == nil {
		w.reject(rec, "customer", errNoCustomer)
		return
	}
	total, err := w.total(rec)
	if err != nil {
		w.reject(rec, "amount", err)
		return
	}
	number := rec.Text("external_id")
	o := known[number]
	if o == nil {
		o = &customer.Order{Source: w.Source, ExternalID: number}
	}
	if number != "" {
		known[number] = o
	}
	o.Customer, o.Total, o.Status = owner.ID, total, rec.Text("status")
	o.PlacedAt, _ = Get[time.Time](rec, "placed_at")
	if !w.pending[o] {
		w.orders, w.pending[o] = append(w.orders, o), true
	}
}

// total returns the amount of an order: negative for one that was paid back.
func (w *orderBatch) total(rec Record) (customer.Money, error) {
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
	if refunded(rec.Text("status")) && m.Amount.IsPositive() {
		m.Amount = m.Amount.Neg()
	}
	return m, m.Check()
}

// refunded reports whether the status of an order says that its amount was paid back.
func refunded(status string) bool {
	switch criteria.Fold(strings.TrimSpace(status)) {
	case "refund", "refunded", "returned", "已退款", "退款", "退货", "已退货":
		return true
	}
	return false
}
