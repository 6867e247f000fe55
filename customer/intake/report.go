package intake

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Counts is where a run stands.
type Counts struct {
	Read     int64 // rows whose fate is decided; always Accepted + Rejected
	Accepted int64
	Rejected int64
	Blank    int64 // rows without a single filled cell, which are not among those read
	Bytes    int64 // bytes taken from the input
}

// A Report is the account of a run. When Run returned an error, rows that were
// read but not delivered yet are not in it.
type Report struct {
	Counts
	// Rejections are the first ones found, at most Options.Sample.
	Rejections []Rejection
	// Found is how many rejections there were. A row may have several.
	Found int64
	// Unmapped are the columns that no target takes.
	Unmapped []string
}

// note keeps a rejection if there is room for it.
func (r *Report) note(rejection Rejection, sample int) {
	r.Found++
	if len(r.Rejections) < sample {
		r.Rejections = append(r.Rejections, rejection)
	}
}

// shown is how many rejections String lists.
const shown = 20

// String returns the numbers and the first 20 rejections as WriteTable does.
func (r Report) String() string {
	var b strings.Builder
	_ = r.write(&b, shown) // a Builder returns no errors
	return strings.TrimRight(b.String(), "\n")
}

// WriteTable writes the numbers, the unmapped columns and all rejections that
// the report holds, as a table with aligned columns for people to read. Wide characters
// count as two. It returns the error of the writer.
func (r Report) WriteTable(w io.Writer) error { return r.write(w, len(r.Rejections)) }

// write writes the table with at most n rejections.
func (r Report) write(w io.Writer, n int) error {
	if err := writeAligned(w, r.summary()); err != nil || len(r.Rejections) == 0 {
		return err
	}
	rows := [][]string{{}, {"row", "column", "value", "reason"}}
	list := r.Rejections[:min(n, len(r.Rejections))]
	for _, x := range list {
		rows = append(rows, []string{fmt.Sprint(x.Row), x.Column, shorten(x.Value, 40), x.Reason})
	}
	if more := r.Found - int64(len(list)); more > 0 {
		rows = append(rows, []string{fmt.Sprintf("... and %d more", more)})
	}
	return writeAligned(w, rows)
}

// summary returns the numbers as rows of a table.
func (r Report) summary() [][]string {
	rows := [][]string{
		{"read", fmt.Sprint(r.Read)},
		{"accepted", fmt.Sprint(r.Accepted)},
		{"rejected", fmt.Sprint(r.Rejected)},
	}
	if r.Blank > 0 {
		rows = append(rows, []string{"blank", fmt.Sprint(r.Blank)})
	}
	if len(r.Unmapped) > 0 {
		rows = append(rows, []string{"unmapped", strings.Join(r.Unmapped, ", ")})
	}
	return rows
}

// writeAligned writes rows so that the cells of a column begin at one place.
// The last cell of a row makes no column wider.
func writeAligned(w io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i := range row {
			row[i] = oneLine(row[i])
			if len(widths) <= i {
				widths = append(widths, 0)
			}
			if i < len(row)-1 {
				widths[i] = max(widths[i], cellsWide(row[i]))
			}
		}
	}
	for _, row := range rows {
		if _, err := io.WriteString(w, padded(row, widths)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// padded joins the cells of one row, two spaces apart.
func padded(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		b.WriteString(cell)
		if i < len(row)-1 {
			b.WriteString(strings.Repeat(" ", widths[i]-cellsWide(cell)+2))
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// oneLine replaces line ends, tabs and other characters that do not print.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
}

// cellsWide returns how many places of a terminal the text takes up: two for
// wide characters (Unicode Standard Annex 11), one for others.
func cellsWide(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
