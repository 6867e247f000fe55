package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// What was done to a record.
const (
	OpCreate  = "create"
	OpUpdate  = "update"
	OpDelete  = "delete"  // soft
	OpRestore = "restore" // of a soft deletion
	OpPurge   = "purge"   // for good
	OpErase   = "erase"   // of the values in its history
)

// A Change is one entry of the change log: what one transaction did to one
// record. It is written in the same transaction. Its CreatedAt is the moment
// of the transaction, or just after the record's version before where a clock
// lags behind.
type Change struct {
	Meta
	Position      int64           // 1, 2, 3, ... within the tenant, once sequenced; 0 before
	Tx            uuid.UUID       // the transaction that it belongs to
	Actor         string          // who
	Action        string          // what for
	Reason        string          // why, where the writer said so
	Kind          string          // the kind of the record
	Record        uuid.UUID       // its id
	RecordVersion int64           // its version after the change; after a purge, the last one it had
	Op            string          // OpCreate, OpUpdate, ...
	Fields        []string        // the fields that changed
	Values        json.RawMessage // {"field": [old, new], ...}; absent when brief, without fields, or erased
	Salt          string          // with Values, what Digest is made of; given when sequenced
	Digest        string          // SHA-256 over Salt and Values, base64
	Hash          string          // SHA-256 over the hash before and everything above but Values and Salt, base64
}

// Changes is the kind of the change log. Write nothing through it.
var Changes = logKind(Define[Change]("change",
	Integer("position", func(c *Change) *int64 { return &c.Position }).Indexed(),
	Ref("tx", func(c *Change) *uuid.UUID { return &c.Tx }),
	Text("actor", func(c *Change) *string { return &c.Actor }),
	Text("action", func(c *Change) *string { return &c.Action }),
	Text("reason", func(c *Change) *string { return &c.Reason }),
	Text("kind", func(c *Change) *string { return &c.Kind }),
	Ref("record", func(c *Change) *uuid.UUID { return &c.Record }).Indexed(),
	Integer("record_version", func(c *Change) *int64 { return &c.RecordVersion }),
	Text("op", func(c *Change) *string { return &c.Op }),
	Texts("fields", func(c *Change) *[]string { return &c.Fields }),
	JSON("values", func(c *Change) *json.RawMessage { return &c.Values }),
	Text("salt", func(c *Change) *string { return &c.Salt }),
	Text("digest", func(c *Change) *string { return &c.Digest }),
	Text("hash", func(c *Change) *string { return &c.Hash }),
))

func logKind(k *Kind[Change]) *Kind[Change] { return system(k) }

// Value returns the old and the new value of a field as JSON, nil where they
// are absent, and whether the change has values of that field.
func (c *Change) Value(field string) (before, after json.RawMessage, ok bool) {
	var values map[string][2]json.RawMessage
	if len(c.Values) == 0 || json.Unmarshal(c.Values, &values) != nil {
		return nil, nil, false
	}
	pair, ok := values[field]
	return notNull(pair[0]), notNull(pair[1]), ok
}

func notNull(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

// A diff is the fields in which two versions of a record differ.
type diff struct {
	fields []*Field
	custom []string
}

func (d diff) empty() bool { return len(d.fields)+len(d.custom) == 0 }

// names returns the names of the fields, those of custom fields in full.
func (d diff) names() []string {
	names := make([]string, 0, len(d.fields)+len(d.custom))
	for _, f := range d.fields {
		names = append(names, f.Name)
	}
	for _, name := range d.custom {
		names = append(names, customPrefix+name)
	}
	return names
}

// compare returns how after differs from before, which is nil for a new record.
func (s *Schema) compare(before, after Record) diff {
	if before == nil {
		return s.filled(after)
	}
	d := diff{fields: s.changed(before, after)}
	old, custom := before.meta().Custom, after.meta().Custom
	if old.set == nil && custom.set == nil {
		return d
	}
	for _, name := range custom.Names() {
		if !equalKept(old.get(name), custom.get(name)) {
			d.custom = append(d.custom, name)
		}
	}
	for _, name := range old.Names() {
		if custom.get(name) == nil {
			d.custom = append(d.custom, name)
		}
	}
	return d
}

// filled returns the fields of a new record that have a value.
func (s *Schema) filled(r Record) diff {
	d := diff{fields: make([]*Field, 0, len(s.Fields)), custom: r.meta().Custom.Names()}
	for _, f := range s.Fields {
		if !f.absent(r) {
			d.fields = append(d.fields, f)
		}
	}
	return d
}

// values returns the old and new values of a diff as JSON.
func (d diff) values(before, after Record) json.RawMessage {
	if d.empty() {
		return nil
	}
	dst := make([]byte, 0, 32*(len(d.fields)+len(d.custom)))
	dst = append(dst, '{')
	for _, f := range d.fields {
		dst = appendName(dst, f.Name)
		dst = appendValue(dst, f, before)
		dst = append(dst, ',')
		dst = appendValue(dst, f, after)
		dst = append(dst, ']')
	}
	for _, name := range d.custom {
		dst = appendName(dst, customPrefix+name)
		dst = appendCustom(dst, name, before)
		dst = append(dst, ',')
		dst = appendCustom(dst, name, after)
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func appendName(dst []byte, name string) []byte {
	if len(dst) > 1 {
		dst = append(dst, ',')
	}
	return append(appendText(dst, name), ':', '[')
}

func appendValue(dst []byte, f *Field, r Record) []byte {
	if r == nil || f.absent(r) {
		return append(dst, "null"...)
	}
	return f.append(dst, r)
}

func appendCustom(dst []byte, name string, r Record) []byte {
	if r == nil {
		return append(dst, "null"...)
	}
	return appendKept(dst, r.meta().Custom.get(name))
}

// describe makes the log entry of a change, without id.
func (tx *Tx) describe(s *Schema, c change) *Change {
	entry := &Change{
		Tx: tx.id, Actor: tx.origin.Actor, Action: tx.origin.Action, Reason: tx.origin.Reason,
		Kind: s.Name, Op: c.op, Fields: sortedNames(c.diff),
	}
	last := c.after
	if last == nil {
		last = c.before
	}
	entry.Record, entry.RecordVersion = idOf(last), last.meta().Version
	entry.CreatedAt = last.meta().UpdatedAt
	if c.after == nil {
		entry.CreatedAt = tx.after(entry.CreatedAt)
	}
	if !tx.origin.Brief {
		entry.Values = c.diff.values(c.before, c.after)
	}
	return entry
}

func sortedNames(d diff) []string {
	names, _ := normalTexts(d.names())
	return names
}

// logChanges writes the log entries of the transaction. The id of each follows
// those of every earlier version of its record, whatever the clocks of other
// machines say; otherwise they are in the order in which the changes were made.
func (tx *Tx) logChanges(ctx context.Context) error {
	if len(tx.changes) == 0 {
		return nil
	}
	list := make([]Record, len(tx.changes))
	for i, c := range tx.changes {
		c.ID, c.Version, c.UpdatedAt = tx.tenant.store.ids.at(c.CreatedAt), 1, c.CreatedAt
		list[i] = c
	}
	if err := tx.driver.Insert(ctx, Changes.schema, list); err != nil {
		return fmt.Errorf("writing the change log: %w", err)
	}
	return nil
}

// after returns the moment of the transaction, or just after an earlier change
// whose writer's clock is ahead.
func (tx *Tx) after(earlier time.Time) time.Time {
	if tx.now.After(earlier) {
		return tx.now
	}
	return earlier.Add(time.Microsecond)
}

// History returns the changes of one record, oldest first. The values of
// fields that the caller may not read are left out; if the caller may not read
// the record, it is ErrNotFound. Of a purged record an unguarded handle still returns
// the history.
func (k *Kind[T]) History(ctx context.Context, r Reader, id uuid.UUID) ([]*Change, error) {
	return history(ctx, r, k.schema, id)
}

func history(ctx context.Context, r Reader, s *Schema, id uuid.UUID) ([]*Change, error) {
	var list []*Change
	err := r.read(ctx, Snapshot, func(tx *Tx) error {
		found, err := tx.stored(ctx, s, []uuid.UUID{id}, NoLock)
		if err != nil {
			return err
		}
		if found[0] == nil && tx.tenant.guard != nil {
			return notFound(s.Name, id)
		}
		list, err = tx.history(ctx, s, id)
		return err
	})
	return list, err
}

func (tx *Tx) history(ctx context.Context, s *Schema, id uuid.UUID) ([]*Change, error) {
	found, err := tx.driver.Find(ctx, historyPlan(id))
	if err != nil {
		return nil, err
	}
	a, err := tx.access(ctx, s)
	if err != nil {
		return nil, err
	}
	list := make([]*Change, 0, len(found))
	for _, r := range found {
		c := Changes.of(Changes.schema.copy(r))
		if c.Kind != s.Name {
			continue
		}
		if err := a.redact(c); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// redact leaves out of a change the values of fields that may not be read.
func (a *Access) redact(c *Change) error {
	if a == nil || len(c.Values) == 0 {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(c.Values, &values); err != nil {
		return fault(ErrBroken, "change %s: %v", c.ID, err)
	}
	for name, allowed := range a.Fields {
		if allowed >= FieldMasked {
			delete(values, name)
		}
	}
	shown, err := json.Marshal(values)
	c.Values, c.Salt = shown, ""
	return err
}
