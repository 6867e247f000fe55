package criteria

import (
	"fmt"
	"slices"
	"strings"
)

// leaf checks the nodes that look at one field.
func (k *checker) leaf(p place, c Criterion) (Node, error) {
	switch c := c.(type) {
	case compare:
		return k.compare(p, c)
	case in:
		return k.in(p, c)
	case has:
		return k.has(p, c)
	case missing:
		f, err := k.field(p.at("field"), c.field)
		return &Absence{Field: f}, err
	case match:
		return k.match(p, c)
	case anniversary:
		return k.anniversary(p, c)
	default:
		return nil, p.refuse(ErrInvalid, "", "%T is not a criterion of this package", c)
	}
}

// field finds a field of the kind at hand. The place is that of the name.
func (k *checker) field(p place, name string) (*Field, error) {
	if f, ok := p.kind.Field(name); ok {
		return f, nil
	}
	return nil, p.refuse(ErrUnknownField, name, "%s has no such field%s", p.kind.Name(), suggestField(p.kind, name))
}

// fieldOf finds a field that must have one of the types.
func (k *checker) fieldOf(p place, name, operator string, types ...Type) (*Field, error) {
	f, err := k.field(p.at("field"), name)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(types, f.Type) {
		return nil, p.refuse(ErrType, name, "%s does not work on %s fields, only on %s", operator, f.Type, listTypes(types))
	}
	return f, nil
}

// listTypes puts types into words: "date, time".
func listTypes(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

// The types that operators work on.
var (
	comparable_ = []Type{Text, Integer, Decimal, Bool, Time, Day, Ref}
	ordered     = []Type{Text, Integer, Decimal, Time, Day}
)

// compare checks Eq to Ge. Those that order refuse fields without an order.
func (k *checker) compare(p place, c compare) (Node, error) {
	types := ordered
	if c.op == Equal || c.op == NotEqual {
		types = comparable_
	}
	f, err := k.fieldOf(p, c.field, c.op.String(), types...)
	if err != nil {
		return nil, err
	}
	v, err := k.constant(p.at("value"), f, c.value)
	return &Comparison{Field: f, Op: c.op, Value: v}, err
}

// in checks In. Of constants that are equal, the first is kept; without any,
// no record matches.
func (k *checker) in(p place, c in) (Node, error) {
	f, err := k.fieldOf(p, c.field, "in", comparable_...)
	if err != nil {
		return nil, err
	}
	values := make([]any, 0, len(c.values))
	seen := make(map[any]bool, len(c.values))
	for i, value := range c.values {
		v, err := k.constant(p, f, value)
		if err != nil { // its place is made for the error alone
			_, err = k.constant(p.at(fmt.Sprintf("values[%d]", i)), f, value)
			return nil, err
		}
		if key := identity(v); !seen[key] {
			seen[key] = true
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return &Or{}, nil
	}
	return &Membership{Field: f, Values: values}, nil
}

// has checks HasAll and HasAny. No text is in every set: without values HasAll
// is true of an absent set too, and HasAny of none.
func (k *checker) has(p place, c has) (Node, error) {
	f, err := k.fieldOf(p, c.field, hasName(c.every), Texts)
	if err != nil {
		return nil, err
	}
	for i, v := range c.values {
		if err := checkText(p, c.field, v); err != nil {
			return nil, checkText(p.at(fmt.Sprintf("values[%d]", i)), c.field, v)
		}
	}
	values := slices.Clone(c.values)
	slices.Sort(values)
	values = slices.Compact(values)
	switch {
	case len(values) > 0:
		return &Holding{Field: f, Every: c.every, Values: values}, nil
	case c.every:
		return &And{}, nil
	default:
		return &Or{}, nil
	}
}

// match checks Prefix, Contains and Search.
func (k *checker) match(p place, c match) (Node, error) {
	f, err := k.fieldOf(p, c.field, c.mode.String(), Text)
	if err != nil {
		return nil, err
	}
	if c.mode == SearchMode && !f.Searchable {
		return nil, p.refuse(ErrType, c.field, "the field is not searchable; declare it so, or use contains")
	}
	if err := checkText(p.at("value"), c.field, c.text); err != nil {
		return nil, err
	}
	text := c.text
	if c.mode == SearchMode {
		text = Fold(text)
	}
	return &Matching{Field: f, Mode: c.mode, Text: text}, nil
}

// anniversary works the days out for the moment of evaluation, so that those
// who run the tree need neither the moment nor the rule for 29 February.
func (k *checker) anniversary(p place, c anniversary) (Node, error) {
	f, err := k.fieldOf(p, c.field, "anniversary", Day, Time)
	if err != nil {
		return nil, err
	}
	if c.days < 0 || c.days > 366 {
		return nil, p.at("days").refuse(ErrValue, c.field, "%d days ahead is out of range; give 0 to 366", c.days)
	}
	zone, err := loadZone(p.at("zone"), c.field, c.zone)
	if err != nil {
		return nil, err
	}
	first := DateOf(k.now.In(zone))
	return &Annual{Field: f, Zone: zone, Days: daysOfYear(first, c.days)}, nil
}

// daysOfYear returns the days from first to first+n as month*100 + day, sorted
// and distinct. A 28 February of a common year brings 29 February with it.
func daysOfYear(first Date, n int) []int {
	days := make([]int, 0, n+2)
	for i := range n + 1 {
		d := first.AddDays(i)
		days = append(days, d.annual())
		if d.Month == 2 && d.Day == 28 && d.AddDays(1).Day == 1 {
			days = append(days, 229)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}
