package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer/intake/export"
	"github.com/xuri/excelize/v2"
)

// What a sheet holds at most (Excel specifications and limits).
const (
	maxRows = excelize.TotalRows
	maxText = excelize.TotalCellChars // as UTF-16 counts them
)

// ErrSheetFull: a table has more rows, columns or characters in a cell than a
// sheet holds.
var ErrSheetFull = errors.New("more than a sheet holds")

// A Writer is an export.Table that is written as a workbook of one sheet. Texts are
// text cells, so none is taken for a formula and no apostrophe is added; phone
// numbers and dates are texts too. Integers and decimals of up to 15 digits are
// numbers, longer ones texts that keep their digits.
//
// Rows beyond the first 16 MiB of XML wait in a temporary file in os.TempDir,
// and nothing reaches the writer below before Close, which must be called: it
// removes that file. Where no temporary file can be made, rows stay in memory.
type Writer struct {
	file  *excelize.File
	rows  *excelize.StreamWriter
	out   io.Writer
	row   int
	cells []any // used again for every row
	err   error
}

// NewWriter returns a table that is written to w, on a sheet of that name. A name
// that Excel refuses is an error: an empty one, one of more than 31 characters (as
// UTF-16 counts them), with one of []:*?/\, or with an apostrophe at an end.
func NewWriter(w io.Writer, sheet string) (*Writer, error) {
	if !utf8.ValidString(sheet) || mask(sheet) != sheet {
		return nil, fmt.Errorf("xlsx: %q cannot name a sheet; use characters that are visible", sheet)
	}
	t := &Writer{file: excelize.NewFile(), out: w}
	t.file.SetZipWriter(t.archive)
	if err := t.begin(sheet); err != nil {
		return nil, errors.Join(err, t.file.Close())
	}
	return t, nil
}

// begin names the only sheet and opens it.
func (t *Writer) begin(sheet string) error {
	if err := t.file.SetSheetName(t.file.GetSheetName(0), sheet); err != nil {
		return fmt.Errorf(`xlsx: %q cannot name a sheet; use 1 to 31 characters without []:*?/\: %w`, sheet, err)
	}
	if err := t.file.SetDocProps(&excelize.DocProperties{Creator: "Clientele", LastModifiedBy: "Clientele"}); err != nil {
		return err
	}
	var err error
	t.rows, err = t.file.NewStreamWriter(sheet)
	return err
}

// Title implements export.Table.
func (t *Writer) Title(text string, _ int) error { return t.Row([]any{text}) }

// Header implements export.Table.
func (t *Writer) Header(names []string) error {
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = name
	}
	return t.Row(values)
}

// Row implements export.Table. ErrSheetFull leaves the row out and the table as it was.
// A character that XML does not have counts as six of a cell's 32,767.
func (t *Writer) Row(values []any) error {
	if t.err != nil {
		return t.err
	}
	if t.row >= maxRows || len(values) > excelize.MaxColumns {
		return fmt.Errorf("xlsx: row %d of %d columns: %w: %d rows and %d columns; write CSV, or export less", t.row+1, len(values), ErrSheetFull, maxRows, excelize.MaxColumns)
	}
	t.cells = t.cells[:0]
	for i, v := range values {
		c, err := cellOf(v)
		if err != nil {
			return fmt.Errorf("xlsx: cell %s%d: %w", columnName(i), t.row+1, err)
		}
		t.cells = append(t.cells, c)
	}
	t.row++
	t.err = t.rows.SetRow("A"+strconv.Itoa(t.row), t.cells)
	return t.err
}

// cellOf returns what excelize is given for a value: nil, a number or a text.
func cellOf(value any) (any, error) {
	text, number := export.Text(value)
	if text == "" {
		return nil, nil
	}
	if number && plainNumber(text) {
		return strconv.ParseFloat(text, 64)
	}
	if text = mask(text); tooLong(text) {
		return nil, fmt.Errorf("%w: a cell has at most %d characters; write CSV instead", ErrSheetFull, maxText)
	}
	return text, nil
}

// tooLong reports whether a cell cannot hold the text.
func tooLong(text string) bool {
	if len(text) <= maxText {
		return false
	}
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n > maxText
}

// Close implements export.Table: it writes the workbook and removes the temporary
// file. It must be called once.
func (t *Writer) Close() error {
	if t.err == nil {
		t.err = t.rows.Flush()
	}
	if t.err == nil {
		t.err = t.file.Write(io.Discard) // archive writes to t.out
	}
	return errors.Join(t.err, t.file.Close())
}

// archive is called by excelize to write the workbook. The writer that it gets is
// a buffer in memory; this one writes to the writer below instead.
func (t *Writer) archive(io.Writer) excelize.ZipWriter { return &archive{zip.NewWriter(t.out)} }

// An archive writes sheets without the masks of their texts.
type archive struct{ *zip.Writer }

// Create implements excelize.ZipWriter.
func (a *archive) Create(name string) (io.Writer, error) {
	w, err := a.Writer.Create(name)
	if err == nil && strings.HasPrefix(name, "xl/worksheets/") {
		w = &unmasker{out: w}
	}
	return w, err
}
