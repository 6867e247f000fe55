package profile

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A place is where a page ended: what a cursor holds.
type place struct {
	Customer uuid.UUID                 `json:"c"`
	At       time.Time                 `json:"t"` // of the last item
	Places   map[string]storage.Cursor `json:"p"` // by source: where it goes on; missing: at its beginning
}

// endOfSource stands for a source of which nothing is left. No cursor of
// storage looks like it.
const endOfSource storage.Cursor = "-"

// placeEncoding is safe in a URL.
var placeEncoding = base64.RawURLEncoding.Strict()

func (p place) text() (string, error) {
	data, err := json.Marshal(p)
	return placeEncoding.EncodeToString(data), err
}

// readPlace reads a cursor; the empty one is the start.
func readPlace(text string, id uuid.UUID) (p place, err error) {
	if text == "" {
		return p, nil
	}
	data, err := placeEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil || p.At.IsZero() || p.At.Year() < 1 {
		return place{}, fmt.Errorf("profile: %w: it is malformed: pass on what the page before returned, unchanged", storage.ErrCursor)
	}
	if p.Customer != id {
		return place{}, fmt.Errorf("profile: %w: it belongs to the timeline of another customer", storage.ErrCursor)
	}
	return p, nil
}

func (p place) cursor(source string) storage.Cursor {
	if c := p.Places[source]; c != endOfSource {
		return c
	}
	return ""
}

// place returns where the lane goes on behind what was taken. A cursor marks the
// end of a page only, so the page that ends there is read again.
func (l *lane) place(ctx context.Context, tx *storage.Tx) (storage.Cursor, error) {
	switch {
	case l.ended || (l.taken == len(l.list) && !l.more):
		return endOfSource, nil
	case l.taken == 0:
		return l.query.After, nil
	}
	q := l.query
	q.Limit = l.taken
	_, next, err := storage.Any(l.source.Kind).Page(ctx, tx, q)
	return next, err
}
