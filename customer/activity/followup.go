package activity

import (
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Effective is the policy of a Recorder that has none: an interaction counts as
// a follow-up if its source says so, and a visit of ours to a customer always
// does.
func Effective(i *customer.Interaction) bool {
	return i.Effective || i.Channel == ChannelVisit && i.Direction != customer.Inbound
}

// FollowUp moves Customer.FollowedUp of the customers of effective interactions
// forward to when these took place, and never back: interactions that come late
// or in any order leave the latest moment. A device whose clock runs ahead cannot
// move it past the moment of the transaction.
//
// Record, Ingest and the watches call it; a host does for interactions that it
// writes itself. Two transactions that move one customer at the same time are a
// storage.ErrConflict for one of them, which Update repeats. A guard that hides
// the customer, or keeps the caller from writing the field, leaves it as it is:
// with the watches installed it is moved all the same.
func FollowUp(ctx context.Context, tx *storage.Tx, list ...*customer.Interaction) error {
	latest := latestContact(list, tx.Now())
	ids := make([]uuid.UUID, 0, len(latest))
	for id := range latest {
		ids = append(ids, id)
	}
	for part := range slices.Chunk(distinct(ids), together) {
		if err := moveFollowedUp(ctx, tx, part, latest); err != nil {
			return err
		}
	}
	return nil
}

// latestContact returns the last effective contact with each customer, not later
// than now.
func latestContact(list []*customer.Interaction, now time.Time) map[uuid.UUID]time.Time {
	latest := map[uuid.UUID]time.Time{}
	for _, i := range list {
		if !i.Effective || i.Customer == uuid.Nil {
			continue
		}
		at := i.OccurredAt
		if at.After(now) {
			at = now
		}
		if at.After(latest[i.Customer]) {
			latest[i.Customer] = at
		}
	}
	return latest
}

func moveFollowedUp(ctx context.Context, tx *storage.Tx, ids []uuid.UUID, latest map[uuid.UUID]time.Time) error {
	var moved []*customer.Customer
	for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return err
		}
		if at := latest[c.ID]; storage.NormalTime(at).After(c.FollowedUp) {
			c.FollowedUp = at
			moved = append(moved, c)
		}
	}
	return customer.Kind.Put(ctx, tx, moved...)
}
