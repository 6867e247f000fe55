package value

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/shopspring/decimal"
)

// A Rate says that on a day, and until the next rate of the pair, one unit of
// From was worth Rate units of To. There is one for each pair and day.
type Rate struct {
	storage.Meta
	From, To string // codes of ISO 4217
	Day      storage.Date
	Rate     decimal.Decimal // above zero, with at most 30 digits, 20 of them behind the point
	Source   string          // where it was taken from: "SAFE", "ECB"
}

const rateKind = "exchange_rate"

// Rates is the kind of exchange rates.
var Rates = storage.Define[Rate](rateKind,
	storage.Text("from", func(r *Rate) *string { return &r.From }).Required(),
	storage.Text("to", func(r *Rate) *string { return &r.To }).Required(),
	storage.Day("day", func(r *Rate) *storage.Date { return &r.Day }).Required(),
	storage.Decimal("rate", func(r *Rate) *decimal.Decimal { return &r.Rate }),
	storage.Text("source", func(r *Rate) *string { return &r.Source }),
).Unique("from", "to", "day").Valid((*Rate).check)

func (r *Rate) check() error {
	for field, code := range map[string]string{"from": r.From, "to": r.To} {
		if err := (customer.Money{Currency: code}).Check(); err != nil {
			return &storage.FieldError{Kind: rateKind, Field: field, Reason: err.Error()}
		}
	}
	switch {
	case r.From == r.To:
		return &storage.FieldError{Kind: rateKind, Field: "to", Reason: "a currency has no rate to itself: name another one"}
	case !r.Rate.IsPositive():
		return &storage.FieldError{Kind: rateKind, Field: "rate", Reason: "must be above zero"}
	case r.Rate.NumDigits() > 30 || r.Rate.Exponent() < -20 || r.Rate.Exponent() > 10:
		return &storage.FieldError{Kind: rateKind, Field: "rate", Reason: "use at most 30 digits, 20 of them behind the point"}
	}
	return nil
}

// PutRates stores rates, each in the place of one that is stored for its pair and
// day; of two given for one pair and day the later counts. Correcting the rate of
// a past day changes the totals that were converted at it; the change log says
// who did. The records given are left as they are.
//
// A rate that cannot be stored is storage.ErrInvalid; one that another transaction
// adds at the same moment is storage.ErrDuplicate.
func PutRates(ctx context.Context, tx *storage.Tx, rates ...*Rate) error {
	for some := range slices.Chunk(rates, chunk) {
		if err := putRates(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

func putRates(ctx context.Context, tx *storage.Tx, rates []*Rate) error {
	wanted := make(map[key]*Rate, len(rates))
	var order []key
	for _, r := range rates {
		if _, again := wanted[keyOf(r)]; !again {
			order = append(order, keyOf(r))
		}
		wanted[keyOf(r)] = r
	}
	stored, err := storedRates(ctx, tx, rates)
	if err != nil {
		return err
	}
	list := make([]*Rate, 0, len(order))
	for _, k := range order {
		rec := &Rate{From: k.From, To: k.To, Day: k.day}
		if known := stored[k]; known != nil {
			rec = known
		}
		rec.Rate, rec.Source = wanted[k].Rate, wanted[k].Source
		list = append(list, rec)
	}
	return Rates.Put(ctx, tx, list...)
}

// A key is what makes two rates the same.
type key struct {
	pair
	day storage.Date
}

func keyOf(r *Rate) key { return key{pair{r.From, r.To}, r.Day} }

// storedRates returns the stored rates of the pairs and days of others.
func storedRates(ctx context.Context, tx *storage.Tx, rates []*Rate) (map[key]*Rate, error) {
	var froms, tos []string
	var days []storage.Date
	for _, r := range rates {
		froms, tos, days = append(froms, r.From), append(tos, r.To), append(days, r.Day)
	}
	where := criteria.All(
		criteria.In("from", distinct(froms)...), criteria.In("to", distinct(tos)...), criteria.In("day", distinct(days)...),
	)
	stored := map[key]*Rate{}
	for r, err := range Rates.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		stored[keyOf(r)] = r
	}
	return stored, nil
}

// distinct returns each value once.
func distinct[V comparable](list []V) []V {
	seen := make(map[V]bool, len(list))
	var once []V
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			once = append(once, v)
		}
	}
	return once
}
