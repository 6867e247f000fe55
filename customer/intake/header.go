package intake

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer/intake/export"
)

// lookAhead is how many rows are searched for the header, and aheadSize how many
// bytes they may hold before the search ends.
const (
	lookAhead = 20
	aheadSize = window
)

// A readRow is what came of reading a row.
type readRow struct {
	row    Row
	err    error
	cutOff bool // the text ends behind the row without a line end
}

// filled returns how many cells of the row hold anything.
func (r readRow) filled() int {
	n := 0
	for _, cell := range r.row.Cells {
		if trim(cell) != "" {
			n++
		}
	}
	return n
}

// read returns the next row, of those read ahead first.
func (f *File) read() readRow {
	if len(f.ahead) > 0 {
		r := f.ahead[0]
		f.ahead = f.ahead[1:]
		return r
	}
	row, err := f.rows.read()
	return readRow{row, err, f.text.atEnd() && !f.text.newline && f.rows.offset() == f.text.delivered}
}

// peek returns row i of those to come, from 0, and keeps the rows to there.
func (f *File) peek(i int) readRow {
	for len(f.ahead) <= i {
		if last := len(f.ahead) - 1; last >= 0 && f.ahead[last].err != nil {
			return f.ahead[last]
		}
		kept := f.ahead
		f.ahead = nil
		r := f.read()
		r.row.Cells = slices.Clone(r.row.Cells) // the slice is used again
		f.ahead = append(kept, r)
	}
	return f.ahead[i]
}

// skipWatermark passes over a first row that package export wrote above the header.
func (f *File) skipWatermark() {
	if first := f.peek(0); first.err == nil && first.filled() == 1 && export.IsWatermark(first.row.Cells[0]) {
		f.ahead = f.ahead[1:]
	}
}

// readHeader reads the header: the row of that number, or for 0 the one that
// findHeader finds, or the first.
func (f *File) readHeader(number int) (Row, error) {
	var found readRow
	switch {
	case number > 0:
		found = f.readTo(int64(number))
	case f.rows.titled():
		f.ahead = f.ahead[f.findHeader():]
		found = f.read()
	default:
		found = f.read()
	}
	if f.plain && found.err == nil {
		unescape(found.row.Cells)
	}
	switch {
	case found.err == io.EOF && number > 0:
		return Row{}, headerError(found.row, fmt.Sprintf("the file ends before row %d; state another HeaderRow", number))
	case found.err == io.EOF:
		return Row{}, headerError(found.row, "the file is empty")
	case found.err == nil && number > 0 && found.row.Number > int64(number):
		return Row{}, headerError(Row{Number: int64(number)}, "it is empty; state another HeaderRow")
	}
	return found.row, found.err
}

// readTo reads to the row of that number, or the first behind it that exists.
func (f *File) readTo(number int64) readRow {
	for {
		if r := f.read(); r.err != nil || r.row.Number >= number {
			return r
		}
	}
}

// findHeader reads ahead and returns which of those rows is the header: the first
// with two filled cells, or else the first filled one.
func (f *File) findHeader() int {
	first, size := -1, 0
	for i := range lookAhead {
		r := f.peek(i)
		if r.err != nil || size > aheadSize {
			break
		}
		filled := r.filled()
		if filled > 1 && (i == 0 || f.isTable(i+1)) {
			return i
		}
		if filled > 0 && first < 0 {
			first = i
		}
		for _, cell := range r.row.Cells {
			size += len(cell)
		}
	}
	return max(first, 0)
}

// isTable reports whether row i to come, which lies below what may be the header,
// has several cells, or there is none.
func (f *File) isTable(i int) bool {
	r := f.peek(i)
	return r.err != nil || len(r.row.Cells) > 1
}

// name names the columns by the header, or returns a *FileError when it cannot
// serve to tell columns apart. A column without a name has none of its cells read.
func (f *File) name(row Row) error {
	if f.width = len(row.Cells); f.width > f.limits.Columns {
		return &FileError{Row: row.Number, Line: row.Line, Err: ErrTooLong,
			Advice: fmt.Sprintf("the header has %d columns and Limits.Columns is %d", f.width, f.limits.Columns)}
	}
	seen := make(map[string]int, f.width)
	for i, cell := range row.Cells {
		name := trim(cell)
		if name == "" {
			continue
		}
		if fault := nameFault(name, i, seen); fault != "" {
			return headerError(row, fault)
		}
		seen[name] = i
		f.header, f.columns = append(f.header, strings.Clone(name)), append(f.columns, i)
	}
	if len(f.header) == 0 {
		return headerError(row, "it names no columns")
	}
	return nil
}

// nameFault says what is wrong with the name of column i, given the columns
// before it; "" when it is usable.
func nameFault(name string, i int, seen map[string]int) string {
	before, taken := seen[name]
	switch {
	case strings.IndexByte(name, 0) >= 0:
		return "it holds NUL bytes; the file is not text, or UTF-16 without a byte order mark: save it as UTF-8"
	case strings.IndexByte(name, '\r') >= 0:
		return "its lines end in a carriage return alone; save it with LF or CRLF line ends"
	case taken:
		return fmt.Sprintf("columns %d and %d are both called %q; rename one", before+1, i+1, name)
	}
	return ""
}

// headerError returns the refusal of a header.
func headerError(row Row, fault string) error {
	return &FileError{Row: row.Number, Line: row.Line, Err: fmt.Errorf("%w: %s", ErrHeader, fault)}
}
