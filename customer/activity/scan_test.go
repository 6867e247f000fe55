package activity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (f *fixture) scan(scans ...activity.Scan) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := f.acme.Update(f.Context(), ann, func(tx *storage.Tx) (err error) {
		ids, err = f.rec.Scans(f.Context(), tx, scans)
		return err
	})
	return ids, err
}

// scanned is a scan in a shop, n minutes after t0.
func scanned(account, store string, n int) activity.Scan {
	return activity.Scan{Channel: customer.WeCom, Account: account, Store: store, Scene: "cashier", At: t0.Add(time.Duration(n) * time.Minute)}
}

func TestScans_Refuses(t *testing.T) {
	onEach(t, func(f *fixture) {
		for name, bad := range map[string]activity.Scan{
			"account": scanned("", "S1", 0), "store": scanned("wmA", "", 0), "time": {Channel: "wecom", Account: "wmA", Store: "S1"},
		} {
			_, err := f.scan(scanned("wmB", "S1", 0), bad)
			require.ErrorIs(f, err, storage.ErrInvalid, name)
		}
		require.Empty(f, all(f, customer.Kind, storage.Query{}))
	})
}

// New and known people in one batch, and messages that waited for one of them.
func TestScans_Batch(t *testing.T) {
	onEach(t, func(f *fixture) {
		f.watch()
		known := f.customer("王丽")
		f.identity(known, "wmA")
		f.ingest(event(activity.ChannelChat, "wecom", "1", t0, wecom("wmB")))
		named := scanned("wmB", "S1", 1)
		named.Name = "李强"
		ids, err := f.scan(scanned("wmA", "S1", 0), named, scanned("wmB", "S2", 2), scanned("wmC", "S1", 3))
		require.NoError(f, err)
		require.Equal(f, known.ID, ids[0])
		require.Equal(f, ids[1], ids[2])
		list := all(f, customer.Kind, storage.Query{})
		require.Len(f, list, 3)
		b, err := customer.Kind.Get(f.Context(), f.acme, ids[1])
		require.NoError(f, err)
		require.Equal(f, "李强", b.Name)
		require.Equal(f, "store:S1", b.Source)
		require.Len(f, f.with(b), 3)
	})
}

// The same people pay at several tills at once.
func TestScans_AtOnce(t *testing.T) {
	onEach(t, func(f *fixture) {
		var tills crowd
		for n := range 6 {
			tills.do(func() error {
				_, err := f.scan(scanned("wmA", fmt.Sprintf("S%d", n%2), n), scanned("wmB", "S9", n))
				return err
			})
		}
		tills.wait(f)
		require.Len(f, all(f, customer.Kind, storage.Query{}), 2)
		for _, account := range []string{"wmA", "wmB"} {
			c, err := customer.ResolveIdentity(f.Context(), f.acme, customer.WeCom, "", account)
			require.NoError(f, err)
			require.Len(f, f.with(c), 6)
		}
	})
}

// Somebody whose identity was taken away comes back as the same customer.
func TestScans_WithoutIdentity(t *testing.T) {
	onEach(t, func(f *fixture) {
		first, err := f.scan(scanned("wmA", "S1", 0))
		require.NoError(f, err)
		i := all(f, customer.Identities, storage.Query{})
		f.update(func(tx *storage.Tx) error { return customer.Identities.Delete(f.Context(), tx, i...) })
		second, err := f.scan(scanned("wmA", "S1", 1))
		require.NoError(f, err)
		require.Equal(f, first, second)
	})
}
