package activity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Group is a group chat or community. Its messages are the interactions whose
// Conversation is its ExternalID.
type Group struct {
	storage.Meta
	Name       string
	Source     string    // the system that it is in; required
	ExternalID string    // what it is called there, unique within the source; required
	SyncedAt   time.Time // the moment of the last list of members
	Changes    int64     // how many changes of memberships there were
}

// Groups is the kind of groups.
var Groups = storage.Define[Group]("chat_group",
	storage.Text("name", func(g *Group) *string { return &g.Name }).Searchable(),
	storage.Text("source", func(g *Group) *string { return &g.Source }).Required(),
	storage.Text("external_id", func(g *Group) *string { return &g.ExternalID }).Required(),
	storage.Time("synced_at", func(g *Group) *time.Time { return &g.SyncedAt }),
	storage.Integer("changes", func(g *Group) *int64 { return &g.Changes }),
).Unique("source", "external_id")

// A Membership is one stay of somebody in a group, from joining to leaving. Who
// joins again has a second one.
type Membership struct {
	storage.Meta
	Group    uuid.UUID
	Member   string    // the address of the member: "wecom:wmA"; for one of ours without one, "user:" and the id
	Customer uuid.UUID // the customer that the member is; uuid.Nil: not known, or one of ours
	User     uuid.UUID // the user of ours that the member is
	JoinedAt time.Time
	LeftAt   time.Time // zero: still there
}

// Memberships is the kind of memberships.
var Memberships = storage.Define[Membership]("chat_membership",
	storage.Ref("group", func(m *Membership) *uuid.UUID { return &m.Group }).To("chat_group").Existing().Required(),
	storage.Text("member", func(m *Membership) *string { return &m.Member }).Required().Indexed().Personal(),
	storage.Ref("customer", func(m *Membership) *uuid.UUID { return &m.Customer }).To("customer").Existing().Indexed(),
	storage.Ref("user", func(m *Membership) *uuid.UUID { return &m.User }),
	storage.Time("joined_at", func(m *Membership) *time.Time { return &m.JoinedAt }).Required(),
	storage.Time("left_at", func(m *Membership) *time.Time { return &m.LeftAt }),
).Unique("group", "member", "joined_at").Fixed()

// A GroupMember is somebody in a group.
type GroupMember struct {
	Party
	User uuid.UUID // set for one of ours
	// JoinedAt is when the member joined, where the source knows it.
	JoinedAt time.Time
}

// A GroupState is the list of all members of a group at one moment, as a source
// tells it.
type GroupState struct {
	Source, ExternalID string
	Name               string
	At                 time.Time
	Members            []GroupMember
}

// A GroupChange is one member's joining or leaving, as a source reports it.
type GroupChange struct {
	GroupMember // without JoinedAt
	At          time.Time
	Left        bool // otherwise the member has joined
}

// SyncGroup brings the memberships of a group up to a list of all its members and
// returns those that changed. Who is not on the list left at its moment at the
// latest; who is new joined then, unless the list says when. A list from before the
// last one changes nothing.
//
// A member of whom the list says that it joined more than a minute later than known
// left and joined again in between.
//
// A member whom the source cannot name, neither by an address nor as a user, is
// storage.ErrInvalid.
func (r Recorder) SyncGroup(ctx context.Context, tx *storage.Tx, state GroupState) ([]*Membership, error) {
	return r.changeGroup(ctx, tx, state.Source, state.ExternalID, func(g *Group, ro *roster) error {
		at := storage.NormalTime(state.At)
		if at.Before(g.SyncedAt) {
			return nil
		}
		g.SyncedAt = at
		if state.Name != "" {
			g.Name = state.Name
		}
		return ro.sync(r, at, state.Members)
	})
}

// ChangeGroup enters joins and leaves of members of a group and returns the
// memberships that changed. A change that is known already changes nothing. A
// leave that is delivered before its join is not remembered; the next SyncGroup
// puts it right. Errors are those of SyncGroup.
func (r Recorder) ChangeGroup(ctx context.Context, tx *storage.Tx, source, externalID string, changes []GroupChange) ([]*Membership, error) {
	return r.changeGroup(ctx, tx, source, externalID, func(_ *Group, ro *roster) error {
		for _, c := range changes {
			name, err := r.nameOf(c.GroupMember)
			if err != nil {
				return err
			}
			ro.name(name, r.addresses(c.Party))
			if at := storage.NormalTime(c.At); c.Left {
				ro.leave(name, at)
			} else {
				ro.join(name, c.User, at)
			}
		}
		return nil
	})
}

// changeGroup changes a group and its memberships. The group counts the changes,
// so that no two transactions change its memberships at once.
func (r Recorder) changeGroup(ctx context.Context, tx *storage.Tx, source, externalID string, change func(*Group, *roster) error) (changed []*Membership, err error) {
	err = again(func() error {
		g, err := groupOf(ctx, tx, source, externalID)
		if err != nil {
			return err
		}
		ro, err := rosterOf(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		if err := change(g, ro); err != nil {
			return err
		}
		changed = ro.changed
		return ro.store(ctx, tx, g)
	})
	return changed, err
}

// groupOf returns a group, stored: a new one if there is none.
func groupOf(ctx context.Context, tx *storage.Tx, source, externalID string) (*Group, error) {
	where := criteria.All(criteria.Eq("source", source), criteria.Eq("external_id", externalID))
	if source == "" || externalID == "" {
		return nil, fmt.Errorf("%w: a group needs a source and an external id", storage.ErrInvalid)
	}
	g, err := Groups.First(ctx, tx, storage.Query{Where: where})
	if errors.Is(err, storage.ErrNotFound) {
		g = &Group{Source: source, ExternalID: externalID}
		err = Groups.Put(ctx, tx, g)
	}
	return g, err
}

// nameOf returns what a member is known by.
func (r Recorder) nameOf(m GroupMember) (string, error) {
	if known := r.addresses(m.Party); len(known) > 0 {
		return known[0].String(), nil
	}
	if m.User != uuid.Nil {
		return "user:" + m.User.String(), nil
	}
	return "", &storage.FieldError{Kind: "chat_membership", Field: "member", Reason: "name the member by an address that can be matched, or as a user"}
}

// Members returns who was in a group at a moment, in the order of their joining.
func Members(ctx context.Context, from storage.Reader, group uuid.UUID, at time.Time) ([]*Membership, error) {
	where := criteria.All(
		criteria.Eq("group", group), criteria.Le("joined_at", at),
		criteria.Any(criteria.Missing("left_at"), criteria.Gt("left_at", at)),
	)
	var list []*Membership
	for m, err := range Memberships.Find(ctx, from, storage.Query{Where: where, Order: []storage.Order{{Field: "joined_at"}}}) {
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

// nameMembers says who those members are whose addresses have got a customer.
func nameMembers(ctx context.Context, tx *storage.Tx, addresses map[string]address) error {
	var unnamed []*Membership
	for part := range slices.Chunk(slices.Sorted(maps.Keys(addresses)), together) {
		where := criteria.All(criteria.In("member", part...), criteria.Missing("customer"))
		for m, err := range Memberships.Find(ctx, tx, storage.Query{Where: where}) {
			if err != nil {
				return err
			}
			unnamed = append(unnamed, m)
		}
	}
	return putNamed(ctx, tx, unnamed, addresses)
}

// putNamed stores memberships with the customers who have their addresses alone.
func putNamed(ctx context.Context, tx *storage.Tx, list []*Membership, addresses map[string]address) error {
	var wanted []address
	for _, m := range list {
		wanted = append(wanted, addresses[m.Member])
	}
	known, err := lookUp(ctx, tx, wanted)
	if err != nil {
		return err
	}
	for _, m := range list {
		if found := known[addresses[m.Member]]; m.Customer == uuid.Nil && len(found) == 1 {
			m.Customer = found[0]
		}
	}
	return Memberships.Put(ctx, tx, list...)
}
