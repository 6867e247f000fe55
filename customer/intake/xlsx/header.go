package xlsx

import (
	"fmt"
	"io"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// lookAhead is how many filled rows are searched for the header.
const lookAhead = 20

// readHeader finds the header and names the columns.
func (s *Reader) readHeader() error {
	first, err := s.findHeader()
	if err != nil {
		return err
	}
	names := map[int]string{}
	last := -1
	for _, row := range s.ahead {
		if row.number < first || row.number >= first+int64(s.opt.HeaderRows) {
			continue
		}
		for _, c := range row.cells {
			if text := strings.TrimSpace(c.text); text != "" {
				names[c.column] = text
				last = max(last, c.column)
			}
		}
	}
	s.titled = first + int64(s.opt.HeaderRows) - 1
	taken := map[string]int{}
	for column := 0; column <= last; column++ {
		name, ok := names[column]
		if !ok {
			continue
		}
		if before, twice := taken[name]; twice {
			return headerFault(first, fmt.Sprintf("columns %s and %s are both called %q; rename one", columnName(before), columnName(column), name))
		}
		taken[name] = column
		s.header, s.columns = append(s.header, name), append(s.columns, column)
	}
	switch {
	case len(s.header) == 0:
		return headerFault(first, "it names no columns")
	case len(s.header) > s.opt.Limits.Columns:
		return &intake.FileError{Row: first, Err: intake.ErrTooLong, Advice: fmt.Sprintf("the header has %d columns and Limits.Columns is %d", len(s.header), s.opt.Limits.Columns)}
	}
	return nil
}

// findHeader returns the number of the row in which the header begins, and reads
// ahead to the end of it.
func (s *Reader) findHeader() (int64, error) {
	found := int64(s.opt.Header)
	for len(s.ahead) < lookAhead || found > 0 {
		row, err := s.cells.read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		if n := row.filled(); n > 0 {
			s.ahead = append(s.ahead, row.kept())
			if found == 0 && n > 1 {
				found = row.number
			}
		}
		if found > 0 && row.number >= found+int64(s.opt.HeaderRows)-1 {
			break
		}
		if s.opt.Header > 0 && row.number < found {
			s.ahead = s.ahead[:0]
		}
	}
	switch {
	case len(s.ahead) == 0:
		return 0, headerFault(found, "the sheet is empty there; state another sheet or Options.Header")
	case found == 0:
		found = s.ahead[0].number
	}
	return found, nil
}

// headerFault returns the refusal of a header.
func headerFault(row int64, fault string) error {
	return &intake.FileError{Row: row, Err: fmt.Errorf("%w: %s", intake.ErrHeader, fault)}
}
