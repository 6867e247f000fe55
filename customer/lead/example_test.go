package lead_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
)

// Example takes a lead from a form to a customer.
func Example() {
	ctx := context.Background()
	kinds := slices.Concat(customer.Kinds(), deal.Kinds(), lead.Kinds())
	store, err := storage.New(memory.New(), time.Now, kinds...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme, ann := store.Tenant("acme"), uuid.New()
	form := &lead.Form{Source: "website", Fields: map[string]string{"who": "name", "tel": "phone", "dest": "preference.destination"}}
	l, err := form.Lead(lead.Post{Key: "request 1", Values: map[string]string{"who": "王丽", "tel": "138 0013 8000", "dest": "云南"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = acme.Update(ctx, storage.By("system:site", "ingest"), func(tx *storage.Tx) error {
		_, err := lead.Ingest(ctx, tx, l)
		return err
	})
	fmt.Println(l.State, err)

	err = acme.Update(ctx, storage.By("user:ann", "convert"), func(tx *storage.Tx) error {
		if err := lead.Claim(ctx, tx, ann, l.ID); err != nil {
			return err
		}
		if err := lead.AddNotes(ctx, tx, &lead.Note{Lead: l.ID, Author: ann, Text: "想春节出发"}); err != nil {
			return err
		}
		result, err := lead.Convert(ctx, tx, l.ID, lead.Conversion{Stage: "prospect"})
		if err == nil {
			fmt.Println(result.Created, result.Lead.State)
		}
		return err
	})
	fmt.Println(err)
	found, err := customer.FindByPhone(ctx, acme, "13800138000")
	for _, c := range found {
		fmt.Println(c.Name, c.Stage, c.Owner == ann, err)
	}
	// Output:
	// pool <nil>
	// true converted
	// <nil>
	// 王丽 prospect true <nil>
}

func ExampleNext() {
	fmt.Println(lead.Next(lead.Owned, "release"))
	_, err := lead.Next(lead.Merged, "claim")
	fmt.Println(err)
	// Output:
	// pool <nil>
	// lead: cannot claim 00000000-0000-0000-0000-000000000000, which is merged: not possible in the state of the lead; it stays as it is
}
