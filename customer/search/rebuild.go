package search

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A state says how far Rebuild has come. A tenant has one.
type state struct {
	storage.Meta
	Name  string // stateName
	Forms string // the version of the keys that are being made or were made
	After string // the cursor of the next customers
	Seen  int64  // customers looked at
	Done  bool
}

var states = storage.Define[state]("search_state",
	storage.Text("name", func(s *state) *string { return &s.Name }).Required().Unique(),
	storage.Text("forms", func(s *state) *string { return &s.Forms }).Required(),
	storage.Text("after", func(s *state) *string { return &s.After }),
	storage.Integer("seen", func(s *state) *int64 { return &s.Seen }),
	storage.Bool("done", func(s *state) *bool { return &s.Done }),
).Untracked().Fixed()

var statesByName = states.Key("name")

const stateName = "keys"

// A hold names a record of which Rebuild makes keys, so that it is not purged
// meanwhile and leaves keys behind. It is gone when the transaction ends.
type hold struct {
	storage.Meta
	Customer uuid.UUID
	Contact  uuid.UUID
}

var holds = storage.Define[hold]("search_hold",
	storage.Ref("customer", func(h *hold) *uuid.UUID { return &h.Customer }).To(customer.Kind.Name()).Existing().Indexed(),
	storage.Ref("contact", func(h *hold) *uuid.UUID { return &h.Contact }).To(customer.ContactPoints.Name()).Existing().Indexed(),
).Untracked().Fixed()

// keyVersion changes when forms returns something else for some name.
const keyVersion = "2"

func (f Finder) version() string { return keyVersion + "/" + f.Version }

// Ready reports whether a Rebuild of the finder's Version has finished, so that
// Spelling and Domain find every customer. A tenant whose customers were all stored
// through the watch finds them without one, and yet is not ready before.
func (f Finder) Ready(ctx context.Context, r storage.Reader) (bool, error) {
	s, err := statesByName.Look(ctx, r, stateName)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return err == nil && s.Done && s.Forms == f.version(), err
}

// rebuilt is how many customers one transaction of Rebuild looks at.
const rebuilt = 500

// Rebuild makes the keys of all customers of a tenant that lack them or have
// others than the finder wants, and takes away those of deleted ones: after the
// watch was added to a store that has customers, after a change of Version, after
// writes past the watch. Searches and writes go on meanwhile.
//
// It works in short transactions, 500 customers each, and remembers in each how
// far it came: after an error or an end of the context, the next call goes on
// there. Several calls at once share the work. One that finds everything done
// begins from the start; what is right already is only read.
//
// The tenant's handle is elevated where it is guarded, which the guard may refuse.
// progress is told how many customers were looked at, deleted ones included.
func (f Finder) Rebuild(ctx context.Context, t *storage.Tenant, by storage.Origin, progress storage.Progress) error {
	t, err := t.Elevate(ctx, "search: make the keys of all customers")
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		var s *state
		err := t.Update(ctx, by, func(tx *storage.Tx) error {
			var err error
			s, err = f.rebuildSome(ctx, tx, first)
			return err
		})
		if err != nil {
			return err
		}
		if progress != nil {
			progress(int(s.Seen))
		}
		if s.Done {
			return nil
		}
	}
}

// rebuildSome does the next part of the work.
func (f Finder) rebuildSome(ctx context.Context, tx *storage.Tx, first bool) (*state, error) {
	s, err := f.resume(ctx, tx, first)
	if err != nil || s.Done {
		return s, err
	}
	q := storage.Query{Limit: rebuilt, After: storage.Cursor(s.After), Deleted: storage.DeletedToo}
	page, err := customer.Kind.Page(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(page.Items))
	for i, c := range page.Items {
		ids[i] = c.ID
	}
	if err := f.remake(ctx, tx, ids); err != nil {
		return nil, err
	}
	s.After, s.Seen, s.Done = string(page.Next), s.Seen+int64(len(page.Items)), page.Next == ""
	return s, raced(states.Put(ctx, tx, s), storage.ErrDuplicate)
}

// resume returns where the work stands. In the first transaction of a call, work
// that is done or of another version begins anew.
func (f Finder) resume(ctx context.Context, tx *storage.Tx, first bool) (*state, error) {
	s, err := statesByName.Get(ctx, tx, stateName)
	if errors.Is(err, storage.ErrNotFound) {
		return &state{Name: stateName, Forms: f.version()}, nil
	}
	if err != nil {
		return nil, err
	}
	if s.Forms != f.version() || first && s.Done {
		s.Forms, s.After, s.Seen, s.Done = f.version(), "", 0, false
	}
	return s, nil
}

// remake makes the keys of customers and their mail addresses. It reads the keys
// before what they are made of: if somebody writes that in between, the keys are
// not those that were read any more, and this transaction is repeated.
func (f Finder) remake(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) error {
	own := criteria.In("customer", ids...)
	known, err := stored(ctx, tx, own)
	if err != nil {
		return err
	}
	var h holding
	var work []keyed
	for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return err
		}
		work = append(work, f.keyed(c))
		h.customers = append(h.customers, c.ID)
	}
	emails := storage.Query{Where: criteria.All(own, criteria.Eq("type", customer.Email))}
	for p, err := range customer.ContactPoints.Find(ctx, tx, emails) {
		if err != nil {
			return err
		}
		work = append(work, f.keyed(p))
		h.contacts = append(h.contacts, p.ID)
	}
	changed, err := settle(ctx, tx, withGone(work, known), known)
	if err != nil {
		return err
	}
	return h.keep(ctx, tx, changed)
}

// withGone adds the records that have keys and are not there, which lose them.
func withGone(work []keyed, known map[uuid.UUID][]*key) []keyed {
	there := make(map[uuid.UUID]bool, len(work))
	for _, k := range work {
		there[k.record] = true
	}
	for record := range known {
		if !there[record] {
			work = append(work, keyed{record: record})
		}
	}
	return work
}

// A holding is the records that were read.
type holding struct{ customers, contacts []uuid.UUID }

// keep holds those whose keys were written, so that they are not purged until the
// transaction ends. One that is gone already is a conflict.
func (h holding) keep(ctx context.Context, tx *storage.Tx, changed []uuid.UUID) error {
	written := make(map[uuid.UUID]bool, len(changed))
	for _, id := range changed {
		written[id] = true
	}
	var list []*hold
	for _, id := range h.customers {
		if written[id] {
			list = append(list, &hold{Customer: id})
		}
	}
	for _, id := range h.contacts {
		if written[id] {
			list = append(list, &hold{Contact: id})
		}
	}
	if err := holds.Put(ctx, tx, list...); err != nil {
		return raced(err, storage.ErrInvalid)
	}
	return holds.Purge(ctx, tx, list...)
}
