package criteria

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// The methods of json.Marshaler. The same criterion always gives the same
// bytes. They are not escaped for HTML, but json.Marshal escapes them.

func (c all) MarshalJSON() ([]byte, error)         { return marshal(c) }
func (c any_) MarshalJSON() ([]byte, error)        { return marshal(c) }
func (c not) MarshalJSON() ([]byte, error)         { return marshal(c) }
func (c compare) MarshalJSON() ([]byte, error)     { return marshal(c) }
func (c in) MarshalJSON() ([]byte, error)          { return marshal(c) }
func (c has) MarshalJSON() ([]byte, error)         { return marshal(c) }
func (c missing) MarshalJSON() ([]byte, error)     { return marshal(c) }
func (c match) MarshalJSON() ([]byte, error)       { return marshal(c) }
func (c anniversary) MarshalJSON() ([]byte, error) { return marshal(c) }
func (c related) MarshalJSON() ([]byte, error)     { return marshal(c) }
func (c parent) MarshalJSON() ([]byte, error)      { return marshal(c) }

// marshal is MarshalJSON for every form.
func marshal(c Criterion) ([]byte, error) {
	w := &writer{}
	w.criterion(place{}, c)
	return w.result()
}

// A writer writes criteria as JSON. After an error it writes on, and what it
// wrote is thrown away.
type writer struct {
	b   bytes.Buffer
	err error // the first error
}

// result returns what was written, or the first error.
func (w *writer) result() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.b.Bytes(), nil
}

// fail remembers the first error.
func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) raw(s string) { w.b.WriteString(s) }

// text writes a string. A string that is not UTF-8 would come back changed.
func (w *writer) text(p place, s string) {
	if !utf8.ValidString(s) {
		w.fail(p.refuse(ErrValue, "", "the text %q is not valid UTF-8", s))
	}
	e := json.NewEncoder(&w.b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		w.fail(err)
	}
	w.b.Truncate(w.b.Len() - len("\n"))
}

// member writes the name of a member and a string as its value.
func (w *writer) member(p place, name, s string) {
	w.raw(name)
	w.text(p, s)
}

// criterion writes a criterion, except a nil one, which has no place in a tree.
func (w *writer) criterion(p place, c Criterion) {
	if p.depth >= maxDepth {
		w.fail(p.refuse(ErrTooLarge, "", "the tree is more than %d levels deep", maxDepth))
		return
	}
	switch c := c.(type) {
	case all:
		w.list(p, "all", c.of)
	case any_:
		w.list(p, "any", c.of)
	case not:
		w.raw(`{"not":`)
		w.criterion(p.below(p.path.to("not")), c.of)
	case related:
		w.related(p, c)
	case parent:
		p.path = p.path.to("parent(" + c.field + ")")
		w.member(p, `{"parent":{"field":`, c.field)
		w.where(p, c.where)
		w.raw("}")
	default:
		w.leaf(p, c)
	}
	w.raw("}")
}

// list writes all or any without the closing brace.
func (w *writer) list(p place, name string, of []Criterion) {
	w.raw(`{"` + name + `":[`)
	for i, c := range of {
		if i > 0 {
			w.raw(",")
		}
		w.criterion(p.below(p.path.at(name, i)), c)
	}
	w.raw("]")
}

// where writes the criterion on other records, if there is one.
func (w *writer) where(p place, c Criterion) {
	if c != nil {
		w.raw(`,"where":`)
		w.criterion(p.below(p.path.to("where")), c)
	}
}

// related writes {"related": {...} without the closing brace.
func (w *writer) related(p place, c related) {
	p.path = p.path.to("related(" + c.kind + ")")
	w.member(p, `{"related":{"kind":`, c.kind)
	w.member(p, `,"via":`, c.via)
	w.where(p, c.where)
	if c.measure != Exists {
		w.raw(`,"measure":"` + c.measure.String() + `"`)
		if c.measure == Sum {
			w.member(p, `,"of":`, c.of)
		}
		w.operator(p, c.op)
		w.value(p.at("value"), c.value)
	}
	w.raw("}")
}

// operator writes the operator and the name of the value that follows.
func (w *writer) operator(p place, op Op) {
	if op < Equal || op > GreaterEqual {
		w.fail(p.at("op").refuse(ErrType, "", "%d is not an operator of a comparison", op))
	}
	w.raw(`,"op":"` + op.String() + `","value":`)
}

// leaf writes a node that looks at one field, without the closing brace.
func (w *writer) leaf(p place, c Criterion) {
	switch c := c.(type) {
	case compare:
		w.member(p, `{"field":`, c.field)
		w.operator(p, c.op)
		w.value(p.at("value"), c.value)
	case in:
		w.member(p, `{"field":`, c.field)
		w.values(p, "in", c.values)
	case has:
		w.member(p, `{"field":`, c.field)
		w.values(p, hasName(c.every), each(c.values, func(s string) any { return s }))
	case missing:
		w.member(p, `{"field":`, c.field)
		w.raw(`,"op":"missing"`)
	case match:
		w.member(p, `{"field":`, c.field)
		w.raw(`,"op":"` + c.mode.String() + `"`)
		w.member(p.at("value"), `,"value":`, c.text)
	case anniversary:
		w.member(p, `{"field":`, c.field)
		w.raw(`,"op":"anniversary","days":` + strconv.Itoa(c.days))
		w.zone(p, c.zone)
	default:
		w.fail(p.refuse(ErrInvalid, "", "%T is not a criterion of this package", c))
	}
}

// zone writes a zone that is not UTC.
func (w *writer) zone(p place, zone string) {
	if zone != "" {
		w.member(p.at("zone"), `,"zone":`, zone)
	}
}

// values writes an operator with a list of constants.
func (w *writer) values(p place, op string, values []any) {
	w.raw(`,"op":"` + op + `","values":[`)
	for i, v := range values {
		if i > 0 {
			w.raw(",")
		}
		w.value(p.at(fmt.Sprintf("values[%d]", i)), v)
	}
	w.raw("]")
}
