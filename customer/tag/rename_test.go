package tag_test

import (
	"context"
	"testing"

	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

func (w *world) rename(from, to string) error {
	return w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Rename(ctx, tx, from, to) })
}

func (w *world) merge(from, into string) error {
	return w.update(func(ctx context.Context, tx *storage.Tx) error { return tag.Merge(ctx, tx, from, into) })
}

func TestRename(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Refuse)
		w.defined("VIP", "other")
		ids := w.customers(3)
		require.NoError(w, w.add(ids[0], "VIP", "other"))
		require.NoError(w, w.add(ids[1], "VIP"))
		before := w.held(ids[1])[0].Assignment
		require.NoError(w, w.rename("VIP", "贵宾"))
		w.same(ids[0], "other", "贵宾")
		w.same(ids[1], "贵宾")
		w.same(ids[2])
		require.Equal(w, before, w.held(ids[1])[0].Assignment)
		require.ErrorIs(w, w.add(ids[2], "VIP"), tag.ErrUnknownTag)
		require.ErrorIs(w, w.rename("VIP", "x"), tag.ErrUnknownTag)
		require.ErrorIs(w, w.rename("other", "贵宾"), storage.ErrDuplicate)
		require.NoError(w, w.rename("other", "Other"))
		require.NoError(w, w.rename("other", "other"))
		w.same(ids[0], "Other", "贵宾")
	})
}

func TestMerge(t *testing.T) {
	onEach(t, func(w *world) {
		w.watched(tag.Refuse)
		w.define(&tag.Definition{Name: "贵", TTL: day}, &tag.Definition{Name: "贵宾", TTL: 2 * day}, &tag.Definition{Name: "old", Archived: true})
		ids := w.customers(5)
		const both, onlyFrom, onlyInto, expiredInto, none = 0, 1, 2, 3, 4
		require.NoError(w, w.add(ids[expiredInto], "贵宾"))
		w.clock.Advance(2 * day)
		require.NoError(w, w.add(ids[expiredInto], "贵")) // which ends nothing but what has expired
		require.NoError(w, w.add(ids[both], "贵", "贵宾"))
		require.NoError(w, w.add(ids[onlyFrom], "贵"))
		require.NoError(w, w.add(ids[onlyInto], "贵宾"))
		kept := w.held(ids[both])[1].Assignment
		moved := w.held(ids[onlyFrom])[0].Assignment
		require.NoError(w, w.merge("贵", "贵宾"))
		for _, i := range []int{both, onlyFrom, onlyInto, expiredInto} {
			w.same(ids[i], "贵宾")
		}
		w.same(ids[none])
		require.Equal(w, kept, w.held(ids[both])[0].Assignment)
		require.Equal(w, moved.ID, w.held(ids[onlyFrom])[0].Assignment.ID)
		require.Equal(w, moved.ExpiresAt, w.held(ids[onlyFrom])[0].Assignment.ExpiresAt)
		history, err := tag.History(w.Context(), w.acme, ids[both])
		require.NoError(w, err)
		require.Len(w, history, 2)
		require.Equal(w, "贵", history[0].Name)
		require.Equal(w, tag.Merged, history[0].Assignment.End)

		require.ErrorIs(w, w.merge("贵", "贵宾"), tag.ErrUnknownTag)
		require.ErrorIs(w, w.merge("贵宾", "贵宾"), storage.ErrInvalid)
		require.ErrorIs(w, w.merge("贵宾", "old"), tag.ErrArchived)
		intent := w.group(tag.Group{Name: "Intent", Exclusive: true})
		w.define(&tag.Definition{Name: "刚需", Group: intent})
		require.ErrorIs(w, w.merge("贵宾", "刚需"), tag.ErrExclusive)
		require.NoError(w, w.merge("刚需", "贵宾"))
	})
}

// More customers than are read at a time, some with a tag that expired and was
// not swept.
func TestRenameAndMerge_Many(t *testing.T) {
	adapters.WithoutDetector(t)
	adapters.EachAt(t, kinds(), func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		w := &world{T: t, acme: acme, clock: clock}
		w.define(&tag.Definition{Name: "a", TTL: day}, &tag.Definition{Name: "b"})
		ids := w.customers(2100)
		require.NoError(t, w.update(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tag.Add(ctx, tx, ids[:1500], []string{"a"}, tag.Given{})
			if err != nil {
				return err
			}
			_, err = tag.Add(ctx, tx, ids[1000:], []string{"b"}, tag.Given{})
			return err
		}))
		require.NoError(t, w.rename("a", "c"))
		require.Len(t, w.find(tag.Match{All: []string{"c"}}), 1500)
		require.NoError(t, w.merge("c", "b"))
		require.Len(t, w.find(tag.Match{All: []string{"b"}}), 2100)
		clock.Advance(day)
		require.Len(t, w.find(tag.Match{All: []string{"b"}}), 1100)
		require.Equal(t, 1000, w.expire(600))
		w.same(ids[0])
		w.same(ids[1200], "b")
	})
}
