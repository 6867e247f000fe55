package review_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/google/uuid"
)

func Example() {
	ctx := context.Background()
	store, err := storage.New(memory.New(), time.Now, slices.Concat(customer.Kinds(), review.Kinds())...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	err = acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
		for _, phone := range []string{"13800138001", "13900139002"} {
			c := &customer.Customer{Type: customer.Person, Name: "张三"}
			if err := customer.Kind.Put(ctx, tx, c); err != nil {
				return err
			}
			if err := addContacts(ctx, tx, c.ID, phone, "zhangsan@x.com"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var reviewer review.Reviewer // without a merge function: everything is asked about
	report, err := reviewer.Scan(ctx, acme, storage.By("system:duplicates", "scan"), review.Options{})
	fmt.Println(report.Queued, err)

	page, err := review.Queue(ctx, acme, storage.Query{Limit: 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, why := range page.Entries[0].Why() {
		fmt.Println(why.Name+":", why.Level)
	}
	err = acme.Update(ctx, storage.By("user:ann", "review"), func(tx *storage.Tx) error {
		return reviewer.Decide(ctx, tx, page.Entries[0].ID, review.Distinct, "father and son")
	})
	fmt.Println(err)
	report, err = reviewer.Scan(ctx, acme, storage.By("system:duplicates", "scan"), review.Options{})
	fmt.Println(report.Queued, report.Apart, err)
	// Output:
	// 1 <nil>
	// mail: the same
	// name: both the same
	// phone: another
	// <nil>
	// 0 1 <nil>
}

// What is done with pairs is decided without a store.
func ExampleThresholds_Sort() {
	thresholds, err := review.Thresholds{Auto: 0.95, Review: 0.75}.Check()
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := make([]uuid.UUID, 6)
	for i := range ids {
		ids[i][15] = byte(i)
	}
	sorted := thresholds.Sort([]review.Scored{
		{A: ids[0], B: ids[1], Probability: 0.97, Together: true},
		{A: ids[2], B: ids[3], Probability: 0.80, Together: true},
		{A: ids[4], B: ids[5], Probability: 0.60},
	}, nil)
	fmt.Println(len(sorted.Merge), "merged,", len(sorted.Queue), "queued,", len(sorted.Ignored), "ignored")
	// Output: 1 merged, 1 queued, 1 ignored
}
