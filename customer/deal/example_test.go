package deal_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/shopspring/decimal"
)

// Example moves a deal through a pipeline and reads how long it took.
func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	kinds := slices.Concat(customer.Kinds(), deal.Kinds())
	store, err := storage.New(memory.New(), func() time.Time { return now }, kinds...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme, ann := store.Tenant("acme"), storage.By("user:ann", "sell")
	d := &deal.Deal{Name: "Phase one", Amount: customer.Money{Amount: decimal.NewFromInt(100_000), Currency: "CNY"}}
	err = acme.Update(ctx, ann, func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Organization, Name: "Huaxing"}
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		sales := &deal.Pipeline{Name: "Sales"}
		err := deal.Save(ctx, tx, sales,
			&deal.Stage{Key: "contact", Probability: 10, Outcome: deal.Open},
			&deal.Stage{Key: "offer", Probability: 50, Outcome: deal.Open},
			&deal.Stage{Key: "won", Probability: 100, Outcome: deal.Won},
		)
		if err != nil {
			return err
		}
		d.Customer, d.Pipeline = c.ID, sales.ID
		return deal.Add(ctx, tx, d)
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	now = now.Add(48 * time.Hour)
	err = acme.Update(ctx, ann, func(tx *storage.Tx) error {
		d, err = deal.Move(ctx, tx, d.ID, "offer", "")
		return err
	})
	fmt.Println(d.Weighted, d.Amount.Currency, err)
	for m, err := range deal.Moves.Find(ctx, acme, storage.Query{}) {
		fmt.Printf("%q to %q after %s %v\n", m.From, m.To, time.Duration(m.Seconds)*time.Second, err)
	}
	// Output:
	// 50000 CNY <nil>
	// "" to "contact" after 0s <nil>
	// "contact" to "offer" after 48h0m0s <nil>
}

func ExampleQuote_SetLines() {
	q := &deal.Quote{Number: "Q-1", Decimals: 2}
	one := deal.Line{Product: "P1", Quantity: decimal.NewFromInt(3), UnitPrice: decimal.RequireFromString("33.335")}
	one.Total = one.Sum(q.Decimals)
	fmt.Println(q.SetLines(one), q.Total.Amount)
	one.Total = one.Total.Sub(decimal.New(1, -2))
	fmt.Println(q.SetLines(one))
	// Output:
	// <nil> 100.01
	// deal: the total of line 1 of the quote does not add up: it says 100, and it is 100.01
}
