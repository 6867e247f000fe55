package storagetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A shadow is what the model knows of one account.
type shadow struct {
	version int64
	live    bool
	code    string
	visits  int64
}

// A model is what should be stored, and how many changes the log should have.
type model struct {
	rows   map[uuid.UUID]shadow
	logged int
}

func (m *model) copy() *model { return &model{maps.Clone(m.rows), m.logged} }

// A deed is one record given to one method.
type deed struct {
	op     string // "Put", "Delete", "Restore", "Purge"
	id     uuid.UUID
	given  int64 // the version
	code   string
	visits int64
}

// do carries out deeds of one call: all of them, or none with the error that
// is due.
func (m *model) do(deeds []deed) error {
	for _, d := range deeds {
		if err := m.fresh(d); err != nil {
			return err
		}
	}
	after := m.copy()
	for _, d := range deeds {
		if d.given == 0 && m.holds(d.code) {
			return storage.ErrDuplicate // new records go first, and find the key still taken
		}
		after.apply(d)
	}
	for _, d := range deeds {
		if after.taken(d.id) {
			return storage.ErrDuplicate
		}
	}
	*m = *after
	return nil
}

// fresh returns what is wrong with the version or the state of a record.
func (m *model) fresh(d deed) error {
	r, there := m.rows[d.id]
	switch {
	case d.op == "Put" && d.given == 0 && there:
		return storage.ErrDuplicate
	case d.op == "Put" && d.given == 0:
		return nil
	case !there:
		return storage.ErrNotFound
	case r.version != d.given:
		return storage.ErrConflict
	case d.op == "Restore" && r.live:
		return storage.ErrInvalid
	case (d.op == "Put" || d.op == "Delete") && !r.live:
		return storage.ErrNotFound
	default:
		return nil
	}
}

func (m *model) apply(d deed) {
	r := m.rows[d.id]
	switch d.op {
	case "Put":
		if r.version > 0 && r.code == d.code && r.visits == d.visits {
			return // nothing changes
		}
		r = shadow{r.version + 1, true, d.code, d.visits}
	case "Delete", "Restore":
		r.version, r.live = r.version+1, d.op == "Restore"
	case "Purge":
		delete(m.rows, d.id)
		m.logged++
		return
	}
	m.rows[d.id] = r
	m.logged++
}

// holds reports whether a live record has a code.
func (m *model) holds(code string) bool {
	for _, r := range m.rows {
		if r.live && r.code == code && code != "" {
			return true
		}
	}
	return false
}

// taken reports whether another live record has the code of a live record.
func (m *model) taken(id uuid.UUID) bool {
	r, there := m.rows[id]
	if !there || !r.live || r.code == "" {
		return false
	}
	for other, o := range m.rows {
		if other != id && o.live && o.code == r.code {
			return true
		}
	}
	return false
}

func randomWrites(t *trial, draw Draw) {
	ids := several(draw, 3, 6, uuid.New)
	m := &model{rows: map[uuid.UUID]shadow{}}
	for range 2 + draw(6) {
		inside := m.copy()
		fails := chance(draw, 4)
		err := t.update(func(tx *storage.Tx) error {
			for range 1 + draw(5) {
				t.call(tx, inside, randomDeeds(draw, inside, ids))
			}
			t.agrees(tx, inside)
			if fails {
				return errStop
			}
			return nil
		})
		t.must(fails == errors.Is(err, errStop) && (fails || err == nil), "Update returned %v", err)
		if !fails {
			m = inside
		}
		t.agrees(t.tenant, m)
	}
	t.equal(m.logged, len(changes(t)), "the changes in the log")
	t.verified()
}

// randomDeeds draws the deeds of one call, on distinct records, by one method.
func randomDeeds(draw Draw, m *model, ids []uuid.UUID) []deed {
	op := pick(draw, []string{"Put", "Put", "Put", "Delete", "Restore", "Purge"})
	var deeds []deed
	for range 1 + draw(3) {
		id := pick(draw, ids)
		if slices.ContainsFunc(deeds, func(d deed) bool { return d.id == id }) {
			continue
		}
		given := m.rows[id].version
		if chance(draw, 6) {
			given = int64(draw(3))
		}
		if op != "Put" && given == 0 {
			given = 1
		}
		deeds = append(deeds, deed{op, id, given, orZero(draw, []string{"x", "y", "z"}), int64(draw(2))})
	}
	return deeds
}

// call carries out deeds in the transaction and in the model, and compares the
// results.
func (t *trial) call(tx *storage.Tx, m *model, deeds []deed) {
	list := make([]*account, len(deeds))
	for i, d := range deeds {
		list[i] = &account{Meta: storage.Meta{ID: d.id, Version: d.given}, Code: d.code, Visits: d.visits}
	}
	err := accountWrites()[deeds[0].op](t.ctx, tx, list...)
	want := m.do(deeds)
	t.must((err == nil) == (want == nil), "%+v: want %v, got %v", deeds, want, err)
	if len(deeds) == 1 && want != nil {
		t.is(err, want, fmt.Sprintf("%+v", deeds))
	}
	for i, d := range deeds {
		version := d.given
		if want == nil {
			version = m.rows[d.id].version
		}
		t.must(list[i].Version == version, "%+v: the record has version %d, want %d", d, list[i].Version, version)
	}
}

// agrees compares all stored accounts with the model.
func (t *trial) agrees(r storage.Reader, m *model) {
	t.Helper()
	stored, err := collect(t.ctx, accounts, r, storage.Query{Deleted: storage.DeletedToo})
	t.ok(err, "Find")
	got := map[uuid.UUID]shadow{}
	for _, a := range stored {
		got[a.ID] = shadow{a.Version, a.Live(), a.Code, a.Visits}
	}
	t.must(len(got) == len(stored) && maps.Equal(m.rows, got), "want %v, got %v", m.rows, got)
	for id, want := range m.rows {
		a, err := accounts.Get(t.ctx, r, id)
		if !want.live {
			t.is(err, storage.ErrNotFound, "Get of a deleted record")
			continue
		}
		t.ok(err, "Get")
		found := shadow{a.Version, a.Live(), a.Code, a.Visits}
		t.must(found == want, "Get: want %+v, got %+v", want, found)
	}
}
