// Package criteria is a small language of conditions on records, as data.
//
// Segments, rules, permission scopes and list filters all say "the records
// for which this holds". A [Criterion] says it once; it is built in Go or by a
// screen, stored as JSON, held against the description of a kind of record
// with [Check], and then run in two ways that agree on every record: compiled
// to Go functions with [Compile], or turned into a query by an adapter that
// switches over the types of [Node].
//
//	vip := criteria.All(
//		criteria.Eq("stage", "vip"),
//		criteria.Not(criteria.HasAny("tags", "dormant", "blocked")),
//		criteria.RelatedCount("order", "customer",
//			criteria.Gt("placed_at", criteria.Ago(180*24*time.Hour)),
//			criteria.GreaterEqual, 3),
//	)
//	node, err := criteria.Check(vip, kind, kinds, now)
//	matches := criteria.Compile(node, source)
//	if matches(record) { ... }
//
// # The language
//
// [All], [Any] and [Not] combine criteria. [Eq], [Ne], [Lt], [Le], [Gt], [Ge]
// and [In] compare a field with constants; [Missing] asks whether it is
// absent. [Prefix], [Contains] and [Search] look into texts, [HasAll] and
// [HasAny] into sets of texts. [Anniversary] finds days that come round.
// [Related], [RelatedCount], [RelatedSum] and [Parent] look at other records.
// Which operator works on which type:
//
//	text     eq ne lt le gt ge in prefix contains, search where the field is searchable
//	integer  eq ne lt le gt ge in
//	decimal  eq ne lt le gt ge in
//	bool     eq ne in
//	time     eq ne lt le gt ge in anniversary
//	date     eq ne lt le gt ge in anniversary
//	ref      eq ne in, parent where the field has a target
//	texts    has_all has_any
//	json     none
//	every    missing
//
// # Logic
//
// There are two truth values. Whatever looks at a field that is absent is
// false, Ne too, and only Missing is true. [Not] is plain negation: Not(Eq("stage",
// "vip")) matches every record that Eq does not match, those without a stage
// among them, and Not(Not(c)) is c. The zero of a number and false are values
// like others; an empty text, an empty set, a zero time, a zero date and a nil
// id are absent. A constant that is absent is refused, because the comparison
// would never hold.
//
// # Text, numbers and times
//
// Texts are equal if their bytes are, and their order is the order of their
// bytes: "Z" comes before "a". They are compared as they are stored; nothing
// is normalized. Search alone takes no heed of case, width and compatibility
// forms; see [Fold]. Decimals compare by value, exactly: 1.5 is 1.50. Times
// compare as moments, cut to the microsecond.
//
// A [Moment] is a time that is resolved when the criterion is checked, all of
// them against one now. [Ago] and [FromNow] count hours of the clock; [Today]
// and [MonthsFromToday] count days and months of the calendar in a zone. Lt
// and Gt leave their bound out, Le and Ge have it in: the last thirty calendar
// days, today included, begin with Ge("seen", Today(-29, zone)).
//
// # Other records
//
// Related("order", "customer", where) holds for a customer that at least one
// live order points to with its field customer, and for which where holds. All
// that is said in one where is said of the same order: with a tea order of 1
// and a salt order of 200,
//
//	Related("order", "customer", All(Eq("product", "tea"), Gt("amount", 100)))
//
// does not hold, but All of two Related does. "Never" is Not(Related(...)).
// The id of the record at hand is its field "id", a ref.
//
// # JSON
//
// Every criterion marshals to JSON, and [Parse] reads it; [Stored] puts one
// into a struct of the host. One form for each constructor:
//
//	{"all": [...]}   {"any": [...]}   {"not": {...}}
//	{"field": "stage", "op": "eq", "value": "vip"}              eq ne lt le gt ge
//	{"field": "stage", "op": "in", "values": ["new", "vip"]}
//	{"field": "tags", "op": "has_all", "values": ["a", "b"]}    has_all has_any
//	{"field": "owner", "op": "missing"}
//	{"field": "name", "op": "prefix", "value": "Acme"}          prefix contains search
//	{"field": "birthday", "op": "anniversary", "days": 7, "zone": "Asia/Shanghai"}
//	{"related": {"kind": "order", "via": "customer", "where": {...},
//	             "measure": "count", "op": "ge", "value": 3}}
//	{"related": {..., "measure": "sum", "of": "amount", "op": "ge", "value": "99.50"}}
//	{"parent": {"field": "customer", "where": {...}}}
//
// Without a measure, related asks whether there is one. where may be left out,
// and so may zone, which then is UTC. Decimals are strings or numbers, times
// are RFC 3339, dates 2006-01-02, ids their usual form. A moment stands where
// a constant may:
//
//	{"now": true}   {"ago": "72h"}   {"from_now": "30m"}
//	{"today": -30, "zone": "Asia/Shanghai"}   {"months_from_today": -36}
//
// The form will stay readable: forms may be added, none is changed.
//
// # What is not guaranteed
//
// A criterion says nothing about order, paging or cost; one that reads the
// related records of every record is as slow as that sounds unless the adapter
// has an index. Sums of money add amounts of all currencies unless where
// chooses one. Search knows no language: no stems, no accents left out, no
// pinyin, and traditional characters are not simplified ones. The rules of
// time zones are those of the machine that runs Check. The words of String and
// of errors may change.
package criteria
