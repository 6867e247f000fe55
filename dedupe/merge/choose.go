package merge

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Value is what one of the customers has in a field.
type Value struct {
	Customer uuid.UUID       `json:"customer"`
	Value    json.RawMessage `json:"value"` // null where it is absent
	// Since is when it was written, by the change log; where that is not known any more,
	// the oldest change of the customer that is. Zero unless a rule asks for it.
	Since    time.Time `json:"since,omitzero"`
	Verified bool      `json:"verified,omitempty"` // it was there when the customer was last confirmed
	Source   string    `json:"source,omitempty"`   // of the customer
}

// A Choice says what becomes of a field.
type Choice struct {
	Field    string          `json:"field"`
	Rule     Rule            `json:"rule"`
	Values   []Value         `json:"values"` // of the survivor, then of the others
	Chosen   json.RawMessage `json:"chosen"` // null: none
	Why      string          `json:"why"`
	Conflict bool            `json:"conflict,omitempty"` // two customers had different values, and not all of them survive
}

// A chooser decides about the fields of some customers. It looks at nothing else.
type chooser struct {
	list   []*customer.Customer // the survivor first
	fields []*storage.Field
	since  []map[string]time.Time // of each customer, by field
	rules  Rules
	result *customer.Customer
	from   map[string]int // whose value was taken, by field
}

// choose decides about all fields and returns the customer that results, with the
// choices in the order of the fields.
func (c *chooser) choose() (*customer.Customer, []Choice, error) {
	schema := customer.Kind.Schema()
	c.result, c.from = schema.Clone(c.list[0]).(*customer.Customer), map[string]int{}
	made := map[string]Choice{}
	for _, companion := range []bool{false, true} { // leaders first
		for _, f := range c.fields {
			if _, follows := companions[f.Name]; follows != companion || slices.Contains(unruled, f.Name) {
				continue
			}
			choice, err := c.decide(f)
			if err != nil {
				return nil, nil, err
			}
			made[f.Name] = choice
		}
	}
	var choices []Choice
	for _, f := range c.fields {
		if choice, ok := made[f.Name]; ok {
			choices = append(choices, choice)
		}
	}
	return c.result, choices, nil
}

// decide decides about one field.
func (c *chooser) decide(f *storage.Field) (Choice, error) {
	choice := Choice{Field: f.Name, Rule: c.rules.of(f), Values: c.values(f)}
	at, why := -1, "nobody has one"
	var err error
	switch leader, led := c.leader(f); {
	case led:
		at, why = leader, "it comes with "+companions[f.Name]
		err = f.Set(c.result, f.Value(c.list[at]))
	case c.combines(choice.Rule):
		why, err = c.combine(f, choice.Rule)
	default:
		if at, why = c.pick(f, choice); at >= 0 {
			err = f.Set(c.result, f.Value(c.list[at]))
		} else {
			err = f.Set(c.result, nil)
		}
	}
	if err != nil {
		return choice, err
	}
	if at >= 0 {
		c.from[f.Name] = at
	}
	choice.Chosen, choice.Why = jsonOf(f, c.result), why
	choice.Conflict = choice.Rule != Union && choice.Rule != Sum && differ(choice.Values)
	return choice, nil
}

// leader returns whose value a field takes because it comes with another one.
func (c *chooser) leader(f *storage.Field) (at int, ok bool) {
	lead, follows := companions[f.Name]
	if _, own := c.rules.Fields[f.Name]; !follows || own {
		return 0, false
	}
	at, ok = c.from[lead]
	return at, ok
}

func (c *chooser) values(f *storage.Field) []Value {
	list := make([]Value, len(c.list))
	for i, r := range c.list {
		v := Value{Customer: r.ID, Value: jsonOf(f, r), Source: r.Source}
		if c.since != nil {
			v.Since = c.since[i][f.Name]
			v.Verified = !r.VerifiedAt.IsZero() && !v.Since.After(r.VerifiedAt) && !f.Absent(r)
		}
		list[i] = v
	}
	return list
}

// differ reports whether two values are present and not the same.
func differ(values []Value) bool {
	var first json.RawMessage
	for _, v := range values {
		switch {
		case bytes.Equal(v.Value, null):
		case first == nil:
			first = v.Value
		case !bytes.Equal(first, v.Value):
			return true
		}
	}
	return false
}

// pick returns whose value survives, and why; -1 for nobody's.
func (c *chooser) pick(f *storage.Field, choice Choice) (at int, why string) {
	var present []int
	for i, r := range c.list {
		if !f.Absent(r) {
			present = append(present, i)
		}
	}
	if choice.Rule == Custom {
		if at = c.rules.Custom[f.Name](slices.Clone(choice.Values)); at >= len(c.list) {
			at = -1
		}
		return at, "the host's function chose it"
	}
	switch {
	case len(present) == 0:
		return -1, "nobody has one"
	case !differ(choice.Values):
		return present[0], "there is no other"
	}
	verified := slices.DeleteFunc(slices.Clone(present), func(i int) bool { return !choice.Values[i].Verified })
	if choice.Rule == MostRecentVerified && len(verified) > 0 {
		return c.best(verified, func(i, j int) int { return c.list[i].VerifiedAt.Compare(c.list[j].VerifiedAt) }), "of the customer that was confirmed last"
	}
	rank, why := c.ranking(f, choice)
	return c.best(present, rank), why
}

// best returns the first of some customers than whom none ranks higher.
func (c *chooser) best(of []int, rank func(i, j int) int) int {
	at := of[0]
	for _, i := range of[1:] {
		if rank(i, at) > 0 {
			at = i
		}
	}
	return at
}

// ranking returns how a rule compares the values of two customers, and what it looks at.
func (c *chooser) ranking(f *storage.Field, choice Choice) (func(i, j int) int, string) {
	by := func(weight func(i int) int) func(i, j int) int {
		return func(i, j int) int { return weight(i) - weight(j) }
	}
	since := func(i, j int) int { return choice.Values[i].Since.Compare(choice.Values[j].Since) }
	switch choice.Rule {
	case MostRecent:
		return since, "it was written last"
	case MostRecentVerified:
		return since, "nobody's is verified, and it was written last"
	case Oldest:
		return func(i, j int) int { return since(j, i) }, "it was written first"
	case MostComplete:
		return by(func(i int) int { return size(f.Value(c.list[i])) }), "it is the longest"
	case MostFrequent:
		return by(func(i int) int { return frequency(choice.Values, i) }), "most have it"
	case SourcePriority:
		return by(func(i int) int { return -place(c.rules.Sources, c.list[i].Source) }), "its source comes first"
	case MostAdvanced:
		return by(func(i int) int { return slices.Index(c.rules.Stages, f.Value(c.list[i]).(string)) }), "it is the most advanced"
	case Max:
		return func(i, j int) int { return f.Compare(c.list[i], c.list[j]) }, "it is the greatest"
	case Min:
		return func(i, j int) int { return f.Compare(c.list[j], c.list[i]) }, "it is the least"
	case Strictest:
		return func(i, j int) int { return f.Compare(c.list[i], c.list[j]) }, "true is stricter"
	}
	return func(int, int) int { return 0 }, "the survivor's, or that of the first who has one"
}

func size(value any) int {
	switch v := value.(type) {
	case string:
		return utf8.RuneCountInString(v)
	case []string:
		return len(v)
	}
	return 0
}

func frequency(values []Value, i int) (n int) {
	for _, v := range values {
		if bytes.Equal(v.Value, values[i].Value) {
			n++
		}
	}
	return n
}

// place returns where a word stands in a list, or the end of it.
func place(list []string, word string) int {
	if i := slices.Index(list, word); i >= 0 {
		return i
	}
	return len(list)
}
