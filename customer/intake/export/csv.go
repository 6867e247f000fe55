package export

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// An Encoding is how a CSV file is written.
type Encoding string

// The encodings.
const (
	ExcelUTF8 Encoding = "UTF-8 BOM" // with the byte order mark that Excel needs to see
	UTF8      Encoding = "UTF-8"     // without one, for programs: see MarkForPeople
	GB18030   Encoding = "GB18030"   // for Chinese programs of old
)

// A CSV is a Table of comma-separated values (RFC 4180, with line feeds).
type CSV struct {
	out   *csv.Writer
	below io.Writer
	close func() error // of what encodes
	mark  bool
	plain bool // for programs
	cells []string
}

// NewCSV returns a table that is written to w. An Encoding that is none of this
// package's is an error.
func NewCSV(w io.Writer, e Encoding) (*CSV, error) {
	c := &CSV{below: w, mark: e == ExcelUTF8, plain: e == UTF8}
	switch e {
	case ExcelUTF8, UTF8:
	case GB18030:
		encoder := simplifiedchinese.GB18030.NewEncoder().Writer(w)
		c.below = encoder
		if closer, ok := encoder.(io.Closer); ok {
			c.close = closer.Close
		}
	default:
		return nil, fmt.Errorf("export: encoding %q: use %q, %q or %q", e, ExcelUTF8, UTF8, GB18030)
	}
	c.out = csv.NewWriter(c.below)
	return c, nil
}

// ForPrograms reports whether programs read the table, so that it has no watermark
// unless the request demands one: it is in UTF8.
func (c *CSV) ForPrograms() bool { return c.plain }

// Title implements Table.
func (c *CSV) Title(text string, columns int) error {
	row := make([]string, columns)
	row[0] = text
	return c.Header(row)
}

// Header implements Table.
func (c *CSV) Header(names []string) error {
	if c.mark {
		c.mark = false
		if _, err := io.WriteString(c.below, "\uFEFF"); err != nil {
			return err
		}
	}
	c.cells = c.cells[:0]
	for _, name := range names {
		c.cells = append(c.cells, Escape(name))
	}
	return c.write()
}

// Row implements Table. Texts are escaped, numbers are not.
func (c *CSV) Row(values []any) error {
	c.cells = c.cells[:0]
	for _, v := range values {
		text, number := Text(v)
		if !number {
			text = Escape(text)
		}
		c.cells = append(c.cells, text)
	}
	return c.write()
}

// write writes a row. One empty cell alone would be an empty line, which readers
// pass over.
func (c *CSV) write() error {
	if len(c.cells) == 1 && c.cells[0] == "" {
		c.out.Flush()
		if err := c.out.Error(); err != nil {
			return err
		}
		_, err := io.WriteString(c.below, "\"\"\n")
		return err
	}
	return c.out.Write(c.cells)
}

// Close implements Table.
func (c *CSV) Close() error {
	c.out.Flush()
	err := c.out.Error()
	if c.close != nil {
		err = errors.Join(err, c.close())
	}
	return err
}
