package activity

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Counts returns how many interactions of each type there are: page views,
// clicks, answers. where chooses among them, such as criteria.Eq("customer", id);
// nil: all. Those without a type are counted under "".
func Counts(ctx context.Context, from storage.Reader, where criteria.Criterion) (map[string]int64, error) {
	rows, err := customer.Interactions.Aggregate(ctx, from, storage.Query{Where: where}, storage.Figures{By: []string{"type"}})
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int64, len(rows))
	for _, row := range rows {
		typ, _ := row.By[0].(string)
		counts[typ] = row.Count
	}
	return counts, nil
}
