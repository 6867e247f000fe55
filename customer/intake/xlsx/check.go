package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/xuri/excelize/v2"
)

// A check is a look over the parts before excelize reads them. excelize streams
// texts alone and passes over what it cannot read: for it a sheet ends where its
// XML breaks or its checksum fails, a cell behind its neighbours moves to another column,
// and a formula without a value is an empty cell. What would be lost so is found here.
type check struct {
	opt    Options
	texts  int    // how many texts the sheets share
	last   int64  // number of the last row
	faults []mark // in the order of rows and columns
	value  []byte // used again for every cell
}

// A mark is a cell that excelize's text alone does not tell from a sound one.
type mark struct {
	row    int64
	column int
	fault  fault
}

// maxMarks is how many of them are remembered.
const maxMarks = 1 << 16

// maxTexts is how many texts sheets may share: each takes some 50 bytes of memory.
const maxTexts = 1 << 22

// part looks over one part to its end, with its checksum.
func (c *check) part(f *zip.File) (err error) {
	r, err := f.Open()
	if err != nil {
		return unreadable(err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	look, limit := c.any, maxFrame
	switch name := partName(f); {
	case isTexts(name):
		look, limit = c.shared, c.opt.Limits.Row
	case isSheet(name):
		look, limit = c.sheet, c.opt.Limits.Row
	}
	if err := look(newScanner(r, limit)); err != nil {
		return unreadable(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return unreadable(err)
	}
	return nil
}

// any reads a part of which nothing is wanted but that it is sound.
func (c *check) any(in *scanner) error {
	for {
		if _, err := in.token(); err != nil {
			return atEnd(err)
		}
	}
}

// atEnd returns nil for the end of a part.
func atEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// shared counts the shared texts.
func (c *check) shared(in *scanner) error {
	for {
		token, err := in.token()
		if err != nil {
			return atEnd(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "si" {
			in.renew()
			if c.texts++; c.texts > maxTexts {
				return damaged(intake.ErrTooLong, fmt.Sprintf("its sheets share more than %d texts; save it as CSV", maxTexts))
			}
		}
	}
}

// sheet reads the rows of a sheet; what comes behind them does not matter.
func (c *check) sheet(in *scanner) error {
	inside := false
	for {
		token, err := in.token()
		if err != nil {
			return c.place(atEnd(err))
		}
		switch e := token.(type) {
		case xml.StartElement:
			inside = inside || e.Name.Local == "sheetData"
			if inside && e.Name.Local == "row" {
				if err := c.row(in, e); err != nil {
					return c.place(err)
				}
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				return nil
			}
		}
		in.renew()
	}
}

// place says that an error is behind the last row that was read.
func (c *check) place(err error) error {
	if err == nil {
		return nil
	}
	var placed *intake.FileError
	if errors.As(unreadable(err), &placed) && placed.Row == 0 {
		at := *placed
		at.Row = c.last + 1
		return &at
	}
	return err
}

// row reads a row to its end.
func (c *check) row(in *scanner, start xml.StartElement) error {
	number := c.last + 1
	if stated := attribute(start, "r"); stated != "" {
		n, err := strconv.ParseInt(stated, 10, 64)
		if err != nil || n < number || n > maxRows {
			return fmt.Errorf("a row is numbered %q behind row %d", stated, c.last)
		}
		number = n
	}
	column := 0
	for {
		token, err := in.token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if column, err = follow(e, column); err != nil {
				return err
			}
			found, err := c.cell(in, attribute(e, "t"))
			if err != nil {
				return err
			}
			if err := c.mark(number, column-1, found); err != nil {
				return err
			}
		case xml.EndElement:
			if e.Name.Local == "row" {
				c.last = number
				return nil
			}
		}
	}
}

// follow returns the column of a cell, from 1, which must lie behind the last one.
func follow(e xml.StartElement, last int) (int, error) {
	column := last + 1
	if stated := attribute(e, "r"); stated != "" {
		var err error
		if column, _, err = excelize.CellNameToCoordinates(stated); err != nil {
			return 0, err
		}
	}
	if column <= last || column > excelize.MaxColumns {
		return 0, fmt.Errorf("a cell is placed in column %d behind column %d", column, last)
	}
	return column, nil
}

// mark remembers a cell that has a fault.
func (c *check) mark(row int64, column int, found fault) error {
	if found == sound {
		return nil
	}
	if c.faults = append(c.faults, mark{row, column, found}); len(c.faults) > maxMarks {
		return &intake.FileError{Row: row, Err: found.err(), Advice: fmt.Sprintf("more than %d cells of the sheet are faulty; correct them or remove them", maxMarks)}
	}
	return nil
}

// cell reads a cell of a type to its end.
func (c *check) cell(in *scanner, kind string) (fault, error) {
	c.value = c.value[:0]
	formula, stored, inside := false, false, false
	for {
		token, err := in.token()
		if err != nil {
			return sound, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			formula = formula || e.Name.Local == "f"
			inside = e.Name.Local == "v"
			stored = stored || inside || e.Name.Local == "is"
		case xml.CharData:
			if inside {
				c.value = append(c.value, e...)
			}
		case xml.EndElement:
			inside = false
			if e.Name.Local != "c" {
				continue
			}
			if formula && !stored {
				return uncalculated, nil
			}
			return c.judge(kind, strings.TrimSpace(string(c.value)))
		}
	}
}

// judge returns what is wrong with a value of a type.
func (c *check) judge(kind, value string) (fault, error) {
	if value == "" {
		return sound, nil
	}
	switch kind {
	case "str", "inlineStr", "d", "b":
		return sound, nil
	case "e":
		return spreadsheetError, nil
	case "s":
		i, err := strconv.Atoi(value)
		if value[0] == '-' {
			return sound, fmt.Errorf("a cell refers to the shared text %s", value)
		}
		if err != nil || i >= c.texts {
			return missingText, nil
		}
		return sound, nil
	}
	return judgeNumber(value, len(value) < len(c.value)), nil
}
