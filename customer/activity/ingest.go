package activity

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An Ingested says what became of a batch.
type Ingested struct {
	// Stored are the interactions that are new, in the order of their events. An
	// event with several customers has one for each.
	Stored []*customer.Interaction
	// Known is how many events had been delivered before, or twice in the batch.
	Known int
	// Unmatched is how many of the events now stand in the queue; see Unmatched.
	Unmatched int
}

// Ingest stores what channels report and finds the customers that it belongs to.
//
// An event that was delivered before, by source and external id, is left as it
// is stored, whatever it says now: batches may overlap and come again. The others
// go
//
//   - to the customer that the event names itself;
//   - to the customers that its parties are known as: to each of them, where a
//     meeting has several; the first copy carries the external id, and all
//     carry it as their Conversation where the event states none;
//   - to the customer that its visitor was identified as; see Identify. If a
//     party of the event is known, its visitor is identified by that;
//   - to nobody, and into the queue of Unmatched, if it names parties of whom none
//     is known, or one may be several customers and no other is known;
//   - to nobody, if it names no party: a visitor without a name, or a message in
//     a group by one of ours.
//
// Effective interactions move Customer.FollowedUp. The whole batch takes a fixed
// number of queries for each thousand addresses.
//
// Matching sees what the transaction's handle sees. Ingest through one that is
// not guarded, or customers that are hidden from the caller are not known.
//
// The error is an *EventError for an event that cannot be stored, which wraps
// ErrUnknownChannel or storage.ErrInvalid, or one of package storage. Nothing
// is written then.
func (r Recorder) Ingest(ctx context.Context, tx *storage.Tx, events []Event) (Ingested, error) {
	prepared, err := r.prepare(events)
	if err != nil {
		return Ingested{}, err
	}
	var b *batch
	err = again(func() error {
		b = &batch{Recorder: r, tx: tx}
		return b.store(ctx, prepared)
	})
	if err != nil {
		return Ingested{}, err
	}
	return b.settle(ctx, len(events))
}

// again repeats work that another transaction came before with the same keys: what
// it committed is seen at the next attempt.
func again(work func() error) error {
	const attempts = 5
	for n := 1; ; n++ {
		err := work()
		if n == attempts || !errors.Is(err, storage.ErrDuplicate) {
			return err
		}
	}
}

// A batch is the storing of one batch of events.
type batch struct {
	Recorder
	tx       *storage.Tx
	fresh    []pending
	owners   owners
	visitors map[string]*Visitor
	stored   []*customer.Interaction
	queue    []*Unmatched
	known    map[string]uuid.UUID // visitors that an event of the batch identifies
}

// store matches and stores the interactions that are not there yet. When it fails
// with ErrDuplicate, nothing is written.
func (b *batch) store(ctx context.Context, prepared []pending) error {
	var err error
	if b.fresh, err = unknown(ctx, b.tx, prepared); err != nil {
		return err
	}
	if b.owners, err = lookUp(ctx, b.tx, b.addresses()); err != nil {
		return err
	}
	if b.visitors, err = visitorsOf(ctx, b.tx, b.visitorNames()); err != nil {
		return err
	}
	b.placeAll()
	return customer.Interactions.Put(ctx, b.tx, b.stored...)
}

// unknown returns the events that are not stored yet.
func unknown(ctx context.Context, from storage.Reader, prepared []pending) ([]pending, error) {
	bySource := map[string][]string{}
	for n := range prepared {
		if o := originOf(&prepared[n].record); o.ok() {
			bySource[o.source] = append(bySource[o.source], o.id)
		}
	}
	there := map[origin]bool{}
	for source, ids := range bySource {
		found, err := interactionsOf(ctx, from, source, ids)
		if err != nil {
			return nil, err
		}
		for o := range found {
			there[o] = true
		}
	}
	fresh := make([]pending, 0, len(prepared))
	for _, p := range prepared {
		if !there[originOf(&p.record)] {
			fresh = append(fresh, p)
		}
	}
	return fresh, nil
}

// interactionsOf returns the ids of the stored interactions with these external ids.
func interactionsOf(ctx context.Context, from storage.Reader, source string, ids []string) (map[origin]uuid.UUID, error) {
	found := make(map[origin]uuid.UUID, len(ids))
	for part := range slices.Chunk(ids, together) {
		where := criteria.All(criteria.Eq("source", source), criteria.In("external_id", part...))
		for i, err := range customer.Interactions.Each(ctx, from, storage.Query{Where: where}) {
			if err != nil {
				return nil, err
			}
			found[originOf(i)] = i.ID
		}
	}
	return found, nil
}

// addresses returns the addresses of all parties.
func (b *batch) addresses() []address {
	var list []address
	for _, p := range b.fresh {
		list = append(list, slices.Concat(p.parties...)...)
	}
	return list
}

func (b *batch) visitorNames() []string {
	var names []string
	for _, p := range b.fresh {
		if p.record.Visitor != "" {
			names = append(names, p.record.Visitor)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// placeAll decides where the events go. The visitors that one of them identifies
// are known for all.
func (b *batch) placeAll() {
	verdicts := make([]verdict, len(b.fresh))
	b.known = map[string]uuid.UUID{}
	for n, p := range b.fresh {
		v := b.owners.match(p.parties)
		if p.record.Customer != uuid.Nil {
			v = verdict{customers: []uuid.UUID{p.record.Customer}}
		}
		if verdicts[n] = v; len(v.customers) == 1 && p.record.Visitor != "" {
			b.known[p.record.Visitor] = v.customers[0]
		}
	}
	for n := range b.fresh {
		b.place(b.fresh[n], verdicts[n])
	}
}

// place decides where an event goes.
func (b *batch) place(p pending, v verdict) {
	i := p.record
	b.complete(&i, b.tx)
	switch known := b.identified(i.Visitor); {
	case len(v.customers) > 0:
	case known != uuid.Nil:
		v.customers = []uuid.UUID{known}
	case len(p.parties) > 0:
		b.queue = append(b.queue, waiting(&i, p.parties, v.ambiguous))
	}
	b.stored = append(b.stored, copies(&i, v.customers)...)
}

// identified returns the customer that a visitor is known as.
func (b *batch) identified(visitor string) uuid.UUID {
	if id, ok := b.known[visitor]; ok {
		return id
	}
	if v := b.visitors[visitor]; v != nil {
		return v.Customer
	}
	return uuid.Nil
}

// copies returns an interaction for each customer, the given one for the first.
// Only that one keeps the external id, which is unique.
func copies(i *customer.Interaction, customers []uuid.UUID) []*customer.Interaction {
	list := []*customer.Interaction{i}
	if len(customers) == 0 {
		return list
	}
	i.Customer = customers[0]
	if len(customers) > 1 && i.Conversation == "" {
		i.Conversation = i.ExternalID
	}
	for _, id := range customers[1:] {
		c := *i
		c.Meta = storage.Meta{Custom: i.Custom}
		c.Customer, c.ExternalID = id, ""
		list = append(list, &c)
	}
	return list
}

// settle writes what goes with the interactions once they are stored.
func (b *batch) settle(ctx context.Context, events int) (Ingested, error) {
	for _, u := range b.queue {
		u.Interaction = u.of.ID
	}
	if err := Queue.Put(ctx, b.tx, b.queue...); err != nil {
		return Ingested{}, err
	}
	if err := b.seeVisitors(ctx); err != nil {
		return Ingested{}, err
	}
	if err := FollowUp(ctx, b.tx, b.stored...); err != nil {
		return Ingested{}, err
	}
	return Ingested{Stored: b.stored, Known: events - len(b.fresh), Unmatched: len(b.queue)}, nil
}
