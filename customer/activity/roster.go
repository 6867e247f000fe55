package activity

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// rejoined is how much later than known a member must have joined, by a list, to
// have left in between: less is two clocks.
const rejoined = time.Minute

// A roster is the memberships of one group while they are changed.
type roster struct {
	group     uuid.UUID
	stays     map[string][]*Membership // of each member, sorted by JoinedAt
	changed   []*Membership
	addresses map[string]address // of the members that were named
}

func rosterOf(ctx context.Context, tx *storage.Tx, group uuid.UUID) (*roster, error) {
	ro := &roster{group: group, stays: map[string][]*Membership{}, addresses: map[string]address{}}
	query := storage.Query{Where: criteria.Eq("group", group), Order: []storage.Order{{Field: "joined_at"}}}
	for m, err := range Memberships.Find(ctx, tx, query) {
		if err != nil {
			return nil, err
		}
		ro.stays[m.Member] = append(ro.stays[m.Member], m)
	}
	return ro, nil
}

// sync brings the roster up to a list of all members.
func (ro *roster) sync(r Recorder, at time.Time, members []GroupMember) error {
	there := make(map[string]bool, len(members))
	for _, m := range members {
		name, err := r.nameOf(m)
		if err != nil {
			return err
		}
		there[name] = true
		ro.name(name, r.addresses(m.Party))
		ro.confirm(name, m.User, storage.NormalTime(m.JoinedAt), at)
	}
	for _, name := range slices.Sorted(maps.Keys(ro.stays)) {
		if last := ro.last(name); !there[name] && last.LeftAt.IsZero() && !last.JoinedAt.After(at) {
			ro.leave(name, at)
		}
	}
	return nil
}

// confirm enters that somebody is there at a moment; joined may be zero.
func (ro *roster) confirm(name string, user uuid.UUID, joined, at time.Time) {
	last := ro.last(name)
	here := last != nil && last.LeftAt.IsZero()
	switch {
	case here && joined.IsZero():
	case here && joined.After(last.JoinedAt.Add(rejoined)):
		ro.leave(name, joined)
		ro.join(name, user, joined)
	case here && joined.After(last.JoinedAt):
	case joined.IsZero():
		ro.join(name, user, at)
	default:
		ro.join(name, user, joined)
	}
}

// last returns the last stay of a member, or nil.
func (ro *roster) last(name string) *Membership {
	if stays := ro.stays[name]; len(stays) > 0 {
		return stays[len(stays)-1]
	}
	return nil
}

// join enters that somebody joined. A join within a stay is known; one in front
// of a stay, behind the stay before, is its true beginning.
func (ro *roster) join(name string, user uuid.UUID, at time.Time) {
	stays := ro.stays[name]
	n := slices.IndexFunc(stays, func(m *Membership) bool { return m.LeftAt.IsZero() || at.Before(m.LeftAt) || at.Equal(m.JoinedAt) })
	if n < 0 {
		m := &Membership{Group: ro.group, Member: name, User: user, JoinedAt: at}
		ro.stays[name] = append(stays, m)
		ro.mark(m)
		return
	}
	if m := stays[n]; at.Before(m.JoinedAt) {
		m.JoinedAt = at
		ro.mark(m)
	}
}

// leave enters that somebody left, in the last stay that had begun by then.
func (ro *roster) leave(name string, at time.Time) {
	for _, m := range slices.Backward(ro.stays[name]) {
		if m.JoinedAt.After(at) {
			continue
		}
		if m.LeftAt.IsZero() || at.Before(m.LeftAt) {
			m.LeftAt = at
			ro.mark(m)
		}
		return
	}
}

// name remembers the address of a member.
func (ro *roster) name(name string, known party) {
	if len(known) > 0 {
		ro.addresses[name] = known[0]
	}
}

func (ro *roster) mark(m *Membership) {
	if !slices.Contains(ro.changed, m) {
		ro.changed = append(ro.changed, m)
	}
}

// store writes the group, and then what changed, with the customers that the
// members are known as.
func (ro *roster) store(ctx context.Context, tx *storage.Tx, g *Group) error {
	g.Changes += int64(len(ro.changed))
	if err := Groups.Put(ctx, tx, g); err != nil {
		return err
	}
	return putNamed(ctx, tx, ro.changed, ro.addresses)
}
