package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// The states of an erasure.
const (
	Running = "running" // begun; Erase goes on with it
	Done    = "done"
)

// An Erasure tells that the data of a customer was erased. It stays as the
// proof of it and holds nothing personal but what the reason says.
type Erasure struct {
	storage.Meta
	Subject    string    // the id that the customer had
	StandIn    uuid.UUID // the anonymous customer of what was kept; nil: nothing was
	State      string    // Running or Done
	StartedAt  time.Time
	FinishedAt time.Time
	By         string          // the actor of the request
	Reason     string          // its reason, such as the number of the request: no names here
	Counts     json.RawMessage // see Counted
}

// Erasures is the kind of erasures.
var Erasures = storage.Define[Erasure]("erasure",
	storage.Text("subject", func(e *Erasure) *string { return &e.Subject }).Required().Unique(),
	// Not Existing: the proof outlives the anonymous customer.
	storage.Ref("stand_in", func(e *Erasure) *uuid.UUID { return &e.StandIn }).To(customer.Kind.Name()),
	storage.Text("state", func(e *Erasure) *string { return &e.State }).Required().Indexed(),
	storage.Time("started_at", func(e *Erasure) *time.Time { return &e.StartedAt }).Required(),
	storage.Time("finished_at", func(e *Erasure) *time.Time { return &e.FinishedAt }),
	storage.Text("by", func(e *Erasure) *string { return &e.By }).Required(),
	storage.Text("reason", func(e *Erasure) *string { return &e.Reason }).Required(),
	storage.JSON("counts", func(e *Erasure) *json.RawMessage { return &e.Counts }),
).Fixed()

// A Count is how many records of a kind an erasure has dealt with.
type Count struct {
	Purged     int64 `json:"purged,omitempty"`
	Anonymised int64 `json:"anonymised,omitempty"`
	Changes    int64 `json:"changes,omitempty"` // of the change log, which lost their values
}

// Counted returns what the erasure has done so far, by kind.
func (e *Erasure) Counted() map[string]Count {
	counts := map[string]Count{}
	if len(e.Counts) > 0 && json.Unmarshal(e.Counts, &counts) != nil {
		return map[string]Count{} // written by hand
	}
	return counts
}

// ErasureOf returns the erasure of the customer that had an id, or
// storage.ErrNotFound.
func ErasureOf(ctx context.Context, r storage.Reader, id uuid.UUID) (*Erasure, error) {
	return Erasures.First(ctx, r, storage.Query{Where: criteria.Eq("subject", id.String())})
}

// Kinds are all kinds of this package, for storage.New. They need those of
// package customer.
func Kinds() []storage.Described { return []storage.Described{Holds, Erasures, turns} }

// begin returns the erasure of a customer, and whether it is new: the customer is
// not held then, and is soft-deleted from here on.
func begin(ctx context.Context, tx *storage.Tx, by storage.Origin, id uuid.UUID) (e *Erasure, begun bool, err error) {
	e, err = ErasureOf(ctx, tx, id)
	if !errors.Is(err, storage.ErrNotFound) {
		return e, false, err
	}
	c, err := anyCustomer(ctx, tx, id)
	if err != nil {
		return nil, false, err
	}
	if c.Live() {
		if _, err := customer.Kind.Hold(ctx, tx, id); err != nil {
			return nil, false, err
		}
		if _, err := turns.Take(ctx, tx, id); err != nil {
			return nil, false, err
		}
	}
	if err := checkHolds(ctx, tx, id); err != nil {
		return nil, false, err
	}
	if c.Live() {
		if err := customer.Kind.Delete(ctx, tx, c); err != nil {
			return nil, false, err
		}
	}
	e = &Erasure{Subject: id.String(), State: Running, StartedAt: tx.Now(), By: by.Actor, Reason: by.Reason}
	return e, true, Erasures.Put(ctx, tx, e)
}
