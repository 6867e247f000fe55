package criteria

import (
	"fmt"
	"slices"
)

// Parse reads the JSON form of a criterion, which the package comment
// describes. It checks the form only: whether fields exist and constants go
// with them is up to Check. null gives a nil Criterion.
//
// Unknown and repeated names are refused, and so is more than 4 MiB, more than
// 20,000 objects or more than 64 levels of criteria. The error is an *Error
// that wraps ErrSyntax, ErrTooLarge or ErrValue.
func Parse(data []byte) (Criterion, error) {
	v, err := parseJSON(data)
	if err != nil || v == nil {
		return nil, err
	}
	c, err := readCriterion(place{}, v)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// An object is a JSON object that is being read. The names that were asked for
// are taken out, so that what is left is unknown.
type object struct {
	place   place
	members map[string]any
}

// readObject refuses what is not an object.
func readObject(p place, v any) (*object, error) {
	members, ok := v.(map[string]any)
	if !ok {
		return nil, p.refuse(ErrSyntax, "", "there should be an object here, not %s", nameJSON(v))
	}
	return &object{p, members}, nil
}

// take takes a member out; it returns nil where there is none.
func (o *object) take(name string) any {
	v := o.members[name]
	delete(o.members, name)
	return v
}

// has reports whether a member is there still.
func (o *object) has(name string) bool {
	_, ok := o.members[name]
	return ok
}

// text takes a string out.
func (o *object) text(name string) (string, error) {
	v := o.take(name)
	s, ok := v.(string)
	if !ok {
		return "", o.place.at(name).refuse(ErrSyntax, "", "%q should be a string, not %s", name, nameJSON(v))
	}
	return s, nil
}

// optionalText reads a string that may be left out.
func (o *object) optionalText(name string) (string, error) {
	if !o.has(name) {
		return "", nil
	}
	return o.text(name)
}

// list takes an array out.
func (o *object) list(name string) ([]any, error) {
	v := o.take(name)
	list, ok := v.([]any)
	if !ok {
		return nil, o.place.at(name).refuse(ErrSyntax, "", "%q should be an array, not %s", name, nameJSON(v))
	}
	return list, nil
}

// end refuses an object that has members left.
func (o *object) end() error {
	if len(o.members) == 0 {
		return nil
	}
	names := make([]string, 0, len(o.members))
	for name := range o.members {
		names = append(names, name)
	}
	return o.place.refuse(ErrSyntax, "", "the name %q has no meaning here", slices.Min(names))
}

// readCriterion tells the forms apart by the name that only they have.
func readCriterion(p place, v any) (Criterion, error) {
	if p.depth >= maxDepth {
		return nil, p.refuse(ErrTooLarge, "", "the tree is more than %d levels deep", maxDepth)
	}
	o, err := readObject(p, v)
	if err != nil {
		return nil, err
	}
	c, err := readForm(o)
	if err != nil {
		return nil, err
	}
	return c, o.end()
}

// readForm reads the members that belong to the form and leaves the others.
func readForm(o *object) (Criterion, error) {
	switch {
	case o.has("all"):
		of, err := readList(o, "all")
		return all{of}, err
	case o.has("any"):
		of, err := readList(o, "any")
		return any_{of}, err
	case o.has("not"):
		of, err := readCriterion(o.place.below(o.place.path.to("not")), o.take("not"))
		return not{of}, err
	case o.has("related"):
		return readRelated(o)
	case o.has("parent"):
		return readParent(o)
	case o.has("field"):
		return readLeaf(o)
	default:
		return nil, o.place.refuse(ErrSyntax, "", "a criterion has one of the names all, any, not, field, related, parent")
	}
}

// readList reads the criteria of all and any. null is not among them.
func readList(o *object, name string) ([]Criterion, error) {
	list, err := o.list(name)
	if err != nil {
		return nil, err
	}
	of := make([]Criterion, len(list))
	for i, v := range list {
		if of[i], err = readCriterion(o.place.below(o.place.path.at(name, i)), v); err != nil {
			return nil, err
		}
	}
	return of, nil
}

// readWhere reads the criterion on other records, which may be left out or null.
func readWhere(o *object) (Criterion, error) {
	v := o.take("where")
	if v == nil {
		return nil, nil
	}
	return readCriterion(o.place.below(o.place.path.to("where")), v)
}

// readRelated reads {"related": {...}}.
func readRelated(outer *object) (Criterion, error) {
	o, err := readObject(outer.place.at("related"), outer.take("related"))
	if err != nil {
		return nil, err
	}
	c := related{measure: Exists}
	if c.kind, err = o.text("kind"); err != nil {
		return nil, err
	}
	o.place = outer.place.at("related(" + c.kind + ")")
	if c.via, err = o.text("via"); err != nil {
		return nil, err
	}
	if c.where, err = readWhere(o); err != nil {
		return nil, err
	}
	if err = readMeasure(o, &c); err != nil {
		return nil, err
	}
	return c, o.end()
}

// readMeasure reads what of the related records is compared; without a
// measure, it is whether there are any.
func readMeasure(o *object, c *related) error {
	name, err := o.optionalText("measure")
	if err != nil || name == "" || name == Exists.String() {
		return err
	}
	switch name {
	case Count.String():
		c.measure = Count
	case Sum.String():
		c.measure = Sum
		if c.of, err = o.text("of"); err != nil {
			return err
		}
	default:
		return o.place.at("measure").refuse(ErrSyntax, "", "%q is no measure; use exists, count or sum", name)
	}
	return readThreshold(o, c)
}

// readThreshold reads what a count or a sum is compared with.
func readThreshold(o *object, c *related) error {
	name, err := o.text("op")
	if err != nil {
		return err
	}
	op, ok := parseOp(name)
	if !ok {
		return o.place.at("op").refuse(ErrSyntax, "", "%q does not compare; use eq, ne, lt, le, gt or ge", name)
	}
	c.op = op
	c.value, err = readConstant(o.place.at("value"), o.take("value"))
	return err
}

// readParent reads {"parent": {...}}.
func readParent(outer *object) (Criterion, error) {
	o, err := readObject(outer.place.at("parent"), outer.take("parent"))
	if err != nil {
		return nil, err
	}
	var c parent
	if c.field, err = o.text("field"); err != nil {
		return nil, err
	}
	o.place = outer.place.at("parent(" + c.field + ")")
	if c.where, err = readWhere(o); err != nil {
		return nil, err
	}
	return c, o.end()
}

// nameJSON describes a JSON value for an error.
func nameJSON(v any) string {
	switch v := v.(type) {
	case nil:
		return "null or nothing"
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	default:
		return fmt.Sprintf("%v", v)
	}
}
