package tag_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A model is what customers and tags should be, worked out in the simplest way.
type model struct {
	tags []modelTag
	has  []map[int]int // customers: the day on which each tag expires, never for those that do not
	day  int
}

type modelTag struct {
	name  string
	group int // 0: none; 1: exclusive; 2: not
	ttl   int // days; 0: for good
}

const never = 1 << 30

func (m *model) expiry(t int) int {
	if m.tags[t].ttl == 0 {
		return never
	}
	return m.day + m.tags[t].ttl
}

func (m *model) live(c, t int) bool { return m.has[c][t] > m.day }

func (m *model) add(c, t int) {
	for other := range m.tags {
		if other != t && m.tags[t].group == 1 && m.tags[other].group == 1 {
			delete(m.has[c], other)
		}
	}
	if m.live(c, t) {
		m.has[c][t] = max(m.has[c][t], m.expiry(t))
		return
	}
	m.has[c][t] = m.expiry(t)
}

func (m *model) names(c int) []string {
	list := []string{}
	for t := range m.tags {
		if m.live(c, t) {
			list = append(list, m.tags[t].name)
		}
	}
	slices.Sort(list)
	return list
}

func (m *model) matches(c int, match tag.Match) bool {
	has := func(n string) bool { return slices.Contains(m.names(c), n) }
	for _, n := range match.All {
		if !has(n) {
			return false
		}
	}
	if len(match.Any) > 0 && !slices.ContainsFunc(match.Any, has) {
		return false
	}
	return !slices.ContainsFunc(match.None, has)
}

// Whatever is done in whatever order, customers have the tags that a simple
// model says, and are found by them. The record agrees once Expire has run.
func TestTags_AgreeWithAModel(t *testing.T) {
	onEach(t, func(w *world) {
		rapid.Check(w.T, adapters.Sparing(w.T, func(rt *rapid.T) {
			w.acme = w.acme.Store().Tenant(uuid.NewString())
			w.clock.Set(t0)
			runModel(w, rt)
		}))
	})
}

func runModel(w *world, rt *rapid.T) {
	m := &model{}
	groups := []uuid.UUID{{}, w.group(tag.Group{Name: "one", Exclusive: true}), w.group(tag.Group{Name: "many"})}
	for i := range 6 {
		mt := modelTag{fmt.Sprintf("tag%d", i), rapid.IntRange(0, 2).Draw(rt, "group"), rapid.IntRange(0, 3).Draw(rt, "ttl")}
		m.tags = append(m.tags, mt)
		w.define(&tag.Definition{Name: mt.name, Group: groups[mt.group], TTL: time.Duration(mt.ttl) * day})
	}
	ids := w.customers(3)
	for range ids {
		m.has = append(m.has, map[int]int{})
	}
	for range rapid.IntRange(1, 12).Draw(rt, "steps") {
		c, which := rapid.IntRange(0, 2).Draw(rt, "customer"), rapid.IntRange(0, 5).Draw(rt, "tag")
		switch rapid.IntRange(0, 5).Draw(rt, "step") {
		case 0, 1:
			require.NoError(rt, w.add(ids[c], m.tags[which].name))
			m.add(c, which)
		case 2:
			require.NoError(rt, w.remove(ids[c], m.tags[which].name))
			delete(m.has[c], which)
		case 3:
			w.clock.Advance(day)
			m.day++
		case 4:
			w.expire(2)
			for i, id := range ids {
				require.Equal(rt, m.names(i), w.mirror(id))
			}
		case 5:
			require.NoError(rt, w.update(func(ctx context.Context, tx *storage.Tx) error {
				_, err := tag.Set(ctx, tx, ids[c:c+1], []string{m.tags[which].name}, tag.Given{})
				return err
			}))
			for other := range m.tags {
				if other != which {
					delete(m.has[c], other)
				}
			}
			m.add(c, which)
		}
		for i, id := range ids {
			require.Equal(rt, m.names(i), w.names(id))
		}
	}
	names := rapid.SliceOfN(rapid.SampledFrom([]string{"tag0", "tag1", "tag2", "tag3", "tag4", "tag5"}), 0, 2)
	match := tag.Match{All: names.Draw(rt, "all"), Any: names.Draw(rt, "any"), None: names.Draw(rt, "none")}
	found := w.find(match)
	for i, id := range ids {
		require.Equal(rt, m.matches(i, match), found[id], "%+v of %v", match, m.names(i))
	}
}

func TestFind_Unknown(t *testing.T) {
	onEach(t, func(w *world) {
		w.defined("VIP")
		_, err := tag.Where(w.Context(), w.acme, tag.Match{None: []string{"VIPs"}})
		require.ErrorIs(w, err, tag.ErrUnknownTag)
		for c, err := range tag.Find(w.Context(), w.acme, tag.Match{Any: []string{"VIPs"}}, storage.Query{}) {
			require.Nil(w, c)
			require.ErrorIs(w, err, tag.ErrUnknownTag)
		}
		ids := w.customers(3)
		require.Len(w, w.find(tag.Match{}), 3)
		require.NoError(w, w.add(ids[1], "VIP"))
		n := 0
		for range tag.Find(w.Context(), w.acme, tag.Match{None: []string{"VIP"}}, storage.Query{}) {
			n++
			break
		}
		require.Equal(w, 1, n)
	})
}

func TestUses(t *testing.T) {
	onEach(t, func(w *world) {
		w.define(&tag.Definition{Name: "a"}, &tag.Definition{Name: "b"}, &tag.Definition{Name: "gone", TTL: day}, &tag.Definition{Name: "old", Archived: true})
		ids := w.customers(3)
		for _, id := range ids {
			require.NoError(w, w.add(id, "b", "gone"))
		}
		require.NoError(w, w.add(ids[0], "a"))
		w.clock.Advance(day)
		uses, err := tag.Uses(w.Context(), w.acme)
		require.NoError(w, err)
		text := ""
		for _, u := range uses {
			text += fmt.Sprint(u.Name, " ", u.Customers, ", ")
		}
		require.Equal(w, "b 3, a 1, gone 0, old 0, ", text)
		all, err := tag.OfAll(w.Context(), w.acme, ids...)
		require.NoError(w, err)
		require.Len(w, all, 3)
		require.Len(w, all[ids[0]], 2)
	})
}

// Example gives a customer a tag, finds the customer by it, and shows who gave it.
func Example() {
	ctx := context.Background()
	kinds := append(customer.Kinds(), tag.Kinds()...)
	store, err := storage.New(memory.New(), func() time.Time { return t0 }, kinds...)
	if err != nil {
		fmt.Println(err)
		return
	}
	if store, err = store.Watched(tag.Watch(tag.Refuse)); err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	err = acme.Update(ctx, storage.By("user:ann", "tag"), func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		if err := tag.Definitions.Put(ctx, tx, &tag.Definition{Name: "价格敏感", TTL: 90 * day}); err != nil {
			return err
		}
		_, err := tag.Add(ctx, tx, []uuid.UUID{c.ID}, []string{"价格敏感"}, tag.Given{Source: tag.Chat})
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for c, err := range tag.Find(ctx, acme, tag.Match{All: []string{"价格敏感"}}, storage.Query{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		tags, err := tag.Of(ctx, acme, c.ID)
		for _, h := range tags {
			fmt.Println(c.Name, c.Tags, h.Assignment.By, h.Assignment.Source, h.Assignment.ExpiresAt.Format("2006-01-02"), err)
		}
	}
	err = acme.Update(ctx, storage.By("user:ann", "tag"), func(tx *storage.Tx) error {
		c, err := customer.Kind.First(ctx, tx, storage.Query{})
		if err != nil {
			return err
		}
		_, err = tag.Add(ctx, tx, []uuid.UUID{c.ID}, []string{"价格敏"}, tag.Given{})
		return err
	})
	fmt.Println(err)
	// Output:
	// 王丽 [价格敏感] user:ann chat 2026-04-05 <nil>
	// tag: unknown tag "价格敏": define it first, or have an open group; did you mean ["价格敏感"]?
}
