package lead

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Merge merges leads into another that says the same, which is in the pool, owned
// or invalid. What it lacks it takes from them, the first first; it gets their
// tags and interests, and their notes move to it. The merged leads stay readable
// and name it.
//
// A lead that cannot be merged, and merging into one that is converted, merged
// or deleted, is ErrState, or storage.ErrNotFound where it is not there.
func Merge(ctx context.Context, tx *storage.Tx, into uuid.UUID, ids ...uuid.UUID) error {
	leads, err := load(ctx, tx, append([]uuid.UUID{into}, ids...))
	if err != nil {
		return err
	}
	survivor, merged := leads[0], leads[1:]
	if _, err := survivor.next(opMerge); err != nil {
		return err
	}
	for _, l := range merged {
		state, err := l.next(opMerge)
		if err != nil {
			return err
		}
		survivor.absorb(l)
		l.MergedInto = survivor.ID
		l.enter(state, tx.Now())
	}
	// All of them are written, so that of two merges that form a ring one is repeated.
	if err := Leads.Put(ctx, tx, leads...); err != nil {
		return err
	}
	return moveNotes(ctx, tx, survivor.ID, ids)
}

// absorb takes from another lead what this one lacks.
func (l *Lead) absorb(other *Lead) {
	for _, field := range []struct {
		mine   *string
		theirs string
	}{
		{&l.Name, other.Name}, {&l.Company, other.Company}, {&l.Title, other.Title}, {&l.Phone, other.Phone}, {&l.Email, other.Email},
		{&l.Region, other.Region}, {&l.City, other.City}, {&l.Language, other.Language}, {&l.SourceDetail, other.SourceDetail},
	} {
		if *field.mine == "" {
			*field.mine = field.theirs
		}
	}
	if l.Score == nil {
		l.Score = other.Score
	}
	l.Tags, l.Interests = slices.Concat(l.Tags, other.Tags), slices.Concat(l.Interests, other.Interests)
	l.Preferences, l.Values = union(l.Preferences, other.Preferences), union(l.Values, other.Values)
	l.Noted += other.Noted
	if other.FollowedUp.After(l.FollowedUp) {
		l.FollowedUp = other.FollowedUp
	}
	l.Absorbed++
}

// union returns the texts of an object and, where it lacks them, those of another.
func union(mine, theirs []byte) []byte {
	more, err := texts(theirs)
	if err != nil {
		return mine
	}
	has, err := texts(mine)
	if err != nil {
		return mine
	}
	for key, value := range more {
		if _, ok := has[key]; !ok {
			mine = with(mine, key, value)
		}
	}
	return mine
}

// moveNotes lets the notes of leads be about another.
func moveNotes(ctx context.Context, tx *storage.Tx, to uuid.UUID, from []uuid.UUID) error {
	for some := range slices.Chunk(from, chunk) {
		for {
			page, err := Notes.Page(ctx, tx, storage.Query{Where: criteria.In("lead", some...), Limit: chunk})
			if err != nil {
				return err
			}
			if len(page.Items) == 0 {
				break
			}
			for _, n := range page.Items {
				n.Lead = to
			}
			if err := Notes.Put(ctx, tx, page.Items...); err != nil {
				return err
			}
		}
	}
	return nil
}
