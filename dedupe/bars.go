package dedupe

import (
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// never is the weight of two rows that must not be in one cluster: no sum with it
// is positive.
const never = -1e9

// bars are what keeps rows out of one cluster, whatever else speaks for it. They
// are kept by cluster, each known by one of its rows as in a contraction.
type bars struct {
	codes [][codeKinds]string // the valid codes of a cluster; nil: none has any
	lists [][]string          // that the records of a cluster are from; nil: no matter
}

// The kinds of codes that one entity has one of: their check digits show that
// they are no slips of the pen.
const (
	creditCode = iota
	residentID
	codeKinds
)

// newBars collects the codes, and the lists if each names an entity once.
func newBars(fields []Field, records []*Record, once bool) *bars {
	b, columns := &bars{}, identifiers(fields)
	if len(columns) > 0 {
		b.codes = make([][codeKinds]string, len(records))
	}
	for row, r := range records {
		if once {
			b.lists = append(b.lists, []string{r.List})
		}
		if b.codes != nil {
			b.codes[row] = codesOf(r, columns)
		}
	}
	return b
}

// identifiers are the places of the fields that may hold codes.
func identifiers(fields []Field) (columns []int) {
	for i, f := range fields {
		if f.Type == Identifier {
			columns = append(columns, i)
		}
	}
	return columns
}

// codesOf returns the valid codes of a record. Two of one kind say nothing.
func codesOf(r *Record, columns []int) (codes [codeKinds]string) {
	var found [codeKinds][]string
	for _, i := range columns {
		for _, text := range lines(r.Values[i]) {
			if len(text) < 15 {
				continue
			}
			if code, err := customer.ParseCreditCode(text); err == nil && code.Warning() == nil {
				found[creditCode] = append(found[creditCode], string(code))
			}
			if id, err := customer.ParseResidentID(text, anyDay); err == nil {
				found[residentID] = append(found[residentID], string(id))
			}
		}
	}
	for kind, list := range found {
		if slices.Sort(list); len(slices.Compact(list)) == 1 {
			codes[kind] = list[0]
		}
	}
	return codes
}

// anyDay lets birthdays be in the future: it is not for this package to say what
// day it is.
var anyDay = time.Date(2999, 12, 31, 0, 0, 0, 0, time.UTC)

// between reports whether two clusters must not be one.
func (b *bars) between(x, y int32) bool {
	if b == nil {
		return false
	}
	if b.codes != nil && b.differ(x, y) {
		return true
	}
	if b.lists != nil {
		return slices.ContainsFunc(b.lists[x], func(list string) bool { return slices.Contains(b.lists[y], list) })
	}
	return false
}

// differ reports whether both have a valid code of one kind, and not the same.
func (b *bars) differ(x, y int32) bool {
	for kind, code := range b.codes[x] {
		if other := b.codes[y][kind]; code != "" && other != "" && code != other {
			return true
		}
	}
	return false
}

// join puts what is known of y to x.
func (b *bars) join(x, y int32) {
	if b == nil {
		return
	}
	if b.codes != nil {
		for kind, code := range b.codes[y] {
			if code != "" {
				b.codes[x][kind] = code
			}
		}
	}
	if b.lists != nil {
		b.lists[x] = append(b.lists[x], b.lists[y]...)
	}
}

// apart are the pairs of Options.Apart that are among the rows.
func (t *table) apart(pairs [][2]string) map[[2]int32]bool {
	rows := make(map[[2]int32]bool, len(pairs))
	for _, p := range pairs {
		a, known := t.row(p[0])
		b, both := t.row(p[1])
		if known && both && a != b {
			rows[[2]int32{min(a, b), max(a, b)}] = true
		}
	}
	return rows
}
