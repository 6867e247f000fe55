package intake

import "iter"

// A Source is a table that can be read once, row by row.
//
// Run needs no more than this, so a spreadsheet or a database cursor is
// imported by implementing it.
type Source interface {
	// Header returns the names of the columns, trimmed, distinct and not empty.
	Header() []string

	// Rows yields the rows below the header in order. A row that can be told
	// from its neighbours but not used, such as one with too many cells, must
	// come with an error of type Rejection that carries its Row and Line; the
	// iteration goes on behind it. Every other error ends the iteration, and
	// must be yielded again when Rows is called again. A second call goes on
	// where the first one stopped.
	Rows() iter.Seq2[Row, error]

	// Bytes returns how much of the input was taken so far, for progress. It
	// runs ahead of the rows by what is buffered.
	Bytes() int64
}

// A Row is one row of a source.
type Row struct {
	// Number is the number that a spreadsheet shows beside the row: the header
	// is row 1, empty lines count, a line break inside a cell does not.
	Number int64
	// Line is the line of the text, from 1, that the row begins on. It differs
	// from Number behind a cell that holds a line break. A source that is not
	// text repeats Number.
	Line int64
	// Cells are the values as they stand in the source, one for each column of
	// the header. The slice is valid until the next row is read; the strings
	// stay valid.
	Cells []string
}

// blank reports whether no cell of the row holds anything.
func (r Row) blank() bool {
	for _, cell := range r.Cells {
		if trim(cell) != "" {
			return false
		}
	}
	return true
}

// Limits bound the memory that one row may take. A zero field means its default.
type Limits struct {
	Field   int // bytes of one cell; 1 MiB by default. A row with a longer cell is rejected.
	Row     int // bytes of one row, 4 MiB by default, checked to within 64 KiB. A longer row ends the run.
	Columns int // columns of the header; 1,000 by default. A file with more is refused.
}

// orDefault fills in the defaults.
func (l Limits) orDefault() Limits {
	if l.Field <= 0 {
		l.Field = 1 << 20
	}
	if l.Row <= 0 {
		l.Row = 4 << 20
	}
	if l.Columns <= 0 {
		l.Columns = 1000
	}
	return l
}
