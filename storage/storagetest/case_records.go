package storagetest

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// recordCases are the life of single records.
func recordCases() []Case {
	return []Case{
		{"records/round-trip", "a record with every field set reads back the same: nothing that a host stores may be lost", roundTrip},
		{"records/meta", "the first Put gives an id, version 1 and times; each change adds one to the version", metaOfRecords},
		{"records/own-id", "the host may choose the id of a new record", ownID},
		{"records/create-twice", "an id that is there, live or deleted, is ErrDuplicate and changes nothing", createTwice},
		{"records/missing", "what is not there is ErrNotFound for every operation, so that callers can tell it from a failure", missingRecord},
		{"records/stale", "a write of an older version is ErrConflict with both versions; the newer one stays", staleWrite},
		{"records/unchanged", "a Put that changes nothing writes nothing: the version stays and the log gets no entry", unchangedPut},
		{"records/clear-fields", "every field can be set back to its zero value: an update replaces the whole record", clearFields},
		{"records/bulk", "one call stores many records, new ones and changed ones together", bulkPut},
		{"records/given-twice", "one record twice in a call is refused: which of the two would win?", givenTwice},
		{"records/required", "a required field that is absent is ErrInvalid before anything is written", requiredField},
	}
}

func roundTrip(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	t.equal(a, get(t, accounts, a.ID), "the record read with Get")
	t.equal([]*account{a}, find(t, accounts, storage.Query{}), "the record read with Find")
	t.view(func(tx *storage.Tx) error {
		got, err := accounts.Get(t.ctx, tx, a.ID)
		t.equal(a, got, "the record read inside View")
		return err
	})
}

func metaOfRecords(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	t.must(a.ID != uuid.Nil && a.ID.Version() == 7, "want a UUIDv7 as id, got %v", a.ID)
	t.must(a.Version == 1 && a.Live(), "want version 1 of a live record, got %+v", a.Meta)
	t.must(!a.CreatedAt.IsZero() && a.CreatedAt.Equal(a.UpdatedAt), "want CreatedAt and UpdatedAt the same, got %+v", a.Meta)
	first := a.Meta
	a.Name = "b"
	put(t, accounts, a)
	t.must(a.Version == 2 && a.CreatedAt.Equal(first.CreatedAt) && a.UpdatedAt.After(first.UpdatedAt),
		"want version 2, the first CreatedAt and a later UpdatedAt, got %+v after %+v", a.Meta, first)
	t.equal(a.Meta, get(t, accounts, a.ID).Meta, "the stored Meta")
}

func ownID(t *trial) {
	for _, text := range []string{"00000000-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff",
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8"} {
		a := &account{Meta: storage.Meta{ID: uuid.MustParse(text)}, Name: text}
		put(t, accounts, a)
		t.equal(text, get(t, accounts, uuid.MustParse(text)).Name, "the name of the record with that id")
	}
}

func createTwice(t *trial) {
	a := &account{Name: "first"}
	put(t, accounts, a)
	again := &account{Meta: storage.Meta{ID: a.ID}, Name: "second"}
	t.is(tryPut(t, accounts, again), storage.ErrDuplicate, "Put of an id that is there")
	t.equal("first", get(t, accounts, a.ID).Name, "the name of the first")
	remove(t, accounts, a)
	t.is(tryPut(t, accounts, again), storage.ErrDuplicate, "Put of an id that is deleted")
	t.must(again.Version == 0, "the record that was refused got version %d", again.Version)
}

func missingRecord(t *trial) {
	ghost := &account{Meta: storage.Meta{ID: uuid.New(), Version: 1}, Name: "ghost"}
	_, err := accounts.Get(t.ctx, t.tenant, ghost.ID)
	t.is(err, storage.ErrNotFound, "Get")
	_, err = accounts.First(t.ctx, t.tenant, storage.Query{})
	t.is(err, storage.ErrNotFound, "First of nothing")
	for name, write := range accountWrites() {
		err := t.update(func(tx *storage.Tx) error { return write(t.ctx, tx, ghost) })
		t.is(err, storage.ErrNotFound, name)
	}
	t.must(count(t, accounts, storage.Query{Deleted: storage.DeletedToo}) == 0, "something was stored")
	list, err := accounts.History(t.ctx, t.tenant, ghost.ID)
	t.must(err == nil && len(list) == 0, "want an empty history, got %d changes, %v", len(list), err)
}

func staleWrite(t *trial) {
	a := &account{Name: "one"}
	put(t, accounts, a)
	old := *a
	a.Name = "two"
	put(t, accounts, a)
	for name, write := range accountWrites() {
		if name == "Restore" {
			continue
		}
		stale := old
		stale.Name = "three"
		err := t.update(func(tx *storage.Tx) error { return write(t.ctx, tx, &stale) })
		t.is(err, storage.ErrConflict, name)
		t.conflict(err, a.ID, 1, 2)
		t.equal(old.Meta, stale.Meta, "the Meta of the record that was refused")
	}
	t.equal(a, get(t, accounts, a.ID), "the newer record")
}

func unchangedPut(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	was := a.Meta
	again := get(t, accounts, a.ID)
	again.Tags = []string{"vip", "gold", "gold"}   // the same set
	again.Balance = number("1250.7500")            // the same number
	again.Seen = again.Seen.In(zone("US/Eastern")) // the same moment
	put(t, accounts, again)
	t.equal(was, again.Meta, "the Meta after a Put without a change")
	t.equal(was, get(t, accounts, a.ID).Meta, "the stored Meta")
	t.equal([]string{storage.OpCreate}, ops(changes(t)), "the change log")
}

func clearFields(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	bare := &account{Meta: a.Meta}
	put(t, accounts, bare)
	got := get(t, accounts, a.ID)
	t.equal(bare, got, "the record with all fields cleared")
	full := fullAccount()
	full.Meta = got.Meta
	put(t, accounts, full)
	t.equal(full, get(t, accounts, a.ID), "the record with all fields set again")
}

func bulkPut(t *trial) {
	list := numberedAccounts(t.times(300, 5000))
	for _, a := range list {
		a.Code = ""
	}
	put(t, accounts, list[:100]...)
	for _, a := range list[:50] {
		a.Note = "changed"
	}
	put(t, accounts, list...)
	t.must(count(t, accounts, storage.Query{}) == len(list), "want %d records", len(list))
	for i, a := range list {
		want := int64(1)
		if i < 50 {
			want = 2
		}
		t.must(a.Version == want, "record %d has version %d, want %d", i, a.Version, want)
	}
	t.equal(list[:100], find(t, accounts, storage.Query{Limit: 100}), "the first records")
}

func givenTwice(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	b, c := *a, *a
	b.Name, c.Name = "b", "c"
	t.is(tryPut(t, accounts, &b, &c), storage.ErrInvalid, "Put of one record twice")
	t.is(tryPut(t, accounts, nil), storage.ErrInvalid, "Put of nil")
	t.equal("a", get(t, accounts, a.ID).Name, "the stored name")
	put[account](t, accounts)
}

func requiredField(t *trial) {
	err := tryPut(t, counters, &counter{Name: "good"}, &counter{Count: 1})
	t.is(err, storage.ErrInvalid, "Put without a required field")
	t.must(count(t, counters, storage.Query{}) == 0, "the good record was stored although the call failed")
}
