package activity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/stretchr/testify/require"
)

// listed is the state of group G with members who joined at a time of their own, if any.
func listed(at time.Time, members map[string]time.Time) activity.GroupState {
	s := activity.GroupState{Source: "wecom", ExternalID: "G", At: at}
	for name, joined := range members {
		s.Members = append(s.Members, activity.GroupMember{Party: wecom(name), JoinedAt: joined})
	}
	return s
}

func (f *fixture) group(state activity.GroupState) (changed []*activity.Membership) {
	f.Helper()
	f.update(func(tx *storage.Tx) (err error) {
		changed, err = f.rec.SyncGroup(f.Context(), tx, state)
		return err
	})
	return changed
}

func (f *fixture) change(changes ...activity.GroupChange) (changed []*activity.Membership) {
	f.Helper()
	f.update(func(tx *storage.Tx) (err error) {
		changed, err = f.rec.ChangeGroup(f.Context(), tx, "wecom", "G", changes)
		return err
	})
	return changed
}

// stays returns when a member was there, in hours behind t0; -1 is still.
func (f *fixture) stays(member string) (list [][2]int) {
	f.Helper()
	query := storage.Query{Where: criteria.Eq("member", "wecom:"+member), Order: []storage.Order{{Field: "joined_at"}}}
	for _, m := range all(f, activity.Memberships, query) {
		stay := [2]int{int(m.JoinedAt.Sub(t0).Hours()), -1}
		if !m.LeftAt.IsZero() {
			stay[1] = int(m.LeftAt.Sub(t0).Hours())
		}
		list = append(list, stay)
	}
	return list
}

func hour(n int) time.Time { return t0.Add(time.Duration(n) * time.Hour) }

func TestGroup_LeavesAndJoinsAgain(t *testing.T) {
	onEach(t, func(f *fixture) {
		none := time.Time{}
		f.group(listed(hour(1), map[string]time.Time{"a": hour(0), "b": none, "c": none}))
		require.Empty(f, f.group(listed(hour(2), map[string]time.Time{"a": hour(0), "b": none, "c": hour(1).Add(time.Second)})), "two clocks are no rejoining")
		require.Len(f, f.group(listed(hour(3), map[string]time.Time{"a": hour(0), "c": none})), 1)
		require.Equal(f, [][2]int{{1, 3}}, f.stays("b"))
		f.group(listed(hour(5), map[string]time.Time{"b": hour(4), "c": hour(4)}))
		require.Equal(f, [][2]int{{0, 5}}, f.stays("a"))
		require.Equal(f, [][2]int{{1, 3}, {4, -1}}, f.stays("b"))
		require.Equal(f, [][2]int{{1, 4}, {4, -1}}, f.stays("c"), "left and joined again between two lists")
		require.Empty(f, f.group(listed(hour(4), nil)), "a list from before changes nothing")

		members := func(at time.Time) (names []string) {
			g := all(f, activity.Groups, storage.Query{})
			list, err := activity.Members(f.Context(), f.acme, g[0].ID, at)
			require.NoError(f, err)
			for _, m := range list {
				names = append(names, m.Member)
			}
			return names
		}
		require.Equal(f, []string{"wecom:a", "wecom:c"}, members(hour(3)))
		require.ElementsMatch(f, []string{"wecom:b", "wecom:c"}, members(hour(5)))
		require.Empty(f, members(hour(-1)))
	})
}

func TestGroup_EventsTwiceAndLate(t *testing.T) {
	onEach(t, func(f *fixture) {
		join := func(at int) activity.GroupChange {
			return activity.GroupChange{GroupMember: activity.GroupMember{Party: wecom("a")}, At: hour(at)}
		}
		leave := func(at int) activity.GroupChange { c := join(at); c.Left = true; return c }
		require.Empty(f, f.change(leave(1)), "nobody was there")
		require.Len(f, f.change(join(2)), 1)
		require.Len(f, f.change(leave(5), join(7)), 2)
		require.Empty(f, f.change(join(2), leave(5), join(7)), "all of it again")
		require.Equal(f, [][2]int{{2, 5}, {7, -1}}, f.stays("a"))
		require.Len(f, f.change(join(1), leave(4), join(6)), 2)
		require.Equal(f, [][2]int{{1, 4}, {6, -1}}, f.stays("a"), "the exact times of what a list had noticed later")

		err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			_, err := f.rec.ChangeGroup(f.Context(), tx, "wecom", "G", []activity.GroupChange{{At: hour(1)}})
			return err
		})
		require.ErrorIs(f, err, storage.ErrInvalid)
		err = f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
			_, err := f.rec.ChangeGroup(f.Context(), tx, "wecom", "", nil)
			return err
		})
		require.ErrorIs(f, err, storage.ErrInvalid)
	})
}

// Sources that disagree about one member at the same time leave one stay.
func TestGroup_ChangesAtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		var sources crowd
		for n := range 6 {
			sources.do(func() error {
				return f.acme.Update(f.Context(), ann, func(tx *storage.Tx) error {
					_, err := f.rec.ChangeGroup(f.Context(), tx, "wecom", "G", []activity.GroupChange{
						{GroupMember: activity.GroupMember{Party: wecom("a")}, At: hour(n)},
						{GroupMember: activity.GroupMember{Party: wecom(fmt.Sprint("x", n))}, At: hour(n)},
					})
					return err
				})
			})
		}
		sources.wait(f)
		require.Equal(f, [][2]int{{0, -1}}, f.stays("a"))
		require.Len(f, all(f, activity.Memberships, storage.Query{}), 7)
		require.Len(f, all(f, activity.Groups, storage.Query{}), 1)
	})
}

// A member who becomes a customer is named in the memberships that there are.
func TestWatches_MembersAreNamed(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.watch()
		f.change(activity.GroupChange{GroupMember: activity.GroupMember{Party: wecom("a")}, At: hour(1)})
		c := f.customer("A")
		f.identity(c, "a")
		list := all(f, activity.Memberships, storage.Query{Where: criteria.Eq("customer", c.ID)})
		require.Len(f, list, 1)
		require.Equal(f, "wecom:a", list[0].Member)
	})
}
