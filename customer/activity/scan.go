package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Scan is somebody's scanning of a code of ours in a shop: at the till, on a
// table.
type Scan struct {
	Channel, Scope, Account string // the identity that the channel tells; see customer.Identity; Channel and Account are required
	Name                    string // what the channel calls the person; "": the account
	Store                   string // where; required
	Scene                   string // "cashier", "table 12"
	At                      time.Time
	ID                      string // of the event, unique within the store; "": one scan of a person at a moment
}

// Scans makes members of people who scan a code, and returns the customers in
// step with the scans. Who is known by the identity stays one customer. Others are
// new: of type customer.Person, with the identity, and with the source
// "store:" and the Store of the first scan.
//
// Each scan is an inbound interaction on ChannelVisit of type
// "scan", with the values {"store","scene"} and the store as its source. One that comes twice is
// stored once. It is no follow-up unless the policy of the Recorder makes it one.
func (r Recorder) Scans(ctx context.Context, tx *storage.Tx, scans []Scan) ([]uuid.UUID, error) {
	events := make([]Event, len(scans))
	for n, s := range scans {
		e, err := s.event()
		if err == nil {
			err = r.check(&e.Interaction)
		}
		if err != nil {
			return nil, &EventError{Index: n, Source: s.source(), ExternalID: s.ID, Err: err}
		}
		events[n] = e
	}
	members, err := r.members(ctx, tx, scans)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(scans))
	for n, s := range scans {
		ids[n] = members[s.address()]
		events[n].Customer = ids[n]
	}
	_, err = r.Ingest(ctx, tx, events)
	return ids, err
}

func (s *Scan) address() address { return address{s.Channel, s.Scope, s.Account} }

func (s *Scan) source() string { return "store:" + s.Store }

var errNobody = errors.New("a scan needs a channel, an account and a store")

// event returns the scan as an event without its customer.
func (s *Scan) event() (Event, error) {
	if s.Channel == "" || s.Account == "" || s.Store == "" {
		return Event{}, fmt.Errorf("%w: %w", storage.ErrInvalid, errNobody)
	}
	values, err := json.Marshal(map[string]string{"store": s.Store, "scene": s.Scene})
	if err != nil {
		return Event{}, err
	}
	id := s.ID
	if id == "" {
		id = s.address().String() + "@" + strconv.FormatInt(s.At.UnixMicro(), 10)
	}
	return Event{
		With: []Party{{Channel: s.Channel, Scope: s.Scope, Account: s.Account}},
		Interaction: customer.Interaction{
			Channel: ChannelVisit, Type: "scan", Direction: customer.Inbound, OccurredAt: s.At,
			Values: values, Source: s.source(), ExternalID: id,
		},
	}, nil
}

// members returns the customers with the identities of the scans, after making
// those that are missing.
func (r Recorder) members(ctx context.Context, tx *storage.Tx, scans []Scan) (map[address]uuid.UUID, error) {
	wanted := make([]address, len(scans))
	for n, s := range scans {
		wanted[n] = s.address()
	}
	known, err := lookUp(ctx, tx, wanted)
	if err != nil {
		return nil, err
	}
	members := make(map[address]uuid.UUID, len(scans))
	joining := map[origin]Scan{}
	for _, s := range scans {
		if found := known[s.address()]; len(found) > 0 {
			members[s.address()] = found[0]
		} else if _, twice := members[s.address()]; !twice {
			members[s.address()] = uuid.Nil
			joining[originOfMember(&s)] = s
		}
	}
	var joined map[origin]*customer.Customer
	err = again(func() error {
		joined, err = join(ctx, tx, joining)
		return err
	})
	if err != nil {
		return nil, err
	}
	return members, identifyMembers(ctx, tx, joined, joining, members)
}

func originOfMember(s *Scan) origin { return origin{s.source(), s.address().String()} }

// join stores the customers that the first scans make, unless they are there.
func join(ctx context.Context, tx *storage.Tx, joining map[origin]Scan) (map[origin]*customer.Customer, error) {
	bySource := map[string][]string{}
	for o := range joining {
		bySource[o.source] = append(bySource[o.source], o.id)
	}
	joined := make(map[origin]*customer.Customer, len(joining))
	for source, ids := range bySource {
		where := criteria.All(criteria.Eq("source", source), criteria.In("external_id", ids...))
		for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: where}) {
			if err != nil {
				return nil, err
			}
			joined[origin{c.Source, c.ExternalID}] = c
		}
	}
	var added []*customer.Customer
	for o, s := range joining {
		if joined[o] == nil {
			joined[o] = s.member()
			added = append(added, joined[o])
		}
	}
	return joined, customer.Kind.Put(ctx, tx, added...)
}

// identifyMembers gives new members their identities. If another transaction gave
// one to somebody else meanwhile, that is a conflict, which Update repeats.
func identifyMembers(ctx context.Context, tx *storage.Tx, joined map[origin]*customer.Customer, joining map[origin]Scan, members map[address]uuid.UUID) error {
	var identities []*customer.Identity
	for o, c := range joined {
		s := joining[o]
		members[s.address()] = c.ID
		identities = append(identities, &customer.Identity{Customer: c.ID, Channel: s.Channel, Scope: s.Scope, Account: s.Account})
	}
	_, err := customer.AddIdentities(ctx, tx, identities...)
	if errors.Is(err, customer.ErrIdentityTaken) {
		return errors.Join(&storage.ConflictError{Kind: customer.Identities.Name()}, err)
	}
	return err
}

// member returns the customer that a first scan makes.
func (s *Scan) member() *customer.Customer {
	name := s.Name
	if name == "" {
		name = s.Account
	}
	return &customer.Customer{Type: customer.Person, Name: name, Channel: s.Channel, Since: s.At, Source: s.source(), ExternalID: s.address().String()}
}
