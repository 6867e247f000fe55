package intake

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer/intake/export"
)

// TextOptions say how a text is written. The zero value finds out by itself
// and takes the first line for the header.
type TextOptions struct {
	// Encoding of the file; empty to find out, see Encoding.
	Encoding Encoding
	// Comma is the character between two cells of a CSV file; 0 to choose the
	// one of comma, semicolon and tab that is most frequent in the first line.
	// Columns files do not use it.
	Comma rune
	// Header names the columns of a file that has no header line.
	Header []string
	// Exported reads a file that package export wrote: the watermark above the
	// header is passed over, and the apostrophes in front of texts that look like
	// formulas are taken away.
	Exported bool
	// Limits bound the size of rows.
	Limits Limits
}

// A File is a Source over delimited text. It is read once and by one goroutine
// at a time.
type File struct {
	header []string
	comma  rune
	text   *text
	rows   rowReader
	limits Limits
	plain  bool  // take apostrophes away
	err    error // what ended the iteration
}

// A rowReader cuts a text into rows.
type rowReader interface {
	// read returns the next row that is not empty, with as many cells as it
	// has; io.EOF when there is none; otherwise a *FileError.
	read() (Row, error)
	// offset returns how many bytes of the text the rows so far took up.
	offset() int64
}

// newFile reads the header, unless the options hold one.
func newFile(t *text, rows rowReader, opt TextOptions) (*File, error) {
	f := &File{text: t, rows: rows, limits: opt.Limits.orDefault(), header: opt.Header, plain: opt.Exported}
	first := Row{Cells: opt.Header}
	if opt.Exported {
		if _, err := rows.read(); err != nil && err != io.EOF {
			return nil, err
		}
	}
	if opt.Header == nil {
		var err error
		first, err = rows.read()
		if err == io.EOF {
			err = headerError(first, "the file is empty")
		}
		if opt.Exported {
			unescape(first.Cells)
		}
		if err != nil {
			return nil, err
		}
	}
	header, err := checkHeader(first, f.limits)
	f.header = header
	return f, err
}

// Header returns the names of the columns, trimmed.
func (f *File) Header() []string { return slices.Clone(f.header) }

// Encoding returns the encoding of the file; empty as long as nothing but ASCII
// was read and none was stated.
func (f *File) Encoding() Encoding { return f.text.encoding }

// Comma returns the character between two cells; 0 for whitespace columns.
func (f *File) Comma() rune { return f.comma }

// Bytes returns how many bytes of the input were taken so far.
func (f *File) Bytes() int64 { return f.text.raw.n }

// Rows yields the rows below the header. A row with too few or too many cells,
// with a cell longer than Limits.Field or with a NUL in it comes with a
// Rejection. Any other error is a *FileError and ends the iteration; a last
// row with too few cells and no line end behind it is one: ErrTruncated.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := f.next()
			if err == io.EOF {
				return
			}
			fatal := f.err != nil
			if !yield(row, err) || fatal {
				return
			}
		}
	}
}

// next returns the next row with its fault, if it has one. It sets f.err when
// there is nothing behind it.
func (f *File) next() (Row, error) {
	if f.err != nil {
		return Row{}, f.err
	}
	row, err := f.rows.read()
	if err == nil && f.cutOff(row) {
		err = &FileError{Row: row.Number, Line: row.Line, Err: ErrTruncated,
			Advice: fmt.Sprintf("its last row has %d of %d cells and no line end; ask for a complete copy of it", len(row.Cells), len(f.header))}
	}
	if err != nil {
		f.err = err
		return row, err
	}
	if f.plain {
		unescape(row.Cells)
	}
	return row, f.fault(row)
}

// unescape takes away what package export put in front of cells.
func unescape(cells []string) {
	for i, cell := range cells {
		cells[i] = export.Unescape(cell)
	}
}

// cutOff reports whether the file ends in the middle of the row.
func (f *File) cutOff(row Row) bool {
	return len(row.Cells) < len(f.header) && f.text.atEnd() && !f.text.newline && f.rows.offset() == f.text.delivered
}

// fault returns the Rejection of a row that cannot be used, or nil.
func (f *File) fault(row Row) error {
	if len(row.Cells) != len(f.header) {
		return row.reject("", strings.Join(row.Cells, " | "), fmt.Errorf(
			"the row has %d cells and the header %d; put cells that hold the delimiter in quotation marks", len(row.Cells), len(f.header)))
	}
	for i, cell := range row.Cells {
		if len(cell) > f.limits.Field {
			return row.reject(f.header[i], cell, fmt.Errorf("the cell is %d bytes long; at most %d are allowed", len(cell), f.limits.Field))
		}
		if f.text.nul && strings.IndexByte(cell, 0) >= 0 {
			return row.reject(f.header[i], cell, errNUL)
		}
	}
	return nil
}

var errNUL = errors.New("the cell holds a NUL byte; remove it, or export the file as text again")

// reject returns the Rejection of one cell of the row.
func (r Row) reject(column, value string, err error) Rejection {
	return newRejection(r.Number, r.Line, column, value, err)
}
