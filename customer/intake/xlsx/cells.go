package xlsx

import (
	"cmp"
	"io"
	"slices"
	"strings"
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

// A cellReader reads the rows of a sheet that hold anything.
type cellReader struct {
	book   *workbook
	number int64
	next   int    // of the marks
	cells  []cell // used again for every row
}

// read returns the next row; io.EOF when there is none, otherwise a *FileError.
func (c *cellReader) read() (row sheetRow, err error) {
	defer guard(&err)
	for c.number < c.book.check.last {
		if !c.book.rows.Next() {
			return sheetRow{}, lost(c.number + 1)
		}
		c.number++
		texts, err := c.book.rows.Columns()
		if err != nil {
			return sheetRow{}, lost(c.number)
		}
		if c.take(texts); len(c.cells) > 0 {
			return sheetRow{number: c.number, cells: c.cells}, nil
		}
	}
	return sheetRow{}, io.EOF
}

// take turns the texts of a row into cells.
func (c *cellReader) take(texts []string) {
	c.cells = c.cells[:0]
	for column, text := range texts {
		if text != "" {
			c.cells = append(c.cells, c.dated(column, text))
		}
	}
	for marks := c.book.check.faults; c.next < len(marks) && marks[c.next].row == c.number; c.next++ {
		c.mark(marks[c.next])
	}
}

// dated returns a cell, of a number in a date format as the date that it shows.
func (c *cellReader) dated(column int, text string) cell {
	number, sign := text, ""
	if strings.HasPrefix(text, "-"+dateMark) {
		number, sign = text[1:], "-"
	}
	number, ok := strings.CutPrefix(number, dateMark)
	if !ok {
		return cell{column: column, text: text}
	}
	date, err := dateText(sign+number, c.book.mac)
	if err != nil {
		date = sign + number
	}
	return cell{column: column, text: date, err: err}
}

// mark puts the fault of a cell where it belongs.
func (c *cellReader) mark(m mark) {
	i, ok := slices.BinarySearchFunc(c.cells, m.column, func(c cell, column int) int { return cmp.Compare(c.column, column) })
	if !ok {
		c.cells = slices.Insert(c.cells, i, cell{column: m.column})
	}
	at := &c.cells[i]
	switch m.fault {
	case respelled:
		if text, err := numberText(strings.TrimSpace(at.text)); err == nil {
			at.text = text
		}
		return
	case missingText:
		at.text = ""
	}
	at.err = m.fault.err()
}
