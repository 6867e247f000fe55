package live

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Learn reads customers, has them matched, and keeps what the matcher has learnt: how
// much agreement in a field says, and which values are frequent. Entries are made by
// it once Rebuild has run, which must follow. Without it the assumptions of package
// dedupe hold. Do it when a tenant has some hundred customers, and again when it has
// ten times as many; changed columns make what was learnt void.
//
// At most limit customers of a type are read, the oldest (0: 200,000); they and what
// the matcher makes of them are in memory at once. Of fewer than 100 nothing is
// learnt. The handle is elevated where it is guarded.
func (c *Checker) Learn(ctx context.Context, t *storage.Tenant, by storage.Origin, limit int) error {
	t, err := t.Elevate(ctx, "learn what tells duplicates")
	if err != nil {
		return err
	}
	p := &profile{}
	if p.Persons, err = c.learn(ctx, t, customer.Person, cmp.Or(limit, 200_000)); err != nil {
		return err
	}
	if p.Organizations, err = c.learn(ctx, t, customer.Organization, cmp.Or(limit, 200_000)); err != nil {
		return err
	}
	return t.Update(ctx, by, func(tx *storage.Tx) error {
		next := *p
		if err := profiles.Put(ctx, tx, &next); err != nil {
			return err
		}
		s, err := stateOf(ctx, tx)
		if err != nil {
			return err
		}
		dropped := s.Next
		s.begin(next.ID)
		if err := states.Put(ctx, tx, s); err != nil {
			return raced(err, storage.ErrDuplicate)
		}
		return s.drop(ctx, tx, dropped)
	})
}

// fewest are the customers that something is learnt from.
const fewest = 100

// learn is the profile of a type of customers, nil if there are too few.
func (c *Checker) learn(ctx context.Context, t *storage.Tenant, typ string, limit int) (json.RawMessage, error) {
	columns, of := c.columns(typ), criteria.Eq("type", typ)
	var records []dedupe.Record
	for s, err := range review.Subjects(ctx, t, of) {
		if err != nil {
			return nil, err
		}
		if records = append(records, s.Record(columns)); len(records) == limit {
			break
		}
	}
	if len(records) < fewest {
		return nil, nil
	}
	m, err := dedupe.New(review.Fields(columns), dedupe.Options{Placeholders: c.reviewer().Placeholders})
	if err != nil {
		return nil, err
	}
	match, err := m.Match(ctx, records)
	if err != nil {
		return nil, err
	}
	all := int64(len(records))
	if len(records) == limit {
		if all, err = customer.Kind.Count(ctx, t, storage.Query{Where: of}); err != nil {
			return nil, err
		}
	}
	return json.Marshal(match.Profile(dedupe.ProfileOptions{Population: int(all)}))
}

// stateOf returns the state of a tenant, a new one where there is none.
func stateOf(ctx context.Context, tx *storage.Tx) (*state, error) {
	s, err := statesByName.Get(ctx, tx, stateName)
	if errors.Is(err, storage.ErrNotFound) {
		return &state{Name: stateName}, nil
	}
	return s, err
}

// begin lets the work begin anew, with a profile.
func (s *state) begin(next uuid.UUID) {
	s.Next, s.Busy, s.After, s.Seen = next, true, "", 0
}

// drop removes a profile that nobody uses any more.
func (s *state) drop(ctx context.Context, tx *storage.Tx, id uuid.UUID) error {
	if id == uuid.Nil || id == s.Profile || id == s.Next {
		return nil
	}
	p, err := profiles.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	return profiles.Purge(ctx, tx, p)
}

// rebuilt is how many customers one transaction of Rebuild looks at.
const rebuilt = 500

// Rebuild makes the entries of all customers of a tenant that lack one or have
// another than they should: after the watch was added to a store that has customers,
// after Learn, after a change of columns or rules, after writes past the
// watch. What is made waits for Sweep. Writes and checks go on meanwhile, and find
// by old keys and by new ones.
//
// It works in short transactions, 500 customers each, and remembers how far it
// came: after an error or an end of the context, the next call goes on there. The
// handle is elevated where it is guarded. progress is told how many customers were
// looked at, deleted ones included; it may be nil.
func (c *Checker) Rebuild(ctx context.Context, t *storage.Tenant, by storage.Origin, progress storage.Progress) error {
	t, err := t.Elevate(ctx, "find keys of all customers for a look for duplicates")
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		var now *state
		err := t.Update(ctx, by, func(tx *storage.Tx) (err error) {
			now, err = c.rebuildSome(ctx, tx, first)
			return err
		})
		if err != nil {
			return err
		}
		if progress != nil {
			progress(int(now.Seen))
		}
		if !now.Busy {
			return nil
		}
	}
}

// rebuildSome does the next part of the work.
func (c *Checker) rebuildSome(ctx context.Context, tx *storage.Tx, first bool) (*state, error) {
	s, err := stateOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	if !s.Busy {
		if !first {
			return s, nil // another call has finished
		}
		s.begin(s.Profile)
	}
	page, err := customer.Kind.Page(ctx, tx, storage.Query{Limit: rebuilt, After: storage.Cursor(s.After), Deleted: storage.DeletedToo})
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(page.Items))
	for i, one := range page.Items {
		ids[i] = one.ID
	}
	work, before := &settling{Checker: c, ctx: ctx, tx: tx, mode: Off}, *s
	if work.judges, err = c.judgesOf(ctx, tx, &before); err != nil {
		return nil, err
	}
	s.After, s.Seen = string(page.Next), s.Seen+int64(len(ids))
	if page.Next == "" {
		s.Profile, s.Next, s.Busy = s.Next, uuid.Nil, false
	}
	// First of all, so that of two calls one waits for the other, where the database can
	// make it, instead of doing the same work in vain.
	if err := states.Put(ctx, tx, s); err != nil {
		return nil, raced(err, storage.ErrDuplicate)
	}
	if err := work.remake(ids); err != nil || s.Busy {
		return s, err
	}
	return s, s.drop(ctx, tx, before.Profile)
}

// remake settles customers, and keeps those that get an entry from being purged
// meanwhile.
func (s *settling) remake(ids []uuid.UUID) error {
	making := *s
	making.judges = s.judges.keepingAlone() // nobody is looked for, by whatever keys
	changes, gone, err := making.refresh(ids)
	if err != nil {
		return err
	}
	list := make([]*hold, len(changes))
	for i, ch := range changes {
		list[i] = &hold{Customer: ch.customer}
	}
	if err := holds.Put(s.ctx, s.tx, list...); err != nil {
		return raced(err, storage.ErrInvalid)
	}
	if err := holds.Purge(s.ctx, s.tx, list...); err != nil {
		return err
	}
	linked, err := s.link(nil, gone)
	if err != nil {
		return err
	}
	return s.recluster(linked)
}
