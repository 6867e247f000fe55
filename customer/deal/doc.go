// Package deal holds sales opportunities: pipelines of stages, the deals that
// pass through them, the history of their stages, and the quotes made for them.
//
//	sales := &deal.Pipeline{Name: "销售"}
//	err := deal.Save(ctx, tx, sales,
//		&deal.Stage{Key: "contact", Label: "初步接触", Probability: 10, Outcome: deal.Open},
//		&deal.Stage{Key: "offer", Label: "方案报价", Probability: 50, Outcome: deal.Open, Requires: []string{"amount"}},
//		&deal.Stage{Key: "won", Label: "赢单", Probability: 100, Outcome: deal.Won},
//		&deal.Stage{Key: "lost", Label: "输单", Outcome: deal.Lost},
//	)
//	d := &deal.Deal{Customer: c.ID, Pipeline: sales.ID, Name: "一期设备", Amount: amount}
//	err = deal.Add(ctx, tx, d)
//	d, err = deal.Move(ctx, tx, d.ID, "offer", "")
//
// # Forecasts
//
// A deal carries the figures that a forecast adds up, as fields of its own:
// status, expected_at, amount, currency, and weighted, the amount times the
// probability, exactly. What is due in January, by currency:
//
//	rows, err := deal.Deals.Aggregate(ctx, acme, storage.Query{Where: criteria.All(
//		criteria.Eq("status", deal.Open),
//		criteria.Ge("expected_at", first), criteria.Le("expected_at", last),
//	)}, storage.Figures{By: []string{"currency"}, Sum: []string{"weighted", "amount"}})
//
// # Guarantees
//
//   - Add and Move write a row of Moves with every change of stage, in the same
//     transaction; of two moves of a deal at the same time one comes first, and
//     the other sees it.
//   - A stage that a deal stands in cannot be removed, whatever transactions run
//     at the same time.
//   - The total of a stored quote is the sum of its lines.
//   - In a store with Watches, a quote that was sent keeps its content for good.
//
// # Not guaranteed
//
// Deals may be changed with Deals.Put like other records; one that sets the
// stage so leaves no history. Save and a move into the stage whose probability it
// changes, at the same moment, may leave the deal the former one, which the next
// Save of the pipeline puts right.
package deal

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New. They refer to those of
// package customer.
func Kinds() []storage.Described {
	return []storage.Described{Pipelines, Stages, Deals, Moves, Quotes}
}

// Watches are what keeps records of this package unchanged that must stay so,
// whoever writes, for storage.Store.Watched.
func Watches() []storage.Watch { return []storage.Watch{frozenQuotes} }
