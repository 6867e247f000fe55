package storagetest

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// aliasingCases make sure that a record in the host's hands and the stored one
// share no memory.
func aliasingCases() []Case {
	return []Case{
		{"aliasing/put", "changing a record after Put does not change the stored one", aliasPut},
		{"aliasing/get", "changing what Get, Find, Page, First or Lease returned does not change the stored record", aliasGet},
		{"aliasing/each", "records that Each lends are not written to while others change the same ones", aliasEach},
		{"aliasing/custom", "Set on a record's custom fields does not reach the stored record or copies of it", aliasCustom},
		{"aliasing/values", "the rows of Aggregate and the changes of History are the caller's own", aliasValues},
	}
}

// scribble changes everything that an account holds behind pointers and in slices.
func scribble(a *account) {
	a.Name, a.Visits = "scribbled", -1
	for i := range a.Tags {
		a.Tags[i] = "scribbled"
	}
	for i := range a.Extra {
		a.Extra[i] = 'x'
	}
	if a.Age != nil {
		*a.Age = -1
	}
	if a.Credit != nil {
		*a.Credit = number("-1")
	}
	if a.Agreed != nil {
		*a.Agreed = !*a.Agreed
	}
}

func aliasPut(t *trial) {
	for range 2 { // a new record, then a changed one
		a := fullAccount()
		a.Code = uuid.NewString()
		a.Region = a.Code
		put(t, accounts, a)
		want := fullAccount()
		want.Meta, want.Code, want.Region = a.Meta, a.Code, a.Code
		scribble(a)
		t.equal(want, get(t, accounts, want.ID), "the stored record after the one that was put was changed")
		a = get(t, accounts, want.ID)
		a.Tags = []string{"x", "y"}
		put(t, accounts, a)
		want.Meta, want.Tags = a.Meta, []string{"x", "y"}
		scribble(a)
		t.equal(want, get(t, accounts, want.ID), "the stored record after the one that replaced it was changed")
	}
}

func aliasGet(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	want := fullAccount()
	want.Meta = a.Meta
	reads := map[string]func() (*account, error){
		"Get":   func() (*account, error) { return accounts.Get(t.ctx, t.tenant, a.ID) },
		"First": func() (*account, error) { return accounts.First(t.ctx, t.tenant, storage.Query{}) },
		"Find": func() (*account, error) {
			found, err := collect(t.ctx, accounts, t.tenant, storage.Query{})
			return found[0], err
		},
		"Page": func() (*account, error) {
			p, err := accounts.Page(t.ctx, t.tenant, storage.Query{})
			return p.Items[0], err
		},
	}
	for name, read := range reads {
		got, err := read()
		t.ok(err, name)
		scribble(got)
		t.equal(want, get(t, accounts, a.ID), "the stored record after what "+name+" returned was changed")
		t.write(func(tx *storage.Tx) error {
			inside, err := accounts.Get(t.ctx, tx, a.ID)
			scribble(inside)
			again, _ := accounts.Get(t.ctx, tx, a.ID)
			t.equal(want, again, "the record inside the transaction")
			return err
		})
	}
}

// aliasEach lends records while others replace them; the race detector and the
// comparison find a driver that writes into records in place.
func aliasEach(t *trial) {
	all := numberedAccounts(20)
	put(t, accounts, all...)
	errs := together(4, func(i int) error {
		if i > 0 {
			return t.bump(all[i].ID, t.times(10, 200))
		}
		for a, err := range accounts.Each(t.ctx, t.tenant, storage.Query{Order: orderBy("name")}) {
			if err != nil {
				return err
			}
			before := accounts.Schema().Clone(a)
			runtime.Gosched()
			if d := differences(before, storage.Record(a)); len(d) > 0 {
				return fmt.Errorf("a lent record was written to: %s", list(d))
			}
		}
		return nil
	})
	t.allOK(errs, "reading and writing at once")
}

// bump adds one to an account's visits n times.
func (t *trial) bump(id uuid.UUID, n int) error {
	for range n {
		err := t.update(func(tx *storage.Tx) error {
			a, err := accounts.Get(t.ctx, tx, id)
			if err != nil {
				return err
			}
			a.Visits++
			return accounts.Put(t.ctx, tx, a)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func aliasCustom(t *trial) {
	t.define(textField("note"), setField("colours"))
	a := &account{Name: "a"}
	colours := []string{"red", "blue"}
	a.Custom.Set("note", "first")
	a.Custom.Set("colours", colours)
	put(t, accounts, a)
	colours[0] = "scribbled"
	copied := *a
	copied.Custom.Set("note", "second")
	a.Custom.Texts("colours")[0] = "scribbled"
	got := get(t, accounts, a.ID)
	t.equal("first", got.Custom.Text("note"), "the stored note")
	t.equal([]string{"blue", "red"}, got.Custom.Texts("colours"), "the stored colours")
	t.equal("first", a.Custom.Text("note"), "the note of the record that was copied")
}

func aliasValues(t *trial) {
	a := fullAccount()
	put(t, accounts, a)
	list := history(t, accounts, a.ID)
	values := string(list[0].Values)
	copy(list[0].Values, json.RawMessage("scribbled"))
	list[0].Fields[0] = "scribbled"
	again := history(t, accounts, a.ID)
	t.equal(values, string(again[0].Values), "the values of the change")
	t.must(again[0].Fields[0] != "scribbled", "the fields of the stored change were changed")
	t.verified()
}
