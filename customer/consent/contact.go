package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// CanContact says whether a customer may be contacted through a channel for a
// purpose at a moment, which is mostly the present one (storage.Tx.Now): ask just
// before sending, in the transaction that records that something is sent. A
// moment of the past is answered by what was stated until then.
//
// A customer who is deleted, or whom the caller may not see, may not be contacted.
// Any, or nothing, for the channel or the purpose is storage.ErrInvalid.
func (p Policy) CanContact(ctx context.Context, r storage.Reader, id uuid.UUID, channel, purpose string, now time.Time) (Decision, error) {
	found, err := p.CanContactAll(ctx, r, []uuid.UUID{id}, channel, purpose, now)
	return found[id], err
}

// CanContactAll is CanContact for many customers, in a few queries for each
// thousand of them. Every id has a decision.
func (p Policy) CanContactAll(ctx context.Context, r storage.Reader, ids []uuid.UUID, channel, purpose string, now time.Time) (map[uuid.UUID]Decision, error) {
	at := cell{channel, purpose}
	if !at.single() {
		return nil, fmt.Errorf("consent: %w: channel %q and purpose %q: ask about one channel and one purpose", storage.ErrInvalid, channel, purpose)
	}
	now = storage.NormalTime(now)
	decisions := make(map[uuid.UUID]Decision, len(ids))
	for some := range slices.Chunk(ids, chunk) {
		boards, err := boardsAt(ctx, r, some, at, now)
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			decisions[id] = boards[id].decide(p, at, now)
		}
		if err := forgetUnknown(ctx, r, some, decisions); err != nil {
			return nil, err
		}
	}
	return decisions, nil
}

// chunk is how many customers are looked up at once.
const chunk = 1000

// boardsAt returns what counted for a cell at a moment.
func boardsAt(ctx context.Context, r storage.Reader, ids []uuid.UUID, at cell, now time.Time) (map[uuid.UUID]board, error) {
	cells := append(at.wider(), at)
	boards, err := stored(ctx, r, criteria.All(criteria.In("customer", ids...), about(cells)))
	if err != nil {
		return nil, err
	}
	var changed []uuid.UUID // since that moment
	for id, b := range boards {
		for _, s := range b {
			if s.At.After(now) {
				changed = append(changed, id)
				delete(boards, id)
				break
			}
		}
	}
	if len(changed) == 0 {
		return boards, nil
	}
	where := criteria.All(criteria.In("customer", changed...), about(cells), criteria.Le("at", now))
	for rec, err := range Records.Each(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		boardOf(boards, rec.Customer).add(rec.state())
	}
	return boards, nil
}

// stored returns what the States say that a condition chooses.
func stored(ctx context.Context, r storage.Reader, where criteria.Criterion) (map[uuid.UUID]board, error) {
	boards := map[uuid.UUID]board{}
	for s, err := range States.Find(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		boardOf(boards, s.Customer)[cell{s.Channel, s.Purpose}] = s
	}
	return boards, nil
}

func boardOf(boards map[uuid.UUID]board, id uuid.UUID) board {
	b := boards[id]
	if b == nil {
		b = board{}
		boards[id] = b
	}
	return b
}

// about matches what is said of some cells.
func about(cells []cell) criteria.Criterion {
	of := make([]criteria.Criterion, len(cells))
	for i, c := range cells {
		of[i] = criteria.All(criteria.Eq("channel", c.channel), criteria.Eq("purpose", c.purpose))
	}
	return criteria.Any(of...)
}

// forgetUnknown takes back the decisions in favour of customers who are not there.
func forgetUnknown(ctx context.Context, r storage.Reader, ids []uuid.UUID, decisions map[uuid.UUID]Decision) error {
	allowed := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		if decisions[id].Allowed {
			allowed[id] = true
		}
	}
	if len(allowed) == 0 {
		return nil
	}
	where := criteria.In("id", slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return !allowed[id] })...)
	for c, err := range customer.Kind.Each(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return err
		}
		delete(allowed, c.ID)
	}
	for id := range allowed {
		decisions[id] = Decision{Reason: Unknown}
	}
	return nil
}

// History returns the statements of a customer, oldest first.
func History(ctx context.Context, r storage.Reader, id uuid.UUID) ([]*Record, error) {
	q := storage.Query{Where: criteria.Eq("customer", id), Order: []storage.Order{{Field: "at"}}}
	return storage.Collect(Records.Find(ctx, r, q))
}
