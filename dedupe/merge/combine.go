package merge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/shopspring/decimal"
)

// combines reports whether a rule makes one value of all.
func (c *chooser) combines(rule Rule) bool { return rule == Union || rule == Sum }

// combine puts the values of all customers together.
func (c *chooser) combine(f *storage.Field, rule Rule) (why string, err error) {
	var texts []string
	sum, whole := decimal.Zero, f.Type == criteria.Integer
	for _, r := range c.list {
		switch v := f.Value(r).(type) {
		case string:
			texts = append(texts, v)
		case []string:
			texts = append(texts, v...)
		case int64:
			sum = sum.Add(decimal.NewFromInt(v))
		case decimal.Decimal:
			sum = sum.Add(v)
		}
	}
	switch {
	case rule == Sum && whole && !sum.Equal(decimal.NewFromInt(sum.IntPart())):
		return "", fmt.Errorf("merge: %w: the sum of %s is too large", storage.ErrInvalid, f.Name)
	case rule == Sum && whole:
		return "the sum of all", f.Set(c.result, sum.IntPart())
	case rule == Sum:
		return "the sum of all", f.Set(c.result, sum)
	case f.Type == criteria.Texts:
		slices.Sort(texts)
		return "all of them", f.Set(c.result, slices.Compact(texts))
	}
	return "all of them", f.Set(c.result, strings.Join(once(texts), "\n"))
}

// once returns the elements of a list, each once, in the order of their first place.
func once[T cmp.Ordered](list []T) (kept []T) {
	for _, v := range list {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	return kept
}
