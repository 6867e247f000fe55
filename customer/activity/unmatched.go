package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Unmatched is an interaction that waits for somebody, or for a new contact
// point, to say which customer it was with. It is purged when that is known.
type Unmatched struct {
	storage.Meta
	Interaction uuid.UUID
	// Ambiguous: when it came, there were several customers that it might be with.
	// Otherwise there was none. Candidates returns those of today.
	Ambiguous bool
	Keys      []string        // the addresses of its parties, as Interaction.Parties has them
	Parties   json.RawMessage // the same in parts, each party by itself

	of *customer.Interaction // before it is stored
}

// Queue is the kind of interactions that wait to be matched, the oldest first.
var Queue = storage.Define[Unmatched]("unmatched_interaction",
	storage.Ref("interaction", func(u *Unmatched) *uuid.UUID { return &u.Interaction }).To("interaction").Existing().Required().Unique(),
	storage.Bool("ambiguous", func(u *Unmatched) *bool { return &u.Ambiguous }),
	storage.Texts("keys", func(u *Unmatched) *[]string { return &u.Keys }).Indexed().Personal(),
	storage.JSON("parties", func(u *Unmatched) *json.RawMessage { return &u.Parties }).Personal(),
).Fixed()

// waiting returns the place in the queue of an interaction.
func waiting(i *customer.Interaction, parties []party, ambiguous bool) *Unmatched {
	text, err := json.Marshal(parties)
	if err != nil {
		text = nil // texts always marshal
	}
	return &Unmatched{of: i, Ambiguous: ambiguous, Keys: i.Parties, Parties: text}
}

// parties returns the parties as they were matched.
func (u *Unmatched) parties() ([]party, error) {
	var list []party
	if err := json.Unmarshal(u.Parties, &list); err != nil {
		return nil, fmt.Errorf("unmatched %s: its parties cannot be read: %w", u.ID, err)
	}
	return list, nil
}

// Candidates returns the customers that an interaction in the queue may be with,
// as things stand, in the order of their ids; none if nobody has one of its
// addresses. The reader sees no more than it may.
func Candidates(ctx context.Context, from storage.Reader, u *Unmatched) ([]*customer.Customer, error) {
	parties, err := u.parties()
	if err != nil {
		return nil, err
	}
	known, err := lookUp(ctx, from, slices.Concat(parties...))
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, found := range known {
		ids = append(ids, found...)
	}
	var list []*customer.Customer
	for c, err := range customer.Kind.Find(ctx, from, storage.Query{Where: criteria.In(storage.FieldID, distinct(ids)...)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// Resolve attaches an interaction in the queue to a customer and takes it out of
// the queue. If it names a visitor of the web site, the visitor is identified.
//
// An entry that is not in the queue any more is storage.ErrConflict, and a customer
// that does not exist storage.ErrInvalid.
func Resolve(ctx context.Context, tx *storage.Tx, u *Unmatched, id uuid.UUID) error {
	return takeOut(ctx, tx, []*Unmatched{u}, map[*Unmatched][]uuid.UUID{u: {id}})
}

// Dismiss takes entries out of the queue whose interactions are with no
// customer. These stay stored without one. An entry that is not in the queue any
// more is storage.ErrConflict.
func Dismiss(ctx context.Context, tx *storage.Tx, list ...*Unmatched) error {
	if len(list) == 0 {
		return nil
	}
	return dequeue(ctx, tx, list)
}

// Rematch tries again to match what is in the queue under one of these keys, and
// without keys the whole queue, and returns how many interactions found their
// customer. Keys are those of Unmatched.Keys.
//
// The watches of a Recorder call it when a contact point or identity appears. They
// miss one that is committed while an event that it would match is being stored,
// so a host calls it for the whole queue now and then.
func Rematch(ctx context.Context, tx *storage.Tx, keys ...string) (int, error) {
	if len(keys) == 0 {
		return rematchPages(ctx, tx, nil)
	}
	matched := 0
	for part := range slices.Chunk(keys, together) {
		n, err := rematchPages(ctx, tx, criteria.HasAny("keys", part...))
		if matched += n; err != nil {
			return matched, err
		}
	}
	return matched, nil
}

// rematchPages works through the queue a page at a time.
func rematchPages(ctx context.Context, tx *storage.Tx, where criteria.Criterion) (int, error) {
	matched := 0
	query := storage.Query{Where: where, Limit: together}
	for {
		page, err := Queue.Page(ctx, tx, query)
		if err != nil {
			return matched, err
		}
		n, err := rematch(ctx, tx, page.Items)
		if matched += n; err != nil || page.Next == "" {
			return matched, err
		}
		query.After = page.Next
	}
}

// rematch attaches those of the entries that are known by now.
func rematch(ctx context.Context, tx *storage.Tx, list []*Unmatched) (int, error) {
	parties := make([][]party, len(list))
	var addresses []address
	for n, u := range list {
		var err error
		if parties[n], err = u.parties(); err != nil {
			return 0, err
		}
		addresses = append(addresses, slices.Concat(parties[n]...)...)
	}
	known, err := lookUp(ctx, tx, addresses)
	if err != nil {
		return 0, err
	}
	found := map[*Unmatched][]uuid.UUID{}
	var matched []*Unmatched
	for n, u := range list {
		if v := known.match(parties[n]); len(v.customers) > 0 {
			found[u], matched = v.customers, append(matched, u)
		}
	}
	return len(matched), takeOut(ctx, tx, matched, found)
}

// takeOut attaches the interactions of entries to their customers and takes the
// entries out of the queue.
func takeOut(ctx context.Context, tx *storage.Tx, list []*Unmatched, found map[*Unmatched][]uuid.UUID) error {
	if len(list) == 0 {
		return nil
	}
	waiting := make(map[uuid.UUID]*Unmatched, len(list))
	ids := make([]uuid.UUID, len(list))
	for n, u := range list {
		waiting[u.Interaction], ids[n] = u, u.Interaction
	}
	var attached []*customer.Interaction
	known := map[string]uuid.UUID{}
	for i, err := range customer.Interactions.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return err
		}
		u := waiting[i.ID]
		if i.Customer != uuid.Nil {
			return overtaken(u)
		}
		attached = append(attached, copies(i, found[u])...)
		if i.Visitor != "" && len(found[u]) == 1 {
			known[i.Visitor] = found[u][0]
		}
	}
	if err := store(ctx, tx, attached); err != nil {
		return err
	}
	if err := dequeue(ctx, tx, list); err != nil {
		return err
	}
	_, err := identify(ctx, tx, known)
	return err
}

// dequeue takes entries out of the queue.
func dequeue(ctx context.Context, tx *storage.Tx, list []*Unmatched) error {
	err := Queue.Purge(ctx, tx, list...)
	if errors.Is(err, storage.ErrNotFound) {
		return overtaken(list[0])
	}
	return err
}

// overtaken is the conflict with a transaction that took an entry, or another of
// its batch, out of the queue meanwhile. Update repeats the work.
func overtaken(u *Unmatched) error {
	return &storage.ConflictError{Kind: Queue.Name(), ID: u.ID, Version: u.Version}
}
