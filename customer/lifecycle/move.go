package lifecycle

import (
	"cmp"
	"context"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A StageChange is one move of a customer: the event that journeys and reports
// listen to, in the change log as well.
type StageChange struct {
	storage.Meta
	Customer uuid.UUID
	From, To string // From is empty for a customer who had no stage
	At       time.Time
	By       string // the actor of the transaction
	Why      string // its reason or, where it has none, its action
	Move     int64  // the customer's Version after the move: it tells the moves of one moment apart
}

// StageChanges is the kind of stage changes. There is one for each version of a
// customer at most.
var StageChanges = storage.Define[StageChange]("stage_change",
	storage.Ref("customer", func(c *StageChange) *uuid.UUID { return &c.Customer }).To("customer").Existing().Required(),
	storage.Text("from", func(c *StageChange) *string { return &c.From }),
	storage.Text("to", func(c *StageChange) *string { return &c.To }).Required(),
	storage.Time("at", func(c *StageChange) *time.Time { return &c.At }).Required().Indexed(),
	storage.Text("by", func(c *StageChange) *string { return &c.By }).Required(),
	storage.Text("why", func(c *StageChange) *string { return &c.Why }),
	storage.Integer("move", func(c *StageChange) *int64 { return &c.Move }),
).Index("customer", "at").Unique("customer", "move")

// Move puts customers into a stage. Those who are in it stay and nothing is
// recorded of them; each of the others gets a StageChange and a new StageSince.
// Who moves them and why is the origin of the transaction.
//
// It returns ErrTransition where the policy does not allow one of the moves, and
// storage.ErrNotFound for a customer that is not there; then none has moved.
func Move(ctx context.Context, tx *storage.Tx, p Policy, to string, ids ...uuid.UUID) error {
	found, err := customersOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	var moving []step
	for _, id := range ids {
		c := found[id]
		if c == nil {
			return &storage.RecordError{Kind: customer.Kind.Name(), ID: id, Err: storage.ErrNotFound}
		}
		if err := p.Decide(c.Stage, to); err != nil {
			return err
		}
		if c.Stage != to {
			moving = append(moving, step{c, to})
			found[id] = &customer.Customer{Stage: to} // where the id comes again
		}
	}
	return move(ctx, tx, moving)
}

// A step is a customer and the stage that it goes to.
type step struct {
	customer *customer.Customer
	to       string
}

// move writes customers in their new stages and, where no watch does so, the
// changes.
func move(ctx context.Context, tx *storage.Tx, steps []step) error {
	if len(steps) == 0 {
		return nil
	}
	list := make([]*customer.Customer, len(steps))
	changes := make([]*StageChange, len(steps))
	for i, s := range steps {
		list[i] = s.customer
		changes[i] = changeOf(tx, s.customer.ID, s.customer.Stage, s.to, s.customer.Version+1)
		s.customer.Stage, s.customer.StageSince = s.to, tx.Now()
	}
	w := &witness{}
	if err := customer.Kind.Put(context.WithValue(ctx, witnessKey{}, w), tx, list...); err != nil || w.told {
		return err
	}
	return StageChanges.Put(ctx, tx, changes...)
}

// A witness in the context of a write learns whether the watch records it.
type witness struct{ told bool }

type witnessKey struct{}

func changeOf(tx *storage.Tx, id uuid.UUID, from, to string, version int64) *StageChange {
	o := tx.Origin()
	return &StageChange{
		Customer: id, From: from, To: to, Move: version,
		At: tx.Now(), By: o.Actor, Why: cmp.Or(o.Reason, o.Action),
	}
}

// customersOf returns the customers with these ids that are there.
func customersOf(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) (map[uuid.UUID]*customer.Customer, error) {
	found := make(map[uuid.UUID]*customer.Customer, len(ids))
	err := inChunks(ids, func(some []uuid.UUID) error {
		for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, some...)}) {
			if err != nil {
				return err
			}
			found[c.ID] = c
		}
		return nil
	})
	return found, err
}
