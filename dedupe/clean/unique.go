package clean

import "fmt"

// Unique keeps the first of rows that are equal and removes the others. Cells are
// equal whatever their width, case and spaces: "ＡＣＭＥ  Ltd" is "Acme ltd", but
// neither 張 is 张 nor "138 0013 8000" is "13800138000".
type Unique struct {
	// Columns are compared; none: all of them. Rows in which all of them are empty
	// are kept.
	Columns []string
}

// Name is "unique".
func (Unique) Name() string { return "unique" }

// Begin refuses columns that the file does not have, as ErrColumn.
func (u Unique) Begin(columns []string) (Work, error) {
	at, err := places(columns, u.Columns)
	return &uniqueWork{at: at, first: map[digest]int64{}, found: &Duplicates{Removed: []Removal{}}}, err
}

// Duplicates are what Unique found.
type Duplicates struct {
	Removed []Removal `json:"removed"` // in the order of the file
}

// A Removal is a row that was removed, and the row above it that it equals, which
// was kept.
type Removal struct {
	Row  int64 `json:"row"`
	Same int64 `json:"same"`
}

// shown is how many examples a text has.
const shown = 5

// Text says how many rows were removed, with the first of them.
func (d *Duplicates) Text(l Language) string {
	text := fmt.Sprintf(l.choose("removed as exact duplicates: %d\n", "移除完全重复的行：%d\n"), len(d.Removed))
	for _, r := range d.Removed[:min(shown, len(d.Removed))] {
		text += fmt.Sprintf(l.choose("row %d equals row %d\n", "第 %d 行与第 %d 行相同\n"), r.Row, r.Same)
	}
	if len(d.Removed) > shown {
		text += l.choose("...\n", "……\n")
	}
	return text
}

type uniqueWork struct {
	hasher
	at    []int
	first map[digest]int64
	found *Duplicates
}

// Row implements Work.
func (w *uniqueWork) Row(r Row) (bool, error) {
	d, filled := w.of("", r.Cells, w.at)
	if !filled {
		return true, nil
	}
	if same, known := w.first[d]; known {
		w.found.Removed = append(w.found.Removed, Removal{r.Number, same})
		return false, nil
	}
	w.first[d] = r.Number
	return true, nil
}

// End implements Work.
func (w *uniqueWork) End(int64) (Finding, error) { return w.found, nil }
