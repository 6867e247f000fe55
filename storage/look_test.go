package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var byNumber = Contracts.Key("number")

// A plain driver and transaction have none of the optional abilities.
type (
	plainDriver struct{ storage.Driver }
	plainTx     struct{ storage.Transaction }
)

func (d plainDriver) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	tx, err := d.Driver.Begin(ctx, tenant, mode)
	return plainTx{tx}, err
}

// TestWithoutOptionalAbilities shows that a driver which lacks them is served
// by the general ways.
func TestWithoutOptionalAbilities(t *testing.T) {
	t.Parallel()
	d := plainDriver{memory.New()}
	_, looks := storage.Driver(d).(storage.Looker)
	_, batches := storage.Transaction(plainTx{}).(storage.Batcher)
	_, streams := storage.Transaction(plainTx{}).(storage.Streamer)
	require.False(t, looks || batches || streams)
	storagetest.Run(t, func(*testing.T) storage.Driver { return plainDriver{memory.New()} },
		storagetest.Options{Only: []string{"looks", "queries", "cursors"}})
}

// TestLookLends shows that look-ups through a plain handle lend one and the
// same record and allocate nothing, and that Get copies.
func TestLookLends(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	acme := contracts(ctx)
	first, err := byNumber.Look(ctx, acme, "C-1")
	require.NoError(t, err)
	again, err := Contracts.Look(ctx, acme, first.ID)
	require.NoError(t, err)
	require.Same(t, first, again)

	copied, err := byNumber.Get(ctx, acme, "C-1")
	require.NoError(t, err)
	require.Equal(t, first, copied)
	copied.Tags[0] = "changed"
	require.NotEqual(t, first.Tags, copied.Tags)
}

// TestLookAllocatesNothing runs alone, as AllocsPerRun demands.
func TestLookAllocatesNothing(t *testing.T) {
	ctx := context.Background()
	acme := contracts(ctx)
	c, err := byNumber.Look(ctx, acme, "C-1")
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = Contracts.Look(ctx, acme, c.ID) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = byNumber.Look(ctx, acme, "C-1") }))
}

// TestLookRefuses shows the errors of look-ups that cannot be.
func TestLookRefuses(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	acme := contracts(ctx)
	_, err := Contracts.Key("value").Look(ctx, acme, "1")
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = Contracts.Key("colour").Get(ctx, acme, "red")
	require.ErrorIs(t, err, storage.ErrInvalid)
	require.ErrorContains(t, err, `contract has no unique text field "colour"`)

	type other struct {
		storage.Meta
		Number string
	}
	twin := storage.Define[other]("contract", storage.Text("number", func(o *other) *string { return &o.Number }).Unique())
	_, err = twin.Look(ctx, acme, uuid.UUID{1})
	require.ErrorIs(t, err, storage.ErrUnknownKind, "a kind of the same name that the store was not made with")
	_, err = twin.Key("number").Look(ctx, acme, "C-1")
	require.ErrorIs(t, err, storage.ErrUnknownKind)

	_, err = Contracts.Look(ctx, acme.Store().Tenant(""), uuid.UUID{1})
	require.ErrorIs(t, err, storage.ErrInvalid, "the name of the tenant")

	over, cancel := context.WithCancel(ctx)
	cancel()
	_, err = Contracts.Look(over, acme, uuid.UUID{1})
	require.ErrorIs(t, err, context.Canceled)
	_, err = byNumber.Look(over, acme, "C-1")
	require.ErrorIs(t, err, context.Canceled)
}

// TestFailedPutGivesMetaBack shows that records get back what they had when
// the transaction fails, new ones that the caller filled in too.
func TestFailedPutGivesMetaBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	acme := contracts(ctx)
	stored, err := byNumber.Get(ctx, acme, "C-1")
	require.NoError(t, err)
	stored.Number = "C-1a"
	fresh, filled := &Contract{Number: "C-8"}, &Contract{Number: "C-9"}
	filled.ID, filled.CreatedAt = uuid.UUID{7: 1}, time.Unix(1, 0)
	for _, c := range []*Contract{stored, fresh, filled} {
		was := *c
		err := acme.Update(ctx, storage.By("user:ann", "try"), func(tx *storage.Tx) error {
			require.NoError(t, Contracts.Put(ctx, tx, c))
			require.NotEqual(t, was.Version, c.Version)
			return context.Canceled
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, was, *c)
	}
}

// Look and Key read a record where only a look at it is needed: they lend it
// and save the copy.
func ExampleKey() {
	ctx := context.Background()
	acme := contracts(ctx)

	byNumber := Contracts.Key("number") // made once, often in a package variable
	c, err := byNumber.Look(ctx, acme, "C-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Number, c.Value, c.Tags) // look, do not touch: Get it to change it

	_, err = byNumber.Look(ctx, acme, "C-77")
	fmt.Println(err)
	n, _ := Contracts.Count(ctx, acme, storage.Query{Where: criteria.Eq("number", "C-1")})
	fmt.Println("found by a query:", n)
	// Output:
	// C-1 1200.5 [gold]
	// storage: contract 00000000-0000-0000-0000-000000000000: not found
	// found by a query: 1
}
