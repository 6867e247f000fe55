package intake

import (
	"errors"
	"fmt"
	"strings"
)

// Reasons why a file is refused. Each comes wrapped in a *FileError.
var (
	// ErrHeader: a column has no name, two columns share one, or the file is empty.
	ErrHeader = errors.New("the header is not usable")
	// ErrEncoding: bytes that the file's encoding does not have.
	ErrEncoding = errors.New("bytes that are not text in this encoding")
	// ErrSyntax: a quotation mark where none may stand.
	ErrSyntax = errors.New("quotation marks that do not match")
	// ErrTruncated: the file ends inside a character, a quoted cell or a row.
	ErrTruncated = errors.New("the file is cut off")
	// ErrTooLong: a row exceeds Limits.Row, or the header Limits.Columns.
	ErrTooLong = errors.New("more than the limit allows")
)

// A FileError says where a source could not be read any further and what to do
// about it. Err is one of the Err values above or the error of the reader;
// errors.Is and errors.As see it.
type FileError struct {
	Row    int64 // number of the row, see Row.Number; 0 when no row was reached
	Line   int64 // line of the text, from 1; 0 when unknown
	Column int64 // byte in that line, from 1, counted in UTF-8; 0 when unknown
	Advice string
	Err    error
}

// Error returns the place, the reason and the advice.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString("intake: ")
	if place := e.place(); place != "" {
		b.WriteString(place + ": ")
	}
	b.WriteString(e.Err.Error())
	if e.Advice != "" {
		b.WriteString("; " + e.Advice)
	}
	return b.String()
}

// Unwrap returns the reason.
func (e *FileError) Unwrap() error { return e.Err }

// place names the parts of the position that are known.
func (e *FileError) place() string {
	var parts []string
	for _, p := range []struct {
		name string
		n    int64
	}{{"row", e.Row}, {"line", e.Line}, {"column", e.Column}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", p.name, p.n))
		}
	}
	return strings.Join(parts, ", ")
}

// atRow returns err as a *FileError of that row. It keeps what err already
// knows of its position.
func atRow(err error, row int64) *FileError {
	var known *FileError
	if errors.As(err, &known) {
		placed := *known
		placed.Row = row
		return &placed
	}
	return &FileError{Row: row, Err: err, Advice: "the source could not be read to its end; import it again from a complete copy"}
}
