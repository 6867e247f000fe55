package xlsx

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/xuri/excelize/v2"
)

// Options say what to read of a workbook and how much. The zero value reads the
// first sheet and finds the header by itself.
type Options struct {
	// Sheet is the name of the sheet, in any case; empty to choose it by Index.
	Sheet string
	// Index of the sheet among those of the workbook, from 0.
	Index int
	// Header is the number of the row that the header begins in, from 1. 0 takes
	// the first of the first 20 filled rows that has two filled cells, so that a
	// title in merged cells is passed over, or the first of them if none has.
	Header int
	// HeaderRows is how many rows the header takes up; 1 by default. Of several
	// the lowest filled cell names the column, as it does where "contact" is merged above
	// "phone" and "mail".
	HeaderRows int
	// Limits bound the size of rows. Limits.Row counts bytes of XML, 16 MiB by default.
	Limits intake.Limits
	// Unpacked is how many bytes the sheet may unpack to; 4 GiB by default. Above
	// 1 MiB it is unpacked to a temporary file.
	Unpacked int64
	// Shared is how many bytes the texts that sheets share may unpack to; 1 GiB by
	// default. Above 1 MiB they are unpacked to two temporary files.
	Shared int64
	// TempDir is where the temporary files go, in a directory that only this process's
	// user may read; empty for os.TempDir. They hold the data of the sheet.
	TempDir string
}

// orDefault fills in the defaults.
func (o Options) orDefault() Options {
	set := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	set(&o.HeaderRows, 1)
	set(&o.Limits.Field, 1<<20)
	set(&o.Limits.Row, 16<<20)
	set(&o.Limits.Columns, 1000)
	if o.Unpacked <= 0 {
		o.Unpacked = 4 << 30
	}
	if o.Shared <= 0 {
		o.Shared = 1 << 30
	}
	return o
}

// A Reader is an intake.Source over one sheet of a workbook. It is read once and
// by one goroutine at a time, and must be closed: what it unpacked stays on the
// disk otherwise.
type Reader struct {
	opt     Options
	size    int64
	sheets  []sheet
	book    workbook
	cells   cellReader
	header  []string
	columns []int // of the sheet, by column of the header
	titled  int64 // number of the last row of the header
	ahead   []sheetRow
	out     []string
	err     error // what ended the iteration
}

// Open opens a sheet of a workbook, unpacks and checks it, and reads its header.
// size is that of the whole file, which is not used any more once Open returns.
//
// It returns a *intake.FileError with ErrNotWorkbook, or with intake.ErrHeader,
// ErrTruncated or ErrTooLong, or an error of the reader or of the temporary files.
// Nothing needs to be closed then.
func Open(r io.ReaderAt, size int64, opt Options) (*Reader, error) {
	s := &Reader{opt: opt.orDefault(), size: size}
	if err := s.open(r); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open is Open without its frame.
func (s *Reader) open(r io.ReaderAt) error {
	z, err := openArchive(r, s.size)
	if err != nil {
		return err
	}
	frame, err := choose(z, s.opt, isFrame)
	if err != nil {
		return err
	}
	if s.sheets, err = locate(z, frame); err != nil {
		return err
	}
	chosen, err := pick(s.sheets, s.opt)
	if err != nil {
		return err
	}
	if err := s.book.open(z, chosen, s.opt); err != nil {
		return err
	}
	s.cells.book = &s.book
	return s.readHeader()
}

// Close removes the temporary files, and returns the errors of that. Rows yields
// an error from then on. It may be called again.
func (s *Reader) Close() error {
	if s.err == nil {
		s.err = errClosed
	}
	return s.book.close()
}

var errClosed = errors.New("xlsx: the reader was closed")

// Sheets returns the names of the sheets, in the order of their tabs.
func (s *Reader) Sheets() []string {
	names := make([]string, len(s.sheets))
	for i, sheet := range s.sheets {
		names[i] = sheet.name
	}
	return names
}

// Header returns the names of the columns that have one, trimmed.
func (s *Reader) Header() []string { return slices.Clone(s.header) }

// Bytes returns the size of the file: Open has read all of it.
func (s *Reader) Bytes() int64 { return s.size }

// Rows yields the rows below the header that hold anything. Columns without a name are not in
// them: a row with a filled cell there comes with an intake.Rejection, and so does one with
// an error, a formula without a value, a number that lost its digits or a cell
// that is longer than Limits.Field. Any other error is a *intake.FileError and
// ends the iteration.
func (s *Reader) Rows() iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		for {
			row, err := s.next()
			if err == io.EOF {
				return
			}
			fatal := s.err != nil
			if !yield(row, err) || fatal {
				return
			}
		}
	}
}

// next returns the next row with its fault, if it has one.
func (s *Reader) next() (intake.Row, error) {
	if s.err != nil {
		return intake.Row{}, s.err
	}
	for {
		raw, err := s.row()
		if err == io.EOF {
			return intake.Row{}, io.EOF
		}
		if err != nil {
			s.err = err
			return intake.Row{}, err
		}
		if raw.number > s.titled {
			return s.arrange(raw)
		}
	}
}

// row returns the next row of the sheet, of those read ahead first.
func (s *Reader) row() (sheetRow, error) {
	if len(s.ahead) > 0 {
		row := s.ahead[0]
		s.ahead = s.ahead[1:]
		return row, nil
	}
	return s.cells.read()
}

// arrange puts the cells of a row below their names.
func (s *Reader) arrange(raw sheetRow) (intake.Row, error) {
	if len(s.out) == 0 {
		s.out = make([]string, len(s.header))
	}
	clear(s.out)
	row := intake.Row{Number: raw.number, Line: raw.number, Cells: s.out}
	var fault error
	for _, c := range raw.cells {
		at, named := slices.BinarySearch(s.columns, c.column)
		name := columnName(c.column)
		if named {
			name = s.header[at]
			s.out[at] = c.text
		}
		if err := s.fault(c, named); err != nil && fault == nil {
			fault = intake.Rejection{Row: raw.number, Line: raw.number, Column: name, Value: c.text, Err: err}
		}
	}
	return row, fault
}

// fault says why a cell cannot be taken; nil when it can.
func (s *Reader) fault(c cell, named bool) error {
	switch {
	case c.err != nil:
		return c.err
	case !named && strings.TrimSpace(c.text) != "":
		return errors.New("stands in a column without a name; name the column, or empty the cell")
	case len(c.text) > s.opt.Limits.Field:
		return fmt.Errorf("the cell is %d bytes long; at most %d are allowed", len(c.text), s.opt.Limits.Field)
	case strings.IndexByte(c.text, 0) >= 0:
		return errors.New("the cell holds a NUL; remove it")
	}
	return nil
}

// columnName returns what a spreadsheet calls a column, counted from 0: A, B, ...,
// Z, AA. A spreadsheet has no other columns than those that have a name.
func columnName(column int) string {
	name, _ := excelize.ColumnNumberToName(column + 1)
	return name
}
