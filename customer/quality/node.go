package quality

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

func (n allNode) compile(k *kindView) (test, error) {
	list, err := compileEach(n.of, k)
	return allTest(list), err
}

func (n anyNode) compile(k *kindView) (test, error) {
	list, err := compileEach(n.of, k)
	return anyTest(list), err
}

func (n notNode) compile(k *kindView) (test, error) {
	t, err := n.of.compile(k)
	return notTest{t}, err
}

// compileEach compiles the conditions below all or any.
func compileEach(of []node, k *kindView) ([]test, error) {
	list := make([]test, len(of))
	for i, n := range of {
		var err error
		if list[i], err = n.compile(k); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (n plainNode) compile(k *kindView) (test, error) {
	checked, err := k.check(n.criterion)
	if err != nil {
		return nil, err
	}
	match := criteria.Compile(checked, nil)
	t := recordTest{holds: func(r storage.Record) bool { return match(r) }, fields: []string{}}
	for _, use := range criteria.Uses(k.schema.Name, checked) {
		t.fields = append(t.fields, use.Field.Name)
	}
	return t, nil
}

// compile finds out beforehand what is true of a record that nothing points to,
// as of every new one.
func (n relatedNode) compile(k *kindView) (test, error) {
	checked, err := k.check(n.criterion)
	if err != nil {
		return nil, err
	}
	unborn := k.schema.New()
	storage.MetaOf(unborn).ID = uuid.Max
	return relatedTest{n.criterion, criteria.Compile(checked, nil)(unborn)}, nil
}

func (n parentNode) compile(k *kindView) (test, error) {
	if _, err := k.check(n.whole); err != nil {
		return nil, err
	}
	f := k.fields[n.field]
	return parentTest{f, k.world.schema(f.Target), n.where}, nil
}

func (n namedNode) compile(k *kindView) (test, error) {
	p := k.world.inspector.Predicates[n.name]
	if p == nil {
		return nil, fmt.Errorf("the inspector has no predicate %q", n.name)
	}
	return recordTest{holds: p}, nil
}

func (n pairNode) compile(k *kindView) (test, error) {
	a, err := k.field(n.Field)
	if err != nil {
		return nil, err
	}
	b, err := k.field(n.Other)
	if err != nil {
		return nil, err
	}
	if err := pairable(a, b, n.Op); err != nil {
		return nil, err
	}
	accepts := operators[n.Op]
	holds := func(r storage.Record) bool {
		x, y := a.Value(r), b.Value(r)
		return x != nil && y != nil && accepts(compareValues(x, y))
	}
	return recordTest{holds: holds, fields: []string{a.Name, b.Name}}, nil
}

// operators say which results of a comparison make an operator true.
var operators = map[string]func(int) bool{
	"eq": func(c int) bool { return c == 0 },
	"ne": func(c int) bool { return c != 0 },
	"lt": func(c int) bool { return c < 0 },
	"le": func(c int) bool { return c <= 0 },
	"gt": func(c int) bool { return c > 0 },
	"ge": func(c int) bool { return c >= 0 },
}

// pairable reports why two fields cannot be compared by an operator, if so.
func pairable(a, b *storage.Field, op string) error {
	equality := op == "eq" || op == "ne"
	switch {
	case a.Type != b.Type:
		return fmt.Errorf("%s is %v and %s is %v: compare fields of one type: %w", a.Name, a.Type, b.Name, b.Type, criteria.ErrType)
	case a.Type == criteria.Texts || a.Type == criteria.JSON:
		return fmt.Errorf("fields of type %v cannot be compared: %w", a.Type, criteria.ErrType)
	case (a.Type == criteria.Ref || a.Type == criteria.Bool) && !equality:
		return fmt.Errorf("fields of type %v compare by eq and ne alone: %w", a.Type, criteria.ErrType)
	}
	return nil
}

// compareValues orders two values of one of the types that pairable allows.
func compareValues(a, b any) int {
	switch x := a.(type) {
	case string:
		return strings.Compare(x, b.(string))
	case int64:
		return cmp.Compare(x, b.(int64))
	case decimal.Decimal:
		return x.Cmp(b.(decimal.Decimal))
	case time.Time:
		return x.Compare(b.(time.Time))
	case storage.Date:
		return x.Compare(b.(storage.Date))
	}
	if a == b {
		return 0
	}
	return 1
}
