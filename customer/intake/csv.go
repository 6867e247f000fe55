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
// lines are skipped, LF and CRLF both end a line.
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
	if opt.Comma == 0 {
		opt.Comma = guessComma(firstLine(in))
	}
	rows := &csvRows{csv: csv.NewReader(in), text: t, limit: limits.Row}
	rows.csv.Comma, rows.csv.ReuseRecord, rows.csv.FieldsPerRecord = opt.Comma, true, -1
	f, err := newFile(t, rows, opt)
	if err != nil {
		return nil, err
	}
	f.comma = opt.Comma
	return f, nil
}

// validComma reports whether encoding/csv takes the character as a delimiter.
func validComma(r rune) bool {
	return r != '"' && r != '\r' && r != '\n' && utf8.ValidRune(r) && r != utf8.RuneError
}

// firstLine returns the first line without reading it, or as much of it as
// fits into the window. An error of the reader comes up again when it is read.
func firstLine(in *bufio.Reader) []byte {
	_, _ = in.Peek(1)
	for {
		seen, _ := in.Peek(in.Buffered())
		if end := bytes.IndexByte(seen, '\n'); end >= 0 {
			return seen[:end]
		}
		if _, err := in.Peek(len(seen) + 1); err != nil {
			return seen
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
	csv   *csv.Reader
	text  *text
	limit int
	row   int64 // number of the last row
	end   int64 // line that it ended on
}

// offset implements rowReader.
func (c *csvRows) offset() int64 { return c.csv.InputOffset() }

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
	row := Row{Number: c.number(start), Line: int64(start), Cells: cells}
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
	refusal := &FileError{Row: c.number(syntax.StartLine), Line: int64(syntax.Line), Column: int64(syntax.Column), Err: ErrSyntax,
		Advice: "put the whole cell in quotation marks and double those inside it"}
	if c.openAtEnd(syntax) {
		refusal.Err = ErrTruncated
		refusal.Advice = fmt.Sprintf("it ends inside a quoted cell of the row that begins on line %d; ask for a complete copy, or close the quotation mark", syntax.StartLine)
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
