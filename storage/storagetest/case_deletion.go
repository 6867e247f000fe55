package storagetest

import "github.com/clientele-go/clientele/storage"

// deletionCases are soft deletion, restoring, purging, and unique keys, which
// deletion frees.
func deletionCases() []Case {
	return []Case{
		{"deletion/hides", "a soft-deleted record is not found unless a query asks for deleted ones", deletedIsHidden},
		{"deletion/twice", "what is deleted cannot be deleted or changed again, and what is live cannot be restored", deleteTwice},
		{"deletion/restore", "a restored record is the one it was, two versions later", restoreRecord},
		{"deletion/amend", "Amend changes a deleted record, which stays deleted, whoever has its unique key now; it is not for live or new ones", amendDeleted},
		{"deletion/purge", "a purge removes a record for good, live or deleted, and frees its id", purgeRecord},
		{"deletion/cycle", "create, delete, create again under one key works any number of times", deleteCycle},
		{"unique/single", "a second live record with a unique value is ErrDuplicate naming the field; absent values do not collide", uniqueSingle},
		{"unique/composite", "a unique key over two fields refuses only what agrees in both, and nothing where one is absent", uniqueComposite},
		{"unique/within-call", "two records of one call with one key are ErrDuplicate and neither is stored", uniqueWithinCall},
		{"unique/bytes", "unique values that differ in case, width, normal form or trailing spaces are different: text is bytes", uniqueBytes},
		{"unique/deleted", "a soft deletion frees unique keys; restoring into a taken key is ErrDuplicate and changes nothing", uniqueDeleted},
		{"unique/swap", "records of one call may swap their unique keys", uniqueSwap},
		{"unique/moved", "a key that a transaction gave up is free for its next write, and stays taken after a rollback", uniqueMoved},
	}
}

func deletedIsHidden(t *trial) {
	a, b := &account{Name: "a"}, &account{Name: "b"}
	put(t, accounts, a, b)
	remove(t, accounts, a)
	t.must(!a.DeletedAt.IsZero() && a.Version == 2, "want DeletedAt and version 2, got %+v", a.Meta)
	_, err := accounts.Get(t.ctx, t.tenant, a.ID)
	t.is(err, storage.ErrNotFound, "Get of a deleted record")
	t.equal([]*account{b}, find(t, accounts, storage.Query{}), "the live records")
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedOnly}), "the deleted records")
	t.equal([]*account{a, b}, find(t, accounts, storage.Query{Deleted: storage.DeletedToo}), "all records")
	for deleted, want := range map[storage.Deleted]int{storage.LiveOnly: 1, storage.DeletedOnly: 1, storage.DeletedToo: 2} {
		t.equal(want, count(t, accounts, storage.Query{Deleted: deleted}), "the count")
	}
}

func deleteTwice(t *trial) {
	a := &account{Name: "a"}
	put(t, accounts, a)
	err := t.update(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.is(err, storage.ErrInvalid, "Restore of a live record")
	remove(t, accounts, a)
	err = t.update(func(tx *storage.Tx) error { return accounts.Delete(t.ctx, tx, a) })
	t.is(err, storage.ErrNotFound, "Delete of a deleted record")
	t.is(tryPut(t, accounts, a), storage.ErrNotFound, "Put of a deleted record")
	t.equal([]string{storage.OpCreate, storage.OpDelete}, ops(history(t, accounts, a.ID)), "the history")
}

func restoreRecord(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	remove(t, accounts, a)
	t.write(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.must(a.Live() && a.Version == 3, "want a live record of version 3, got %+v", a.Meta)
	t.equal(a, get(t, accounts, a.ID), "the restored record")
	t.equal([]string{storage.OpCreate, storage.OpDelete, storage.OpRestore}, ops(history(t, accounts, a.ID)), "the history")
}

func amendDeleted(t *trial) {
	a := fullAccount()
	a.Code = "x"
	put(t, accounts, a)
	early := *a
	early.DeletedAt = a.CreatedAt
	put(t, accounts, &early)
	t.must(count(t, accounts, storage.Query{}) == 1, "Put has deleted a record")
	a = get(t, accounts, a.ID)
	remove(t, accounts, a)
	heir := &account{Name: "heir", Code: "x"}
	put(t, accounts, heir)
	version, deleted := a.Version, a.DeletedAt
	a.Note = "amended"
	stale := *a
	t.write(func(tx *storage.Tx) error { return accounts.Amend(t.ctx, tx, a) })
	t.must(a.Version == version+1 && a.DeletedAt.Equal(deleted), "want the next version, deleted as before, got %+v", a.Meta)
	t.equal([]*account{a}, find(t, accounts, storage.Query{Deleted: storage.DeletedOnly}), "the deleted record")
	t.equal([]*account{heir}, find(t, accounts, storage.Query{}), "the live record")
	t.write(func(tx *storage.Tx) error {
		t.is(accounts.Amend(t.ctx, tx, &stale), storage.ErrConflict, "Amend of an old version")
		t.is(accounts.Amend(t.ctx, tx, heir), storage.ErrInvalid, "Amend of a live record")
		t.is(accounts.Amend(t.ctx, tx, &account{Name: "new"}), storage.ErrInvalid, "Amend of a new record")
		return storage.Any(accounts).Amend(t.ctx, tx, a)
	})
	t.equal(version+1, a.Version, "the version after nothing was changed")
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, heir) })
	t.write(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.equal(a, get(t, accounts, a.ID), "the restored record")
	t.equal([]string{storage.OpCreate, storage.OpDelete, storage.OpUpdate, storage.OpRestore}, ops(history(t, accounts, a.ID)), "the history")
	t.verified()
}

func purgeRecord(t *trial) {
	a, b := &account{Name: "a", Code: "x"}, &account{Name: "b"}
	put(t, accounts, a, b)
	a.Name = "changed"
	put(t, accounts, a)
	remove(t, accounts, b)
	id := a.ID
	t.write(func(tx *storage.Tx) error { return accounts.Purge(t.ctx, tx, a, b) })
	t.must(a.ID == id && a.Version == 0, "want the id and version 0 in the record that was purged, got %+v", a.Meta)
	t.must(count(t, accounts, storage.Query{Deleted: storage.DeletedToo}) == 0, "purged records are still there")
	again := &account{Meta: storage.Meta{ID: id}, Name: "again", Code: "x"}
	put(t, accounts, again)
	t.equal(again, get(t, accounts, id), "the record that was made anew")
	again.Name = "changed again"
	put(t, accounts, again)
	t.equal([]string{storage.OpCreate, storage.OpUpdate, storage.OpPurge, storage.OpCreate, storage.OpUpdate},
		ops(history(t, accounts, id)), "the history")
}

func deleteCycle(t *trial) {
	for range 5 {
		a := &account{Code: "one"}
		put(t, accounts, a)
		remove(t, accounts, a)
	}
	t.equal(5, count(t, accounts, storage.Query{Deleted: storage.DeletedOnly}), "the deleted records")
}

func uniqueSingle(t *trial) {
	a, b := &account{Code: "x"}, &account{Code: "y"}
	put(t, accounts, a, b, &account{Name: "no code"}, &account{Name: "no code either"})
	t.duplicate(tryPut(t, accounts, &account{Code: "x"}), "code")
	b.Code, b.Name = "x", "renamed"
	t.duplicate(tryPut(t, accounts, b), "code")
	t.equal("y", get(t, accounts, b.ID).Code, "the code that was to change")
	t.must(count(t, accounts, storage.Query{}) == 4, "a refused record was stored")
}

func uniqueComposite(t *trial) {
	put(t, accounts, &account{Region: "n", Number: 1}, &account{Region: "n", Number: 2}, &account{Region: "s", Number: 1},
		&account{Number: 1}, &account{Number: 1})
	t.duplicate(tryPut(t, accounts, &account{Region: "s", Number: 1}), "region", "number")
}

func uniqueWithinCall(t *trial) {
	t.duplicate(tryPut(t, accounts, &account{Code: "x"}, &account{Code: "y"}, &account{Code: "x"}), "code")
	t.must(count(t, accounts, storage.Query{}) == 0, "a part of the refused call was stored")
}

func uniqueBytes(t *trial) {
	for _, code := range []string{"a", "A", "ａ", "a ", " a", "\u00e9", "e\u0301", "ß", "ss", "İ", "i", "國", "国", "😀", "𠮷"} {
		put(t, accounts, &account{Code: code})
		t.duplicate(tryPut(t, accounts, &account{Code: code}), "code")
	}
}

func uniqueDeleted(t *trial) {
	a := &account{Code: "x"}
	put(t, accounts, a)
	remove(t, accounts, a)
	b := &account{Code: "x"}
	put(t, accounts, b)
	was := a.Meta
	err := t.update(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.duplicate(err, "code")
	t.equal(was, a.Meta, "the Meta of the record that was not restored")
	remove(t, accounts, b)
	t.write(func(tx *storage.Tx) error { return accounts.Restore(t.ctx, tx, a) })
	t.duplicate(tryPut(t, accounts, &account{Code: "x"}), "code")
}

func uniqueSwap(t *trial) {
	a, b := &account{Code: "x"}, &account{Code: "y"}
	put(t, accounts, a, b)
	a.Code, b.Code = b.Code, a.Code
	put(t, accounts, a, b)
	t.equal([]string{"y", "x"}, []string{get(t, accounts, a.ID).Code, get(t, accounts, b.ID).Code}, "the codes")
	t.duplicate(tryPut(t, accounts, &account{Code: "x"}), "code")
	t.duplicate(tryPut(t, accounts, &account{Code: "y"}), "code")
}

func uniqueMoved(t *trial) {
	a := &account{Code: "x"}
	put(t, accounts, a)
	given := t.update(func(tx *storage.Tx) error {
		a.Code = "z"
		if err := accounts.Put(t.ctx, tx, a); err != nil {
			return err
		}
		if err := accounts.Put(t.ctx, tx, &account{Code: "x"}); err != nil {
			return err
		}
		t.duplicate(accounts.Put(t.ctx, tx, &account{Code: "z"}), "code")
		return errStop
	})
	t.is(given, errStop, "Update")
	t.duplicate(tryPut(t, accounts, &account{Code: "x"}), "code")
	put(t, accounts, &account{Code: "z"})
}
