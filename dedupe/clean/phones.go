package clean

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
)

// ByPhone links rows that have a phone number in common, in whatever form they
// write it, directly or through others. It keeps every row: what is done with those
// that are linked is for the host, or package dedupe, to decide.
type ByPhone struct {
	// Columns hold the numbers, several in a cell as intake.SplitPhones takes them;
	// at least one column.
	Columns []string
	// Max is how many rows may share a number; one that more share is that of a
	// switchboard or a shop and links nobody. 0: 5; at least 2.
	Max int
	// Phones reads numbers; nil: customer.NormalPhone.
	Phones customer.PhoneParser
}

// maxSharing is how many share a number unless it is said.
const maxSharing = 5

// Name is "phone".
func (ByPhone) Name() string { return "phone" }

// Begin refuses columns that the file does not have, or none, as ErrColumn.
func (p ByPhone) Begin(columns []string) (Work, error) {
	if len(p.Columns) == 0 {
		return nil, fmt.Errorf("%w: name the columns that hold phone numbers", ErrColumn)
	}
	p.Max = cmp.Or(p.Max, maxSharing)
	if p.Max < 2 {
		return nil, fmt.Errorf("%w: Max is %d: at least 2 rows share a number that links them", ErrInvalid, p.Max)
	}
	at, err := places(columns, p.Columns)
	return &phoneWork{step: p, at: at, found: &Links{Shared: []Shared{}}}, err
}

// Links are what ByPhone found. Rows in and out = Linked + Alone.
type Links struct {
	Groups     [][]int64 `json:"groups"`     // rows that belong together, two at least, in the order of the file
	Linked     int64     `json:"linked"`     // rows in groups
	Alone      int64     `json:"alone"`      // the others
	Without    int64     `json:"without"`    // of those, rows without a number that could be read
	Unreadable int64     `json:"unreadable"` // cells that are filled with something else than numbers
	Shared     []Shared  `json:"shared"`     // numbers that too many rows share
}

// A Shared is a number that too many rows share. It is named by a row that has it,
// so that a report holds no numbers.
type Shared struct {
	Row  int64 `json:"row"`  // the first row with it
	Rows int64 `json:"rows"` // how many have it
}

// Text says how many rows are linked, and which numbers link none.
func (f *Links) Text(l Language) string {
	text := fmt.Sprintf(l.choose(
		"linked: %d (groups: %d); alone: %d (without a number: %d); unreadable cells: %d\n",
		"按手机号关联 %d 行（%d 组）；未关联 %d 行（无号码 %d 行）；无法识别的单元格 %d 个\n"),
		f.Linked, len(f.Groups), f.Alone, f.Without, f.Unreadable)
	text += fmt.Sprintf(l.choose("numbers that too many share, which link nobody: %d\n", "共用者过多、不作关联的号码：%d 个\n"), len(f.Shared))
	for _, s := range f.Shared[:min(shown, len(f.Shared))] {
		text += fmt.Sprintf(l.choose("that of row %d: %d times\n", "第 %d 行的号码：%d 行\n"), s.Row, s.Rows)
	}
	if len(f.Shared) > shown {
		text += l.choose("...\n", "……\n")
	}
	return text
}

// A numbered row has a phone number.
type numbered struct {
	number digest
	row    int64
}

type phoneWork struct {
	hasher
	step  ByPhone
	at    []int
	list  []numbered
	rows  int64
	found *Links
}

// Row implements Work.
func (w *phoneWork) Row(r Row) (bool, error) {
	w.rows++
	before := len(w.list)
	for _, i := range w.at {
		if i < len(r.Cells) {
			w.cell(r.Number, r.Cells[i])
		}
	}
	if len(w.list) == before {
		w.found.Without++
	}
	return true, nil
}

// cell notes the numbers in a cell.
func (w *phoneWork) cell(row int64, cell string) {
	for _, text := range intake.SplitPhones(cell, w.step.Phones) {
		form, err := w.step.Phones.MatchForm(customer.Phone, text)
		if err != nil {
			w.found.Unreadable++
			continue
		}
		d, _ := w.of(form, nil, nil)
		w.list = append(w.list, numbered{d, row})
	}
}

// End implements Work.
func (w *phoneWork) End(int64) (Finding, error) {
	slices.SortFunc(w.list, func(a, b numbered) int {
		return cmp.Or(bytes.Compare(a.number[:], b.number[:]), cmp.Compare(a.row, b.row))
	})
	w.list = slices.Compact(w.list)
	links := links{}
	for from, to := 0, 0; from < len(w.list); from = to {
		for to = from; to < len(w.list) && w.list[to].number == w.list[from].number; to++ {
		}
		w.share(links, w.list[from:to])
	}
	slices.SortFunc(w.found.Shared, func(a, b Shared) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(b.Rows, a.Rows)) })
	w.found.Groups = links.groups()
	w.found.Linked = int64(len(links))
	w.found.Alone = w.rows - w.found.Linked
	return w.found, nil
}

// share links the rows of one number, or reports it.
func (w *phoneWork) share(links links, rows []numbered) {
	if len(rows) > w.step.Max {
		w.found.Shared = append(w.found.Shared, Shared{rows[0].row, int64(len(rows))})
		return
	}
	for _, r := range rows[1:] {
		links.link(rows[0].row, r.row)
	}
}

// links are rows that are linked, each with one above it in its group; the first
// one of a group with itself.
type links map[int64]int64

func (l links) first(row int64) int64 {
	above, known := l[row]
	if !known {
		l[row] = row
		return row
	}
	for above != row {
		l[row] = l[above] // halves the way
		row, above = above, l[above]
	}
	return row
}

func (l links) link(a, b int64) {
	a, b = l.first(a), l.first(b)
	l[max(a, b)] = min(a, b)
}

// groups lists the rows of each group, in the order of the file.
func (l links) groups() [][]int64 {
	of := map[int64][]int64{}
	for row := range l {
		first := l.first(row)
		of[first] = append(of[first], row)
	}
	list := make([][]int64, 0, len(of))
	for _, rows := range of {
		slices.Sort(rows)
		list = append(list, rows)
	}
	slices.SortFunc(list, func(a, b []int64) int { return cmp.Compare(a[0], b[0]) })
	return list
}
