package clean

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// ErrInvalid: a step or a review that cannot be carried out as it is described.
var ErrInvalid = errors.New("not usable")

// Draw draws a sample of the rows for people to check. Which rows it draws follows
// from the seed and from what they say in the key columns: the same rows with the
// same seed are the same sample, in any order where no two have the same key, and
// nobody who does not know the seed can tell beforehand whether a row will be in
// it. It keeps every row.
type Draw struct {
	// Share of the rows, above 0 and at most 1; 0: a tenth. The size is the share of
	// all rows that the file had, not rejected, rounded up: 80,000 rows give 8,000,
	// however many of them other steps have removed, and 80,001 give 8,001. Never
	// more are drawn than come to the step.
	Share decimal.Decimal
	// Key names the columns that tell a row from others, such as its number; none: all.
	Key []string
	// Seed changes which rows are drawn.
	Seed string
	// Matters chooses the key records, which alone are drawn and of which the share
	// is taken then; nil: all rows.
	Matters func(Row) bool
}

// Name is "sample".
func (Draw) Name() string { return "sample" }

// Begin refuses columns that the file does not have, as ErrColumn, and a share
// that is none, as ErrInvalid.
func (d Draw) Begin(columns []string) (Work, error) {
	if d.Share.IsZero() {
		d.Share = decimal.New(1, -1)
	}
	if d.Share.IsNegative() || d.Share.GreaterThan(decimal.New(1, 0)) {
		return nil, fmt.Errorf("%w: Share is %s: use one above 0 and at most 1", ErrInvalid, d.Share)
	}
	at, err := places(columns, d.Key)
	return &drawWork{step: d, at: at}, err
}

// A Sample is what Draw found: the rows to be checked.
type Sample struct {
	Of    int64           `json:"of"`    // the rows that the share was taken of
	Share decimal.Decimal `json:"share"` // that was asked for
	Key   []string        `json:"key"`   // the columns of the key; none: all
	Seed  string          `json:"seed"`
	Rows  []Drawn         `json:"rows"` // in the order of the file
}

// A Drawn is a row that was drawn.
type Drawn struct {
	Row int64 `json:"row"` // its number
	// Mark tells whether a row of that number still has the key that it had; 16
	// hexadecimal digits.
	Mark string `json:"mark"`
}

// Text says how many rows were drawn.
func (s *Sample) Text(l Language) string {
	return fmt.Sprintf(l.choose(
		"drawn: %d of %d (%s %%, seed %q), to be checked by people\n",
		"从 %[2]d 行中抽取 %[1]d 行（%[3]s%%，种子 %[4]q），待人工核对\n"), len(s.Rows), s.Of, s.Share.Shift(2), s.Seed)
}

// A lot is what decides whether a row is drawn: the lowest are.
type lot struct {
	mark uint64
	row  int64
}

func (l lot) compare(other lot) int {
	return cmp.Or(cmp.Compare(l.mark, other.mark), cmp.Compare(l.row, other.row))
}

type drawWork struct {
	hasher
	step Draw
	at   []int
	lots []lot
}

// Row implements Work.
func (w *drawWork) Row(r Row) (bool, error) {
	if w.step.Matters == nil || w.step.Matters(r) {
		w.lots = append(w.lots, lot{w.mark(w.step.Seed, r.Cells, w.at), r.Number})
	}
	return true, nil
}

// mark is the mark of a row.
func (h *hasher) mark(seed string, cells []string, at []int) uint64 {
	d, _ := h.of(seed, cells, at)
	return binary.BigEndian.Uint64(d[:])
}

func markText(mark uint64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, mark))
}

// End implements Work.
func (w *drawWork) End(rows int64) (Finding, error) {
	if w.step.Matters != nil {
		rows = int64(len(w.lots))
	}
	s := &Sample{Of: rows, Share: w.step.Share, Key: w.step.Key, Seed: w.step.Seed}
	slices.SortFunc(w.lots, lot.compare)
	size := min(w.step.Share.Mul(decimal.New(rows, 0)).Ceil().IntPart(), int64(len(w.lots)))
	drawn := w.lots[:size]
	slices.SortFunc(drawn, func(a, b lot) int { return cmp.Compare(a.row, b.row) })
	s.Rows = make([]Drawn, size)
	for i, l := range drawn {
		s.Rows[i] = Drawn{l.row, markText(l.mark)}
	}
	return s, nil
}
