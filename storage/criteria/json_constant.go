package criteria

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// MarshalJSON writes the moment as it stands in the JSON of a criterion:
// {"now":true}, {"ago":"72h0m0s"}, {"from_now":"1h0m0s"},
// {"today":-30,"zone":"Asia/Shanghai"} or {"months_from_today":-36}.
func (m Moment) MarshalJSON() ([]byte, error) {
	w := &writer{}
	w.moment(place{}, m)
	return w.result()
}

// value writes a constant.
func (w *writer) value(p place, v any) {
	switch v := plain(v).(type) {
	case string:
		w.text(p, v)
	case bool:
		w.raw(strconv.FormatBool(v))
	case int64:
		w.raw(strconv.FormatInt(v, 10))
	case uint64:
		w.raw(strconv.FormatUint(v, 10))
	case float64:
		w.float(p, v)
	case json.Number:
		w.number(p, v)
	case decimal.Decimal:
		w.decimal(p, v)
	case Moment:
		w.moment(p, v)
	default:
		w.special(p, v)
	}
}

// special writes the constants that JSON has only strings for.
func (w *writer) special(p place, v any) {
	switch v := v.(type) {
	case time.Time:
		w.time(p, microseconds(v))
	case Date:
		w.text(p, v.String())
	case uuid.UUID:
		w.text(p, v.String())
	default:
		w.fail(p.refuse(ErrType, "", "a %T is no constant", v))
	}
}

// float writes the shortest form, which reads back as the same number.
func (w *writer) float(p place, f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.fail(p.refuse(ErrValue, "", "%v is not a number", f))
	}
	w.raw(strconv.FormatFloat(f, 'g', -1, 64))
}

// number writes a number as it was given.
func (w *writer) number(p place, n json.Number) {
	if !isNumber(n.String()) {
		w.fail(p.refuse(ErrValue, "", "%q is not a number", n))
	}
	w.raw(n.String())
}

// decimal writes a string, so that no reader rounds it.
func (w *writer) decimal(p place, d decimal.Decimal) {
	d, err := fits(p, &Field{}, d)
	if err != nil {
		w.fail(err)
		return
	}
	w.text(p, d.String())
}

// time writes RFC 3339 in UTC, with as many digits as it takes.
func (w *writer) time(p place, t time.Time) {
	if _, err := inRange(p, &Field{}, t); err != nil {
		w.fail(err)
	}
	w.text(p, t.Format(time.RFC3339Nano))
}

// moment writes the form of MarshalJSON.
func (w *writer) moment(p place, m Moment) {
	switch {
	case m.base == today:
		w.raw(`{"today":` + strconv.Itoa(m.n))
		w.zone(p, m.zone)
	case m.base == thisDay:
		w.raw(`{"months_from_today":` + strconv.Itoa(m.n))
		w.zone(p, m.zone)
	case m.base != fromNow:
		w.fail(p.refuse(ErrValue, "", "the zero moment is no moment; use Now, Ago, FromNow or Today"))
	case m.shift == 0:
		w.raw(`{"now":true`)
	case m.shift < 0 && m.shift > math.MinInt64:
		w.raw(`{"ago":"` + (-m.shift).String() + `"`)
	default:
		w.raw(`{"from_now":"` + m.shift.String() + `"`)
	}
	w.raw("}")
}
