package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// A cell is one that holds something.
type cell struct {
	column int // from 0
	text   string
	err    error // why it cannot be read
}

// A sheetRow is one row of the sheet, with the cells that hold something in the
// order of their columns.
type sheetRow struct {
	number int64
	cells  []cell
}

// filled returns how many cells show anything.
func (r sheetRow) filled() int {
	n := 0
	for _, c := range r.cells {
		if strings.TrimSpace(c.text) != "" || c.err != nil {
			n++
		}
	}
	return n
}

// kept returns the row in memory of its own.
func (r sheetRow) kept() sheetRow {
	r.cells = append([]cell(nil), r.cells...)
	return r
}

// A cellReader reads the rows of a sheet.
type cellReader struct {
	in     *scanner
	book   *workbook
	shared *sharedTexts
	number int64
	ended  bool
	inside bool
	cells  []cell // used again for every row
}

// read returns the next row; io.EOF when there is none, otherwise a *FileError.
func (c *cellReader) read() (sheetRow, error) {
	for !c.ended {
		c.in.renew()
		token, err := c.in.token()
		if err != nil {
			return sheetRow{}, c.broken(cutOff(err))
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "sheetData" {
				c.inside = true
			}
			if c.inside && e.Name.Local == "row" {
				return c.row(e)
			}
		case xml.EndElement:
			c.ended = e.Name.Local == "sheetData" || e.Name.Local == "worksheet"
		}
	}
	return sheetRow{}, io.EOF
}

// broken places an error at the row behind the last one.
func (c *cellReader) broken(err error) error {
	var known *intake.FileError
	if errors.As(err, &known) {
		placed := *known
		placed.Row = c.number + 1
		return &placed
	}
	return &intake.FileError{Row: c.number + 1, Err: fmt.Errorf("%w: %w", intake.ErrTruncated, err), Advice: "the file is damaged; ask for a complete copy of it"}
}

// row reads a row to its end.
func (c *cellReader) row(start xml.StartElement) (sheetRow, error) {
	number := c.number + 1
	if stated := attribute(start, "r"); stated != "" {
		n, err := strconv.ParseInt(stated, 10, 64)
		if err != nil || n < number {
			return sheetRow{}, c.broken(fmt.Errorf("a row is numbered %q behind row %d", stated, c.number))
		}
		number = n
	}
	c.cells = c.cells[:0]
	column := -1
	for {
		token, err := c.in.token()
		if err != nil {
			return sheetRow{}, c.broken(cutOff(err))
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if column, err = c.place(e, column); err != nil {
				return sheetRow{}, c.broken(err)
			}
			got, err := c.cell(e)
			if err != nil {
				return sheetRow{}, c.broken(cutOff(err))
			}
			if got.text != "" || got.err != nil {
				got.column = column
				c.cells = append(c.cells, got)
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				c.number = number
				return sheetRow{number: number, cells: c.cells}, nil
			}
		}
	}
}

// maxColumn is the last column that a spreadsheet has, XFD.
const maxColumn = 16_383

// place returns the column of a cell, which must lie behind the last one.
func (c *cellReader) place(e xml.StartElement, last int) (int, error) {
	stated := attribute(e, "r")
	if stated == "" {
		return last + 1, nil
	}
	column := 0
	for i := 0; i < len(stated) && stated[i] >= 'A' && stated[i] <= 'Z' && column <= maxColumn+1; i++ {
		column = column*26 + int(stated[i]-'A') + 1
	}
	if column--; column <= last || column > maxColumn {
		return 0, fmt.Errorf("a cell is placed at %q behind column %s", stated, columnName(last))
	}
	return column, nil
}

// cell reads a cell to its end.
func (c *cellReader) cell(start xml.StartElement) (cell, error) {
	var value strings.Builder
	var inline string
	formula, stored, inValue := false, false, false
	for {
		token, err := c.in.token()
		if err != nil {
			return cell{}, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				inValue, stored = true, true
			case "f":
				formula = true
			case "is":
				if inline, err = c.in.richText("is"); err != nil {
					return cell{}, err
				}
			}
		case xml.EndElement:
			inValue = false
			if e.Name.Local != "c" {
				continue
			}
			if formula && !stored {
				return cell{err: errNoValue}, nil
			}
			text, err := c.value(attribute(start, "t"), attribute(start, "s"), value.String(), inline)
			return cell{text: text, err: err}, nil
		case xml.CharData:
			if inValue {
				value.Write(e)
			}
		}
	}
}

var (
	errNoValue   = errors.New("is a formula without a calculated value; open the file in a spreadsheet program and save it")
	errCellError = errors.New("is an error of the spreadsheet; correct the formula, or empty the cell")
)

// value returns the text of a cell of a type and style.
func (c *cellReader) value(kind, style, stored, inline string) (string, error) {
	if stored == "" && inline == "" {
		return "", nil
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(stored))
		if err != nil {
			return stored, errShared
		}
		return c.shared.get(i)
	case "inlineStr":
		return inline, nil
	case "str":
		return unescape(stored), nil
	case "d":
		return strings.Replace(stored, "T00:00:00", "", 1), nil
	case "e":
		return stored, errCellError
	case "b":
		if stored == "1" || stored == "true" {
			return "TRUE", nil
		}
		return "FALSE", nil
	}
	return c.numeral(style, strings.TrimSpace(stored))
}

// numeral returns the text of a number: a date where the style shows one.
func (c *cellReader) numeral(style, stored string) (string, error) {
	i, err := strconv.Atoi(style)
	read := numberText
	if err == nil && i >= 0 && i < len(c.book.formats) && c.book.formats[i] == isDate {
		read = func(s string) (string, error) { return dateText(s, c.book.mac) }
	}
	text, err := read(stored)
	if err != nil {
		return stored, err
	}
	return text, nil
}
