package value_test

import (
	"context"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/shopspring/decimal"
)

func Example() {
	ctx := context.Background()
	now := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	store, err := storage.New(memory.New(), func() time.Time { return now }, append(customer.Kinds(), value.Kinds()...)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	acme := store.Tenant("acme")
	c := &customer.Customer{Type: customer.Organization, Name: "华星"}
	seven := &value.Rate{From: "USD", To: "CNY", Day: storage.Date{Year: 2026, Month: 1, Day: 2}, Rate: decimal.RequireFromString("7.10")}
	price, _ := customer.NewMoney("100", "USD")
	part, _ := customer.NewMoney("30", "USD")
	err = acme.Update(ctx, storage.By("user:ann", "sell"), func(tx *storage.Tx) error {
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		if err := value.PutRates(ctx, tx, seven); err != nil {
			return err
		}
		sold := &customer.Order{Customer: c.ID, PlacedAt: now, Total: price}
		if err := customer.Orders.Put(ctx, tx, sold); err != nil {
			return err
		}
		_, err := customer.PayBack(ctx, tx, sold.ID, part)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	spend, err := value.Of(ctx, acme, c.ID, value.Options{Currency: "CNY", MaxAge: 7})
	fmt.Println(spend.Gross, spend.Net(), spend.RefundRate(), err)
	// Output: 710 CNY 497 CNY 0.3 <nil>
}
