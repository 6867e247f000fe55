package search

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A look is ready to be run for one text.
type look struct {
	name Look
	find finding
	// spans marks what is meant in the text of a hit.
	spans func(text string) []Span
	// holds reports whether it is true of a customer; nil: the records say so.
	holds func(*customer.Customer) bool
}

// A finding reads the records that a look finds, of all customers or of some, in
// the order of the look, up to a limit or, with 0, all.
type finding func(ctx context.Context, r storage.Reader, within []uuid.UUID, after storage.Cursor, limit int) ([]row, storage.Cursor, error)

// A row is one record that was found.
type row struct {
	id       uuid.UUID // tells the rows of a look apart
	customer uuid.UUID
	kind     string
	record   uuid.UUID
	field    string
	text     func(*customer.Customer) string
}

// A search gathers one page.
type search struct {
	looks     []*look
	limit     int
	mark      uint64 // of the text and the looks, for cursors
	at        int    // the look to begin with
	after     storage.Cursor
	continued bool // there were pages before
	seen      map[uuid.UUID]bool
	page      Page
}

func (s *search) run(ctx context.Context, r storage.Reader) error {
	for at := s.at; at < len(s.looks); at++ {
		err := s.take(ctx, r, at)
		switch {
		case errors.Is(err, storage.ErrForbidden):
			s.skip(s.looks[at].name)
		case err != nil:
			s.page = Page{}
			return err
		case len(s.page.Hits) == s.limit:
			return nil
		}
		s.after = ""
	}
	return nil
}

func (s *search) skip(name Look) {
	if n := len(s.page.Skipped); n == 0 || s.page.Skipped[n-1] != name {
		s.page.Skipped = append(s.page.Skipped, name)
	}
}

// take adds the hits of one look until it has no more or the page is full.
func (s *search) take(ctx context.Context, r storage.Reader, at int) error {
	for {
		rows, next, err := s.looks[at].find(ctx, r, nil, s.after, s.limit-len(s.page.Hits))
		if err != nil {
			return err
		}
		if rows, err = s.fresh(ctx, r, at, rows); err != nil {
			return err
		}
		if err := s.add(ctx, r, s.looks[at], rows); err != nil {
			return err
		}
		full := len(s.page.Hits) == s.limit
		switch {
		case full && next != "":
			s.page.Next = s.cursor(at, next)
		case full && at+1 < len(s.looks):
			s.page.Next = s.cursor(at+1, "")
		}
		if full || next == "" {
			return nil
		}
		s.after = next
	}
}

// fresh returns the rows of customers that are not on this page or one before.
func (s *search) fresh(ctx context.Context, r storage.Reader, at int, rows []row) ([]row, error) {
	known := map[uuid.UUID]bool{}
	first := map[uuid.UUID]uuid.UUID{}
	if s.continued && len(rows) > 0 {
		ids := make([]uuid.UUID, len(rows))
		for i := range rows {
			ids[i] = rows[i].customer
		}
		for i := range at + 1 {
			if err := s.earlier(ctx, r, i, i == at, ids, known, first); err != nil {
				return nil, err
			}
		}
	}
	var list []row
	for _, row := range rows {
		before, found := first[row.customer]
		if s.seen[row.customer] || known[row.customer] || found && before != row.id {
			continue
		}
		list = append(list, row)
	}
	return list, nil
}

// earlier finds out which of some customers a look finds, and for the look at
// hand, by which of its rows first: by that one it was on the page where it was due.
func (s *search) earlier(ctx context.Context, r storage.Reader, i int, same bool, ids []uuid.UUID, known map[uuid.UUID]bool, first map[uuid.UUID]uuid.UUID) error {
	rows, _, err := s.looks[i].find(ctx, r, ids, "", 0)
	if err != nil {
		if errors.Is(err, storage.ErrForbidden) {
			return nil
		}
		return err
	}
	for _, row := range rows {
		if !same {
			known[row.customer] = true
		} else if _, found := first[row.customer]; !found {
			first[row.customer] = row.id
		}
	}
	return nil
}

// add turns rows into hits.
func (s *search) add(ctx context.Context, r storage.Reader, l *look, rows []row) error {
	customers, err := load(ctx, r, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		c := customers[row.customer]
		if c == nil || s.seen[c.ID] || l.holds != nil && !l.holds(c) {
			continue
		}
		s.seen[c.ID] = true
		hit := Hit{Customer: c, Look: l.name, Kind: row.kind, Record: row.record, Field: row.field, Text: row.text(c)}
		hit.Spans = l.spans(hit.Text)
		s.page.Hits = append(s.page.Hits, hit)
	}
	return nil
}

// load reads the customers of rows, as far as they are there to be seen.
func load(ctx context.Context, r storage.Reader, rows []row) (map[uuid.UUID]*customer.Customer, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]uuid.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].customer
	}
	found := make(map[uuid.UUID]*customer.Customer, len(ids))
	for c, err := range customer.Kind.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		found[c.ID] = c
	}
	return found, nil
}
