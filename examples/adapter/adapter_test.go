package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The driver passes the whole kit. Nothing more is needed to examine an adapter;
// one over a server makes its tables first, for storagetest.Kinds and
// storage.OwnKinds.
func TestSTO02_ThirdAdapter(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(*testing.T) storage.Driver { return newDriver() })
}

func Example() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output: 王丽, 上海: version 1, create by system:example (sign up)
}

// A record that was read with lock and not written counts at Commit all the
// same: what the transaction decided by it may no longer be right.
func TestSTO02_LockedReadIsCheckedOnCommit(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), customer.Kind.Schema()
	for name, read := range map[string]func(storage.Transaction, uuid.UUID) error{
		"Get": func(tx storage.Transaction, id uuid.UUID) error {
			_, err := tx.Get(ctx, s, []uuid.UUID{id}, storage.ForUpdate)
			return err
		},
		"Find": func(tx storage.Transaction, _ uuid.UUID) error {
			_, err := tx.Find(ctx, &storage.Plan{
				Schema: s, Where: &criteria.And{}, Order: []storage.OrderKey{{Field: s.Field(storage.FieldID)}}, Lock: storage.ForUpdate,
			})
			return err
		},
	} {
		d, c := newDriver(), &customer.Customer{Meta: storage.Meta{ID: uuid.New(), Version: 1}, Name: "a"}
		write(t, d, func(tx storage.Transaction) error { return tx.Insert(ctx, s, []storage.Record{c}) })
		tx, err := d.Begin(ctx, "acme", storage.Write)
		require.NoError(t, err)
		require.NoError(t, read(tx, c.ID), name)
		next := *c
		next.Version = 2
		write(t, d, func(tx storage.Transaction) error { return tx.Update(ctx, s, []storage.Record{&next}) })
		var conflict *storage.ConflictError
		require.ErrorAs(t, tx.Commit(ctx), &conflict, name)
		require.Equal(t, storage.ConflictError{Kind: "customer", ID: c.ID, Version: 1, Current: 2}, *conflict)
	}
}

// write commits what fn writes in a transaction of its own.
func write(t *testing.T, d *driver, fn func(storage.Transaction) error) {
	tx, err := d.Begin(t.Context(), "acme", storage.Write)
	require.NoError(t, err)
	require.NoError(t, fn(tx))
	require.NoError(t, tx.Commit(t.Context()))
}

// A loop in a transaction that writes shows one state, longer than a page of
// Store though it is: a record that the loop moves to the end does not come again.
func TestSTO02_LoopShowsOneState(t *testing.T) {
	t.Parallel()
	ctx, list := t.Context(), make([]*customer.Customer, 1200)
	for i := range list {
		list[i] = &customer.Customer{Type: customer.Person, Name: fmt.Sprintf("%04d", i)}
	}
	db, err := clientele.Open(newDriver())
	require.NoError(t, err)
	desk, shown := db.Tenant("acme").As(clientele.System("test")), 0
	require.NoError(t, desk.Update(ctx, "add", func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, list...) }))
	require.NoError(t, desk.Update(ctx, "rename", func(tx *storage.Tx) error {
		for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Order: []storage.Order{{Field: "name"}}}) {
			require.NoError(t, err)
			if shown++; shown == 1 {
				c.Name = "last"
				require.NoError(t, customer.Kind.Put(ctx, tx, c))
			}
		}
		return nil
	}))
	require.Equal(t, len(list), shown)
}
