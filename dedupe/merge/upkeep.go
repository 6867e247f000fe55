package merge

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// burn removes the journal of a merge.
func burn(ctx context.Context, tx *storage.Tx, merge uuid.UUID) error {
	for {
		page, err := journal.Page(ctx, tx, storage.Query{Where: criteria.Eq("merge", merge), Limit: 20})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		if err := journal.Purge(ctx, tx, page.Items...); err != nil {
			return err
		}
	}
}

// Prune removes what is kept to undo merges for which it is too late, up to limit of
// them, and returns how many there were: call it again while that is limit. The
// Records and the old ids stay.
func Prune(ctx context.Context, tx *storage.Tx, limit int) (int, error) {
	where := criteria.All(criteria.Le("until", tx.Now()), criteria.Related(journal.Name(), "merge", nil))
	page, err := Records.Page(ctx, tx, storage.Query{Where: where, Limit: limit})
	if err != nil {
		return 0, err
	}
	for _, r := range page.Items {
		if err := burn(ctx, tx, r.ID); err != nil {
			return 0, err
		}
	}
	return len(page.Items), nil
}

// Sweep moves records that name a customer who was merged since a moment to the
// one that it is now, and returns how many it moved. There are some where a record
// was deleted before and restored later, or was added, by a ref that is not Existing, in
// the very moment of the merge. They count as added since:
// Unmerge leaves them with the survivor.
func Sweep(ctx context.Context, tx *storage.Tx, since time.Time) (int64, error) {
	m := newMover(ctx, tx, Rules{})
	var err error
	if m.survey, err = look(ctx, tx); err != nil {
		return 0, err
	}
	q := storage.Query{Where: criteria.Ge(storage.FieldCreatedAt, since), Limit: chunk}
	for {
		page, err := Aliases.Page(ctx, tx, q)
		if err != nil {
			return 0, err
		}
		if err := m.sweep(page.Items); err != nil {
			return 0, err
		}
		if page.Next == "" {
			break
		}
		q.After = page.Next
	}
	var n int64
	for _, c := range m.counts {
		n += c.Moved
	}
	return n, nil
}

func (m *mover) sweep(aliases []*Alias) error {
	to := make(map[uuid.UUID]uuid.UUID, len(aliases))
	var customers []uuid.UUID
	for _, a := range aliases {
		to[a.Old] = a.Customer
		customers = append(customers, a.Customer)
	}
	before := m.counts[consent.Records.Name()].Moved
	if err := m.repoint(customerKind, to); err != nil || m.counts[consent.Records.Name()].Moved == before {
		return err
	}
	return consent.Rebuild(m.ctx, m.tx, distinct(customers)...)
}
