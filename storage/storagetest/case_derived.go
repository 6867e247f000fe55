package storagetest

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// derivedCases are fields that follow from others of the record (storage.Kind.Derive).
func derivedCases() []Case {
	return []Case{
		{"derived/set", "derived fields are set by every Put that changes what they follow from, and the caller's record keeps what it had", derivedIsSet},
		{"derived/forged", "what the caller gives for a derived field counts for nothing", derivedIsNotForged},
		{"derived/used", "conditions, orders and figures may use derived fields", derivedIsUsed},
		{"derived/logged", "the change log has the values that were derived", derivedIsLogged},
		{"derived/masked", "a field that the writer may not see is derived from as it is stored", derivedFromMasked},
	}
}

func derivedIsSet(t *trial) {
	n := &note{Text: "  Call HIM back "}
	put(t, notes, n)
	t.must(n.Key == "" && n.Words == 0, "the caller's record was changed: %+v", n)
	got := get(t, notes, n.ID)
	t.equal(&note{Meta: n.Meta, Text: n.Text, Key: "call him back", Words: 3}, got, "the stored note")
	got.Text = "Done"
	put(t, notes, got)
	t.equal(&note{Meta: got.Meta, Text: "Done", Key: "done", Words: 1}, get(t, notes, n.ID), "the note after a change")
	remove(t, notes, got)
	t.write(func(tx *storage.Tx) error { return notes.Restore(t.ctx, tx, got) })
	t.equal("done", get(t, notes, n.ID).Key, "the key after Delete and Restore")
}

func derivedIsNotForged(t *trial) {
	n := &note{Text: "true", Key: "forged", Words: 99}
	put(t, notes, n)
	got := get(t, notes, n.ID)
	t.equal(&note{Meta: n.Meta, Text: "true", Key: "true", Words: 1}, got, "the stored note")
	got.Key, got.Words = "forged again", -1
	put(t, notes, got)
	t.must(got.Version == 1, "a Put that changes derived fields alone was written as version %d", got.Version)
	got.Key, got.Text = "", "changed"
	put(t, notes, got)
	t.equal("changed", get(t, notes, n.ID).Key, "the key")
}

func derivedIsUsed(t *trial) {
	put(t, notes, &note{Text: "B b"}, &note{Text: "a"}, &note{Text: " C c c"})
	t.write(func(tx *storage.Tx) error {
		t.ok(notes.Put(t.ctx, tx, &note{Text: "D"}), "Put")
		var keys string
		list, err := collect(t.ctx, notes, tx, storage.Query{Where: criteria.Ge("words", 1), Order: orderBy("-key")})
		t.ok(err, "Find")
		for _, n := range list {
			keys += n.Key + ","
		}
		t.equal("d,c c c,b b,a,", keys, "the keys in their order")
		rows, err := notes.Aggregate(t.ctx, tx, storage.Query{Where: criteria.Prefix("key", "c")}, storage.Figures{Sum: []string{"words"}})
		t.must(err == nil && rows[0].Decimal(0).Equal(number("3")), "want 3 words, got %+v, %v", rows, err)
		return nil
	})
}

func derivedIsLogged(t *trial) {
	n := &note{Text: "One", Key: "forged"}
	put(t, notes, n)
	n.Text = "Two"
	put(t, notes, n)
	n.Text = "TWO"
	put(t, notes, n)
	list := history(t, notes, n.ID)
	t.equal(`{"text":[null,"One"],"key":[null,"one"],"words":[null,1]}`, string(list[0].Values), "the values of the creation")
	t.equal(`{"text":["One","Two"],"key":["one","two"]}`, string(list[1].Values), "the values of the change")
	t.equal([]string{"text"}, list[2].Fields, "the fields of a change after which the key is the same")
}

func derivedFromMasked(t *trial) {
	n := &note{Text: "Secret text"}
	put(t, notes, n)
	desk, g := t.guarded(visible(), nil)
	g.access["kit_note"] = storage.Access{Where: criteria.All(), Mask: mask,
		Fields: map[string]storage.FieldAccess{"text": storage.FieldMasked, "key": storage.FieldHidden, "words": storage.FieldReadOnly}}
	mine, err := notes.Get(t.ctx, desk, n.ID)
	t.ok(err, "Get")
	t.must(mine.Text == "S***" && mine.Key == "" && mine.Words == 2, "the masked note is %+v", mine)
	mine.Text, mine.Key, mine.Words = "forged", "forged", 9
	t.ok(desk.Update(t.ctx, by, func(tx *storage.Tx) error { return notes.Put(t.ctx, tx, mine) }), "Put")
	t.equal(&note{Meta: n.Meta, Text: "Secret text", Key: "secret text", Words: 2}, get(t, notes, n.ID), "the stored note")
}
