// Package value tells what customers are worth: what they bought, what they gave
// back, in one currency at the rates of the days on which they did.
//
// Exchange rates are records, one for each pair of currencies and day:
//
//	err := acme.Update(ctx, storage.By("system:rates", "fetch"), func(tx *storage.Tx) error {
//		return value.PutRates(ctx, tx, &value.Rate{From: "USD", To: "CNY", Day: day, Rate: decimal.RequireFromString("7.0981")})
//	})
//	spend, err := value.Of(ctx, acme, id, value.Options{Currency: "CNY"})
//	fmt.Println(spend.Gross, spend.Net(), spend.RefundRate())
//
// # Conversion
//
// An order is converted at the rate of the day on which it was placed, in the
// zone of Options: the newest rate of that day or earlier. So the rate of today
// changes nothing of the past. A refund is an order of its own with a day of its
// own: where the rate has moved in between, an order that was paid back in full
// leaves the difference of the rates.
//
// The rate from A to B is the one stored from A to B or, where that is older or
// missing, 1 divided by the one stored from B to A. Where neither is stored, it is
// the product of two such rates through the currency Via. Rates are kept as
// fractions, so that nothing is rounded on the way; each converted order is
// rounded once, half to even, to a minor unit of the result's currency (0.01 CNY,
// 1 JPY). Sums add the rounded amounts exactly: a total is the sum of what its
// orders show, however they are grouped. Amounts in the currency asked for are
// never rounded.
//
// An amount for which there is no rate is an error, never left out.
//
// # Cost
//
// Totals are made of the orders each time: nothing is stored that could go stale.
// One customer costs a query over its orders for the currencies and days, two for
// each pair of currencies that a rate may be used of, and one for the orders; many
// customers cost the same for each thousand. All streams every order of the tenant
// once and holds one customer's figures at a time.
package value

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Rates} }
