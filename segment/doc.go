// Package segment sorts customers into groups by what they buy: recency,
// frequency and monetary value (RFM), named segments over those scores, value
// tiers, and the summary statistics that customer-lifetime-value models need.
//
// Everything here computes on a stream of purchases and returns values: nothing
// is opened or stored, nothing asks for the current time and no goroutine is
// started. The stream comes from wherever the host has it, or from a store by
// [Purchases]. The customer's identity is a type parameter, so a host keeps its
// own ids (uuid.UUID, int64, string).
//
//	result, err := segment.RFM(purchases, segment.Options{AsOf: now, WindowDays: 365})
//	segments := segment.DefaultMap()
//	for _, row := range result.Rows {
//		fmt.Println(row.Customer, row.Score, segments.Name(row.Score))
//	}
//	report, err := result.Report(segments)
//	fmt.Print(report.Table(segment.Chinese))
//
// # Money
//
// Amounts are int64 minor units (cents, fen) of a currency; [ToMinor] turns a
// decimal into them exactly or refuses. Sums never wrap: an overflow is
// [ErrOverflow]. One computation has one base currency. Other currencies need
// a [Converter], for which [Rates] is a table of dated rates; without one,
// mixed currencies are refused with [ErrCurrency] and never added up.
//
// # Orders and refunds
//
// A refund, marked by [Purchase.Refund] or by a negative amount, takes its
// whole amount off the customer's total. It is not an order and does not move
// recency: a customer who sends goods back has not come shopping again. It
// counts at its own moment, so a refund inside the window of an order before
// the window can make a total negative. A customer who has only refunds in the
// window gets no scores and is counted in [Counts].Unscored. An order of zero
// is an order (a gift, a full discount), unless [Options].SkipZero is set.
//
// # Time
//
// The as-of moment is mandatory. Purchases after it are ignored and counted.
// Moments are kept to the microsecond, finer parts are cut off. Recency is in
// whole elapsed days of 24 hours, or in calendar days when a zone is given. A
// window of N days holds the purchases whose recency is 0 to N-1 days, measured
// in that same way.
//
// # Scores
//
// A score is 1 to 5 (or 2 to 10 bins) for each dimension, 5 being best. The
// default, [Ranks], compares each customer with the others in integer
// arithmetic; equal customers always score alike and the order of the input
// never matters. [RPackage] reproduces the R package rfm, [NTile] the SQL
// function, and [Thresholds] fixes the limits by hand. A result returns the
// thresholds that were found, so that later customers can be put on the same
// scale.
//
// # Cost
//
// Memory grows with customers, not with purchases: while reading, the key, 24
// bytes of sums and 8 to 16 bytes of index for each. An [Accumulator] takes
// purchases one by one and merges with others, so shards can be read side by
// side. Scoring sorts by radix, in time linear in customers.
//
// One million orders of 100,000 customers with int64 keys take about half the
// time of a plain loop that only gathers int64 sums in a map, and a seventh to a
// tenth of that of one that gathers decimals (medians of several runs of
// BenchmarkRFM on a busy machine with two cores).
//
// # Not here
//
// Scores say how customers compare, not what they will do. For forecasts,
// [Summarize] prepares the input of purchase models such as BG/NBD. A model
// is only as good as the refunds and currencies that were fed to it.
package segment
