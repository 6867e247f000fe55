package search

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// A cursor of a search is the mark of the search, the number of a look and a
// cursor within it, joined by points.

// fingerprint tells searches apart that do not go on with each other's pages.
func fingerprint(text string, looks []*look) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", text)
	for _, l := range looks {
		fmt.Fprintf(h, " %s", l.name)
	}
	return h.Sum64()
}

// cursor marks the place behind the rows of a look that were read.
func (s *search) cursor(at int, within storage.Cursor) storage.Cursor {
	mark := make([]byte, 0, 8)
	for shift := 56; shift >= 0; shift -= 8 {
		mark = append(mark, byte(s.mark>>shift))
	}
	return storage.Cursor(base64.RawURLEncoding.EncodeToString(mark) + "." + strconv.Itoa(at) + "." + string(within))
}

// start goes to the place of a cursor. What belongs to the look is checked
// when that is read.
func (s *search) start(c storage.Cursor) error {
	if c == "" {
		return nil
	}
	_, rest, _ := strings.Cut(string(c), ".")
	number, within, _ := strings.Cut(rest, ".")
	at, err := strconv.Atoi(number)
	s.at, s.after, s.continued = at, storage.Cursor(within), true
	if err != nil || at < 0 || at >= len(s.looks) || s.cursor(at, s.after) != c {
		return fmt.Errorf("search: %w: it is damaged or of another search: pass on what the page before returned, with the same text and looks", storage.ErrCursor)
	}
	return nil
}
