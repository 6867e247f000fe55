package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// ErrDecided: somebody has decided about the claim already.
var ErrDecided = errors.New("decided already")

// FileClaim asks, for the actor of the transaction, for a customer that it may not
// see, by the Ref of a candidate, and returns the claim's id. An open claim of the
// same actor for the same customer is not filed again. It is ErrNotFound where the
// candidate is gone. Somebody who may see both decides with DecideClaim.
//
// The transaction is elevated where it is guarded; what it was told about the customer
// stays what the candidate told.
func FileClaim(ctx context.Context, tx *storage.Tx, ref uuid.UUID, reason string) (id uuid.UUID, err error) {
	err = tx.Elevate(ctx, "claim a customer that was found as a possible duplicate", func(tx *storage.Tx) error {
		e, err := entries.Get(ctx, tx, ref)
		if err != nil {
			return err
		}
		by := tx.Origin().Actor
		mine := criteria.All(criteria.Eq("customer", e.Customer), criteria.Eq("by", by), criteria.Eq("state", Open))
		open, err := Claims.First(ctx, tx, storage.Query{Where: mine})
		if err == nil {
			id = open.ID
			return nil
		}
		if !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		claim := &Claim{Customer: e.Customer, By: by, Reason: reason, State: Open}
		err = Claims.Put(ctx, tx, claim)
		id = claim.ID
		return err
	})
	return id, err
}

// DecideClaim grants or refuses a claim, with an answer for the claimant. It changes
// nothing else: who grants also gives the customer another owner, in the same
// transaction. A claim that is not open is ErrDecided, one that the caller does not see
// storage.ErrNotFound.
func DecideClaim(ctx context.Context, tx *storage.Tx, id uuid.UUID, grant bool, answer string) (*Claim, error) {
	claim, err := Claims.Get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if claim.State != Open {
		return nil, fmt.Errorf("live: claim %s was %s by %s: %w: file a new one", id, claim.State, claim.DecidedBy, ErrDecided)
	}
	claim.State = Refused
	if grant {
		claim.State = Granted
	}
	claim.DecidedBy, claim.DecidedAt, claim.Answer = tx.Origin().Actor, tx.Now(), answer
	return claim, Claims.Put(ctx, tx, claim)
}
