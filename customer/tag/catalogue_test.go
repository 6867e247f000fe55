package tag_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestCUS13_CustomTags(t *testing.T) {
	onEach(t, func(w *world) {
		w.defined("潜在VIP", "技术决策者")
		id := w.customers(1)[0]
		require.NoError(w, w.add(id, "潜在VIP", "技术决策者"))
		w.clock.Advance(time.Hour)
		require.NoError(w, w.give(id, tag.Given{Source: tag.Rule}, "潜在VIP"))
		w.same(id, "潜在VIP", "技术决策者")
		for _, h := range w.held(id) {
			require.Equal(w, "user:ann", h.Assignment.By)
			require.Equal(w, t0, h.Assignment.At)
			require.Equal(w, tag.Manual, h.Assignment.Source)
		}
		for _, source := range []string{tag.Rule, tag.Import, tag.Chat} {
			require.NoError(w, w.remove(id, "潜在VIP"))
			require.NoError(w, w.give(id, tag.Given{Source: source}, "潜在VIP"))
			require.Equal(w, source, w.held(id)[1].Assignment.Source)
		}
	})
}

func TestCUS15_ExclusiveGroupsAndExpiry(t *testing.T) {
	onEach(t, func(w *world) {
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		w.define(&tag.Definition{Name: "刚需", Group: intent, TTL: 30 * day}, &tag.Definition{Name: "学区房", Group: intent})
		id := w.customers(1)[0]
		require.NoError(w, w.add(id, "刚需"))
		w.clock.Advance(day)
		require.NoError(w, w.add(id, "学区房"))
		w.same(id, "学区房")
		w.clock.Advance(day)
		require.NoError(w, w.add(id, "刚需"))
		w.same(id, "刚需")

		w.clock.Advance(30*day - time.Microsecond)
		w.same(id, "刚需")
		require.Len(w, w.find(tag.Match{All: []string{"刚需"}}), 1)
		w.clock.Advance(time.Microsecond)
		require.Empty(w, w.names(id), "an expired tag is not returned, although nothing has swept it")
		require.Empty(w, w.find(tag.Match{All: []string{"刚需"}}))
		require.NotContains(w, w.happened(), tag.Expired)

		require.Equal(w, 1, w.expire(10))
		w.same(id)
		require.Equal(w, []string{"added", "replaced", "added", "replaced", "added", "expired"}, w.happened())
		history, err := tag.History(w.Context(), w.acme, id)
		require.NoError(w, err)
		last := history[len(history)-1]
		require.Equal(w, "刚需", last.Name)
		require.Equal(w, tag.Expired, last.Assignment.End)
		require.Equal(w, "system:tags", last.Assignment.EndedBy)
		require.Equal(w, t0.Add(32*day), last.Assignment.EndedAt)
	})
}

// A salesperson tags a customer from within a chat. The guard allows what the
// salesperson may do; what a system could do counts for nothing.
func TestAUTO11_TaggedInTheChat(t *testing.T) {
	onEach(t, func(w *world) {
		w.defined("备考焦虑")
		ids := w.customers(2)
		mine, theirs := ids[0], ids[1]
		message := &customer.Interaction{Customer: mine, Channel: "chat", OccurredAt: t0}
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error { return customer.Interactions.Put(ctx, tx, message) }))
		w.acme = w.acme.Guarded(salesperson{mine: mine})
		g := tag.Given{Source: tag.Chat, Evidence: []string{"interaction/" + message.ID.String()}}
		require.NoError(w, w.give(mine, g, "备考焦虑"))
		a := w.held(mine)[0].Assignment
		require.Equal(w, tag.Chat, a.Source)
		require.Equal(w, g.Evidence, a.Evidence)
		require.Equal(w, "user:ann", a.By)

		require.ErrorIs(w, w.give(theirs, g, "备考焦虑"), storage.ErrNotFound)
		w.acme = w.acme.Guarded(salesperson{mine: mine, tags: storage.FieldReadOnly})
		require.ErrorIs(w, w.remove(mine, "备考焦虑"), storage.ErrForbidden)
		require.Equal(w, []string{"备考焦虑"}, w.names(mine))
	})
}

// A salesperson sees one customer, and may write its tags or not.
type salesperson struct {
	mine uuid.UUID
	tags storage.FieldAccess
}

func (s salesperson) Read(_ context.Context, kind string) (storage.Access, error) {
	switch kind {
	case "customer":
		return storage.Access{Where: criteria.Eq(storage.FieldID, s.mine), Fields: map[string]storage.FieldAccess{"tags": s.tags}}, nil
	case "tag_assignment":
		return storage.Access{Where: criteria.Eq("customer", s.mine)}, nil
	}
	return storage.Access{Where: criteria.All()}, nil
}

func (s salesperson) Write(context.Context, storage.Attempt) error { return nil }

func (s salesperson) Elevate(context.Context, string) error { return storage.ErrForbidden }

func TestDefinitions_AreChecked(t *testing.T) {
	onEach(t, func(w *world) {
		put := func(d tag.Definition) error {
			return w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Definitions.Put(ctx, tx, &d) })
		}
		require.ErrorIs(w, put(tag.Definition{}), storage.ErrInvalid)
		require.ErrorIs(w, put(tag.Definition{Name: " VIP"}), storage.ErrInvalid)
		require.ErrorIs(w, put(tag.Definition{Name: "VIP", TTL: -1}), storage.ErrInvalid)
		require.ErrorIs(w, put(tag.Definition{Name: "VIP", Group: uuid.New()}), storage.ErrInvalid)
		require.ErrorIs(w, put(tag.Definition{Name: strings.Repeat("长", 67)}), storage.ErrInvalid)
		require.NoError(w, put(tag.Definition{Name: strings.Repeat("长", 66)}))
		require.NoError(w, put(tag.Definition{Name: "VIP"}))
		require.ErrorIs(w, put(tag.Definition{Name: "ｖｉｐ"}), storage.ErrDuplicate)
		one, other := tag.Group{Name: "a", Open: true}, tag.Group{Name: "b", Open: true}
		w.group(one)
		require.ErrorIs(w, w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Groups.Put(ctx, tx, &other) }), storage.ErrDuplicate)
	})
}

func TestAdd_Refusals(t *testing.T) {
	onEach(t, func(w *world) {
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		w.define(&tag.Definition{Name: "刚需", Group: intent}, &tag.Definition{Name: "学区房", Group: intent}, &tag.Definition{Name: "价格敏感"}, &tag.Definition{Name: "old", Archived: true})
		id := w.customers(1)[0]

		var unknown *tag.UnknownError
		err := w.add(id, "价格敏", "刚需")
		require.ErrorIs(w, err, tag.ErrUnknownTag)
		require.ErrorAs(w, err, &unknown)
		require.Equal(w, []string{"价格敏感"}, unknown.Near)
		require.ErrorContains(w, err, `did you mean ["价格敏感"]?`)
		require.ErrorIs(w, w.add(id, "old"), tag.ErrArchived)

		var exclusive *tag.ExclusiveError
		err = w.add(id, "刚需", "学区房")
		require.ErrorIs(w, err, tag.ErrExclusive)
		require.ErrorAs(w, err, &exclusive)
		require.Equal(w, "Intent", exclusive.Group)
		require.Equal(w, []string{"刚需", "学区房"}, exclusive.Tags)
		require.ErrorContains(w, err, `exclusive group "Intent": a customer has one of its tags at most`)

		require.ErrorIs(w, w.add(uuid.New(), "刚需"), storage.ErrNotFound)
		require.ErrorIs(w, w.give(id, tag.Given{ExpiresAt: t0}, "刚需"), storage.ErrInvalid)
		require.NoError(w, w.remove(id, "nobody knows this"))
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			list, err := tag.Add(ctx, tx, nil, []string{"刚需"}, tag.Given{})
			require.Empty(w, list)
			return err
		}))
		w.same(id)
		err = w.acme.View(w.Context(), func(tx *storage.Tx) error { return tag.Remove(w.Context(), tx, []uuid.UUID{id}, []string{"刚需"}) })
		require.ErrorIs(w, err, storage.ErrReadOnly)
		err = w.acme.View(w.Context(), func(tx *storage.Tx) error {
			_, err := tag.Add(w.Context(), tx, []uuid.UUID{id}, []string{"刚需"}, tag.Given{})
			return err
		})
		require.ErrorIs(w, err, storage.ErrReadOnly)
	})
}

// An open group takes tags that nobody has defined, but none that looks like another.
func TestAdd_OpenGroup(t *testing.T) {
	onEach(t, func(w *world) {
		free := w.group(tag.Group{Name: "free", Open: true})
		w.defined("VIP")
		id := w.customers(1)[0]
		require.NoError(w, w.add(id, "爱喝茶", "VIP"))
		w.same(id, "VIP", "爱喝茶")
		require.Equal(w, free, w.held(id)[1].Group)
		var unknown *tag.UnknownError
		require.ErrorAs(w, w.add(id, "vip"), &unknown)
		require.Equal(w, []string{"VIP"}, unknown.Near)
		require.ErrorIs(w, w.add(id, "new", "NEW"), tag.ErrUnknownTag)
	})
}

func TestSet_InBulk(t *testing.T) {
	onEach(t, func(w *world) {
		w.defined("a", "b", "c")
		ids := w.customers(3)
		require.NoError(w, w.add(ids[0], "a", "b"))
		require.NoError(w, w.add(ids[1], "c"))
		before := w.held(ids[0])[1].Assignment
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			list, err := tag.Set(ctx, tx, append(ids, ids...), []string{"b", "c", "b"}, tag.Given{})
			require.Len(w, list, 6)
			return err
		}))
		for _, id := range ids {
			w.same(id, "b", "c")
		}
		require.Equal(w, before.ID, w.held(ids[0])[0].Assignment.ID, "what stays is left alone")
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tag.Set(ctx, tx, ids, nil, tag.Given{})
			return err
		}))
		for _, id := range ids {
			w.same(id)
		}
	})
}

// Giving a tag again makes it last longer, never shorter; after it expired it is a new one.
func TestAdd_Renews(t *testing.T) {
	onEach(t, func(w *world) {
		w.define(&tag.Definition{Name: "hot", TTL: 10 * day})
		id := w.customers(1)[0]
		expiry := func() time.Time { return w.held(id)[0].Assignment.ExpiresAt }
		require.NoError(w, w.add(id, "hot"))
		require.Equal(w, t0.Add(10*day), expiry())
		w.clock.Advance(day)
		require.NoError(w, w.add(id, "hot"))
		require.Equal(w, t0.Add(11*day), expiry())
		require.NoError(w, w.give(id, tag.Given{ExpiresAt: t0.Add(2 * day)}, "hot"))
		require.Equal(w, t0.Add(11*day), expiry())
		require.Equal(w, []string{"added", "renewed"}, w.happened())
		w.clock.Advance(20 * day)
		require.NoError(w, w.add(id, "hot"))
		require.Equal(w, t0.Add(31*day), expiry())
		require.Equal(w, []string{"added", "renewed", "expired", "added"}, w.happened())
		w.same(id, "hot")
	})
}

func TestExpire_InBatches(t *testing.T) {
	onEach(t, func(w *world) {
		w.define(&tag.Definition{Name: "hot", TTL: day}, &tag.Definition{Name: "good"})
		ids := w.customers(7)
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tag.Add(ctx, tx, ids, []string{"hot", "good"}, tag.Given{})
			return err
		}))
		require.Zero(w, w.expire(3))
		w.clock.Advance(day)
		require.NoError(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			gone, err := customer.Kind.Get(ctx, tx, ids[6])
			if err != nil {
				return err
			}
			return customer.Kind.Delete(ctx, tx, gone)
		}))
		require.Equal(w, 7, w.expire(3))
		for _, id := range ids[:6] {
			w.same(id, "good")
		}
		_, err := customer.Kind.First(w.Context(), w.acme, idIn(ids[6]))
		require.ErrorIs(w, err, storage.ErrNotFound)
		require.ErrorIs(w, w.update(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tag.Expire(ctx, tx, 0)
			return err
		}), storage.ErrInvalid)
	})
}
