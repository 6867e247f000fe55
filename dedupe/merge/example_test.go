package merge_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
)

func Example() {
	ctx := context.Background()
	clock := func() time.Time { return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC) }
	store, err := storage.New(memory.New(), clock, slices.Concat(customer.Kinds(), merge.Kinds())...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	a := &customer.Customer{Type: customer.Person, Name: "王丽", City: "上海"}
	b := &customer.Customer{Type: customer.Person, Name: "Wang Li", Company: "华星"}
	request := func() merge.Request { return merge.Request{Survivor: a.ID, Others: []uuid.UUID{b.ID}} }
	by := storage.By("user:ann", "merge").Because("same phone")
	var done *merge.Result
	err = acme.Update(ctx, by, func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, a, b); err != nil {
			return err
		}
		done, err = merge.Merge(ctx, tx, request())
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range done.Plan.Fields {
		if c.Conflict {
			fmt.Println(c.Field, "is in conflict:", string(c.Chosen), "survives")
		}
	}
	c, err := customer.Kind.Get(ctx, acme, a.ID)
	fmt.Println(c.Name, c.City, c.Company, err)
	id, err := merge.ResolveOne(ctx, acme, b.ID)
	fmt.Println(id == a.ID, err)

	err = acme.Update(ctx, by, func(tx *storage.Tx) error {
		_, err := merge.Unmerge(ctx, tx, done.Merge, merge.UnmergeOptions{})
		return err
	})
	n, _ := customer.Kind.Count(ctx, acme, storage.Query{})
	fmt.Println(n, err)
	// Output:
	// name is in conflict: "王丽" survives
	// 王丽 上海 华星 <nil>
	// true <nil>
	// 2 <nil>
}
