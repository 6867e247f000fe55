package storage

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
)

// A Claim says which records to lease, and for how long.
type Claim struct {
	Where criteria.Criterion // which records are meant; nil: all
	Due   string             // a time field: the record is due from then on; absent: not due
	Until string             // a time field, for Lease to keep: leased until then
	Limit int                // at most so many; at least 1
	For   time.Duration      // how long; at least a microsecond
}

// Lease takes up to Limit due records that nobody holds, the longest due first,
// and holds them for a time: until then no other Lease returns them. It is the base of queues and
// timers: many workers may call it at once, and in Postgres they do not wait
// for each other.
//
// The Version of each record returned is the fencing token of the lease: it
// grows with every lease. A worker ends its work by Put, Delete or Purge of the
// record that it got, clearing the field Until or moving Due on. If it
// stalled and another has leased the record meanwhile, that is ErrConflict,
// and its late result does no harm. A record that is changed while it is
// leased takes the lease away in the same manner.
//
// by stands in the change log unless the kind is Untracked, as queues should be.
func (k *Kind[T]) Lease(ctx context.Context, t *Tenant, by Origin, c Claim) ([]*T, error) {
	if err := k.checkClaim(c); err != nil {
		return nil, err
	}
	var leased []*T
	err := t.Update(ctx, by, func(tx *Tx) error {
		leased = nil
		p, err := tx.duePlan(ctx, k.schema, c)
		if err != nil {
			return err
		}
		found, err := tx.driver.Find(ctx, p)
		if err != nil {
			return err
		}
		until := k.schema.Field(c.Until)
		for _, r := range found {
			own := k.schema.copy(r)
			if err := until.Set(own, NormalTime(tx.now.Add(c.For))); err != nil {
				return err
			}
			leased = append(leased, k.of(own))
		}
		return k.Put(ctx, tx, leased...)
	})
	if err != nil {
		return nil, err
	}
	return leased, nil
}

func (k *Kind[T]) checkClaim(c Claim) error {
	for _, name := range []string{c.Due, c.Until} {
		if f := k.schema.Field(name); f == nil || f.Type != criteria.Time || c.Due == c.Until {
			return fault(ErrInvalid, "a lease of %s needs two time fields, not %q and %q", k.schema.Name, c.Due, c.Until)
		}
	}
	if c.Limit < 1 || c.For < time.Microsecond {
		return fault(ErrInvalid, "a lease of %d records for %v: use at least 1, for at least a microsecond", c.Limit, c.For)
	}
	return nil
}

// duePlan finds the records to lease.
func (tx *Tx) duePlan(ctx context.Context, s *Schema, c Claim) (*Plan, error) {
	p, err := tx.plan(ctx, s, Query{
		Where: criteria.All(c.Where,
			criteria.Le(c.Due, criteria.Now()),
			criteria.Any(criteria.Missing(c.Until), criteria.Le(c.Until, criteria.Now()))),
		Order: []Order{{Field: c.Due}},
		Limit: c.Limit,
	})
	if err == nil {
		p.Lock = SkipLocked
	}
	return p, err
}
