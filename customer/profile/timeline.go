package profile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Item is one moment on a timeline. It marshals to JSON.
type Item struct {
	At     time.Time
	Source string // the name of the source
	Kind   string
	ID     uuid.UUID // of the record
	Title  string
	Record storage.Record // a *T of its kind, or *storage.Entity
}

// A Query says which part of a timeline to read.
type Query struct {
	Limit   int       // items at most; 0: storage.DefaultPage
	After   string    // go on behind a page: its Next
	Sources []string  // the names of the sources to read; nil: all
	Since   time.Time // not before; zero: without bound
	Until   time.Time // before; zero: without bound
}

// A Page is a part of a timeline.
type Page struct {
	Items []Item // the newest first
	Next  string // for Query.After; empty on the last page. Opaque, safe in a URL.
}

// Timeline returns what happened with a customer, the newest first. Of one
// moment, items stand in the order of the sources.
//
// It returns storage.ErrNotFound for a customer that the caller may not see,
// storage.ErrCursor for a cursor that is damaged or another customer's,
// and storage.ErrInvalid for a source or a limit that is none.
func (s Sources) Timeline(ctx context.Context, r storage.Reader, id uuid.UUID, q Query) (*Page, error) {
	if q.Limit == 0 {
		q.Limit = storage.DefaultPage
	}
	if q.Limit < 0 {
		return nil, fmt.Errorf("profile: %w: a limit of %d: give 1 or more", storage.ErrInvalid, q.Limit)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	from, err := readPlace(q.After, id)
	if err != nil {
		return nil, err
	}
	var page *Page
	err = storage.Inside(ctx, r, func(tx *storage.Tx) error {
		if _, err := customer.Kind.Get(ctx, tx, id); err != nil {
			return err
		}
		lanes, err := s.lanes(ctx, tx, id, q, from)
		if err != nil {
			return err
		}
		page, err = merge(ctx, tx, lanes, q.Limit, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// A lane is what a timeline reads of one source.
type lane struct {
	source Source
	query  storage.Query
	time   *storage.Field
	list   []storage.Record // what was read, the newest first
	more   bool             // there is more behind the list
	taken  int              // how many of the list are on the page
	ended  bool             // all of it was on pages before
}

// lanes reads the beginning of every source that the caller may read.
func (s Sources) lanes(ctx context.Context, tx *storage.Tx, id uuid.UUID, q Query, from place) ([]*lane, error) {
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	var lanes []*lane
	for _, source := range s {
		schema := source.Kind.Schema()
		at := slices.IndexFunc(kinds, func(k *storage.Schema) bool { return k.Name == schema.Name })
		if at < 0 || (q.Sources != nil && !slices.Contains(q.Sources, source.name())) {
			continue
		}
		source.Kind = kinds[at]
		l := &lane{source: source, query: source.query(id, q, from), ended: from.Places[source.name()] == endOfSource}
		if l.time, err = timeField(ctx, tx, kinds[at], source); err != nil {
			return nil, err
		}
		if !l.ended {
			var next storage.Cursor
			l.list, next, err = storage.Any(kinds[at]).Page(ctx, tx, l.query)
			l.more = next != ""
		}
		if allowed(err) != nil {
			return nil, err
		}
		lanes = append(lanes, l)
	}
	return lanes, nil
}

// timeField returns the field that says when.
func timeField(ctx context.Context, tx *storage.Tx, kind *storage.Schema, s Source) (*storage.Field, error) {
	fields, err := tx.Fields(ctx, kind)
	if err != nil {
		return nil, err
	}
	for _, f := range slices.Concat(kind.MetaFields(), fields) {
		if f.Name == s.Time && f.Type == criteria.Time {
			return f, nil
		}
	}
	return nil, fmt.Errorf("profile: %w: source %q: %s has no time field %q", storage.ErrInvalid, s.name(), kind.Name, s.Time)
}

// query returns what to read of a source.
func (s Source) query(id uuid.UUID, q Query, from place) storage.Query {
	theirs := criteria.Eq("customer", id)
	if s.Of != nil {
		theirs = s.Of(id)
	}
	where := []criteria.Criterion{theirs, criteria.Not(criteria.Missing(s.Time))}
	if !q.Since.IsZero() {
		where = append(where, criteria.Ge(s.Time, q.Since))
	}
	if !q.Until.IsZero() {
		where = append(where, criteria.Lt(s.Time, q.Until))
	}
	if !from.At.IsZero() { // what has been added since, and belongs on an earlier page
		where = append(where, criteria.Le(s.Time, from.At))
	}
	return storage.Query{Where: criteria.All(where...), Order: newest(s.Time), Limit: q.Limit, After: from.cursor(s.name())}
}

// merge takes the newest items of all lanes.
func merge(ctx context.Context, tx *storage.Tx, lanes []*lane, limit int, id uuid.UUID) (*Page, error) {
	page := &Page{}
	for len(page.Items) < limit {
		l := newestOf(lanes)
		if l == nil {
			return page, nil
		}
		page.Items = append(page.Items, l.take())
	}
	if newestOf(lanes) == nil && !slices.ContainsFunc(lanes, func(l *lane) bool { return l.more }) {
		return page, nil
	}
	next := place{Customer: id, At: page.Items[limit-1].At, Places: map[string]storage.Cursor{}}
	for _, l := range lanes {
		at, err := l.place(ctx, tx)
		if err != nil {
			return nil, err
		}
		if at != "" {
			next.Places[l.source.name()] = at
		}
	}
	text, err := next.text()
	page.Next = text
	return page, err
}

// newestOf returns the lane whose next record is the newest, the first of those
// of one moment; nil when nothing is left.
func newestOf(lanes []*lane) (found *lane) {
	for _, l := range lanes {
		if l.taken < len(l.list) && (found == nil || l.at().After(found.at())) {
			found = l
		}
	}
	return found
}

// at returns the moment of the next record.
func (l *lane) at() time.Time {
	t, _ := l.time.Value(l.list[l.taken]).(time.Time)
	return t
}

// take returns the next record as an item.
func (l *lane) take() Item {
	r := l.list[l.taken]
	item := Item{At: l.at(), Source: l.source.name(), Kind: l.source.Kind.Schema().Name, ID: storage.MetaOf(r).ID, Title: l.source.name(), Record: r}
	if l.source.Title != nil {
		item.Title = l.source.Title(r)
	}
	l.taken++
	return item
}
