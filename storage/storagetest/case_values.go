package storagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/shopspring/decimal"
)

// errStop is what a function returns to have its transaction rolled back.
var errStop = errors.New("rolled back on purpose")

// valueCases are the values of fields: their ends, their forms, and those that
// are refused.
func valueCases() []Case {
	return []Case{
		{"values/extremes", "values at the ends of their range, absent and zero ones read back exactly", extremeValues},
		{"values/time-zones", "a time is a moment: stored in UTC, whatever zone it was given in", timeZones},
		{"values/microseconds", "times are cut, not rounded, to microseconds, in records and in criteria", microseconds},
		{"values/decimals", "decimals are compared by value: 1.10 is 1.1, 1E+3 is 1000, and no digit of 40 is lost", decimals},
		{"values/sets", "nil and empty sets are the same; sets are stored sorted and without repetitions", sets},
		{"values/text", "text of every script and every control character but NUL reads back byte for byte", texts},
		{"values/byte-order", "text is ordered and compared by bytes, not by the rules of a language", byteOrder},
		{"values/order-of-types", "orders put absent values first, and numbers, times, dates and refs in their own order", orderOfTypes},
		{"values/refused", "text with NUL or invalid UTF-8, JSON that is none or holds \\u0000, times and decimals out of range are ErrInvalid", refusedValues},
		{"values/long", "a text in an index may have 800 bytes and not one more; other text may have many", longValues},
		{"values/odd-names", "actors, tenants and reasons may hold any text, as records do", oddNames},
	}
}

func extremeValues(t *trial) {
	for name, a := range extremes() {
		put(t, accounts, a)
		t.equal(a, get(t, accounts, a.ID), name)
		t.equal([]*account{a}, find(t, accounts, storage.Query{Where: criteria.Eq("id", a.ID)}), name+", by Find")
	}
}

func timeZones(t *trial) {
	for _, name := range []string{"UTC", "US/Eastern", "US/Pacific", "Asia/Shanghai", "Pacific/Kiritimati"} {
		at := time.Date(2026, 3, 8, 2, 30, 0, 5000, zone(name))
		a := &account{Name: name, Seen: at}
		put(t, accounts, a)
		got := get(t, accounts, a.ID).Seen
		t.must(got.Equal(at) && got.Location() == time.UTC, "%v came back as %v", at, got)
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("seen", at.In(zone("Asia/Shanghai")))}), name)
	}
}

func microseconds(t *trial) {
	second := time.Date(2026, 1, 5, 8, 0, 5, 0, time.UTC)
	for nanos, micros := range map[int]int{123456501: 123456, 999999999: 999999, 999: 0, 1000: 1} {
		a := &account{Seen: second.Add(time.Duration(nanos))}
		put(t, accounts, a)
		want := second.Add(time.Duration(micros) * time.Microsecond)
		t.equal(want, get(t, accounts, a.ID).Seen, fmt.Sprintf("%d ns", nanos))
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("seen", a.Seen)}), "the records of that moment")
	}
}

func decimals(t *trial) {
	same := [][]string{
		{"1.10", "1.1", "1.1000"}, {"1E+3", "1000", "1000.000"}, {"-0.0", "0", "0e-9"},
		{"1234567890123456789012345678901234567890"}, {"1234567890123456789012345678901234567891"},
		{"-0.0000000000000000000000000000000000000001"},
	}
	for _, group := range same {
		stored := &account{Balance: number(group[0]), Credit: ref(number(group[0]))}
		put(t, accounts, stored)
		for _, text := range group {
			for _, field := range []string{"balance", "credit"} {
				q := storage.Query{Where: criteria.Eq(field, number(text))}
				t.equal(1, count(t, accounts, q), field+" = "+text)
			}
		}
	}
}

func sets(t *trial) {
	for _, tags := range [][]string{nil, {}, {"b", "a", "b"}, {"é", "z", "A", "a"}} {
		a := &account{Tags: tags}
		put(t, accounts, a)
		put(t, accounts, a)
		t.must(a.Version == 1, "a set given again in another form counts as changed")
		got := get(t, accounts, a.ID).Tags
		t.must(len(tags) > 0 || got == nil, "want nil for an empty set, got %#v", got)
	}
	t.equal(2, count(t, accounts, storage.Query{Where: criteria.Missing("tags")}), "the records without tags")
	t.equal([]string{"A", "a", "z", "é"}, find(t, accounts, storage.Query{Where: criteria.HasAll("tags", "z")})[0].Tags, "a sorted set")
}

// oddTexts are texts that databases, drivers and encodings stumble over.
var oddTexts = []string{
	" ", "  spaces  ", "tab\tnewline\ncarriage\rreturn", "\x01\x02\x1f\x7f", `quote ' double " back \ slash`, `'; DROP TABLE x; --`, `%_*?[a]$1{}:name`,
	"NULL", "null", "\\N", "true", "0", "-", "张三丰", "國国", "𠮷野家", "﨑", "😀👩‍👩‍👧", "e\u0301", "\u00e9", "ﬁ", "ﾊﾝｶｸ", "שלום مرحبا",
	"\u200b\ufeff", "\u2028\u2029", "\U0010ffff", "a\u0085b",
}

func texts(t *trial) {
	for _, text := range oddTexts {
		extra, _ := json.Marshal(map[string]string{"text": text})
		a := &account{Name: text, Code: text, Note: text, Tags: []string{text}, Extra: extra}
		put(t, accounts, a)
		t.equal(a, get(t, accounts, a.ID), fmt.Sprintf("%q", text))
		for _, where := range []criteria.Criterion{criteria.Eq("name", text), criteria.In("note", text, "other"),
			criteria.HasAll("tags", text), criteria.Contains("note", text)} {
			got := find(t, accounts, storage.Query{Where: criteria.All(where, criteria.Eq("code", text))})
			t.equal([]*account{a}, got, fmt.Sprintf("%q by %v", text, where))
		}
	}
}

func byteOrder(t *trial) {
	inOrder := []string{"", " ", "-", "0", "10", "2", "A", "B", "Z", "_", "a", "a b", "aa", "b", "z", "\u00e9", "Ａ", "國", "😀"}
	for i := range inOrder {
		put(t, accounts, &account{Name: inOrder[(i*7)%len(inOrder)]})
	}
	var got []string
	for _, a := range find(t, accounts, storage.Query{Order: orderBy("name")}) {
		got = append(got, a.Name)
	}
	t.equal(sorted(inOrder), got, "the names in order")
	t.equal(3, count(t, accounts, storage.Query{Where: criteria.All(criteria.Ge("name", "A"), criteria.Lt("name", "_"))}), "the names from A to _")
	t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("name", "a")}), "the names equal to a")
}

func orderOfTypes(t *trial) {
	list := []*account{
		{Name: "0"},
		{Name: "1", Age: ref(int64(math.MinInt64)), Credit: ref(number("-1e9")), Agreed: ref(false), Seen: start.AddDate(-100, 0, 0),
			Born: storage.Date{Year: 1, Month: 1, Day: 1}, Boss: fullAccount().Boss},
		{Name: "2", Age: ref(int64(-1)), Credit: ref(number("9")), Agreed: ref(true), Seen: start,
			Born: storage.Date{Year: 999, Month: 12, Day: 31}, Boss: fullAccount().Loose},
		{Name: "3", Age: ref(int64(10)), Credit: ref(number("10.5")), Agreed: ref(true), Seen: start.Add(time.Microsecond),
			Born: storage.Date{Year: 2026, Month: 1, Day: 5}, Boss: [16]byte{15: 1, 0: 0xff}},
	}
	put(t, accounts, list[2], list[0], list[3], list[1])
	for _, field := range []string{"age", "credit", "agreed", "seen", "born", "boss"} {
		up := find(t, accounts, storage.Query{Order: orderBy(field, "name")})
		t.equal(list, up, "ascending by "+field)
		down := find(t, accounts, storage.Query{Order: orderBy("-"+field, "-name")})
		t.equal(reversed(list), down, "descending by "+field)
	}
}

func refusedValues(t *trial) {
	bad := map[string]*account{
		"NUL in text":             {Name: "a\x00b"},
		"invalid UTF-8":           {Note: "a\xffb"},
		"half a character":        {Code: "\xe5\x9b"},
		"a surrogate":             {Name: "\xed\xa0\x80"},
		"NUL in a set":            {Tags: []string{"good", "\x00"}},
		"empty text in a set":     {Tags: []string{""}},
		"no JSON":                 {Extra: json.RawMessage(`{"a":`)},
		"JSON with \\u0000":       {Extra: json.RawMessage(`{"a":"b\u0000"}`)},
		"JSON with NUL":           {Extra: json.RawMessage("{\"a\":\"\x00\"}")},
		"JSON with invalid UTF-8": {Extra: json.RawMessage("\"\xff\"")},
		"the year 10000":          {Seen: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"the year 0":              {Seen: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)},
		"no such day":             {Born: storage.Date{Year: 2026, Month: 2, Day: 29}},
		"a decimal of 1001":       {Balance: number("1e1000")},
		"a huge exponent":         {Balance: decimal.New(1, 1<<30)},
		"a tiny exponent":         {Credit: ref(decimal.New(1, -1<<30))},
	}
	for name, a := range bad {
		t.is(tryPut(t, accounts, &account{Name: "good"}, a), storage.ErrInvalid, name)
		t.must(a.Version == 0, "%s: the refused record got version %d", name, a.Version)
	}
	t.must(count(t, accounts, storage.Query{}) == 0, "records of refused calls were stored")
}

func oddNames(t *trial) {
	for _, text := range oddTexts {
		tenant := t.store.Tenant(freshName("odd") + text)
		a := &account{Name: text}
		err := tenant.Update(t.ctx, storage.By(text, text).Because(text), func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, a) })
		t.ok(err, fmt.Sprintf("Update of tenant %q", tenant.Name()))
		got, err := accounts.Get(t.ctx, tenant, a.ID)
		t.ok(err, "Get")
		t.equal(a, got, "the record")
		list, err := accounts.History(t.ctx, tenant, a.ID)
		t.must(err == nil && len(list) == 1 && list[0].Actor == text && list[0].Reason == text, "want the origin %q in the log, got %v, %v",
			text, list, err)
	}
	_, err := accounts.Get(t.ctx, t.store.Tenant("a\x00b"), fullAccount().Boss)
	t.is(err, storage.ErrInvalid, "a tenant with NUL in its name")
}

// longValues draws letters, so that a database cannot make them short.
func longValues(t *trial) {
	long := func(n int) string {
		text := make([]byte, n)
		for i := range text {
			text[i] = byte('!' + rand.IntN(90))
		}
		return string(text)
	}
	a := &account{Name: long(800), Code: long(800), Region: long(800), Note: long(100_000), Tags: []string{"short", "z" + long(5000)}}
	put(t, accounts, a)
	t.equal(a, get(t, accounts, a.ID), "the longest texts")
	for _, where := range []criteria.Criterion{
		criteria.Eq("name", a.Name), criteria.Eq("code", a.Code), criteria.Prefix("name", a.Name[:799]),
		criteria.HasAll("tags", a.Tags...), criteria.Search("name", criteria.Fold(a.Name[300:500])), criteria.Eq("note", a.Note),
	} {
		t.equal(1, count(t, accounts, storage.Query{Where: where}), "the longest texts are found")
	}
	for _, over := range []*account{{Name: long(801)}, {Code: long(801)}, {Region: long(801)}} {
		err := t.update(func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, over) })
		t.is(err, storage.ErrInvalid, "a text that is too long for its index")
	}
}
