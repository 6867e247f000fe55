package storagetest

import (
	"errors"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// lookCases are look-ups of single records, which a driver may serve by a way
// of its own (storage.Looker).
func lookCases() []Case {
	return []Case{
		{"looks/agree", "Look and Key return what Get and First return, the same errors included, through every kind of handle", looksAgree},
		{"looks/newest", "a look-up sees what was committed before it, a changed key and a restored record included", looksNewest},
		{"looks/stay", "a record that was lent stays as it was read, whatever is written later", looksStay},
	}
}

var byCode = accounts.Key("code")

func looksAgree(t *trial) {
	live, gone := fullAccount(), &account{Name: "gone", Code: "gone"}
	hidden := &account{Name: "hidden", Code: "hidden"}
	put(t, accounts, live, gone, hidden, &account{Name: "without a code"})
	remove(t, accounts, gone)
	guarded, _ := t.guarded(criteria.Ne("name", "hidden"), map[string]storage.FieldAccess{"note": storage.FieldMasked})
	blind, _ := t.guarded(criteria.All(), map[string]storage.FieldAccess{"code": storage.FieldHidden})
	ids := []uuid.UUID{live.ID, gone.ID, hidden.ID, {15: 1}, uuid.Nil}
	codes := []string{live.Code, gone.Code, hidden.Code, "nobody's", "", "\xff", "a\x00"}
	for _, r := range []storage.Reader{t.tenant, t.tenant.Store().Tenant(t.tenant.Name() + "-other"), guarded, blind} {
		lookEverywhere(t, r, ids, codes)
	}
	t.view(func(tx *storage.Tx) error { lookEverywhere(t, tx, ids, codes); return nil })
	t.write(func(tx *storage.Tx) error {
		live.Code = "of the transaction"
		err := accounts.Put(t.ctx, tx, live)
		lookEverywhere(t, tx, ids, append(codes, live.Code))
		return err
	})
}

// lookEverywhere holds look-ups against Get and First.
func lookEverywhere(t *trial, r storage.Reader, ids []uuid.UUID, codes []string) {
	for _, id := range ids {
		want, wantErr := accounts.Get(t.ctx, r, id)
		got, err := accounts.Look(t.ctx, r, id)
		t.equal(want, got, "Look of "+id.String())
		t.equal(text(wantErr), text(err), "the error of Look of "+id.String())
	}
	for _, code := range codes {
		want, wantErr := accounts.First(t.ctx, r, storage.Query{Where: criteria.Eq("code", code)})
		got, err := byCode.Look(t.ctx, r, code)
		t.equal(want, got, "Key.Look of "+code)
		t.equal(text(wantErr), text(err), "the error of Key.Look of "+code)
		got, err = byCode.Get(t.ctx, r, code)
		t.equal(want, got, "Key.Get of "+code)
		t.equal(text(wantErr), text(err), "the error of Key.Get of "+code)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func looksNewest(t *trial) {
	a := &account{Name: "a", Code: "one"}
	put(t, accounts, a)
	a.Code = "two"
	put(t, accounts, a)
	_, err := byCode.Look(t.ctx, t.tenant, "one")
	t.must(errors.Is(err, storage.ErrNotFound), "want ErrNotFound for a key that was given up, got %v", err)
	remove(t, accounts, a)
	_, err = accounts.Look(t.ctx, t.tenant, a.ID)
	t.must(errors.Is(err, storage.ErrNotFound), "want ErrNotFound for a deleted record, got %v", err)
	b := &account{Name: "b", Code: "two"}
	put(t, accounts, b)
	got, err := byCode.Look(t.ctx, t.tenant, "two")
	t.ok(err, "Key.Look of a key that another record has taken")
	t.equal(b, got, "the record that has the key now")
}

func looksStay(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	want := get(t, accounts, a.ID)
	byID, err := accounts.Look(t.ctx, t.tenant, a.ID)
	t.ok(err, "Look")
	byKey, err := byCode.Look(t.ctx, t.tenant, a.Code)
	t.ok(err, "Key.Look")
	a.Name, a.Tags, a.Code = "changed", []string{"changed"}, "changed"
	put(t, accounts, a)
	t.equal(want, byID, "the record that Look lent, after a change")
	remove(t, accounts, a)
	t.equal(want, byKey, "the record that Key.Look lent, after its deletion")
}
