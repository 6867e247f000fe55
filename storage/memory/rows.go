package memory

import (
	"bytes"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// rows are the records of a table by number. All other structures hold these
// numbers and no pointers, which keeps them small, spares the garbage collector
// the way through them, and lets a change of a record leave alone all indexes
// whose fields it does not touch. Like trees, rows share what they hold with their
// copies until one of them is changed.
type rows struct {
	owner *owner
	books []book
	own   bool // books may be changed in place
	count uint32
	free  []uint32 // numbers below count that stand for no record; copies have none

	last     uuid.UUID // the id of the record with the greatest number
	disorder bool      // the numbers are not in the order of the ids
}

// Sizes: a small page is cheap to copy when a snapshot has it too.
const (
	pageBits = 7
	bookBits = 6
	pageSize = 1 << pageBits
	bookSize = 1 << bookBits
)

var _ [fullBatch - pageSize]struct{} // a page is a batch

// A book is up to bookSize pages. The owner may change the list in place.
type book struct {
	owner *owner
	pages []page
}

// A page is up to pageSize records. The owner may change the list in place.
type page struct {
	owner   *owner
	records []storage.Record
}

func newRows() *rows { return &rows{owner: new(owner), own: true} }

// copy returns rows with the same records, for reading.
func (r *rows) copy() *rows {
	r.owner, r.own = new(owner), false
	return &rows{books: r.books, count: r.count, disorder: r.disorder}
}

// get returns the record with a number, which must have been given.
func (r *rows) get(n uint32) storage.Record {
	return r.books[n>>(pageBits+bookBits)].pages[n>>pageBits%bookSize].records[n%pageSize]
}

// at returns the record with a number that may never have been given, or nil.
func (r *rows) at(n uint32) storage.Record {
	if n >= r.count {
		return nil
	}
	return r.get(n)
}

// add gives a record a number: one that is free, or the next.
func (r *rows) add(rec storage.Record) uint32 {
	n := r.count
	if last := len(r.free) - 1; last >= 0 {
		n, r.free, r.disorder = r.free[last], r.free[:last], true
	} else {
		r.count++
		id := storage.MetaOf(rec).ID
		r.disorder = r.disorder || bytes.Compare(r.last[:], id[:]) > 0
		r.last = id
	}
	*r.slot(n) = rec
	return n
}

// walk calls visit with the records from a number on, page by page, some of them nil,
// until it returns false.
func (r *rows) walk(from uint32, visit func([]storage.Record) bool) {
	for n := from; n < r.count; {
		page := r.books[n>>(pageBits+bookBits)].pages[n>>pageBits%bookSize].records
		if !visit(page[n%pageSize:]) {
			return
		}
		n = (n>>pageBits + 1) << pageBits
	}
}

// set puts a record in the place of another. A nil one frees the number.
func (r *rows) set(n uint32, rec storage.Record) {
	*r.slot(n) = rec
	if rec == nil {
		r.free = append(r.free, n)
	}
}

// slot returns the place of a number, new or not, in a page that may be changed.
func (r *rows) slot(n uint32) *storage.Record {
	p := r.page(n)
	if p.owner != r.owner {
		p.owner, p.records = r.owner, slices.Clone(p.records)
	}
	i := int(n % pageSize)
	if i == len(p.records) {
		if i == 0 && n > 0 { // behind a full page: of a table that is not small
			p.records = make([]storage.Record, 0, pageSize)
		}
		p.records = append(p.records, nil)
	}
	return &p.records[i]
}

// page returns the page of a number in a book that may be changed.
func (r *rows) page(n uint32) *page {
	if !r.own {
		r.own, r.books = true, slices.Clone(r.books)
	}
	at := int(n >> (pageBits + bookBits))
	if at == len(r.books) {
		r.books = append(r.books, book{owner: r.owner})
	}
	b := &r.books[at]
	if b.owner != r.owner {
		b.owner, b.pages = r.owner, slices.Clone(b.pages)
	}
	at = int(n >> pageBits % bookSize)
	if at == len(b.pages) {
		b.pages = append(b.pages, page{owner: r.owner})
	}
	return &b.pages[at]
}
