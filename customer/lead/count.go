package lead

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Counts returns how many leads are in each state, of those that where matches
// (nil for all): every state is there, and the numbers add up to the number of
// leads, deleted ones included. Inside View all numbers are of one moment.
func Counts(ctx context.Context, tx *storage.Tx, where criteria.Criterion) (map[string]int64, error) {
	counts := make(map[string]int64, len(states))
	for _, s := range states {
		counts[s] = 0
	}
	rows, err := Leads.Aggregate(ctx, tx, storage.Query{Where: where}, storage.Figures{By: []string{"state"}})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if state, ok := row.By[0].(string); ok {
			counts[state] = row.Count
		}
	}
	counts[Deleted], err = Leads.Count(ctx, tx, storage.Query{Where: where, Deleted: storage.DeletedOnly})
	return counts, err
}

// Contactable matches customers who can be reached: those that have a contact
// point of some type. Prospects from a survey may have none.
func Contactable() criteria.Criterion {
	return criteria.Related(customer.ContactPoints.Name(), "customer", nil)
}
