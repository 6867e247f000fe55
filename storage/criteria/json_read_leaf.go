package criteria

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// readLeaf reads a criterion on one field: {"field":..., "op":..., ...}.
func readLeaf(o *object) (Criterion, error) {
	field, err := o.text("field")
	if err != nil {
		return nil, err
	}
	name, err := o.text("op")
	if err != nil {
		return nil, err
	}
	if op, ok := parseOp(name); ok {
		v, err := readConstant(o.place.at("value"), o.take("value"))
		return compare{field, op, v}, err
	}
	if mode, ok := parseMode(name); ok {
		text, err := o.text("value")
		return match{field, mode, text}, err
	}
	return readOther(o, field, name)
}

// readOther reads the operators that neither compare nor match.
func readOther(o *object, field, op string) (Criterion, error) {
	switch op {
	case "in":
		values, err := readConstants(o)
		return in{field, values}, err
	case hasName(true), hasName(false):
		values, err := readTexts(o)
		return has{field, op == hasName(true), values}, err
	case "missing":
		return missing{field}, nil
	case "anniversary":
		return readAnniversary(o, field)
	default:
		return nil, o.place.at("op").refuse(ErrSyntax, field, "%q is no operator; use eq, ne, lt, le, gt, ge, in, has_all, has_any, missing, prefix, contains, search or anniversary", op)
	}
}

// parseOp finds an operator of a comparison by its name.
func parseOp(name string) (Op, bool) {
	for op := Equal; op <= GreaterEqual; op++ {
		if op.String() == name {
			return op, true
		}
	}
	return 0, false
}

// parseMode finds a way to match by its name.
func parseMode(name string) (MatchMode, bool) {
	for mode := PrefixMode; mode <= SearchMode; mode++ {
		if mode.String() == name {
			return mode, true
		}
	}
	return 0, false
}

// readConstants reads the values of in.
func readConstants(o *object) ([]any, error) {
	values, err := o.list("values")
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		if values[i], err = readConstant(o.place.at(fmt.Sprintf("values[%d]", i)), v); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// readTexts reads the values of has_all and has_any.
func readTexts(o *object) ([]string, error) {
	list, err := o.list("values")
	if err != nil {
		return nil, err
	}
	values := make([]string, len(list))
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, o.place.at(fmt.Sprintf("values[%d]", i)).refuse(ErrSyntax, "", "there should be a string here, not %s", nameJSON(v))
		}
		values[i] = s
	}
	return values, nil
}

// readAnniversary reads days and zone. Their range is up to Check.
func readAnniversary(o *object, field string) (Criterion, error) {
	days, err := readInt(o, "days")
	if err != nil {
		return nil, err
	}
	zone, err := o.optionalText("zone")
	return anniversary{field, days, zone}, err
}

// readInt reads a whole number of 32 bits.
func readInt(o *object, name string) (int, error) {
	v := o.take(name)
	if n, ok := v.(json.Number); ok {
		if i, err := strconv.ParseInt(n.String(), 10, 32); err == nil {
			return int(i), nil
		}
	}
	return 0, o.place.at(name).refuse(ErrSyntax, "", "%q should be a whole number of %d to %d, not %s", name, math.MinInt32, math.MaxInt32, nameJSON(v))
}

// readConstant reads a string, a number, true, false or a moment.
func readConstant(p place, v any) (any, error) {
	switch v := v.(type) {
	case string, json.Number, bool:
		return v, nil
	case map[string]any:
		m, err := readMoment(&object{p, v})
		return m, err
	case nil:
		return nil, p.refuse(ErrSyntax, "", "a constant is lacking; to find records without a value, use missing")
	default:
		return nil, p.refuse(ErrSyntax, "", "there should be a constant here, not %s", nameJSON(v))
	}
}

// readMoment reads what Moment.MarshalJSON writes.
func readMoment(o *object) (Moment, error) {
	var m Moment
	var err error
	switch {
	case o.has("now"):
		m, err = Now(), needTrue(o, "now")
	case o.has("ago"):
		m, err = readShift(o, "ago", Ago)
	case o.has("from_now"):
		m, err = readShift(o, "from_now", FromNow)
	case o.has("today"):
		m, err = readDay(o, "today", Today)
	case o.has("months_from_today"):
		m, err = readDay(o, "months_from_today", MonthsFromToday)
	default:
		err = o.place.refuse(ErrSyntax, "", "a moment has one of the names now, ago, from_now, today, months_from_today")
	}
	if err != nil {
		return Moment{}, err
	}
	return m, o.end()
}

// needTrue reads a member that has true as its only value.
func needTrue(o *object, name string) error {
	if v := o.take(name); v != true {
		return o.place.at(name).refuse(ErrSyntax, "", "%q should be true, not %s", name, nameJSON(v))
	}
	return nil
}

// readShift reads the duration of ago and from_now.
func readShift(o *object, name string, moment func(time.Duration) Moment) (Moment, error) {
	s, err := o.text(name)
	if err != nil {
		return Moment{}, err
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return Moment{}, o.place.at(name).refuse(ErrValue, "", "%q is not a duration such as 72h or 1h30m", s)
	}
	return moment(d), nil
}

// readDay reads the number and the zone of today and months_from_today.
func readDay(o *object, name string, moment func(int, string) Moment) (Moment, error) {
	n, err := readInt(o, name)
	if err != nil {
		return Moment{}, err
	}
	zone, err := o.optionalText("zone")
	return moment(n, zone), err
}
