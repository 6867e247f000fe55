package criteria

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// plain reduces the constants that a caller may give to few Go types: string,
// int64, uint64, float64, json.Number, bool, decimal.Decimal, time.Time, Date,
// uuid.UUID and Moment. A value of a type that is derived from one of them,
// such as a named string, becomes that type. Anything else comes back as it is.
func plain(v any) any {
	switch v := v.(type) {
	case nil, string, int64, bool, json.Number, decimal.Decimal, time.Time, Date, uuid.UUID, Moment:
		return v
	case int:
		return int64(v)
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.String:
		return r.String()
	case r.Kind() == reflect.Bool:
		return r.Bool()
	case r.CanInt():
		return r.Int()
	case r.CanUint():
		return r.Uint()
	case r.Kind() == reflect.Float32:
		return shortest(float32(r.Float()))
	case r.CanFloat():
		return r.Float()
	}
	return converted(r, v)
}

// shortest widens a float32 so that its shortest decimal form stays the same:
// 0.1 stays 0.1.
func shortest(f float32) any {
	return decimal.NewFromFloat32(f)
}

// structs are the types that converted leads back to.
var structs = []reflect.Type{
	reflect.TypeFor[uuid.UUID](),
	reflect.TypeFor[time.Time](),
	reflect.TypeFor[decimal.Decimal](),
}

// converted leads a value of a derived type, such as type ID uuid.UUID, back
// to the type that it is derived from.
func converted(r reflect.Value, v any) any {
	for _, t := range structs {
		if r.Type().ConvertibleTo(t) && r.Kind() == t.Kind() {
			return r.Convert(t).Interface()
		}
	}
	return v
}
