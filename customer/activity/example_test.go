package activity_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

// A call from a number that nobody has yet waits until somebody has it.
func Example() {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	rec := activity.Recorder{}
	store, err := storage.New(memory.New(), now, slices.Concat(customer.Kinds(), activity.Kinds())...)
	if err != nil {
		fmt.Println(err)
		return
	}
	if store, err = store.Watched(rec.Watches()...); err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	call := activity.Event{
		Interaction: customer.Interaction{
			Channel: activity.ChannelCall, Direction: customer.Inbound, Effective: true,
			OccurredAt: now().Add(-time.Hour), Source: "pbx", ExternalID: "call-17",
		},
		With: []activity.Party{{Phone: "138 0013 8000"}},
	}
	for range 2 { // delivered twice
		err = acme.Update(ctx, storage.By("system:pbx", "ingest"), func(tx *storage.Tx) error {
			done, err := rec.Ingest(ctx, tx, []activity.Event{call})
			fmt.Println(len(done.Stored), "stored,", done.Known, "known,", done.Unmatched, "unmatched")
			return err
		})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	err = acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		p, err := customer.NewContactPoint(c.ID, customer.Phone, "+86 138-0013-8000")
		if err != nil {
			return err
		}
		return customer.ContactPoints.Put(ctx, tx, p)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err = customer.Kind.Get(ctx, acme, c.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Name, "followed up at", c.FollowedUp.Format(time.TimeOnly))
	// Output:
	// 1 stored, 0 known, 1 unmatched
	// 0 stored, 1 known, 0 unmatched
	// 王丽 followed up at 00:00:00
}
