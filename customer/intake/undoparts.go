package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// keepParts sets Kept of records that are parts of what the job created and that is
// kept: of all that they are parts of.
func (u *undoing) keepParts(ctx context.Context, s *storage.Schema, list []taken) error {
	whole := u.kinds[parts[s.Name]]
	if whole == nil || len(list) == 0 {
		return nil
	}
	of := make([][]uuid.UUID, len(list))
	var all []uuid.UUID
	for _, f := range s.Fields {
		if !f.Existing || f.Target != whole.Name {
			continue
		}
		for i, t := range list {
			if id, ok := f.Ref(t.record); ok {
				of[i], all = append(of[i], id), append(all, id)
			}
		}
	}
	why, err := u.keptWholes(ctx, whole, all)
	if err != nil {
		return err
	}
	for i, t := range list {
		reason := ""
		for _, id := range of[i] {
			w := u.notes[noteKey{whole.Name, id}]
			if w == nil || !w.Created {
				continue
			}
			if why[id] == "" {
				reason = ""
				break
			}
			reason = why[id]
		}
		if reason != "" {
			t.write.Kept = "its " + whole.Name + " is kept: " + reason
		}
	}
	return nil
}

// keptWholes returns why records that the job created are kept, and sets Kept of their
// own writes.
func (u *undoing) keptWholes(ctx context.Context, s *storage.Schema, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	if err := u.read(ctx, s.Name, ids); err != nil {
		return nil, err
	}
	why := map[uuid.UUID]string{}
	var look []uuid.UUID
	for _, id := range ids {
		switch w := u.notes[noteKey{s.Name, id}]; {
		case w == nil || !w.Created:
		case w.Kept != "":
			why[id] = w.Kept
		default:
			look = append(look, id)
		}
	}
	if len(look) == 0 {
		return why, nil
	}
	now, err := storedByID(ctx, u.tx, s, look)
	if err != nil {
		return nil, err
	}
	fields, err := u.tx.Fields(ctx, s)
	if err != nil {
		return nil, err
	}
	found, err := u.standing(ctx, s, look, map[noteKey]bool{})
	if err != nil {
		return nil, err
	}
	for _, id := range look {
		w := u.notes[noteKey{s.Name, id}]
		if r := now[id]; r != nil && w.changed(fields, r) {
			found[id] = "it was changed since by others"
		}
		if found[id] == "" {
			continue
		}
		why[id], w.Kept = found[id], found[id]
		u.keep(w)
	}
	return why, nil
}

// keep has a write stored that is kept, if it is not of the page.
func (u *undoing) keep(w *Write) {
	if !u.page[w.ID] {
		u.kept[w.ID] = w
	}
}

// gaveRef reports whether it was the job that made the field of a record name what it
// names, so that it will name something else.
func (w *Write) gaveRef(f *storage.Field, r storage.Record) bool {
	var values map[string][2]json.RawMessage
	if len(w.Values) == 0 || json.Unmarshal(w.Values, &values) != nil {
		return false
	}
	v, ok := values[f.Name]
	return ok && bytes.Equal(v[1], fieldJSON(f, r))
}

// again returns a record that was purged as it was when the job left it: with an id and
// nothing else.
func (u *undoing) again(w *Write) storage.Record {
	r := u.kinds[w.Kind].New()
	storage.MetaOf(r).ID = w.Record
	return r
}

// revived makes records live that the job deleted, before they get their values, and
// leaves out those that cannot be.
func (u *undoing) revived(ctx context.Context, of storage.AnyKind, list []taken) ([]taken, error) {
	deleted := slices.DeleteFunc(slices.Clone(list), func(t taken) bool { return t.write.Gone != WriteDeleted })
	if _, err := u.each(ctx, 0, of.Restore, deleted); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(t taken) bool { return t.write.Gone == WriteDeleted && !storage.MetaOf(t.record).Live() }), nil
}
