package intake

import (
	"fmt"
	"strings"
)

// checkHeader returns the names of the columns, trimmed, or a *FileError when
// they cannot serve to tell columns apart.
func checkHeader(row Row, limits Limits) ([]string, error) {
	if len(row.Cells) > limits.Columns {
		return nil, &FileError{Row: row.Number, Line: row.Line, Err: ErrTooLong,
			Advice: fmt.Sprintf("the header has %d columns and Limits.Columns is %d", len(row.Cells), limits.Columns)}
	}
	if len(row.Cells) == 0 {
		return nil, headerError(row, "it names no columns")
	}
	names, seen := make([]string, len(row.Cells)), make(map[string]int, len(row.Cells))
	for i, cell := range row.Cells {
		name := trim(cell)
		if fault := nameFault(name, i, seen); fault != "" {
			return nil, headerError(row, fault)
		}
		names[i], seen[name] = strings.Clone(name), i
	}
	return names, nil
}

// nameFault says what is wrong with the name of column i, given the columns
// before it; "" when it is usable.
func nameFault(name string, i int, seen map[string]int) string {
	before, taken := seen[name]
	switch {
	case name == "":
		return fmt.Sprintf("column %d has no name; give it one or remove the column", i+1)
	case strings.IndexByte(name, 0) >= 0:
		return "it holds NUL bytes; the file is not text, or UTF-16 without a byte order mark: save it as UTF-8"
	case strings.IndexByte(name, '\r') >= 0:
		return "its lines end in a carriage return alone; save it with LF or CRLF line ends"
	case taken:
		return fmt.Sprintf("columns %d and %d are both called %q; rename one", before+1, i+1, name)
	}
	return ""
}

// headerError returns the refusal of a header.
func headerError(row Row, fault string) error {
	return &FileError{Row: row.Number, Line: row.Line, Err: fmt.Errorf("%w: %s", ErrHeader, fault)}
}
