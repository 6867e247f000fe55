package merge

import (
	"encoding/json"
	"slices"

	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

var issueKind = quality.Issues.Name()

// putBack goes through the journal from its end to its beginning and puts every
// record back.
func (u *undoing) putBack() error {
	return readBack(u.ctx, u.tx, u.record.ID, func(kind string, steps []step) error {
		schema := u.survey.kind(kind)
		if schema == nil || kind == issueKind {
			return nil // a kind that the tenant does not have any more; issues come last
		}
		return u.page(schema, steps)
	})
}

// page puts the records of one page of the journal back.
func (u *undoing) page(kind *storage.Schema, steps []step) error {
	records, err := u.read(kind, steps)
	if err != nil {
		return err
	}
	var put, restore, purge []storage.Record
	for _, s := range steps {
		r := records[s.ID]
		switch {
		case s.How == survivor || s.How == left:
		case r == nil:
			u.gone(kind.Name, s.ID)
		case s.How == dropped:
			if !storage.MetaOf(r).Live() {
				restore = append(restore, r)
			}
		case !storage.MetaOf(r).Live():
			u.gone(kind.Name, s.ID)
		case s.How == added:
			if u.holds(kind, r, s.Set) {
				purge = append(purge, r)
			} else {
				u.keep(kind.Name, s.ID, "")
			}
		case s.How == moved:
			if err := u.revert(kind, r, s.Set); err != nil {
				return err
			}
			put = append(put, r)
		}
	}
	u.result.Counts[kind.Name] += int64(len(put) + len(restore))
	of := storage.Any(kind)
	if err := of.Purge(u.ctx, u.tx, purge...); err != nil {
		return err
	}
	if err := of.Restore(u.ctx, u.tx, restore...); err != nil {
		return err
	}
	return of.Put(u.ctx, u.tx, put...)
}

func (u *undoing) gone(kind string, id uuid.UUID) {
	u.result.Gone = append(u.result.Gone, Kept{Kind: kind, Record: id})
}

// read returns the records of a page by their ids, deleted ones too.
func (u *undoing) read(kind *storage.Schema, steps []step) (map[uuid.UUID]storage.Record, error) {
	ids := make([]uuid.UUID, len(steps))
	for i, s := range steps {
		ids[i] = s.ID
	}
	found := make(map[uuid.UUID]storage.Record, len(ids))
	q := storage.Query{Where: criteria.In(storage.FieldID, ids...), Deleted: storage.DeletedToo}
	for r, err := range storage.Any(kind).Find(u.ctx, u.tx, q) {
		if err != nil {
			return nil, err
		}
		found[storage.MetaOf(r).ID] = r
		if a, ok := r.(*tag.Assignment); ok && a.End != "" {
			u.ended(a, steps)
		}
	}
	return found, nil
}

// ended notes a tag that was taken from the survivor since: who gets its assignment
// back gets one that has ended.
func (u *undoing) ended(a *tag.Assignment, steps []step) {
	i := slices.IndexFunc(steps, func(s step) bool { return s.ID == a.ID && s.Current })
	if i < 0 {
		return
	}
	end, byMerge := steps[i].Set["end"]
	now, _ := json.Marshal(a.End)
	if byMerge && equal(end[1], now) {
		return
	}
	var id uuid.UUID
	if err := json.Unmarshal(steps[i].Set["customer"][0], &id); err == nil {
		u.endedTags[id] = append(u.endedTags[id], a.Tag)
	}
}

// revert gives a record the values that it had before the merge, where they are
// still those that the merge gave it.
func (u *undoing) revert(kind *storage.Schema, r storage.Record, set map[string]change) error {
	for _, f := range u.survey.fields[kind.Name] {
		c, ok := set[f.Name]
		if !ok {
			continue
		}
		kept, err := revertField(f, r, c)
		if err != nil {
			return err
		}
		if kept {
			u.keep(kind.Name, storage.MetaOf(r).ID, f.Name)
		}
	}
	return nil
}

// revertField gives a field the value that it had before a change, unless it was changed
// again since, and reports whether that stays so.
func revertField(f *storage.Field, r storage.Record, c change) (kept bool, err error) {
	now := jsonOf(f, r)
	switch {
	case equal(now, c[0]):
		return false, nil
	case equal(now, c[1]):
		return false, setJSON(f, r, c[0])
	case f.Type == criteria.Texts:
		return true, revertSet(f, r, c)
	}
	return true, nil
}

// revertSet takes from a set what a change added, and gives it back what it took.
func revertSet(f *storage.Field, r storage.Record, c change) error {
	var before, after []string
	if err := json.Unmarshal(c[0], &before); err != nil {
		return err
	}
	if err := json.Unmarshal(c[1], &after); err != nil {
		return err
	}
	now, _ := f.Value(r).([]string)
	var list []string
	for _, text := range now {
		if !slices.Contains(after, text) || slices.Contains(before, text) {
			list = append(list, text)
		}
	}
	for _, text := range before {
		if !slices.Contains(after, text) && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return f.Set(r, list)
}

// clean puts issues of quality back as they were, and removes what taking the merge
// back has brought about itself, and the journal.
func (u *undoing) clean() error {
	if err := u.putIssues(); err != nil {
		return err
	}
	if err := burn(u.ctx, u.tx, u.record.ID); err != nil {
		return err
	}
	if !u.survey.has(lifecycle.StageChanges) {
		return nil
	}
	list, err := stageChangesSince(&u.mover, u.tx.Now(), u.versions)
	if err != nil {
		return err
	}
	return lifecycle.StageChanges.Purge(u.ctx, u.tx, list...)
}
