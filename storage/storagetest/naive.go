package storagetest

import (
	"bytes"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// compareValues orders two present values of one type. Numbers are compared as
// fractions, so that decimals have no say in how they are compared.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case bool:
		return int(truth(a) - truth(b.(bool)))
	case int64, decimal.Decimal:
		return fraction(a).Cmp(fraction(b))
	case time.Time:
		return big.NewInt(a.UnixMicro()).Cmp(big.NewInt(b.(time.Time).UnixMicro()))
	case storage.Date:
		return strings.Compare(a.String(), b.(storage.Date).String())
	case uuid.UUID:
		other := b.(uuid.UUID)
		return bytes.Compare(a[:], other[:])
	}
	panic(fmt.Sprintf("storagetest: no order of %T", a))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func fraction(v any) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case decimal.Decimal:
		f, _ := new(big.Rat).SetString(v.Coefficient().String() + "e" + fmt.Sprint(v.Exponent()))
		return f
	}
	panic(fmt.Sprintf("storagetest: %T is no number", v))
}

// holds reports whether a comparison whose sides compare as c is true.
func holds(op criteria.Op, c int) bool {
	return map[criteria.Op]bool{
		criteria.Equal: c == 0, criteria.NotEqual: c != 0, criteria.Less: c < 0,
		criteria.LessEqual: c <= 0, criteria.Greater: c > 0, criteria.GreaterEqual: c >= 0,
	}[op]
}

// inOrder orders two rows: absent values first, last when Desc, ties by id in
// the direction of the last field.
func inOrder(by []storage.Order, a, b row) int {
	if len(by) == 0 || by[len(by)-1].Field != "id" {
		desc := len(by) > 0 && by[len(by)-1].Desc
		by = append(slices.Clone(by), storage.Order{Field: "id", Desc: desc})
	}
	for _, o := range by {
		x, hasX := a[o.Field]
		y, hasY := b[o.Field]
		c := int(truth(hasX) - truth(hasY))
		if hasX && hasY {
			c = compareValues(x, y)
		}
		if o.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// answer returns the rows that a query should find, in order.
func (w *world) answer(kind string, of term, q storage.Query) []row {
	var list []row
	for _, r := range w.rows[kind] {
		_, deleted := r["deleted_at"]
		wanted := q.Deleted == storage.DeletedToo || deleted == (q.Deleted == storage.DeletedOnly)
		if wanted && of.holds(r) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b row) int { return inOrder(q.Order, a, b) })
	return list
}

// figures returns the rows that Aggregate should return for these records, as
// text: groups in order, counts, sums, minima and maxima.
func figures(list []row, f storage.Figures) []string {
	groups := map[string][]row{}
	var firsts []row
	for _, r := range list {
		key := groupKey(r, f.By)
		if groups[key] == nil {
			firsts = append(firsts, r)
		}
		groups[key] = append(groups[key], r)
	}
	if len(f.By) == 0 {
		return []string{figureText(nil, f, list)}
	}
	by := make([]storage.Order, len(f.By))
	for i, name := range f.By {
		by[i].Field = name
	}
	slices.SortFunc(firsts, func(a, b row) int { return inOrder(by, a, b) })
	var texts []string
	for _, first := range firsts {
		texts = append(texts, figureText(first, f, groups[groupKey(first, f.By)]))
	}
	return texts
}

func groupKey(r row, by []string) string {
	key := ""
	for _, name := range by {
		key += plainText(r[name]) + "\x00"
	}
	return key
}

// figureText writes one row of figures.
func figureText(first row, f storage.Figures, list []row) string {
	text := ""
	for _, name := range f.By {
		text += plainText(first[name]) + " "
	}
	text += fmt.Sprint("count ", len(list))
	for _, name := range f.Sum {
		text += " sum " + plainText(summed(list, name))
	}
	for _, name := range f.Min {
		text += " min " + plainText(best(list, name, -1))
	}
	for _, name := range f.Max {
		text += " max " + plainText(best(list, name, 1))
	}
	return text
}

// summed returns the sum of a field as a fraction, or nil of no values.
func summed(list []row, name string) any {
	var sum *big.Rat
	for _, r := range list {
		if v, ok := r[name]; ok {
			if sum == nil {
				sum = new(big.Rat)
			}
			sum.Add(sum, fraction(v))
		}
	}
	if sum == nil {
		return nil
	}
	return sum
}

// best returns the least or the greatest value of a field, or nil.
func best(list []row, name string, sign int) (found any) {
	for _, r := range list {
		if v, ok := r[name]; ok && (found == nil || compareValues(v, found)*sign > 0) {
			found = v
		}
	}
	return found
}

// plainText writes a value so that equal values have one form.
func plainText(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case int64, decimal.Decimal:
		return fraction(v).RatString()
	case *big.Rat:
		return v.RatString()
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	default:
		return fmt.Sprintf("%T %v", v, v)
	}
}
