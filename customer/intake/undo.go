package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// undoPage is how many records Undo takes back in one transaction.
const undoPage = 500

// Undo takes a job back: records that its transactions created are purged, those that
// they removed come back, and fields that they changed get their old values. That
// includes what watches did because of it, such as assignments of tags, moves to
// another stage, issues and pairs that may be one customer. What somebody changed
// since is theirs and stays:
//
//   - A created record that has other values than the job left is kept, and so is one
//     that a record of somebody else's must name: an order of a customer.
//   - With a customer that is kept stay its contact points and what else the job said
//     of it; with an order, its lines. Its own orders go.
//   - What only follows from a customer goes with it, also when it came later: pairs
//     that nobody has decided on, assignments and lineage of its tags, its stages.
//   - A field that has another value than the job gave it keeps it; the others of
//     the record are restored.
//   - A changed record that is deleted by now is left alone.
//
// These records are counted in Job.Kept, and Writes still holds what is said of
// them, with the reason in Write.Kept. It works in transactions of 500 records;
// an Undo that was interrupted goes on when it is called again, and one that is
// complete does nothing then. It returns the job as it stands. A job that is at
// work is stopped at its next batch.
//
// Stages, rules of quality and the check for duplicates do not stand in its way; see
// customer.TakingBack. Turns and gates, which only keep transactions apart, count on.
// Of jobs whose changes build upon each other, undo the last one first.
func Undo(ctx context.Context, tenant *storage.Tenant, by storage.Origin, job uuid.UUID) (*Job, error) {
	ctx = customer.TakingBack(ctx)
	for {
		var at *Job
		err := tenant.Update(ctx, by, func(tx *storage.Tx) (err error) {
			at, err = undoSome(ctx, tx, job)
			return err
		})
		if err != nil {
			return nil, err
		}
		if at.State == JobUndone {
			return at, nil
		}
	}
}

// undoSome takes back the last records of the job.
func undoSome(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*Job, error) {
	job, err := Jobs.Get(ctx, tx, id)
	if err != nil || job.State == JobUndone {
		return job, err
	}
	where := criteria.All(criteria.Eq("job", id), criteria.Missing("kept"))
	page, err := Writes.Page(ctx, tx, storage.Query{Where: where, Order: []storage.Order{{Field: "step", Desc: true}}, Limit: undoPage})
	if err != nil {
		return nil, err
	}
	job.State = JobUndoing
	if len(page.Items) == 0 {
		job.State, job.FinishedAt = JobUndone, tx.Now()
		return job, Jobs.Put(ctx, tx, job)
	}
	u, err := newUndoing(ctx, tx, job, page.Items)
	if err != nil {
		return nil, err
	}
	if err := u.all(ctx, page.Items); err != nil {
		return nil, err
	}
	return job, Jobs.Put(ctx, tx, job)
}

// An undoing takes back one page of writes.
type undoing struct {
	tx    *storage.Tx
	job   *Job
	kinds map[string]*storage.Schema
	into  map[string][]edge    // of a kind: the fields of others that must name its records
	notes map[noteKey]*Write   // those of the page and what else was read; nil: the job did nothing to the record
	page  map[uuid.UUID]bool   // the writes of the page
	kept  map[uuid.UUID]*Write // of other pages, found to be kept
}

// A noteKey is the record that a write tells of.
type noteKey struct {
	kind   string
	record uuid.UUID
}

// An edge is a field by which records of a kind must name others.
type edge struct {
	kind  *storage.Schema
	field *storage.Field
}

func newUndoing(ctx context.Context, tx *storage.Tx, job *Job, list []*Write) (*undoing, error) {
	kinds, err := kindsOf(ctx, tx)
	u := &undoing{tx: tx, job: job, kinds: kinds, into: map[string][]edge{}, notes: map[noteKey]*Write{}, page: map[uuid.UUID]bool{}, kept: map[uuid.UUID]*Write{}}
	for _, s := range kinds {
		for _, f := range s.Fields {
			if f.Existing && !s.Generic() {
				u.into[f.Target] = append(u.into[f.Target], edge{s, f})
			}
		}
	}
	for _, w := range list {
		u.notes[noteKey{w.Kind, w.Record}], u.page[w.ID] = w, true
	}
	return u, err
}

// all takes back writes, those of one kind and step at a time.
func (u *undoing) all(ctx context.Context, list []*Write) error {
	for rest := list; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Step == rest[0].Step && rest[n].Kind == rest[0].Kind {
			n++
		}
		if err := u.step(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	var kept, gone []*Write
	for _, w := range list {
		if w.Kept != "" {
			kept = append(kept, w)
		} else {
			gone = append(gone, w)
		}
	}
	for _, w := range u.kept {
		kept = append(kept, w)
	}
	u.job.Kept += int64(len(kept))
	if err := Writes.Put(ctx, u.tx, kept...); err != nil {
		return err
	}
	return Writes.Purge(ctx, u.tx, gone...)
}

// step takes back what one write of the job did: to records of one kind.
func (u *undoing) step(ctx context.Context, list []*Write) error {
	list = slices.DeleteFunc(slices.Clone(list), func(w *Write) bool { return w.Kept != "" })
	if len(list) == 0 {
		return nil
	}
	schema := u.kinds[list[0].Kind]
	if schema == nil {
		for _, w := range list {
			w.Kept = "there is no kind " + w.Kind + " any more"
		}
		return nil
	}
	ids := make([]uuid.UUID, len(list))
	for i, w := range list {
		ids[i] = w.Record
	}
	now, err := storedByID(ctx, u.tx, schema, ids)
	if err != nil {
		return err
	}
	fields, err := u.tx.Fields(ctx, schema)
	if err != nil {
		return err
	}
	remove, restore, err := u.decide(list, now, fields)
	if err != nil {
		return err
	}
	if remove, err = u.removable(ctx, schema, remove); err != nil {
		return err
	}
	of := storage.Any(schema)
	purge := func(ctx context.Context, tx *storage.Tx, recs ...storage.Record) error {
		if err := u.purgeAlong(ctx, schema, recs); err != nil {
			return err
		}
		return of.Purge(ctx, tx, recs...)
	}
	if u.job.Removed, err = u.each(ctx, u.job.Removed, purge, remove); err != nil {
		return err
	}
	if restore, err = u.revived(ctx, of, restore); err != nil {
		return err
	}
	u.job.Restored, err = u.each(ctx, u.job.Restored, of.Put, restore)
	return err
}

// storedByID returns the records with these ids, deleted ones too.
func storedByID(ctx context.Context, tx *storage.Tx, kind storage.Described, ids []uuid.UUID) (map[uuid.UUID]storage.Record, error) {
	found := make(map[uuid.UUID]storage.Record, len(ids))
	q := storage.Query{Where: criteria.In(storage.FieldID, ids...), Deleted: storage.DeletedToo}
	for r, err := range storage.Any(kind).Find(ctx, tx, q) {
		if err != nil {
			return nil, err
		}
		found[storage.MetaOf(r).ID] = r
	}
	return found, nil
}

// decide says which of the records, as they stand now, are removed and which get
// values back, and sets Kept of those that stay as they are.
func (u *undoing) decide(list []*Write, now map[uuid.UUID]storage.Record, fields []*storage.Field) (remove, restore []taken, err error) {
	for _, w := range list {
		r := now[w.Record]
		live := r != nil && storage.MetaOf(r).Live()
		switch {
		case w.Created && (r == nil || !live && w.Gone == ""):
			// somebody removed it
		case w.Created && w.changed(fields, r):
			w.Kept = "it was changed since by others"
		case w.Created:
			remove = append(remove, taken{w, r})
		case !live && w.Gone == "" || r == nil && w.Gone != WritePurged:
			w.Kept = "it was deleted since"
		case w.Gone == WritePurged && r != nil, w.Gone == WriteDeleted && storage.MetaOf(r).Version != w.RecordVersion:
			w.Kept = "it was removed, and has come back since"
		default:
			if r == nil {
				r = u.again(w)
			}
			changed, err := w.giveBack(fields, r)
			if err != nil {
				return nil, nil, err
			}
			if changed || w.Gone == WriteDeleted {
				restore = append(restore, taken{w, r})
			}
		}
	}
	return remove, restore, nil
}

// changed reports whether others gave a record that the job created other values.
func (w *Write) changed(fields []*storage.Field, r storage.Record) bool {
	same := storage.MetaOf(r).Version == w.RecordVersion || w.Content != "" && contentOf(fields, r) == w.Content
	return w.Foreign || !same
}

// A taken is a write with the record as it stands.
type taken struct {
	write  *Write
	record storage.Record
}

// each does something to all records at once; if one of them is refused, to each
// alone, and keeps those that are. It returns n and how many it was done to.
func (u *undoing) each(ctx context.Context, n int64, do func(context.Context, *storage.Tx, ...storage.Record) error, list []taken) (int64, error) {
	if len(list) == 0 {
		return n, nil
	}
	recs := make([]storage.Record, len(list))
	for i, t := range list {
		recs[i] = t.record
	}
	err := u.tx.Try(ctx, func() error { return do(ctx, u.tx, recs...) })
	if err == nil {
		return n + int64(len(list)), nil
	}
	if !refused(err) && !errors.Is(err, storage.ErrForbidden) {
		return n, err
	}
	if len(list) == 1 {
		list[0].write.Kept = err.Error()
		return n, nil
	}
	for _, t := range list {
		if n, err = u.each(ctx, n, do, []taken{t}); err != nil {
			return n, err
		}
	}
	return n, nil
}

// giveBack gives the record the values that it had before the job, but for those
// that were changed since, which stay in Values. One that is made again has none that
// were changed. It reports whether any was given back.
func (w *Write) giveBack(fields []*storage.Field, r storage.Record) (bool, error) {
	if len(w.Values) == 0 {
		w.Kept = "its old values were erased"
		return false, nil
	}
	var values map[string][2]json.RawMessage
	if err := json.Unmarshal(w.Values, &values); err != nil {
		return false, err
	}
	changed := false
	for _, f := range fields {
		v, ok := values[f.Name]
		if !ok || storage.MetaOf(r).Version > 0 && !bytes.Equal(fieldJSON(f, r), v[1]) {
			continue
		}
		delete(values, f.Name)
		changed = true
		if err := restoreField(f, v[0], r); err != nil {
			return false, err
		}
	}
	if len(values) == 0 {
		return changed, nil
	}
	w.Kept = "changed since by others: " + strings.Join(slices.Sorted(maps.Keys(values)), ", ")
	var err error
	w.Values, err = json.Marshal(values)
	return changed, err
}

// restoreField gives a field the value that fieldJSON wrote.
func restoreField(f *storage.Field, value json.RawMessage, r storage.Record) error {
	if string(value) == "null" {
		return f.Set(r, nil)
	}
	return f.ParseJSON(value, r)
}

// Forget purges what a job that is done, failed or undone keeps for Undo, with
// the customers' old values in it, 500 records a transaction. The job itself
// stays; it cannot be undone any more, and Undo of it restores nothing.
// A job that is running or being undone is ErrJobState.
func Forget(ctx context.Context, tenant *storage.Tenant, by storage.Origin, id uuid.UUID) error {
	for more := true; more; {
		err := tenant.Update(ctx, by, func(tx *storage.Tx) error {
			job, err := Jobs.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			if job.State == JobRunning || job.State == JobUndoing {
				return stateError(job)
			}
			page, err := Writes.Page(ctx, tx, storage.Query{Where: criteria.Eq("job", id), Limit: undoPage})
			if err != nil {
				return err
			}
			more = page.Next != ""
			return Writes.Purge(ctx, tx, page.Items...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
