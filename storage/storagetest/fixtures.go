package storagetest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// number reads a decimal that is written in the kit.
func number(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// fullAccount has a value in every field that the host sets.
func fullAccount() *account {
	return &account{
		Name: "Meier & Söhne", Code: "C-1", Note: "called on Monday", Region: "north", Number: 7,
		Visits: 42, Age: ref(int64(63)), Balance: number("1250.75"), Credit: ref(number("-3.50")),
		Active: true, Agreed: ref(true),
		Seen: time.Date(2025, 12, 31, 23, 59, 59, 123456000, time.UTC), Born: storage.Date{Year: 1962, Month: 2, Day: 28},
		Boss: uuid.MustParse("018f0000-0000-7000-8000-000000000001"), Loose: uuid.MustParse("018f0000-0000-7000-8000-000000000002"),
		Tags: []string{"gold", "vip"}, Extra: json.RawMessage(`{"b":1,"a":[true,null]}`),
	}
}

// numberedAccounts returns n accounts with names a00, a01, ... whose visits
// repeat, so that an order by them has ties.
func numberedAccounts(n int) []*account {
	list := make([]*account, n)
	for i := range list {
		list[i] = &account{Name: fmt.Sprintf("a%02d", i), Code: fmt.Sprintf("code-%02d", i), Visits: int64(i % 3)}
	}
	return list
}

// extremes are accounts whose fields lie at the ends of what may be stored.
// None of them has a unique key in common with another.
func extremes() map[string]*account {
	last := time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	return map[string]*account{
		"nothing set":         {},
		"zero behind pointer": {Age: ref(int64(0)), Credit: ref(decimal.Zero), Agreed: ref(false)},
		"integers at the top": {Visits: math.MaxInt64, Age: ref(int64(math.MaxInt64)), Number: math.MaxInt64, Region: "top"},
		"integers at the end": {Visits: math.MinInt64, Age: ref(int64(math.MinInt64)), Number: math.MinInt64, Region: "end"},
		"decimal of 40": {Balance: number("1234567890123456789012345678901234567890"),
			Credit: ref(number("-0.1234567890123456789012345678901234567891"))},
		"decimal by exponent": {Balance: number("1E+3"), Credit: ref(number("-7e-20"))},
		"decimal far out":     {Balance: number("1e999"), Credit: ref(number("1e-1000"))},
		"decimal with zeros":  {Balance: number("1.10"), Credit: ref(number("100.00"))},
		"first moment":        {Seen: time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC), Born: storage.Date{Year: 1, Month: 1, Day: 1}},
		"last moment":         {Seen: last, Born: storage.Date{Year: 9999, Month: 12, Day: 31}},
		"before 1970":         {Seen: time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC), Born: storage.Date{Year: 1900, Month: 2, Day: 28}},
		"leap day":            {Seen: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), Born: storage.Date{Year: 2024, Month: 2, Day: 29}},
		"highest id":          {Boss: uuid.Max, Loose: uuid.Max},
		"long text":           {Name: strings.Repeat("x", 800), Note: strings.Repeat("長", 20_000)},
		"many tags":           {Tags: manyTags(500)},
		"empty JSON":          {Extra: json.RawMessage(`{}`)},
		"JSON null":           {Extra: json.RawMessage(`null`)},
		"JSON as written":     {Extra: json.RawMessage(`{"b":1,"a":1.0,"a":1e2,"n":12345678901234567890,"s":"\u00e9\\u0000"}`)},
	}
}

func manyTags(n int) []string {
	tags := make([]string, n)
	for i := range tags {
		tags[i] = fmt.Sprintf("tag-%03d", i)
	}
	return tags
}
