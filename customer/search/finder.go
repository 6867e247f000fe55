package search

import (
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Finder says how texts are read and which keys names have. The zero value
// finds names as they are written, without pinyin. A host has one Finder, which it
// gives to its store as a watch and searches with; it is safe for concurrent use
// if its functions are.
type Finder struct {
	// Romanize returns the forms, in lower case letters and digits, by which a
	// name is found from a Latin keyboard, such as pinyin.Keys; nil: none. A
	// name must have the same forms whenever it is asked for.
	Romanize func(name string) []string
	// Spell brings a typed text into the form of those that Romanize returns,
	// such as pinyin.Query; nil: letters and digits in lower case.
	Spell func(text string) string
	// Version tells the forms of Romanize from those that it returned before, such
	// as pinyin.Version. When it changes, keys that are stored are to be made
	// again: see Ready and Rebuild.
	Version string
	// Phones reads phone numbers: the parser that the host makes contact points
	// with. The nil parser is customer.NormalPhone.
	Phones customer.PhoneParser
	// Sources are the systems by whose ids customers are found, as in
	// customer.ExternalID; without one, ExternalID finds nothing. Each costs
	// two short reads a search.
	Sources []string
}

// The numbers of hits on a page.
const (
	DefaultLimit = 20
	MaxLimit     = 100
)

// Options say what of the hits is wanted. The zero value wants the first page
// of all.
type Options struct {
	Limit int            // at most so many hits, 1 to MaxLimit; 0: DefaultLimit
	Looks []Look         // these alone, in the order of Looks() whatever theirs is; none: all
	After storage.Cursor // go on behind a page of the same finder, text and looks
}

// A Page is a part of what was found.
type Page struct {
	Hits []Hit
	// Next is where the next page begins, empty on the last one. It may lead to
	// a page without hits.
	Next storage.Cursor
	// Skipped are looks that the text asks for and the caller may not use,
	// because of a field or kind that is hidden.
	Skipped []Look
}

// A Hit is a customer and why it was found.
type Hit struct {
	Customer *customer.Customer
	Look     Look
	Kind     string    // of the record that fits: that of customers, of contact points or of external ids
	Record   uuid.UUID // its id
	Field    string    // the field of it
	Text     string    // what stands there
	// Spans are the parts of Text that are meant, in order, at most one at present;
	// none where the text does not show it, as when it is masked.
	Spans []Span
}

// A Span is a part of a text, from the byte From to before the byte To.
type Span struct{ From, To int }

// Search returns customers that a text can mean. Hits of an earlier Look come
// first, and a customer is found by the first that fits. A text of nothing but
// spaces finds nothing. All is read from one committed state, or through the
// transaction that is given.
//
// A text of more than MaxText characters or that is not valid UTF-8, a limit out of
// range and an unknown look are storage.ErrInvalid. A cursor that is damaged or of
// another search is storage.ErrCursor. That a look is forbidden is no error.
func (f Finder) Search(ctx context.Context, r storage.Reader, text string, o Options) (Page, error) {
	q, err := read(text)
	if err != nil {
		return Page{}, err
	}
	if err := o.check(); err != nil {
		return Page{}, err
	}
	if q.text == "" {
		return Page{}, nil
	}
	s := &search{looks: f.looks(q, o), limit: o.Limit, seen: map[uuid.UUID]bool{}}
	s.mark = fingerprint(q.text, s.looks)
	if err := s.start(o.After); err != nil {
		return Page{}, err
	}
	err = storage.Inside(ctx, r, func(tx *storage.Tx) error { return s.run(ctx, tx) })
	return s.page, err
}

func (o *Options) check() error {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Limit < 1 || o.Limit > MaxLimit {
		return fmt.Errorf("search: %w: a limit of %d: give 1 to %d", storage.ErrInvalid, o.Limit, MaxLimit)
	}
	for _, l := range o.Looks {
		if !slices.Contains(Looks(), l) {
			return fmt.Errorf("search: %w: there is no look %q: give some of %v", storage.ErrInvalid, l, Looks())
		}
	}
	return nil
}

// looks returns the ways to look for a text that were asked for, in their order.
func (f Finder) looks(q question, o Options) []*look {
	var list []*look
	for _, name := range Looks() {
		if q.asks(name) && (len(o.Looks) == 0 || slices.Contains(o.Looks, name)) {
			list = append(list, f.look(name, q)...)
		}
	}
	return list
}
