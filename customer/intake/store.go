package intake

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// A Book stores imported records in a tenant. StoreCustomers and StoreOrders are
// for an Importer. Customers and Orders are Sinks: each batch is one transaction,
// so a run that ends early leaves whole batches.
//
// Records are known by the number that their source gives them: importing a
// file again changes what differs and adds nothing twice, and of two rows with
// one number of a customer the later one counts. Records without a number are
// always added.
//
// # Customers
//
// A number is looked for in the customers and in their customer.ExternalIDs, where
// a merge puts the numbers of those who are gone; one of several customers rejects the row. A
// customer who has several numbers of the source takes values from the rows of the
// first; rows of the others fill only what it lacks.
//
// # Orders
//
// A row that names a product is one line of its order (customer.OrderLines): the
// rows of one number in a file are the lines of one order, its total is the sum
// of all its lines, and a row that says of a product, quantity and amount what a
// line says already is that line again. A line of another file that names the
// same product with another quantity or amount changes the line. Rows without a
// product are an order each; when such a number is repeated in a file with another
// amount, the later row is rejected.
//
// A row whose status is one of Refunded, or whose amount is negative, gives money
// back: for a purchase that is stored, the amount stays and a refund of it is stored
// beside it, as customer.PayBack does, but not more than is left; a number
// that is not known becomes a refund by itself, with a negative amount. An order
// whose status is one of Void is stored with an amount of zero, its lines as they
// are; a purchase that becomes void is paid back. segment.Options.SkipZero and value.Options.Where
// leave such orders out where they are counted.
//
// # Not guaranteed
//
//   - A line that a later file no longer has stays.
//   - Rows of one order may stand in different batches, and with up to 10,000 other
//     orders between them. Beyond that, and where a run was cut off between them,
//     a row is taken for one of another file.
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
	// ReplaceTags takes from a customer all tags that the file does not name.
	// Without it a row with tags adds them, and takes away those alone
	// that an earlier file of Source gave: a tag that people gave stays. Which
	// gave it is known where package tag keeps its assignments (tag.Watch); without
	// it tags are added and none is taken away.
	ReplaceTags bool
	// Fill gives a customer what the targets do not, such as a word of the host's
	// for one of the file. It is called behind FillCustomer, must not keep or write
	// anything, and rejects the row with its error; a Rejection names the column.
	Fill func(*customer.Customer, Record) error
	// TotalInRows says that the amount in each row of an order with several lines is
	// that of the order, repeated; its lines have no amount then.
	TotalInRows bool
	// Refunded are the statuses of orders that were paid back, compared without
	// regard to case and width; nil: RefundedStatuses.
	Refunded []string
	// Void are the statuses of orders that bring nothing: cancelled, closed, not
	// paid (yet); nil: VoidStatuses.
	Void []string
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
	s := &customerBatch{batch: batch{Book: b, w: w}, contacts: map[*customer.Customer][]*customer.ContactPoint{}}
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
	s := &orderBatch{batch: batch{Book: b, w: w}, drafts: map[string]*draft{}}
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
	b.rejected = append(b.rejected, rec.fault(target, err))
}

// refuse rejects a row with an error that may be a Rejection itself, which says
// more than the row.
func (b *batch) refuse(rec Record, err error) {
	r, ok := rejectionOf(err)
	if !ok {
		r = Rejection{Err: err}
	}
	r.Row, r.Line = rec.Row, rec.Line
	b.rejected = append(b.rejected, r.compact())
}

// fault returns the rejection of a row for what stands under a target.
func (r Record) fault(target string, err error) Rejection {
	return newRejection(r.Row, r.Line, r.column(target), r.Text(target), err)
}

// column returns the header of the column that holds a target, or the name of
// the target when there is none.
func (r Record) column(target string) string {
	if i, ok := r.mapping.index[target]; ok && r.mapping.columns[i] >= 0 {
		return r.mapping.header[r.mapping.columns[i]]
	}
	return target
}
