package intake

// A Record is one row that passed: its cells, and the values that the targets
// parsed from them. It is immutable and stays valid after the sink returned.
type Record struct {
	Row     int64 // number of the row, see Row.Number
	Line    int64 // line of the text it begins on, see Row.Line
	mapping *Mapping
	cells   []string // by column, trimmed
	values  []any    // by target; nil when the cell is empty or kept as text
}

// Text returns the cell of the target, trimmed, as it stands in the file; ""
// when it is empty or no column holds the target.
func (r Record) Text(target string) string {
	i, ok := r.mapping.index[target]
	if !ok || r.mapping.columns[i] < 0 {
		return ""
	}
	return r.cells[r.mapping.columns[i]]
}

// Cell returns the cell of the column, trimmed, as it stands in the file; ""
// when there is no such column. It reaches columns that no target takes.
func (r Record) Cell(column string) string {
	i, ok := r.mapping.places[column]
	if !ok {
		return ""
	}
	return r.cells[i]
}

// Value returns what the target's Parse made of the cell, or the text if it
// has none; nil when the cell is empty or no column holds the target.
func (r Record) Value(target string) any {
	i, ok := r.mapping.index[target]
	if !ok || r.mapping.columns[i] < 0 {
		return nil
	}
	if r.mapping.targets[i].Parse != nil {
		return r.values[i]
	}
	if text := r.cells[r.mapping.columns[i]]; text != "" {
		return text
	}
	return nil
}

// Get returns the value of the target if it is present and of type T:
//
//	birthday, ok := intake.Get[time.Time](rec, "birthday")
func Get[T any](rec Record, target string) (T, bool) {
	value, ok := rec.Value(target).(T)
	return value, ok
}

// record parses a row. It returns the faults of all cells; the record is of
// use only when there are none.
func (m *Mapping) record(row Row) (Record, []Rejection) {
	rec := Record{Row: row.Number, Line: row.Line, mapping: m,
		cells: make([]string, len(row.Cells)), values: make([]any, len(m.targets))}
	for i, cell := range row.Cells {
		rec.cells[i] = trim(cell)
	}
	var faults []Rejection
	for i, column := range m.columns {
		if column < 0 {
			continue
		}
		var err error
		if rec.values[i], err = m.targets[i].value(rec.cells[column]); err != nil {
			faults = append(faults, row.reject(m.header[column], row.Cells[column], err))
		}
	}
	return rec, faults
}

// value parses one cell of the target.
func (t *Target) value(cell string) (any, error) {
	switch {
	case cell == "" && t.Required:
		return nil, errEmpty
	case cell == "" || t.Parse == nil:
		return nil, nil
	}
	return t.Parse(cell)
}
