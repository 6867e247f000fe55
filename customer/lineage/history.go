package lineage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A FieldChange is one change of one field.
type FieldChange struct {
	Record   uuid.UUID
	Field    string
	Old, New json.RawMessage // nil: absent, or not known
	// OldKnown and NewKnown tell the two apart. A value is not known when it was
	// written briefly (storage.Origin.WithoutValues), was erased, or is hidden from the
	// caller, and the changes beside it do not tell it either.
	OldKnown, NewKnown bool
	Actor              string // who: "user:ann", "job:J1"
	Source             string // the action of the transaction: "import", "edit"
	Reason             string // why, where the writer said so
	At                 time.Time
	Version            int64  // of the record, after the change; after a purge, the last one it had
	Op                 string // storage.OpCreate, OpUpdate, ...; a deletion ends the value, and a restoration brings it back
	Tx                 uuid.UUID
}

// A History is the changes of a field, the oldest first.
type History []FieldChange

// Current returns the change that the present value is from. It reports false
// when there is no value, or no change.
func (h History) Current() (FieldChange, bool) {
	if len(h) == 0 {
		return FieldChange{}, false
	}
	last := h[len(h)-1]
	return last, last.New != nil || !last.NewKnown
}

// FieldHistory returns the changes of a field of a record, from the change log:
// described fields by name, custom ones as "custom.name". It reads all changes of
// the record.
//
// The guard of the handle holds: values of fields that the caller may not read are
// not known to it, and a record that it may not see is storage.ErrNotFound. An
// unknown field is storage.ErrInvalid.
func FieldHistory(ctx context.Context, r storage.Reader, kind storage.Described, id uuid.UUID, field string) (History, error) {
	var h History
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		if err := checkField(ctx, tx, kind.Schema(), field); err != nil {
			return err
		}
		changes, err := storage.Any(kind).History(ctx, tx, id)
		h = fieldChanges(changes, field)
		return err
	})
	return h, err
}

func checkField(ctx context.Context, tx *storage.Tx, s *storage.Schema, name string) error {
	fields, err := tx.Fields(ctx, s)
	if err != nil {
		return err
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	if slices.Contains(names, name) {
		return nil
	}
	return &storage.FieldError{Kind: s.Name, Field: name, Reason: fmt.Sprintf("there is no such field: use one of %s", strings.Join(names, ", "))}
}

// fieldChanges picks the changes of a field out of those of a record.
func fieldChanges(changes []*storage.Change, field string) History {
	var h History
	held := value{known: true} // what the record has, deleted or not
	deleted := false
	for _, c := range changes {
		e := entry(c, field)
		switch c.Op {
		case storage.OpCreate, storage.OpUpdate:
			if !slices.Contains(c.Fields, field) {
				continue
			}
			e.Old, e.New, e.OldKnown = c.Value(field)
			e.NewKnown = e.OldKnown
			held, deleted = value{e.New, e.NewKnown}, false
		case storage.OpDelete, storage.OpPurge:
			skip := held.absent() || deleted
			e.Old, e.OldKnown, e.NewKnown = held.json, held.known, true
			if deleted = true; c.Op == storage.OpPurge {
				held, deleted = value{known: true}, false
			}
			if skip {
				continue
			}
		case storage.OpRestore:
			if deleted = false; held.absent() {
				continue
			}
			e.New, e.OldKnown, e.NewKnown = held.json, true, held.known
		default:
			continue
		}
		h = append(h, e)
	}
	h.infer()
	return h
}

// A value is what a field holds, as far as that is known.
type value struct {
	json  json.RawMessage
	known bool
}

func (v value) absent() bool { return v.known && v.json == nil }

func entry(c *storage.Change, field string) FieldChange {
	return FieldChange{
		Record: c.Record, Field: field, Actor: c.Actor, Source: c.Action, Reason: c.Reason,
		At: c.CreatedAt, Version: c.RecordVersion, Op: c.Op, Tx: c.Tx,
	}
}

// infer fills in what the changes beside one tell of it: each begins with what the
// one before it left.
func (h History) infer() {
	for i := range h {
		e := &h[i]
		switch {
		case e.OldKnown:
		case e.Op == storage.OpCreate:
			e.OldKnown = true
		case i > 0 && h[i-1].NewKnown:
			e.Old, e.OldKnown = h[i-1].New, true
		}
	}
	for i := range max(0, len(h)-1) {
		if next := h[i+1]; !h[i].NewKnown && next.OldKnown {
			h[i].New, h[i].NewKnown = next.Old, true
		}
	}
}

// ContactHistory is the history of a customer's contact points of one type
// (customer.Phone, customer.Email, ...) by their values, merged in the order of
// time: a number that is taken away and another that is added are two changes.
// Deleted ones are included; the log does not say whose purged ones were.
func ContactHistory(ctx context.Context, r storage.Reader, who uuid.UUID, typ string) (History, error) {
	var h History
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		q := storage.Query{Where: criteria.All(criteria.Eq("customer", who), criteria.Eq("type", typ)), Deleted: storage.DeletedToo}
		for p, err := range customer.ContactPoints.Find(ctx, tx, q) {
			if err != nil {
				return err
			}
			one, err := FieldHistory(ctx, tx, customer.ContactPoints, p.ID, "value")
			if err != nil {
				return err
			}
			h = append(h, one...)
		}
		return nil
	})
	slices.SortStableFunc(h, func(a, b FieldChange) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Version, b.Version))
	})
	return h, err
}
