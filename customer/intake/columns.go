package intake

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// NewColumns opens a text whose cells are separated by any number of spaces and
// tabs and are never quoted, as statistics programs write it, and reads the
// header. Such a file cannot hold empty cells. Empty lines are skipped.
//
// It returns a *FileError as NewCSV does.
func NewColumns(r io.Reader, opt TextOptions) (*File, error) {
	t, err := newText(r, opt.Encoding)
	if err != nil {
		return nil, err
	}
	return newColumns(t, opt)
}

// NewCDNOW opens the purchase histories of CDNOW (Fader and Hardie), a public
// data set on which customer models are tried: the master file with or without
// its header line `customer_id date number_of_cds dollar_value`, and the tenth
// of it that is published as a sample, whose five columns are customer_id (that
// of the master file), sample_id, date, number_of_cds and dollar_value. Dates
// are written 19970101. OrderTargets takes these columns without a mapping.
func NewCDNOW(r io.Reader, limits Limits) (*File, error) {
	t, err := newText(r, UTF8)
	if err != nil {
		return nil, err
	}
	return newColumns(t, TextOptions{Limits: limits, Header: cdnowHeader(t.more(1))})
}

// cdnowHeader returns the names of the columns when the text does not begin
// with them, from the number of cells in its first line.
func cdnowHeader(head []byte) []string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(head), []byte{'\n'})
	if len(line) == 0 || line[0] < '0' || line[0] > '9' {
		return nil
	}
	if len(bytes.Fields(line)) == 5 {
		return []string{"customer_id", "sample_id", "date", "number_of_cds", "dollar_value"}
	}
	return []string{"customer_id", "date", "number_of_cds", "dollar_value"}
}

// newColumns opens whitespace columns over a text.
func newColumns(t *text, opt TextOptions) (*File, error) {
	rows := &columnRows{in: bufio.NewReaderSize(t, window), text: t, limit: opt.Limits.orDefault().Row}
	f, err := newFile(t, rows, opt)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// columnRows reads the rows of whitespace columns.
type columnRows struct {
	in    *bufio.Reader
	text  *text
	limit int
	line  int64
	taken int64
	cells []string // used again for every row
}

// offset implements rowReader.
func (c *columnRows) offset() int64 { return c.taken }

// titled implements rowReader: the words of a title would look like cells.
func (c *columnRows) titled() bool { return false }

// read implements rowReader.
func (c *columnRows) read() (Row, error) {
	for {
		line, err := c.readLine()
		if err != nil {
			return Row{Number: c.line}, err
		}
		c.cells = c.cells[:0]
		for cell := range strings.FieldsSeq(line) {
			c.cells = append(c.cells, cell)
		}
		if len(c.cells) > 0 {
			return Row{Number: c.line, Line: c.line, Cells: c.cells}, nil
		}
	}
}

// readLine returns the next line with its end. io.EOF means that there is none.
func (c *columnRows) readLine() (string, error) {
	c.text.allow(c.limit)
	line, err := c.in.ReadString('\n')
	c.line++
	c.taken += int64(len(line))
	if err == io.EOF && line != "" {
		return line, nil
	}
	if err != nil && err != io.EOF {
		err = atRow(err, c.line)
	}
	return line, err
}
