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

// TextOptions say how a text is written. The zero value finds out by itself.
type TextOptions struct {
	// Encoding of the file; empty to find out, see Encoding.
	Encoding Encoding
	// Comma is the character between two cells of a CSV file; 0 to choose the
	// one of comma, semicolon and tab that is most frequent in the first line.
	// Columns files do not use it.
	Comma rune
	// Header names the columns of a file that has no header line.
	Header []string
	// HeaderRow is the number of the row that the header stands in, as a spreadsheet
	// shows it, from 1. 0 finds it, see NewCSV; in Columns files it is the first row.
	// With Header it must be 0.
	HeaderRow int
	// Exported reads a file that package export wrote: the watermark above the
	// header, if there is one, is passed over, and the apostrophes in front of texts
	// that look like formulas are taken away.
	Exported bool
	// Limits bound the size of rows.
	Limits Limits
}

// A File is a Source over delimited text. It is read once and by one goroutine
// at a time.
type File struct {
	header  []string
	columns []int // of the text, from 0, by column of the header
	width   int   // cells of the header in the text, those without a name too
	comma   rune
	text    *text
	rows    rowReader
	ahead   []readRow // read to find the header, and not handed out yet
	limits  Limits
	plain   bool // take apostrophes away
	out     []string
	err     error // what ended the iteration
}

// A rowReader cuts a text into rows.
type rowReader interface {
	// read returns the next row that is not empty, with as many cells as it
	// has; io.EOF when there is none; otherwise a *FileError.
	read() (Row, error)
	// offset returns how many bytes of the text the rows so far took up.
	offset() int64
	// titled reports whether a title may stand above the header.
	titled() bool
}

// newFile reads the header, unless the options hold one.
func newFile(t *text, rows rowReader, opt TextOptions) (*File, error) {
	f := &File{text: t, rows: rows, limits: opt.Limits.orDefault(), plain: opt.Exported}
	if opt.Header != nil && opt.HeaderRow != 0 {
		return nil, errors.New("intake: TextOptions.Header and HeaderRow are both stated; use Header for a file that has no header line")
	}
	if opt.Exported {
		f.skipWatermark()
	}
	first := Row{Cells: opt.Header}
	if opt.Header == nil {
		var err error
		if first, err = f.readHeader(opt.HeaderRow); err != nil {
			return nil, err
		}
	}
	return f, f.name(first)
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
// with a filled cell in a column that has no name, with a cell longer than
// Limits.Field or with a NUL in it comes with a Rejection. Any other error is a *FileError and ends the iteration; a last
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
	read := f.read()
	row, err := read.row, read.err
	if err == nil && read.cutOff && len(row.Cells) < f.needed() {
		err = &FileError{Row: row.Number, Line: row.Line, Err: ErrTruncated,
			Advice: fmt.Sprintf("its last row has %d of %d cells and no line end; ask for a complete copy of it", len(row.Cells), f.width)}
	}
	if err != nil {
		f.err = err
		return row, err
	}
	if f.plain {
		unescape(row.Cells)
	}
	if err := f.fault(row); err != nil {
		return row, err
	}
	return f.arrange(row), nil
}

// needed returns how many cells a row has at least: those of columns without a name
// at the end may be left out.
func (f *File) needed() int { return f.columns[len(f.columns)-1] + 1 }

// arrange puts the cells of a row below their names.
func (f *File) arrange(row Row) Row {
	if len(f.header) == f.needed() {
		row.Cells = row.Cells[:len(f.header)]
		return row
	}
	f.out = f.out[:0]
	for _, column := range f.columns {
		f.out = append(f.out, row.Cells[column])
	}
	row.Cells = f.out
	return row
}

// unescape takes away what package export put in front of cells.
func unescape(cells []string) {
	for i, cell := range cells {
		cells[i] = export.Unescape(cell)
	}
}

// fault returns the Rejection of a row that cannot be used, or nil.
func (f *File) fault(row Row) error {
	if n := len(row.Cells); n > f.width || n < f.needed() {
		return row.reject("", strings.Join(row.Cells, " | "), fmt.Errorf(
			"the row has %d cells and the header %d; put cells that hold the delimiter in quotation marks", n, f.width))
	}
	at := 0 // the next column that has a name
	for i, cell := range row.Cells {
		if at == len(f.columns) || f.columns[at] != i {
			if trim(cell) != "" {
				return row.reject(fmt.Sprintf("column %d", i+1), cell, errNameless)
			}
			continue
		}
		if len(cell) > f.limits.Field {
			return row.reject(f.header[at], cell, fmt.Errorf("the cell is %d bytes long; at most %d are allowed", len(cell), f.limits.Field))
		}
		if f.text.nul && strings.IndexByte(cell, 0) >= 0 {
			return row.reject(f.header[at], cell, errNUL)
		}
		at++
	}
	return nil
}

var errNameless = errors.New("stands in a column without a name; name the column, or empty the cell")

var errNUL = errors.New("the cell holds a NUL byte; remove it, or export the file as text again")

// reject returns the Rejection of one cell of the row.
func (r Row) reject(column, value string, err error) Rejection {
	return newRejection(r.Number, r.Line, column, value, err)
}
