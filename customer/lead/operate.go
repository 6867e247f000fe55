package lead

import (
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Claim gives leads of the pool to a user. One that is not in the pool any more
// is ErrState, and no lead is claimed then.
func Claim(ctx context.Context, tx *storage.Tx, owner uuid.UUID, ids ...uuid.UUID) error {
	return give(ctx, tx, opClaim, owner, ids)
}

// Assign gives leads to a user, those that another has included.
func Assign(ctx context.Context, tx *storage.Tx, owner uuid.UUID, ids ...uuid.UUID) error {
	return give(ctx, tx, opAssign, owner, ids)
}

func give(ctx context.Context, tx *storage.Tx, op string, owner uuid.UUID, ids []uuid.UUID) error {
	if owner == uuid.Nil {
		return &storage.FieldError{Kind: kindName, Field: "owner", Reason: "to whom? Use Release to give leads back to the pool"}
	}
	return operate(ctx, tx, op, ids, func(l *Lead) { l.Owner = owner })
}

// Release gives leads back to the pool, for the stated reason: by their owner's
// will, or because nobody followed them up in time.
func Release(ctx context.Context, tx *storage.Tx, why string, ids ...uuid.UUID) error {
	return operate(ctx, tx, opRelease, ids, func(l *Lead) { l.Owner, l.Reason = uuid.Nil, why })
}

// Close turns leads down as invalid: a wrong number, spam, no need. They stay
// readable and count as turned down; a lead of the same source and number that comes
// again is known again. Reopen brings them back.
func Close(ctx context.Context, tx *storage.Tx, why string, ids ...uuid.UUID) error {
	return operate(ctx, tx, opClose, ids, func(l *Lead) { l.Reason = why })
}

// Reopen brings invalid leads back into the pool.
func Reopen(ctx context.Context, tx *storage.Tx, why string, ids ...uuid.UUID) error {
	return operate(ctx, tx, opReopen, ids, func(l *Lead) { l.Owner, l.Reason = uuid.Nil, why })
}

// Delete deletes leads softly, for what should not have been stored. A lead of
// the same source and number that comes again is a new one.
func Delete(ctx context.Context, tx *storage.Tx, why string, ids ...uuid.UUID) error {
	leads, err := load(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, l := range leads {
		if _, err := l.next(opDelete); err != nil {
			return err
		}
		l.Reason = why
	}
	if err := Leads.Put(ctx, tx, leads...); err != nil {
		return err
	}
	return Leads.Delete(ctx, tx, leads...)
}

// Restore brings deleted leads back into the pool. One that was converted or
// merged before somebody deleted it with Leads.Delete is that again. If a lead
// of the same source and number came in the meantime it is storage.ErrDuplicate.
func Restore(ctx context.Context, tx *storage.Tx, ids ...uuid.UUID) error {
	leads, err := find(ctx, tx, ids, storage.DeletedToo)
	if err != nil {
		return err
	}
	for _, l := range leads {
		if _, err := l.next(opRestore); err != nil {
			return err
		}
	}
	if err := Leads.Restore(ctx, tx, leads...); err != nil {
		return err
	}
	for _, l := range leads {
		if l.State != Converted && l.State != Merged {
			l.Owner = uuid.Nil
			l.enter(Pool, tx.Now())
		}
	}
	return Leads.Put(ctx, tx, leads...)
}

// operate does an operation to leads, all of them or none.
func operate(ctx context.Context, tx *storage.Tx, op string, ids []uuid.UUID, change func(*Lead)) error {
	leads, err := load(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, l := range leads {
		state, err := l.next(op)
		if err != nil {
			return err
		}
		l.Reason = ""
		change(l)
		l.enter(state, tx.Now())
	}
	return Leads.Put(ctx, tx, leads...)
}

// enter puts a lead into a state.
func (l *Lead) enter(state string, now time.Time) {
	if l.State != state || l.StateSince.IsZero() {
		l.State, l.StateSince = state, now
	}
}

// chunk is how many records are read at a time.
const chunk = 500

// load returns live leads in the order of their ids, which are distinct.
func load(ctx context.Context, r storage.Reader, ids []uuid.UUID) ([]*Lead, error) {
	return find(ctx, r, ids, storage.LiveOnly)
}

// find returns leads in the order of their ids; one that is not there is
// storage.ErrNotFound, and a repeated id storage.ErrInvalid.
func find(ctx context.Context, r storage.Reader, ids []uuid.UUID, deleted storage.Deleted) ([]*Lead, error) {
	found := make(map[uuid.UUID]*Lead, len(ids))
	for some := range slices.Chunk(ids, chunk) {
		for l, err := range Leads.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, some...), Deleted: deleted}) {
			if err != nil {
				return nil, err
			}
			found[l.ID] = l
		}
	}
	list := make([]*Lead, len(ids))
	for i, id := range ids {
		list[i] = found[id]
		if list[i] == nil {
			return nil, &storage.RecordError{Kind: kindName, ID: id, Err: storage.ErrNotFound}
		}
	}
	if len(found) < len(ids) {
		return nil, &storage.RecordError{Kind: kindName, ID: ids[0], Err: storage.ErrInvalid, Reason: "an id is given twice"}
	}
	return list, nil
}

// distinct returns each value once, in the order of first appearance.
func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	out := make([]T, 0, len(list))
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}
