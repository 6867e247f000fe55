package activity

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An address is what somebody can be known by: the matching form of a phone
// number or mail address, or an identity.
type address struct {
	Channel string `json:"channel"` // of a contact point, its type
	Scope   string `json:"scope,omitempty"`
	Account string `json:"account"`
}

// String returns the address as people read it: "phone:+8613800138000".
func (a address) String() string {
	if a.Scope == "" {
		return a.Channel + ":" + a.Account
	}
	return a.Channel + "/" + a.Scope + ":" + a.Account
}

// contact reports whether it is an address of contact points.
func (a address) contact() bool {
	return a.Scope == "" && (a.Channel == customer.Phone || a.Channel == customer.Email)
}

// identityKey returns the key of the identity with that address.
func (a address) identityKey() string {
	return (&customer.Identity{Channel: a.Channel, Scope: a.Scope, Account: a.Account}).Key()
}

// A party is the addresses of one of those who took part.
type party []address

// addresses returns the addresses of a party that can be matched.
func (r Recorder) addresses(p Party) party {
	var list party
	add := func(channel, value string) {
		if match, err := r.Phones.MatchForm(channel, value); err == nil {
			list = append(list, address{Channel: channel, Account: match})
		}
	}
	add(customer.Phone, p.Phone)
	add(customer.Email, p.Email)
	switch {
	case p.Channel == "" || p.Account == "":
	case p.Scope == "" && (p.Channel == customer.Phone || p.Channel == customer.Email):
		add(p.Channel, p.Account)
	default:
		list = append(list, address{p.Channel, p.Scope, p.Account})
	}
	return list
}

func (p party) texts() []string {
	list := make([]string, len(p))
	for n, a := range p {
		list[n] = a.String()
	}
	return list
}

// An owners is who has each address: live customers, each once, in the order of
// their ids, which is by age.
type owners map[address][]uuid.UUID

// A verdict is what matching came to.
type verdict struct {
	customers []uuid.UUID // whom the event is with, in the order of its parties
	ambiguous bool        // a party may be one of several customers
}

// match decides whom an event is with. A party is a customer if its addresses
// lead to one customer only, or if just one customer has all those addresses of
// it that anybody has. A party whose addresses nobody has is passed over.
func (o owners) match(parties []party) verdict {
	var v verdict
	for _, p := range parties {
		switch found := o.candidates(p); {
		case len(found) > 1:
			v.ambiguous = true
		case len(found) == 1 && !slices.Contains(v.customers, found[0]):
			v.customers = append(v.customers, found[0])
		}
	}
	return v
}

// candidates returns the customers that a party may be: those that have all of
// its addresses, or where there are none, those that have one.
func (o owners) candidates(p party) []uuid.UUID {
	var all, some []uuid.UUID
	first := true
	for _, a := range p {
		found := o[a]
		if len(found) == 0 {
			continue
		}
		for _, id := range found {
			if !slices.Contains(some, id) {
				some = append(some, id)
			}
		}
		if first {
			all, first = slices.Clone(found), false
			continue
		}
		all = slices.DeleteFunc(all, func(id uuid.UUID) bool { return !slices.Contains(found, id) })
	}
	if len(all) > 0 {
		return all
	}
	return some
}

// together is how many values a criterion of this package lists at once.
const together = 1000

// lookUp returns who has the addresses, as far as the reader sees.
func lookUp(ctx context.Context, from storage.Reader, addresses []address) (owners, error) {
	found := owners{}
	contacts := map[string][]string{}
	identities := make(map[string]address, len(addresses))
	for _, a := range addresses {
		if identities[a.identityKey()] == a {
			continue
		}
		identities[a.identityKey()] = a
		if a.contact() {
			contacts[a.Channel] = append(contacts[a.Channel], a.Account)
		}
	}
	for typ, matches := range contacts {
		if err := found.addContacts(ctx, from, typ, matches); err != nil {
			return nil, err
		}
	}
	if err := found.addIdentities(ctx, from, identities); err != nil {
		return nil, err
	}
	return found, found.keepLive(ctx, from)
}

func (o owners) addContacts(ctx context.Context, from storage.Reader, typ string, matches []string) error {
	for part := range slices.Chunk(matches, together) {
		where := criteria.All(criteria.Eq("type", typ), criteria.In("match", part...))
		for p, err := range customer.ContactPoints.Each(ctx, from, storage.Query{Where: where}) {
			if err != nil {
				return err
			}
			o.add(address{Channel: typ, Account: p.Match}, p.Customer)
		}
	}
	return nil
}

func (o owners) addIdentities(ctx context.Context, from storage.Reader, wanted map[string]address) error {
	for part := range slices.Chunk(slices.Sorted(maps.Keys(wanted)), together) {
		for i, err := range customer.Identities.Each(ctx, from, storage.Query{Where: criteria.In("key", part...)}) {
			if err != nil {
				return err
			}
			o.add(address{i.Channel, i.Scope, i.Account}, i.Customer)
		}
	}
	return nil
}

func (o owners) add(a address, id uuid.UUID) {
	if !slices.Contains(o[a], id) {
		o[a] = append(o[a], id)
	}
}

// keepLive leaves out customers that are deleted or hidden, and sorts the others.
func (o owners) keepLive(ctx context.Context, from storage.Reader) error {
	var ids []uuid.UUID
	for _, list := range o {
		ids = append(ids, list...)
	}
	live := make(map[uuid.UUID]bool, len(ids))
	for part := range slices.Chunk(distinct(ids), together) {
		for c, err := range customer.Kind.Each(ctx, from, storage.Query{Where: criteria.In(storage.FieldID, part...)}) {
			if err != nil {
				return err
			}
			live[c.ID] = true
		}
	}
	for a, list := range o {
		list = slices.DeleteFunc(list, func(id uuid.UUID) bool { return !live[id] })
		o[a] = distinct(list)
	}
	return nil
}

// distinct sorts ids and leaves each there once.
func distinct(ids []uuid.UUID) []uuid.UUID {
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
