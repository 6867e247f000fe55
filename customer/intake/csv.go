package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// NewCSV opens comma-separated values (RFC 4180, and the same with another
// delimiter) and reads the header. Quotation marks are taken strictly, empty
// lines are skipped, LF and CRLF both end a line. A first line `sep=;`, as Excel
// writes it, states the delimiter and is no row.
//
// A title above the header is passed over as in package xlsx: the header is the
// first of the first 20 rows that has two filled cells, or the first filled one if
// none has. For fear of a lone delimiter in a file of one column, a row below
// the first is the header only if the row behind it has several cells, too.
// TextOptions.HeaderRow states the row instead.
//
// It returns a *FileError with ErrHeader, ErrEncoding, ErrSyntax, ErrTruncated,
// ErrTooLong or the error of the reader when it cannot get past the header.
func NewCSV(r io.Reader, opt TextOptions) (*File, error) {
	if opt.Comma != 0 && !validComma(opt.Comma) {
		return nil, fmt.Errorf("intake: %q cannot delimit cells; use a character other than a quotation mark or line end", opt.Comma)
	}
	t, err := newText(r, opt.Encoding)
	if err != nil {
		return nil, err
	}
	limits := opt.Limits.orDefault()
	t.allow(limits.Row)
	in := bufio.NewReaderSize(t, window)
	stated, passed := statedComma(in)
	if opt.Comma == 0 {
		opt.Comma = stated
	}
	if opt.Comma == 0 {
		opt.Comma = guessComma(lineOf(in, max(opt.HeaderRow, 1)))
	}
	rows := &csvRows{csv: csv.NewReader(in), text: t, limit: limits.Row, passed: passed}
	rows.csv.Comma, rows.csv.ReuseRecord, rows.csv.FieldsPerRecord = opt.Comma, true, -1
	f, err := newFile(t, rows, opt)
	if err != nil {
		return nil, err
	}
	f.comma = opt.Comma
	return f, nil
}

// statedComma reads a first line that says `sep=;`, with any delimiter. It returns the
// delimiter and the length of the line with its end, or 0 and 0.
func statedComma(in *bufio.Reader) (comma rune, length int) {
	line := lineOf(in, 1)
	text := strings.Trim(strings.TrimSuffix(string(line), "\r"), `"`)
	if len(text) < len("sep=") || !strings.EqualFold(text[:len("sep=")], "sep=") {
		return 0, 0
	}
	comma, size := utf8.DecodeRuneInString(text[len("sep="):])
	if len(text) != len("sep=")+size || !validComma(comma) {
		return 0, 0
	}
	length, _ = in.Discard(len(line) + 1)
	return comma, length
}

// validComma reports whether encoding/csv takes the character as a delimiter.
func validComma(r rune) bool {
	return r != '"' && r != '\r' && r != '\n' && utf8.ValidRune(r) && r != utf8.RuneError
}

// lineOf returns a line, from 1, without its end and without reading it, or as much
// of it as lies in the window. An error of the reader comes up again when it
// is read.
func lineOf(in *bufio.Reader, line int) []byte {
	_, _ = in.Peek(1)
	for {
		seen, _ := in.Peek(in.Buffered())
		rest, found := seen, true
		var first []byte
		for n := 0; n < line && found; n++ {
			first, rest, found = bytes.Cut(rest, []byte{'\n'})
		}
		if found {
			return first
		}
		if _, err := in.Peek(len(seen) + 1); err != nil {
			return first
		}
	}
}

// guessComma returns the most frequent delimiter outside quotation marks; the
// comma when there is none.
func guessComma(line []byte) rune {
	count, quoted := map[byte]int{}, false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			count[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{'\t', ';'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return rune(best)
}

// csvRows reads the rows of a CSV file.
type csvRows struct {
	csv    *csv.Reader
	text   *text
	limit  int
	passed int   // bytes of the line that stated the delimiter
	row    int64 // number of the last row
	end    int64 // line that it ended on
}

// offset implements rowReader.
func (c *csvRows) offset() int64 { return c.csv.InputOffset() + int64(c.passed) }

// titled implements rowReader.
func (c *csvRows) titled() bool { return true }

// above returns how many lines were passed over that the csv.Reader has not seen.
func (c *csvRows) above() int64 { return int64(min(c.passed, 1)) }

// read implements rowReader.
func (c *csvRows) read() (Row, error) {
	c.text.allow(c.limit)
	cells, err := c.csv.Read()
	if err != nil {
		return Row{Number: c.row + 1}, c.explain(err)
	}
	start, _ := c.csv.FieldPos(0)
	last := len(cells) - 1
	end, _ := c.csv.FieldPos(last)
	row := Row{Number: c.number(start), Line: int64(start) + c.above(), Cells: cells}
	c.row, c.end = row.Number, int64(end+strings.Count(cells[last], "\n"))
	return row, nil
}

// number returns the number of a row that begins on the line: the lines
// between it and the row before are empty, and a spreadsheet shows them as rows.
func (c *csvRows) number(line int) int64 { return c.row + int64(line) - c.end }

// explain turns an error of encoding/csv into ours.
func (c *csvRows) explain(err error) error {
	var syntax *csv.ParseError
	if err == io.EOF {
		return err
	}
	if !errors.As(err, &syntax) {
		return atRow(err, c.row+1)
	}
	refusal := &FileError{Row: c.number(syntax.StartLine), Line: int64(syntax.Line) + c.above(), Column: int64(syntax.Column), Err: ErrSyntax,
		Advice: "put the whole cell in quotation marks and double those inside it"}
	if c.openAtEnd(syntax) {
		refusal.Err = ErrTruncated
		refusal.Advice = fmt.Sprintf("it ends inside a quoted cell of the row that begins on line %d; ask for a complete copy, or close the quotation mark", int64(syntax.StartLine)+c.above())
	}
	return refusal
}

// openAtEnd reports whether the error is a quoted cell that is still open at
// the end of the file. encoding/csv has one error for that and for a quotation
// mark inside a cell; but that one has another character and so lies at least
// one byte before the end of its line.
func (c *csvRows) openAtEnd(e *csv.ParseError) bool {
	return c.text.atEnd() && c.offset() == c.text.delivered &&
		errors.Is(e.Err, csv.ErrQuote) && int64(e.Column) >= c.text.lastLine()
}
