package live_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// inMemory is an empty tenant with the checker's watch.
func inMemory(t testing.TB, c *live.Checker) *storage.Tenant { return watched(t, unwatched(t), c) }

func unwatched(t testing.TB) *storage.Tenant {
	store, err := storage.New(memory.New(), func() time.Time { return adapters.Now }, kinds()...)
	require.NoError(t, err)
	return store.Tenant("acme")
}

// A card is what a customer of the property is.
type card struct{ name, phone, mail, born string }

func (c card) String() string { return strings.Join([]string{c.name, c.phone, c.mail, c.born}, "/") }

func drawCard(t *rapid.T) card {
	pick := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
	return card{
		pick("name", "王丽", "王莉", "张伟", "张卫", "王丽丽"), pick("phone", "", "13810138000", "13800138001", "13900139000"),
		pick("mail", "", "li@x.com", "wei@x.com", "lili@x.com"), pick("born", "", "1980-01-02", "1990-05-06"),
	}
}

func (c card) customer() *customer.Customer {
	one := person(c.name)
	if c.born != "" {
		fmt.Sscanf(c.born, "%d-%d-%d", &one.Birthday.Year, &one.Birthday.Month, &one.Birthday.Day)
	}
	return one
}

func (c card) contacts() []string {
	return slices.DeleteFunc([]string{c.phone, c.mail}, func(s string) bool { return s == "" })
}

// groups returns who is together, by what they are.
func groups(t require.TestingT, tb testing.TB, acme *storage.Tenant, who map[uuid.UUID]card) []string {
	byID := map[uuid.UUID][]string{}
	for id, c := range who {
		cluster, members, err := live.Together(tb.Context(), acme, id)
		require.NoError(t, err)
		require.Contains(t, members, id)
		byID[cluster] = append(byID[cluster], c.String())
	}
	var list []string
	for _, cards := range byID {
		slices.Sort(cards)
		list = append(list, strings.Join(cards, " + "))
	}
	slices.Sort(list)
	return list
}

// Whatever the order in which customers come, change and go, who is together is what
// a look at all of them at once makes of it.
func TestClusters_AsFromScratch(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := &live.Checker{Mode: live.Flag}
		acme := inMemory(t, c)
		who := map[uuid.UUID]card{}
		var ids []uuid.UUID
		for range rapid.IntRange(2, 14).Draw(rt, "steps") {
			if len(ids) > 0 && rapid.IntRange(0, 4).Draw(rt, "remove") == 0 {
				at := rapid.IntRange(0, len(ids)-1).Draw(rt, "at")
				require.NoError(rt, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
					gone, err := customer.Kind.Get(t.Context(), tx, ids[at])
					if err != nil {
						return err
					}
					return customer.Kind.Delete(t.Context(), tx, gone)
				}))
				delete(who, ids[at])
				ids = slices.Delete(ids, at, at+1)
				continue
			}
			one := drawCard(rt)
			id, err := add(t.Context(), acme, ann, one.customer(), one.contacts()...)
			require.NoError(rt, err)
			who[id], ids = one, append(ids, id)
		}
		again := inMemory(t, c)
		scratch := map[uuid.UUID]card{}
		order := rapid.Permutation(ids).Draw(rt, "order")
		for _, id := range order {
			new, err := add(live.Use(t.Context(), live.Off), again, ann, who[id].customer(), who[id].contacts()...)
			require.NoError(rt, err)
			scratch[new] = who[id]
		}
		_, err := c.Sweep(t.Context(), again, job, nil)
		require.NoError(rt, err)
		require.Equal(rt, groups(rt, t, again, scratch), groups(rt, t, acme, who))
	})
}

// The id of a group stays where another joins it and where one leaves it.
func TestTogether_StableIDs(t *testing.T) {
	onEach(t, &live.Checker{Mode: live.Flag}, func(t *testing.T, acme *storage.Tenant) {
		one := card{"张伟", "13810138000", "wei@x.com", "1980-01-02"}
		a := added(t, acme, one.customer(), one.contacts()...)
		own, _, err := live.Together(t.Context(), acme, a)
		require.NoError(t, err)
		b := added(t, acme, one.customer(), one.contacts()...)
		c := added(t, acme, one.customer(), one.contacts()...)
		for _, id := range []uuid.UUID{a, b, c} {
			id, members, err := live.Together(t.Context(), acme, id)
			require.NoError(t, err)
			require.Equal(t, own, id)
			require.Equal(t, []uuid.UUID{a, b, c}, members)
		}
		// a turns out to be somebody else: the others keep the id.
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error {
			points, err := storage.Collect(customer.ContactPoints.Find(t.Context(), tx, storage.Query{Where: criteria.Eq("customer", a)}))
			if err != nil {
				return err
			}
			return customer.RemoveContactPoints(t.Context(), tx, points[0].ID, points[1].ID)
		}))
		require.NoError(t, change(t, t.Context(), acme, a, func(c *customer.Customer) { c.Name, c.Birthday = "李娜", storage.Date{} }))
		left, members, err := live.Together(t.Context(), acme, a)
		require.NoError(t, err)
		require.NotEqual(t, own, left)
		require.Equal(t, []uuid.UUID{a}, members)
		kept, members, err := live.Together(t.Context(), acme, c)
		require.NoError(t, err)
		require.Equal(t, own, kept)
		require.Equal(t, []uuid.UUID{b, c}, members)
		_, _, err = live.Together(t.Context(), acme, uuid.New())
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}
