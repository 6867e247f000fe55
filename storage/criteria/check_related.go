package criteria

import "github.com/shopspring/decimal"

// related checks Related, RelatedCount and RelatedSum. The path of what is said
// about the related records goes through "related(kind)".
func (k *checker) related(p place, c related) (Node, error) {
	self, err := k.self(p)
	if err != nil {
		return nil, err
	}
	p.path = p.path.to("related(" + c.kind + ")")
	other, err := k.kind(p.at("kind"), c.kind)
	if err != nil {
		return nil, err
	}
	via, err := k.via(p.at("via"), c, other)
	if err != nil {
		return nil, err
	}
	where, err := k.where(p, other, c.where)
	if err != nil {
		return nil, err
	}
	n := &RelatedTest{Self: self, Kind: other, Via: via, Where: where, Measure: c.measure}
	return n, k.measure(place{other, p.path, p.depth}, c, n)
}

// self finds the field that holds the id of the record at hand.
func (k *checker) self(p place) (*Field, error) {
	f, ok := p.kind.Field(idField)
	if !ok || f.Type != Ref {
		return nil, p.refuse(ErrType, idField, "records of %s have no ref field of this name, so nothing can be related to them", p.kind.Name())
	}
	return f, nil
}

// kind finds a kind by name. The place is that of the name.
func (k *checker) kind(p place, name string) (Kind, error) {
	if k.kinds != nil {
		if kind, ok := k.kinds.Kind(name); ok {
			return kind, nil
		}
	}
	return nil, p.refuse(ErrUnknownKind, "", "there is no kind %q%s", name, suggestKind(k.kinds, name))
}

// via finds the field of the other kind that points to the kind at hand.
func (k *checker) via(p place, c related, other Kind) (*Field, error) {
	here := p.kind.Name()
	p.kind = other
	f, err := k.field(p, c.via)
	if err != nil {
		return nil, err
	}
	if f.Type != Ref {
		return nil, p.refuse(ErrType, c.via, "related goes through a ref field; this is a %s field", f.Type)
	}
	if f.Target != "" && f.Target != here {
		return nil, p.refuse(ErrType, c.via, "the field points to %s, not to %s", f.Target, here)
	}
	return f, nil
}

// measure fills in what is compared. The place has the kind of the related records.
func (k *checker) measure(p place, c related, n *RelatedTest) error {
	if c.measure == Exists {
		return nil
	}
	if c.op < Equal || c.op > GreaterEqual {
		return p.at("op").refuse(ErrType, "", "%d is not an operator of a comparison", c.op)
	}
	var err error
	n.Op = c.op
	if c.measure == Sum {
		n.Of, err = k.summand(p.at("of"), c.of)
	}
	if err == nil {
		n.Value, err = k.threshold(p.at("value"), c)
	}
	return err
}

// summand finds the field that is summed up.
func (k *checker) summand(p place, name string) (*Field, error) {
	f, err := k.field(p, name)
	if err != nil {
		return nil, err
	}
	if f.Type != Integer && f.Type != Decimal {
		return nil, p.refuse(ErrType, name, "a sum is over an integer or a decimal field; this is a %s field", f.Type)
	}
	return f, nil
}

// threshold reads the number that a count or a sum is compared with.
func (k *checker) threshold(p place, c related) (decimal.Decimal, error) {
	if c.measure == Sum {
		v, err := k.constant(p, &Field{Name: c.of, Type: Decimal}, c.value)
		d, _ := v.(decimal.Decimal)
		return d, err
	}
	v, err := k.constant(p, &Field{Type: Integer}, c.value)
	n, _ := v.(int64)
	return decimal.NewFromInt(n), err
}

// parent checks Parent. Its path goes through "parent(field)".
func (k *checker) parent(p place, c parent) (Node, error) {
	p.path = p.path.to("parent(" + c.field + ")")
	f, err := k.field(p.at("field"), c.field)
	if err != nil {
		return nil, err
	}
	if f.Type != Ref || f.Target == "" {
		return nil, p.at("field").refuse(ErrType, c.field, "parent goes through a ref field that names the kind it points to; this is a %s field%s", f.Type, without(f))
	}
	other, err := k.kind(p, f.Target)
	if err != nil {
		return nil, err
	}
	where, err := k.where(p, other, c.where)
	return &ParentTest{Field: f, Kind: other, Where: where}, err
}

// without ends the sentence about a ref field that names no kind.
func without(f *Field) string {
	if f.Type == Ref {
		return " without a target"
	}
	return ""
}
