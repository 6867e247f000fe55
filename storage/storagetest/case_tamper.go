package storagetest

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// tamperCases change the log behind the store's back, through the driver's own
// transactions, as somebody with the database's password would.
func tamperCases() []Case {
	return []Case{
		{"tamper/edit", "an edited change is found at its position, whichever part was edited (STO-06)", tamperEdit},
		{"tamper/delete", "a deleted change is found at its position", tamperDelete},
		{"tamper/swap", "two changes that were swapped are found at the first of them", tamperSwap},
		{"tamper/insert", "an inserted change is found", tamperInsert},
		{"tamper/tail", "a tail that was cut off is found by a checkpoint kept elsewhere, and by the head if that was left", tamperTail},
		{"tamper/erased", "values removed by EraseHistory leave the log verified; a record brought back under an erased one does not", tamperErased},
	}
}

// behind runs fn in a transaction of the driver itself.
func (t *trial) behind(fn func(tx storage.Transaction) error) {
	t.Helper()
	tx, err := t.driver.Begin(t.ctx, t.tenant.Name(), storage.Write)
	t.ok(err, "Begin")
	defer func() { _ = tx.Rollback() }()
	t.ok(fn(tx), "the driver's transaction")
	t.ok(tx.Commit(t.ctx), "Commit")
}

// edited stores a change again behind the store's back, edited.
func (t *trial) edited(c *storage.Change, edit func(*storage.Change)) {
	t.Helper()
	next := *c
	next.Version++
	edit(&next)
	t.behind(func(tx storage.Transaction) error {
		return tx.Update(t.ctx, storage.Changes.Schema(), []storage.Record{&next})
	})
	*c = next
}

// fiveChanges makes a log of five changes.
func (t *trial) fiveChanges() []*storage.Change {
	t.Helper()
	for _, a := range numberedAccounts(5) {
		put(t, accounts, a)
	}
	t.verified()
	return changes(t)
}

func tamperEdit(t *trial) {
	log := t.fiveChanges()
	for name, edit := range map[string]func(*storage.Change){
		"actor":   func(c *storage.Change) { c.Actor = "user:nobody" },
		"action":  func(c *storage.Change) { c.Action += "x" },
		"reason":  func(c *storage.Change) { c.Reason = "a" },
		"kind":    func(c *storage.Change) { c.Kind = "kit_order" },
		"record":  func(c *storage.Change) { c.Record = uuid.New() },
		"version": func(c *storage.Change) { c.RecordVersion++ },
		"op":      func(c *storage.Change) { c.Op = storage.OpDelete },
		"fields":  func(c *storage.Change) { c.Fields = c.Fields[1:] },
		"values":  func(c *storage.Change) { c.Values = []byte(`{"name":[null,"x"]}`) },
		"salt":    func(c *storage.Change) { c.Salt += "A" },
		"digest":  func(c *storage.Change) { c.Digest = "A" + c.Digest[1:] + "B" },
		"hash":    func(c *storage.Change) { c.Hash = "A" + c.Hash[1:] + "B" },
		"tx":      func(c *storage.Change) { c.Tx = uuid.New() },
		"time":    func(c *storage.Change) { c.CreatedAt = c.CreatedAt.AddDate(0, 0, 1) },
	} {
		was := *log[2]
		t.edited(log[2], edit)
		v, err := t.tenant.Log().Verify(t.ctx)
		t.ok(err, "Verify")
		t.must(v.Bad == 3, "an edited %s: want position 3 to be bad, got %+v", name, v)
		t.edited(log[2], func(c *storage.Change) { meta := c.Meta; *c = was; c.Meta = meta; c.CreatedAt = was.CreatedAt })
		t.verified()
	}
}

func tamperDelete(t *trial) {
	log := t.fiveChanges()
	victim := log[1]
	t.behind(func(tx storage.Transaction) error {
		return tx.Delete(t.ctx, storage.Changes.Schema(), []storage.Stamp{{ID: victim.ID, Version: victim.Version}})
	})
	t.bad(2)
}

func tamperSwap(t *trial) {
	log := t.fiveChanges()
	a, b := *log[1], *log[3]
	a.Position, b.Position = b.Position, a.Position
	a.Version, b.Version = a.Version+1, b.Version+1
	t.behind(func(tx storage.Transaction) error {
		return tx.Update(t.ctx, storage.Changes.Schema(), []storage.Record{&a, &b})
	})
	t.bad(2)
}

// tamperInsert adds a change at a position that is taken. Which of the two is
// read first is a matter of their ids, so both orders are tried.
func tamperInsert(t *trial) {
	log := t.fiveChanges()
	before, after := uuid.UUID{15: 1}, uuid.Max
	for id, bad := range map[uuid.UUID]int64{before: 3, after: 4} {
		extra := *log[2]
		extra.Meta = storage.Meta{ID: id, Version: 1, CreatedAt: extra.CreatedAt, UpdatedAt: extra.UpdatedAt}
		t.behind(func(tx storage.Transaction) error {
			return tx.Insert(t.ctx, storage.Changes.Schema(), []storage.Record{&extra})
		})
		t.bad(bad)
		t.behind(func(tx storage.Transaction) error {
			return tx.Delete(t.ctx, storage.Changes.Schema(), []storage.Stamp{{ID: id, Version: 1}})
		})
		t.verified()
	}
}

func tamperTail(t *trial) {
	log := t.fiveChanges()
	kept, err := t.tenant.Log().Checkpoint(t.ctx)
	t.must(err == nil && kept.Position == 5 && kept.Hash == log[4].Hash, "want the checkpoint of position 5, got %+v, %v", kept, err)
	t.verified(kept)
	t.behind(func(tx storage.Transaction) error {
		return tx.Delete(t.ctx, storage.Changes.Schema(), []storage.Stamp{{ID: log[4].ID, Version: log[4].Version}})
	})
	t.bad(5)
	t.bad(5, kept)
	t.bad(5, storage.Checkpoint{Position: 5, Hash: "another"})
	middle := storage.Checkpoint{Position: 3, Hash: log[2].Hash}
	t.bad(5, middle)
	middle.Hash = log[1].Hash
	t.bad(3, middle)
}

func tamperErased(t *trial) {
	log := t.fiveChanges()
	t.write(func(tx *storage.Tx) error {
		_, err := accounts.EraseHistory(t.ctx, tx, log[1].Record)
		return err
	})
	t.verified()
	log = changes(t)
	t.edited(log[1], func(c *storage.Change) { c.Values, c.Salt = []byte(`{"name":[null,"invented"]}`), "AAAA" })
	t.bad(2)
}
