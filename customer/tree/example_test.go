package tree_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
)

func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	store, err := storage.New(memory.New(), func() time.Time { return now }, append(customer.Kinds(), tree.Kinds()...)...)
	if err == nil {
		store, err = store.Watched(tree.Watch())
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	dealer := &customer.Customer{Type: customer.Organization, Name: "华东经销"}
	shop := &customer.Customer{Type: customer.Organization, Name: "南京路店"}
	buyer := &customer.Customer{Type: customer.Person, Name: "王丽"}
	by := storage.By("user:ann", "set up the network")
	err = acme.Update(ctx, by, func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, dealer, shop, buyer); err != nil {
			return err
		}
		return errors.Join(
			tree.SetParent(ctx, tx, dealer.ID, shop.ID),
			tree.SetParent(ctx, tx, shop.ID, buyer.ID),
		)
	})
	fmt.Println(err)
	for n, err := range tree.Descendants(ctx, acme, dealer.ID, 0) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(strings.Repeat("  ", n.Level) + n.Name)
	}
	err = acme.Update(ctx, by, func(tx *storage.Tx) error { return tree.SetParent(ctx, tx, buyer.ID, dealer.ID) })
	fmt.Println(errors.Is(err, tree.ErrCycle))
	// Output:
	// <nil>
	//   南京路店
	//     王丽
	// true
}
