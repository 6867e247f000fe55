package clientele_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var t0 = time.Date(2026, 1, 5, 1, 0, 0, 123_456_789, time.UTC)

// A contract is a kind of the host's.
type contract struct {
	storage.Meta
	Number string
}

var contracts = storage.Define[contract]("contract",
	storage.Text("number", func(c *contract) *string { return &c.Number }).Unique(),
)

func TestOpen_HostKindsStandBesideOurs(t *testing.T) {
	t.Parallel()
	db, err := clientele.Open(memory.New(), clientele.WithKinds(contracts), clientele.WithClock(func() time.Time { return t0 }))
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("erp"))
	c, k := &customer.Customer{Type: customer.Person, Name: "王丽"}, &contract{Number: "C-1"}
	require.NoError(t, desk.Update(t.Context(), "sign", func(tx *storage.Tx) error {
		if err := contracts.Put(t.Context(), tx, k); err != nil {
			return err
		}
		return customer.Kind.Put(t.Context(), tx, c)
	}))
	require.Equal(t, t0.Truncate(time.Microsecond), c.CreatedAt)
	history, err := contracts.History(t.Context(), desk.Records(), k.ID)
	require.NoError(t, err)
	require.Len(t, history, 1)
	require.Equal(t, "system:erp", history[0].Actor)
	require.Equal(t, "sign", history[0].Action)
}

func TestOpen_RefusesANameTwice(t *testing.T) {
	t.Parallel()
	_, err := clientele.Open(memory.New(), clientele.WithKinds(storage.Define[contract]("customer")))
	require.ErrorIs(t, err, storage.ErrInvalid)
	_, err = clientele.Open(nil)
	require.ErrorIs(t, err, storage.ErrInvalid)
}

func TestAs_TheZeroPrincipalMayDoNothing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := clientele.Open(memory.New())
	require.NoError(t, err)
	system := db.Tenant("acme").As(clientele.System("test"))
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	put := func(d *clientele.Desk) error {
		return d.Update(ctx, "add", func(tx *storage.Tx) error { return customer.Kind.Put(ctx, tx, c) })
	}
	require.NoError(t, put(system))
	nobody := db.Tenant("acme").As(clientele.Principal{})
	require.ErrorIs(t, put(nobody), storage.ErrNoActor)
	_, err = customer.Kind.Get(ctx, nobody.Records(), c.ID)
	require.ErrorIs(t, err, storage.ErrForbidden)
	_, err = nobody.Records().Elevate(ctx, "please")
	require.ErrorIs(t, err, storage.ErrForbidden)
	_, err = nobody.Records().Log().Read(ctx, 0, 10)
	require.ErrorIs(t, err, storage.ErrForbidden)
}

// A View at a desk keeps its state, and the desk says whose it is.
func TestDesk_View(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db, err := clientele.Open(memory.New())
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("test"))
	require.Equal(t, "system:test", desk.Principal().String())
	require.NoError(t, desk.View(ctx, func(tx *storage.Tx) error {
		before, err := customer.Kind.Count(ctx, tx, storage.Query{})
		require.NoError(t, err)
		require.NoError(t, desk.Update(ctx, "add", func(tx *storage.Tx) error {
			return customer.Kind.Put(ctx, tx, &customer.Customer{Type: customer.Person, Name: "王丽"})
		}))
		after, err := customer.Kind.Count(ctx, tx, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, before, after)
		return nil
	}))
	_, err = customer.Kind.Page(ctx, desk.Records(), storage.Query{Limit: -1})
	require.ErrorIs(t, err, storage.ErrInvalid)
}

// The log says what happened and never what the records hold.
func TestWithLogger_NoValues(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db, err := clientele.Open(memory.New(), clientele.WithLogger(log))
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("test"))
	err = desk.Update(t.Context(), "add", func(tx *storage.Tx) error {
		return customer.Kind.Put(t.Context(), tx, &customer.Customer{Type: "secret", Name: "secret"})
	})
	require.ErrorIs(t, err, storage.ErrInvalid)
	require.Contains(t, out.String(), "outcome=invalid")
	require.NotContains(t, out.String(), "secret")
}

// What one handle writes, another reads, in the same version.
func TestStore_IsOneForAllHandles(t *testing.T) {
	t.Parallel()
	db, err := clientele.Open(memory.New())
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("test"))
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	for range 2 {
		c.Notes += "x"
		require.NoError(t, desk.Update(t.Context(), "edit", func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) }))
	}
	found, err := customer.Kind.First(t.Context(), db.Store().Tenant("acme"), storage.Query{Where: criteria.Eq("version", 2)})
	require.NoError(t, err)
	require.Equal(t, c.ID, found.ID)
}

func Example() {
	ctx := context.Background()
	db, err := clientele.Open(memory.New())
	if err != nil {
		fmt.Println(err)
		return
	}
	desk := db.Tenant("acme").As(clientele.System("shop"))
	err = desk.Update(ctx, "sign up", func(tx *storage.Tx) error {
		return customer.Kind.Put(ctx, tx,
			&customer.Customer{Type: customer.Person, Name: "王丽", Tags: []string{"VIP"}},
			&customer.Customer{Type: customer.Organization, Name: "Müller GmbH"},
		)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	vips := storage.Query{Where: criteria.HasAny("tags", "VIP")}
	for c, err := range customer.Kind.Find(ctx, desk.Records(), vips) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.Name, c.Version)
	}
	// Output: 王丽 1
}

// The options reach the watches: what each asks for is refused or done.
func TestOpen_Options(t *testing.T) {
	t.Parallel()
	told := 0
	inspector := &quality.Inspector{Roles: func(actor string) []string { return []string{"sales"} }}
	db, err := clientele.Open(memory.New(),
		clientele.WithInteractions(activity.Recorder{Channels: activity.Channels{"fax"}}), clientele.WithTags(tag.Refuse),
		clientele.WithLifecycle(lifecycle.Standard()), clientele.WithQuality(inspector), clientele.WithSearch(search.Finder{}), clientele.WithDuplicates(&live.Checker{}),
		clientele.WithWatches(storage.Watch{Name: "host", Kinds: []string{"customer"}, After: func(context.Context, *storage.Tx, []storage.Attempt) error { told++; return nil }}))
	require.NoError(t, err)
	desk := db.Tenant("acme").As(clientele.System("shop"))
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	put := func(fn func(tx *storage.Tx) error) error { return desk.Update(t.Context(), "test", fn) }
	require.NoError(t, put(func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, c) }))
	require.Equal(t, 1, told)
	for channel, known := range map[string]bool{"call": true, "fax": true, "note": false} {
		err := put(func(tx *storage.Tx) error {
			return customer.Interactions.Put(t.Context(), tx, &customer.Interaction{Customer: c.ID, Channel: channel, OccurredAt: t0})
		})
		require.Equal(t, !known, errors.Is(err, activity.ErrUnknownChannel), "%s: %v", channel, err)
	}
	change := func(edit func(*customer.Customer)) error {
		return put(func(tx *storage.Tx) error {
			next, err := customer.Kind.Get(t.Context(), tx, c.ID)
			if err != nil {
				return err
			}
			edit(next)
			return customer.Kind.Put(t.Context(), tx, next)
		})
	}
	call := func(name string) error {
		return put(func(tx *storage.Tx) error {
			who := &customer.Customer{Type: customer.Person, Name: name}
			if err := customer.Kind.Put(t.Context(), tx, who); err != nil {
				return err
			}
			phone, err := customer.NewContactPoint(who.ID, customer.Phone, "13810138000")
			if err != nil {
				return err
			}
			_, err = customer.AddContactPoints(t.Context(), tx, phone)
			return err
		})
	}
	require.NoError(t, call("曾强"))
	require.ErrorIs(t, call("曾先生"), live.ErrPossibleDuplicate)
	require.ErrorIs(t, change(func(c *customer.Customer) { c.Tags = []string{"nobody's"} }), tag.ErrUnknownTag)
	require.ErrorIs(t, change(func(c *customer.Customer) { c.Stage = "no stage" }), lifecycle.ErrTransition)
	rule := quality.Required("R1", "customer", "city", nil)
	rule.Mode, rule.On, rule.Roles = quality.Block, quality.OnCreate, []string{"sales"}
	require.NoError(t, put(func(tx *storage.Tx) error { return quality.Rules.Put(t.Context(), tx, rule) }))
	err = put(func(tx *storage.Tx) error {
		return customer.Kind.Put(t.Context(), tx, &customer.Customer{Type: customer.Person, Name: "李明"})
	})
	require.ErrorIs(t, err, quality.ErrValidation)
	_, err = clientele.Open(memory.New(), clientele.WithDuplicates(&live.Checker{Mode: "now and then"}))
	require.ErrorIs(t, err, storage.ErrInvalid)
}
