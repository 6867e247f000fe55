package memory

import (
	"context"
	"fmt"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var ctx = context.Background()

// begin starts a writing transaction of a tenant.
func begin(t *testing.T, d *Driver) storage.Transaction {
	t.Helper()
	w, err := d.Begin(ctx, "acme", storage.Write)
	require.NoError(t, err)
	return w
}

// number returns a sample with a unique text of its own.
func number(i int, version int64) *sample {
	return &sample{Meta: storage.Meta{ID: uuid.UUID{15: byte(i), 14: byte(i >> 8), 0: 1}, Version: version}, Text: fmt.Sprint("text ", i)}
}

func numbers(from, to int, version int64) []storage.Record {
	var list []storage.Record
	for i := from; i < to; i++ {
		list = append(list, number(i, version))
	}
	return list
}

func all(t *testing.T, d *Driver) []storage.Record {
	t.Helper()
	r, err := d.Begin(ctx, "acme", storage.Snapshot)
	require.NoError(t, err)
	s := samples.Schema()
	list, err := r.Find(ctx, &storage.Plan{Schema: s, Order: []storage.OrderKey{{Field: s.Field(storage.FieldID)}}, Deleted: storage.DeletedToo})
	require.NoError(t, err)
	return list
}

// TestInsertTakesBack shows that an Insert which fails at its last record
// leaves nothing behind, be its transaction small or big.
func TestInsertTakesBack(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	for _, n := range []int{1, few - 1, few, few + 1, 100} {
		d := New()
		w := begin(t, d)
		require.NoError(t, w.Insert(ctx, s, numbers(0, 3, 1)))
		require.NoError(t, w.Delete(ctx, s, []storage.Stamp{{ID: number(1, 1).ID, Version: 1}}))
		twice := number(500, 1)
		twice.Text = "text 0" // of a record that is there
		list := append(append(numbers(1, 2, 1), numbers(3, 3+n, 1)...), twice)
		require.ErrorIs(t, w.Insert(ctx, s, list), storage.ErrDuplicate)
		require.NoError(t, w.Insert(ctx, s, numbers(1, 2, 1)), "the id and the key are free again")
		require.NoError(t, w.Insert(ctx, s, numbers(3, 3+n, 1)))
		require.NoError(t, w.Commit(ctx))
		require.Equal(t, numbers(0, 3+n, 1), all(t, d))
	}
}

// TestUpdateSwapsKeys shows that records may exchange unique keys in one
// Update, and may not take one that a record of the same list keeps.
func TestUpdateSwapsKeys(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	for _, n := range []int{2, few + 5} {
		d := New()
		w := begin(t, d)
		require.NoError(t, w.Insert(ctx, s, numbers(0, n, 1)))
		require.NoError(t, w.Commit(ctx))

		w = begin(t, d)
		a, b := number(0, 2), number(1, 2)
		a.Text = b.Text
		require.ErrorIs(t, w.Update(ctx, s, []storage.Record{a, b}), storage.ErrDuplicate)
		b.Text = number(0, 2).Text
		rest := numbers(2, n, 2)
		require.NoError(t, w.Update(ctx, s, append([]storage.Record{a, b}, rest...)))
		require.NoError(t, w.Commit(ctx))
		require.Equal(t, append([]storage.Record{a, b}, rest...), all(t, d))
	}
}

// TestCommitLooksAgain shows what a transaction finds out on Commit when
// another came first, and that one which touched nothing of it goes through.
func TestCommitLooksAgain(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	late := func(t *testing.T, first, second func(storage.Transaction) error) error {
		d := New()
		w := begin(t, d)
		require.NoError(t, w.Insert(ctx, s, numbers(0, 5, 1)))
		require.NoError(t, w.Commit(ctx))
		a, b := begin(t, d), begin(t, d)
		require.NoError(t, first(a))
		require.NoError(t, second(b))
		require.NoError(t, a.Commit(ctx))
		return b.Commit(ctx)
	}
	update := func(i int, text string) func(storage.Transaction) error {
		return func(w storage.Transaction) error {
			r := number(i, 2)
			r.Text = text
			return w.Update(ctx, s, []storage.Record{r})
		}
	}
	insert := func(i int, text string) func(storage.Transaction) error {
		return func(w storage.Transaction) error {
			r := number(i, 1)
			r.Text = text
			return w.Insert(ctx, s, []storage.Record{r})
		}
	}
	remove := func(w storage.Transaction) error {
		return w.Delete(ctx, s, []storage.Stamp{{ID: number(0, 1).ID, Version: 1}})
	}
	require.NoError(t, late(t, update(0, "x"), update(1, "y")))
	require.NoError(t, late(t, remove, insert(9, "z")))
	require.NoError(t, late(t, update(0, "x"), insert(9, "z")))
	require.ErrorIs(t, late(t, update(0, "x"), update(0, "y")), storage.ErrConflict)
	require.ErrorIs(t, late(t, remove, update(0, "y")), storage.ErrConflict)
	require.ErrorIs(t, late(t, update(0, "x"), remove), storage.ErrConflict)
	require.ErrorIs(t, late(t, update(0, "x"), update(1, "x")), storage.ErrDuplicate)
	require.ErrorIs(t, late(t, insert(9, "x"), insert(9, "y")), storage.ErrDuplicate)
	require.ErrorIs(t, late(t, insert(8, "x"), insert(9, "x")), storage.ErrDuplicate)
}

// A record that another transaction inserted with a key which this one has
// inserted too is not excused by being changed here: its key stays.
func TestCommit_ChangedHolderKeepsItsKey(t *testing.T) {
	t.Parallel()
	s := samples.Schema()
	for _, moves := range []bool{false, true} {
		d := New()
		first, second := begin(t, d), begin(t, d)
		mine, other := number(1, 1), number(2, 1)
		other.Text = mine.Text
		require.NoError(t, second.Insert(ctx, s, []storage.Record{mine}))
		require.NoError(t, first.Insert(ctx, s, []storage.Record{other}))
		require.NoError(t, first.Commit(ctx))
		changed := number(2, 2)
		changed.Text = mine.Text
		if moves {
			changed.Text = "another"
		}
		require.NoError(t, second.Update(ctx, s, []storage.Record{changed}))
		if moves {
			require.NoError(t, second.Commit(ctx))
			require.Len(t, all(t, d), 2)
			continue
		}
		require.ErrorIs(t, second.Commit(ctx), storage.ErrDuplicate)
		require.Len(t, all(t, d), 1)
	}
}
