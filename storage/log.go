package storage

import (
	"context"
	"errors"
	"iter"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Log is the change log of a tenant in the one order in which every reader
// gets it: positions 1, 2, 3, ... without gaps. Writers do not wait for each
// other to get a position; the first reader that comes gives positions to all
// changes that are committed by then, so a change that commits late is placed
// later and never missed. The changes of one record are in the order of its versions.
type Log struct {
	tenant *Tenant
}

// Log returns the tenant's change log. A guarded handle cannot read it, for it
// shows every field of every record: elevate the handle, or read the History
// of single records.
func (t *Tenant) Log() *Log { return &Log{t} }

// A logHead is the last position that was given, and its hash.
type logHead struct {
	Meta
	Position int64
	Hash     string
}

var logHeads = system(Define[logHead]("log_head",
	Integer("position", func(h *logHead) *int64 { return &h.Position }),
	Text("hash", func(h *logHead) *string { return &h.Hash }),
))

var logHeadID = nameID("log_head")

// A logCursor is how far a consumer has come.
type logCursor struct {
	Meta
	Name     string
	Position int64
}

var logCursors = system(Define[logCursor]("log_cursor",
	Text("name", func(c *logCursor) *string { return &c.Name }),
	Integer("position", func(c *logCursor) *int64 { return &c.Position }),
))

// sequenceBatch is how many changes get their position in one transaction.
const sequenceBatch = 1000

// Sequence gives every committed change its position and returns the last one.
// Reading the log does so by itself. In a transaction of the host, the
// positions are part of it, and other readers wait until it ends.
func (l *Log) Sequence(ctx context.Context) (int64, error) {
	if l.tenant.guard != nil {
		return 0, fault(ErrForbidden, "the change log shows every field: elevate the handle, or read the History of a record")
	}
	for {
		var given int
		var last int64
		err := l.tenant.Update(ctx, By("system:storage", "sequence"), func(tx *Tx) (err error) {
			given, last, err = tx.sequence(ctx)
			return err
		})
		if err != nil || given < sequenceBatch {
			return last, err
		}
	}
}

// sequence gives positions to up to sequenceBatch changes.
func (tx *Tx) sequence(ctx context.Context) (given int, last int64, err error) {
	pending, err := tx.driver.Find(ctx, pendingPlan(1))
	if err != nil {
		return 0, 0, err
	}
	lock := NoLock
	if len(pending) > 0 {
		lock = ForUpdate
	}
	head, err := tx.head(ctx, lock)
	if err != nil || len(pending) == 0 {
		return 0, head.Position, err
	}
	// Read again behind the lock on the head: another reader may have been faster.
	if pending, err = tx.driver.Find(ctx, pendingPlan(sequenceBatch)); err != nil || len(pending) == 0 {
		return 0, head.Position, err
	}
	list := make([]Record, len(pending))
	for i, r := range pending {
		c := Changes.of(Changes.schema.copy(r))
		c.Version, c.UpdatedAt = c.Version+1, tx.now
		head.chain(c)
		list[i] = c
	}
	if err := tx.driver.Update(ctx, Changes.schema, list); err != nil {
		return 0, 0, err
	}
	return len(list), head.Position, tx.putHead(ctx, head)
}

func (tx *Tx) head(ctx context.Context, lock Lock) (*logHead, error) {
	found, err := tx.driver.Get(ctx, logHeads.schema, []uuid.UUID{logHeadID}, lock)
	if err != nil || found[0] == nil {
		return &logHead{Meta: Meta{ID: logHeadID, CreatedAt: tx.now}}, err
	}
	return logHeads.of(logHeads.schema.copy(found[0])), nil
}

func (tx *Tx) putHead(ctx context.Context, head *logHead) error {
	head.Version, head.UpdatedAt = head.Version+1, tx.now
	return tx.putOwn(ctx, logHeads.schema, head)
}

// putOwn writes a record of this package's own, whose id is always the same:
// inserts version 1, replaces with a later one. That another transaction
// inserted it just now is a conflict, so that the next attempt finds it.
func (tx *Tx) putOwn(ctx context.Context, s *Schema, r Record) error {
	if r.meta().Version > 1 {
		return tx.driver.Update(ctx, s, []Record{r})
	}
	err := tx.driver.Insert(ctx, s, []Record{r})
	if errors.Is(err, ErrDuplicate) {
		return &ConflictError{Kind: s.Name, ID: idOf(r)}
	}
	return err
}

// pendingPlan finds the changes without a position, oldest first.
func pendingPlan(limit int) *Plan {
	p := everything(Changes.schema, LiveOnly)
	p.Where, p.Limit = compareNode("position", criteria.Equal, int64(0)), limit
	return p
}

// positionPlan finds the changes behind a position, in order.
func positionPlan(after int64, limit int) *Plan {
	p := everything(Changes.schema, LiveOnly)
	p.Where, p.Limit = compareNode("position", criteria.Greater, after), limit
	p.Order = []OrderKey{{Field: Changes.schema.Field("position")}, {Field: Changes.schema.Field(FieldID)}}
	return p
}

// historyPlan finds the changes of one record, oldest first.
func historyPlan(id uuid.UUID) *Plan {
	p := everything(Changes.schema, LiveOnly)
	p.Where = compareNode("record", criteria.Equal, id)
	return p
}

func compareNode(field string, op criteria.Op, value any) criteria.Node {
	return &criteria.Comparison{Field: &Changes.schema.Field(field).Field, Op: op, Value: value}
}

// Read returns up to limit changes behind a position, in order: start with 0
// and go on with the Position of the last one. All that was committed before
// the call is there.
func (l *Log) Read(ctx context.Context, after int64, limit int) ([]*Change, error) {
	if limit <= 0 {
		return nil, fault(ErrInvalid, "a limit of %d changes: use at least 1", limit)
	}
	if _, err := l.Sequence(ctx); err != nil {
		return nil, err
	}
	var list []*Change
	err := l.tenant.read(ctx, Single, func(tx *Tx) (err error) {
		list, err = tx.changesAfter(ctx, after, limit)
		return err
	})
	return list, err
}

func (tx *Tx) changesAfter(ctx context.Context, after int64, limit int) ([]*Change, error) {
	found, err := tx.driver.Find(ctx, positionPlan(after, limit))
	if err != nil {
		return nil, err
	}
	list := make([]*Change, len(found))
	for i, r := range found {
		list[i] = Changes.of(Changes.schema.copy(r))
	}
	return list, nil
}

// All returns the changes behind a position one by one, all that were
// committed when the loop began.
func (l *Log) All(ctx context.Context, after int64) iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		for {
			list, err := l.Read(ctx, after, sequenceBatch)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, c := range list {
				if !yield(c, nil) {
					return
				}
			}
			if len(list) < sequenceBatch {
				return
			}
			after = list[len(list)-1].Position
		}
	}
}

// Consume hands the next changes, at most limit, to fn and remembers under the
// consumer's name how far it came, both in one transaction: what fn writes
// through tx happens exactly once for each change. It returns how many changes
// there were; with 0, fn was not called. Two that consume under one name at once
// do not both get the same change committed.
func (l *Log) Consume(ctx context.Context, consumer string, limit int, by Origin, fn func(tx *Tx, changes []*Change) error) (int, error) {
	if consumer == "" || limit <= 0 {
		return 0, fault(ErrInvalid, "a consumer needs a name and a limit of at least 1")
	}
	if _, err := l.Sequence(ctx); err != nil {
		return 0, err
	}
	n := 0
	err := l.tenant.Update(ctx, by, func(tx *Tx) error {
		cursor, err := tx.cursor(ctx, consumer)
		if err != nil {
			return err
		}
		list, err := tx.changesAfter(ctx, cursor.Position, limit)
		if n = len(list); err != nil || n == 0 {
			return err
		}
		cursor.Position = list[n-1].Position
		if err := tx.putCursor(ctx, cursor); err != nil {
			return err
		}
		return fn(tx, list)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// Position returns how far a consumer has come: the position of the last
// change that it consumed, 0 when it has not begun.
func (l *Log) Position(ctx context.Context, consumer string) (position int64, err error) {
	err = l.tenant.read(ctx, Single, func(tx *Tx) error {
		cursor, err := tx.cursor(ctx, consumer)
		if err == nil {
			position = cursor.Position
		}
		return err
	})
	return position, err
}

func (tx *Tx) cursor(ctx context.Context, consumer string) (*logCursor, error) {
	id := nameID("log_cursor", consumer)
	lock := NoLock
	if tx.mode == Write {
		lock = ForUpdate
	}
	found, err := tx.driver.Get(ctx, logCursors.schema, []uuid.UUID{id}, lock)
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return &logCursor{Meta: Meta{ID: id, CreatedAt: tx.now}, Name: consumer}, nil
	}
	return logCursors.of(logCursors.schema.copy(found[0])), nil
}

func (tx *Tx) putCursor(ctx context.Context, c *logCursor) error {
	c.Version, c.UpdatedAt = c.Version+1, tx.now
	return tx.putOwn(ctx, logCursors.schema, c)
}

// EraseHistory removes the values from all changes of a record, for a request
// to erase personal data. That the changes happened stays, and the chain of
// hashes still verifies. The erasure is itself a change. It returns how many
// changes lost their values.
func (k *Kind[T]) EraseHistory(ctx context.Context, tx *Tx, id uuid.UUID) (int, error) {
	return tx.eraseHistory(ctx, k.schema, id)
}

func (tx *Tx) eraseHistory(ctx context.Context, s *Schema, id uuid.UUID) (int, error) {
	if err := tx.writable(ctx, s); err != nil {
		return 0, err
	}
	if tx.tenant.guard != nil {
		return 0, fault(ErrForbidden, "erasing history needs an elevated handle")
	}
	found, err := tx.driver.Find(ctx, historyPlan(id))
	if err != nil {
		return 0, err
	}
	var erased []Record
	for _, r := range found {
		c := Changes.of(Changes.schema.copy(r))
		if c.Kind != s.Name || len(c.Values) == 0 {
			continue
		}
		c.Version, c.UpdatedAt, c.Values, c.Salt = c.Version+1, tx.now, nil, ""
		erased = append(erased, c)
	}
	if len(erased) == 0 {
		return 0, nil
	}
	if err := tx.driver.Update(ctx, Changes.schema, erased); err != nil {
		return 0, err
	}
	last := Changes.of(found[len(found)-1])
	tx.changes = append(tx.changes, &Change{
		Meta: Meta{CreatedAt: tx.after(last.CreatedAt)},
		Tx:   tx.id, Actor: tx.origin.Actor, Action: tx.origin.Action, Reason: tx.origin.Reason,
		Kind: s.Name, Record: id, Op: OpErase, RecordVersion: last.RecordVersion,
	})
	return len(erased), nil
}
