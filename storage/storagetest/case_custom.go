package storagetest

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// customCases are fields that a tenant defines at run time.
func customCases() []Case {
	return []Case{
		{"custom/types", "custom fields of every type read back as they were given, at the ends of their ranges too", customTypes},
		{"custom/refused", "an unknown field, a wrong type, an option that is none and a missing required value are ErrInvalid", customRefused},
		{"custom/archived", "an archived field keeps its values, readable and unchanged, and takes no new ones", customArchived},
		{"custom/unique", "a unique custom field refuses a second live record, frees its value on deletion, and may be swapped", customUnique},
		{"custom/unique-moves", "values of unique custom fields move with restoring, purging and rollbacks", customUniqueMoves},
		{"custom/unique-race", "of concurrent writers of one unique custom value exactly one wins", customUniqueRace},
		{"custom/criteria", "conditions, orders, pages and figures work on custom fields as on described ones", customCriteria},
		{"custom/tenants", "two tenants may have different fields of one name, and neither sees the other's", customTenants},
		{"custom/visibility", "a definition counts from the next transaction of any store, and one that was rolled back never does", customVisibility},
		{"custom/definitions", "a definition with a bad name, type, kind, target or option is refused, as is changing its nature", customDefinitions},
		{"custom/redefined", "a definition that records use cannot be deleted; one that none uses can, and be made anew with another type",
			customRedefined},
		{"custom/history", "changes of custom fields are in the log under custom.name", customHistory},
		{"custom/fixed", "a fixed kind takes no custom fields", customFixed},
	}
}

func textField(name string) *storage.CustomField {
	return &storage.CustomField{Kind: "kit_account", Name: name, Type: "text"}
}

func setField(name string) *storage.CustomField {
	return &storage.CustomField{Kind: "kit_account", Name: name, Type: "texts"}
}

// define stores definitions for the case's tenant.
func (t *trial) define(fields ...*storage.CustomField) {
	t.Helper()
	put(t, storage.CustomFields, fields...)
}

// customAccount returns an account with custom values: name, value, name, value, ...
func customAccount(name string, values ...any) *account {
	a := &account{Name: name}
	for i := 0; i < len(values); i += 2 {
		a.Custom.Set(values[i].(string), values[i+1])
	}
	return a
}

func customTypes(t *trial) {
	for _, typ := range []string{"text", "integer", "decimal", "bool", "time", "date", "ref", "texts"} {
		t.define(&storage.CustomField{Kind: "kit_account", Name: "f_" + typ, Type: typ})
	}
	id, at := uuid.New(), time.Date(9999, 12, 31, 23, 59, 59, 999999999, zone("US/Eastern")).AddDate(0, 0, -1)
	a := customAccount("a", "f_text", oddTexts[3], "f_integer", int64(math.MinInt64), "f_decimal", number("-12345678901234567890.0123456789"),
		"f_bool", false, "f_time", at, "f_date", storage.Date{Year: 2024, Month: 2, Day: 29}, "f_ref", id, "f_texts", []string{"b", "a", "b"})
	put(t, accounts, a)
	c := get(t, accounts, a.ID).Custom
	n, isInteger := c.Integer("f_integer")
	d, isDecimal := c.Decimal("f_decimal")
	b, isBool := c.Bool("f_bool")
	t.must(isInteger && isDecimal && isBool, "a value is absent: %v", c.Names())
	t.equal([]any{oddTexts[3], int64(math.MinInt64), false, storage.Date{Year: 2024, Month: 2, Day: 29}, id},
		[]any{c.Text("f_text"), n, b, c.Day("f_date"), c.Ref("f_ref")}, "the values")
	t.equal(number("-12345678901234567890.0123456789"), d, "the decimal")
	t.equal(storage.NormalTime(at), c.Time("f_time"), "the time")
	t.equal([]string{"a", "b"}, c.Texts("f_texts"), "the set")
	put(t, accounts, a)
	t.must(a.Version == 1, "a Put of the same custom values counts as a change")
}

func customRefused(t *trial) {
	grade := textField("grade")
	grade.Options = []string{"A", "B"}
	t.define(grade, &storage.CustomField{Kind: "kit_account", Name: "size", Type: "integer"},
		&storage.CustomField{Kind: "kit_account", Name: "vat", Type: "text", Required: true})
	good := customAccount("good", "vat", "DE1", "grade", "A", "size", 3)
	put(t, accounts, good)
	for name, bad := range map[string]*account{
		"an unknown field":      customAccount("bad", "vat", "x", "colour", "red"),
		"a text for an integer": customAccount("bad", "vat", "x", "size", "3"),
		"a fraction":            customAccount("bad", "vat", "x", "size", 1.5),
		"an integer for a text": customAccount("bad", "vat", 3),
		"a type without a form": customAccount("bad", "vat", struct{}{}),
		"an option that is not": customAccount("bad", "vat", "x", "grade", "C"),
		"a missing value":       customAccount("bad"),
		"NUL":                   customAccount("bad", "vat", "\x00"),
		"invalid UTF-8":         customAccount("bad", "vat", "\xff"),
		"a huge decimal":        customAccount("bad", "vat", number("1e900").Shift(1<<30)),
	} {
		t.is(tryPut(t, accounts, bad), storage.ErrInvalid, name)
	}
	t.equal([]*account{good}, find(t, accounts, storage.Query{}), "the records")
}

func customArchived(t *trial) {
	f := textField("note")
	t.define(f)
	a := customAccount("a", "note", "kept")
	put(t, accounts, a)
	f.Archived = true
	t.define(f)
	a.Visits = 1
	put(t, accounts, a)
	t.equal("kept", get(t, accounts, a.ID).Custom.Text("note"), "the value of an archived field after a Put")
	t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("custom.note", "kept")}), "the records found by an archived field")
	t.is(tryPut(t, accounts, customAccount("b", "note", "new")), storage.ErrInvalid, "a new value of an archived field")
	a.Custom.Set("note", "changed")
	t.is(tryPut(t, accounts, a), storage.ErrInvalid, "a change of an archived field")
}

// uniqueField is a unique text field.
func uniqueField(name string) *storage.CustomField {
	f := textField(name)
	f.Unique = true
	return f
}

func customUnique(t *trial) {
	t.define(uniqueField("vat"))
	a, b := customAccount("a", "vat", "1"), customAccount("b", "vat", "2")
	put(t, accounts, a, b, &account{Name: "none"}, &account{Name: "none"})
	t.duplicate(tryPut(t, accounts, customAccount("c", "vat", "1")), "custom.vat")
	t.duplicate(tryPut(t, accounts, customAccount("c", "vat", "3"), customAccount("d", "vat", "3")), "custom.vat")
	a.Custom.Set("vat", "2")
	b.Custom.Set("vat", "1")
	put(t, accounts, a, b)
	t.duplicate(tryPut(t, accounts, customAccount("c", "vat", "1")), "custom.vat")
	remove(t, accounts, b)
	put(t, accounts, customAccount("c", "vat", "1"))
	t.write(func(tx *storage.Tx) error {
		t.duplicate(accounts.Put(t.ctx, tx, customAccount("d", "vat", "2")), "custom.vat")
		a.Custom.Set("vat", nil)
		return accounts.Put(t.ctx, tx, a, customAccount("d", "vat", "2"))
	})
}

func customUniqueMoves(t *trial) {
	t.define(uniqueField("vat"))
	a := customAccount("a", "vat", "1")
	put(t, accounts, a)
	remove(t, accounts, a)
	b := customAccount("b", "vat", "1")
	put(t, accounts, b)
	err := t.update(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.duplicate(err, "custom.vat")
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, b) })
	t.write(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.duplicate(tryPut(t, accounts, customAccount("c", "vat", "1")), "custom.vat")
	err = t.update(func(tx *storage.Tx) error {
		t.ok(accounts.Delete(t.ctx, tx, a), "Delete")
		t.ok(accounts.Put(t.ctx, tx, customAccount("c", "vat", "1")), "Put of the freed value")
		return errStop
	})
	t.is(err, errStop, "Update")
	t.duplicate(tryPut(t, accounts, customAccount("c", "vat", "1")), "custom.vat")
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, a) })
	put(t, accounts, customAccount("c", "vat", "1"))
}

func customUniqueRace(t *trial) {
	t.define(uniqueField("vat"))
	for round := range t.times(5, 50) {
		value := fmt.Sprint("v", round)
		errs := together(6, func(i int) error { return tryPut(t, accounts, customAccount(fmt.Sprint(i), "vat", value)) })
		t.equal(1, t.winners(errs, storage.ErrDuplicate), "the winners")
		t.equal(1, count(t, accounts, storage.Query{Where: criteria.Eq("custom.vat", value)}), "the records with the value")
	}
}

func customCriteria(t *trial) {
	t.define(textField("city"), setField("likes"), &storage.CustomField{Kind: "kit_account", Name: "size", Type: "integer"},
		&storage.CustomField{Kind: "kit_account", Name: "budget", Type: "decimal"}, &storage.CustomField{Kind: "kit_account", Name: "since", Type: "date"})
	put(t, accounts,
		customAccount("a", "city", "Bonn", "size", 10, "budget", number("9.50"), "likes", []string{"tea"}),
		customAccount("b", "city", "Bern", "size", 9, "budget", number("10"), "since", storage.Date{Year: 2025, Month: 1, Day: 5}),
		customAccount("c", "size", -1, "likes", []string{"milk", "tea"}), customAccount("d"))
	for want, where := range map[string]criteria.Criterion{
		"a b":   criteria.Prefix("custom.city", "B"),
		"a":     criteria.Gt("custom.size", 9),
		"b":     criteria.Ge("custom.budget", number("10.00")),
		"c d":   criteria.Missing("custom.city"),
		"a c":   criteria.HasAny("custom.likes", "tea"),
		"b d":   criteria.Missing("custom.likes"),
		"d":     criteria.Not(criteria.Lt("custom.size", 100)),
		"b c":   criteria.All(criteria.Lt("custom.size", 10), criteria.Ne("custom.size", 10)),
		"a b d": criteria.Any(criteria.Search("custom.city", "Ｂ"), criteria.Missing("custom.size")),
	} {
		t.equal(want, named(find(t, accounts, storage.Query{Where: where, Order: orderBy("name")})), fmt.Sprint(where))
	}
	t.equal("d c b a", named(find(t, accounts, storage.Query{Order: orderBy("custom.size")})), "by size")
	t.equal("b a d c", named(t.pagesInside(t.tenant, storage.Query{Order: orderBy("-custom.budget", "-name"), Limit: 1})), "by budget")
	rows, err := accounts.Aggregate(t.ctx, t.tenant, storage.Query{},
		storage.Figures{By: []string{"custom.city"}, Sum: []string{"custom.size", "custom.budget"}, Max: []string{"custom.since"}})
	t.ok(err, "Aggregate")
	t.must(len(rows) == 3 && rows[0].Count == 2 && rows[1].By[0] == "Bern" && rows[2].Decimal(0).Equal(number("10")), "unexpected rows %+v", rows)
}

func customTenants(t *trial) {
	other := t.store.Tenant(freshName("other"))
	t.define(textField("x"))
	err := other.Update(t.ctx, by, func(tx *storage.Tx) error {
		return storage.CustomFields.Put(t.ctx, tx, &storage.CustomField{Kind: "kit_account", Name: "x", Type: "integer"})
	})
	t.ok(err, "Put of a definition")
	put(t, accounts, customAccount("a", "x", "text"))
	err = other.Update(t.ctx, by, func(tx *storage.Tx) error {
		t.is(accounts.Put(t.ctx, tx, customAccount("b", "x", "text")), storage.ErrInvalid, "a text in the other tenant")
		return accounts.Put(t.ctx, tx, customAccount("b", "x", 5))
	})
	t.ok(err, "Put in the other tenant")
	none := t.store.Tenant(freshName("none"))
	_, err = collect(t.ctx, accounts, none, storage.Query{Where: criteria.Missing("custom.x")})
	t.is(err, criteria.ErrUnknownField, "a tenant without the field")
	_, err = collect(t.ctx, accounts, t.tenant, storage.Query{Where: criteria.Gt("custom.x", 3)})
	t.is(err, criteria.ErrType, "a number where this tenant has a text")
	found, err := collect(t.ctx, accounts, other, storage.Query{Where: criteria.Gt("custom.x", 3)})
	t.must(err == nil && named(found) == "b", "want b, got %s, %v", named(found), err)
}

func customVisibility(t *trial) {
	second := t.over(t.driver, newClock()).Tenant(t.tenant.Name())
	a := customAccount("a", "x", "1")
	t.is(tryPut(t, accounts, a), storage.ErrInvalid, "before the definition")
	err := t.update(func(tx *storage.Tx) error {
		t.ok(storage.CustomFields.Put(t.ctx, tx, textField("x")), "Put of the definition")
		return errStop
	})
	t.is(err, errStop, "Update")
	t.is(tryPut(t, accounts, a), storage.ErrInvalid, "after the rollback")
	t.define(textField("x"))
	put(t, accounts, a)
	err = second.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, customAccount("b", "x", "2")) })
	t.ok(err, "Put through another store")
	t.define(textField("y"))
	err = second.Update(t.ctx, by, func(tx *storage.Tx) error { return accounts.Put(t.ctx, tx, customAccount("c", "y", "3")) })
	t.ok(err, "Put of the newest field through another store")
	t.equal("a b", named(find(t, accounts, storage.Query{Where: criteria.Not(criteria.Missing("custom.x")), Order: orderBy("name")})),
		"the records with x")
}

func customDefinitions(t *trial) {
	good := textField("good")
	t.define(good)
	for name, bad := range map[string]*storage.CustomField{
		"a bad name":         textField("Good Name"),
		"no type":            {Kind: "kit_account", Name: "x"},
		"JSON":               {Kind: "kit_account", Name: "x", Type: "json"},
		"an unknown kind":    {Kind: "nothing", Name: "x", Type: "text"},
		"a target of a text": {Kind: "kit_account", Name: "x", Type: "text", Target: "kit_order"},
		"an unknown target":  {Kind: "kit_account", Name: "x", Type: "ref", Target: "nothing"},
		"options of a date":  {Kind: "kit_account", Name: "x", Type: "date", Options: []string{"a"}},
		"a unique decimal":   {Kind: "kit_account", Name: "x", Type: "decimal", Unique: true},
	} {
		t.is(tryPut(t, storage.CustomFields, bad), storage.ErrInvalid, name)
	}
	t.duplicate(tryPut(t, storage.CustomFields, textField("good")), "kind", "name")
	good.Type = "integer"
	t.is(tryPut(t, storage.CustomFields, good), storage.ErrInvalid, "another type")
	good.Type, good.Label = "text", "Good"
	t.define(good)
	t.equal("Good", get(t, storage.CustomFields, good.ID).Label, "the label")
}

func customRedefined(t *trial) {
	f := textField("x")
	t.define(f)
	old := customAccount("old", "x", "not a number")
	put(t, accounts, old)
	removals := map[string]func(context.Context, *storage.Tx, ...*storage.CustomField) error{"Delete": storage.CustomFields.Delete,
		"Purge": storage.CustomFields.Purge}
	for name, removal := range removals {
		err := t.update(func(tx *storage.Tx) error { return removal(t.ctx, tx, f) })
		t.is(err, storage.ErrInvalid, name+" of a definition that a record uses")
	}
	old.Custom.Set("x", nil)
	put(t, accounts, old)
	remove(t, storage.CustomFields, f)
	t.define(&storage.CustomField{Kind: "kit_account", Name: "x", Type: "integer"})
	put(t, accounts, customAccount("new", "x", 7))
	t.equal("old new", named(find(t, accounts, storage.Query{Order: orderBy("custom.x")})), "the records by the new field")
}

func customHistory(t *trial) {
	t.define(textField("x"), setField("s"))
	a := customAccount("a", "x", "1", "s", []string{"p"})
	put(t, accounts, a)
	a.Custom.Set("x", "2")
	put(t, accounts, a)
	a.Custom.Set("x", nil)
	put(t, accounts, a)
	list := history(t, accounts, a.ID)
	t.equal([]string{"active", "balance", "custom.s", "custom.x", "name", "number", "visits"}, list[0].Fields, "the fields of the first change")
	t.equal([]string{"custom.x"}, list[1].Fields, "the fields of the second change")
	t.equal(`{"custom.x":["1","2"]}`, string(list[1].Values), "the values of the second change")
	t.equal(`{"custom.x":["2",null]}`, string(list[2].Values), "the values of the third change")
}

func customFixed(t *trial) {
	err := tryPut(t, storage.CustomFields, &storage.CustomField{Kind: "kit_job", Name: "x", Type: "text"})
	t.is(err, storage.ErrInvalid, "a definition for a fixed kind")
	j := &job{}
	j.Custom.Set("x", "1")
	t.is(tryPut(t, jobs, j), storage.ErrInvalid, "a custom value of a fixed kind")
}
