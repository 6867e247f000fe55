package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/customer/intake/export"
)

// A Rejection says why a row was not accepted. A row with several bad cells has
// several rejections and counts once.
//
// It is an error too: sources yield it for rows that they cannot use.
// errors.As with a target of type Rejection finds it, and errors.Is sees Err.
type Rejection struct {
	Row    int64  // number of the row, see Row.Number
	Line   int64  // line of the text that the row begins on, see Row.Line
	Column string // name of the column; empty when the row as a whole is at fault
	Value  string // the cell as it stands in the file, cut to 200 bytes
	Reason string // why, and what would make it pass; cut to 500 bytes
	Err    error  // what was returned by Parse, Check or the source; may be nil
}

var errEmpty = errors.New("is empty and must not be; fill it in")

// Lengths in bytes that values and reasons are cut to, so that the sample of
// rejections stays small whatever the file holds.
const (
	maxValue  = 200
	maxReason = 500
)

// newRejection returns a rejection whose texts are cut to size.
func newRejection(row, line int64, column, value string, err error) Rejection {
	return Rejection{Row: row, Line: line, Column: column, Value: value, Err: err}.compact()
}

// compact returns the rejection with texts of limited length, and with the
// text of Err for a reason if it has none.
func (r Rejection) compact() Rejection {
	if r.Reason == "" && r.Err != nil {
		r.Reason = r.Err.Error()
	}
	r.Value, r.Reason = shorten(r.Value, maxValue), shorten(r.Reason, maxReason)
	return r
}

// shorten returns s, cut between characters so that it has at most so many
// bytes, in memory of its own: a part of a row must not keep the row alive.
func shorten(s string, most int) string {
	if len(s) <= most {
		return strings.Clone(s)
	}
	const cut = "…"
	s = s[:most-len(cut)]
	return s[:wholeRunes([]byte(s))] + cut
}

// Error returns the place, the value and the reason.
func (r Rejection) Error() string {
	place := fmt.Sprintf("intake: row %d", r.Row)
	if r.Column != "" {
		place += fmt.Sprintf(", column %q", r.Column)
	}
	if r.Value != "" {
		return fmt.Sprintf("%s: %q %s", place, r.Value, r.Reason)
	}
	return place + ": " + r.Reason
}

// Unwrap returns the cause; nil when there is none.
func (r Rejection) Unwrap() error { return r.Err }

// A RejectionWriter writes rejections as CSV with the columns row, column,
// value and reason, for people to correct in a spreadsheet: UTF-8 with a byte
// order mark, which Excel needs to see.
//
// A text that a spreadsheet would take for a formula gets an apostrophe in
// front; see export.Escape.
type RejectionWriter struct {
	out *csv.Writer
	w   io.Writer
	has bool // the header was written
}

// NewRejectionWriter returns a writer to w. Its Write fits Options.OnRejection.
func NewRejectionWriter(w io.Writer) *RejectionWriter {
	return &RejectionWriter{out: csv.NewWriter(w), w: w}
}

// Write writes one rejection. It returns the error of the writer below.
func (w *RejectionWriter) Write(r Rejection) error {
	if err := w.begin(); err != nil {
		return err
	}
	return w.out.Write([]string{strconv.FormatInt(r.Row, 10), export.Escape(r.Column), export.Escape(r.Value), export.Escape(r.Reason)})
}

// Flush writes what is buffered, and the header if nothing was written before.
// It must be called at the end; it returns the error of the writer below.
func (w *RejectionWriter) Flush() error {
	if err := w.begin(); err != nil {
		return err
	}
	w.out.Flush()
	return w.out.Error()
}

// begin writes the byte order mark and the header once.
func (w *RejectionWriter) begin() error {
	if w.has {
		return nil
	}
	w.has = true
	if _, err := io.WriteString(w.w, "\uFEFF"); err != nil {
		return err
	}
	return w.out.Write([]string{"row", "column", "value", "reason"})
}
