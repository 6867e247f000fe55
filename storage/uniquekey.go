package storage

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// A uniqueKey guards one value of a unique custom field: its id is made of
// kind, field and value, so that a second one cannot be inserted.
type uniqueKey struct {
	Meta
	Owner uuid.UUID
}

var uniqueKeys = system(Define[uniqueKey]("unique_key",
	Ref("owner", func(k *uniqueKey) *uuid.UUID { return &k.Owner }),
))

// keyMoves are the guards that a write takes and gives back.
type keyMoves struct {
	claims   map[uuid.UUID]keyClaim
	releases map[uuid.UUID]bool
}

type keyClaim struct {
	schema *Schema
	field  string
	owner  uuid.UUID
}

// planKeys finds out which guards a write moves and whether they are free.
// before and after are in step; an element of either may be nil.
func (tx *Tx) planKeys(ctx context.Context, v *vocabulary, s *Schema, before, after []Record) (*keyMoves, error) {
	moves := &keyMoves{claims: map[uuid.UUID]keyClaim{}, releases: map[uuid.UUID]bool{}}
	for name, def := range v.fields[s.Name] {
		if !def.Unique {
			continue
		}
		for i := range after {
			if err := moves.add(s, name, before[i], after[i]); err != nil {
				return nil, err
			}
		}
	}
	return moves, tx.checkClaims(ctx, moves)
}

func (m *keyMoves) add(s *Schema, name string, before, after Record) error {
	was, is := liveCustom(before, name), liveCustom(after, name)
	if equalKept(was, is) {
		return nil
	}
	if was != nil {
		m.releases[keyID(s, name, was)] = true
	}
	if is == nil {
		return nil
	}
	id, claim := keyID(s, name, is), keyClaim{s, name, idOf(after)}
	if other, taken := m.claims[id]; taken {
		return claim.duplicate(other.owner)
	}
	m.claims[id] = claim
	return nil
}

func (c keyClaim) duplicate(existing uuid.UUID) error {
	return &DuplicateError{Kind: c.schema.Name, ID: c.owner, Key: []string{customPrefix + c.field}, Existing: existing}
}

// checkClaims reports a guard that is held and not released by the same write.
func (tx *Tx) checkClaims(ctx context.Context, m *keyMoves) error {
	ids := make([]uuid.UUID, 0, len(m.claims))
	for id := range m.claims {
		if !m.releases[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	held, err := tx.driver.Get(ctx, uniqueKeys.schema, ids, ForUpdate)
	if err != nil {
		return err
	}
	for i, key := range held {
		if key != nil {
			return tx.veil(m.claims[ids[i]].duplicate(uniqueKeys.of(key).Owner))
		}
	}
	return nil
}

// moveKeys carries the moves out. A failure, which only a race with another
// transaction can cause, makes the transaction fail as a whole.
func (tx *Tx) moveKeys(ctx context.Context, m *keyMoves) error {
	err := tx.releaseKeys(ctx, m)
	if err == nil && len(m.claims) > 0 {
		list := make([]Record, 0, len(m.claims))
		for id, c := range m.claims {
			list = append(list, &uniqueKey{Meta: Meta{ID: id, Version: 1, CreatedAt: tx.now, UpdatedAt: tx.now}, Owner: c.owner})
		}
		err = tx.driver.Insert(ctx, uniqueKeys.schema, list)
	}
	if err != nil {
		tx.doomed = err
	}
	return err
}

func (tx *Tx) releaseKeys(ctx context.Context, m *keyMoves) error {
	if len(m.releases) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, 0, len(m.releases))
	for id := range m.releases {
		ids = append(ids, id)
	}
	held, err := tx.driver.Get(ctx, uniqueKeys.schema, ids, ForUpdate)
	if err != nil {
		return err
	}
	var stamps []Stamp
	for _, key := range held {
		if key != nil {
			stamps = append(stamps, Stamp{idOf(key), key.meta().Version})
		}
	}
	return tx.driver.Delete(ctx, uniqueKeys.schema, stamps)
}

func liveCustom(r Record, name string) any {
	if r == nil || !r.meta().Live() {
		return nil
	}
	return r.meta().Custom.get(name)
}

func keyID(s *Schema, name string, value any) uuid.UUID {
	return nameID("unique", s.Name, name, fmt.Sprint(value))
}
