package merge

import (
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// looked is how many changes of a customer are looked at, the newest, to find out
// when its values were written.
const looked = 200

// sinceOf returns when each value of some customers was written.
func sinceOf(ctx context.Context, tx *storage.Tx, list []*customer.Customer, fields []*storage.Field) ([]map[string]time.Time, error) {
	all := make([]map[string]time.Time, len(list))
	for i, c := range list {
		page, err := storage.Changes.Page(ctx, tx, storage.Query{
			Where: criteria.All(criteria.Eq("record", c.ID), criteria.Eq("kind", customerKind)),
			Order: []storage.Order{{Field: "record_version", Desc: true}},
			Limit: looked,
		})
		if err != nil {
			return nil, err
		}
		all[i] = written(c, page.Items, fields)
	}
	return all, nil
}

// written returns when each field of a customer got its value, given its last
// changes, the newest first: at the latest change that names the field. A field that
// none names was there before the oldest of them. Without any change, the
// customer's last change is all that is known.
func written(c *customer.Customer, changes []*storage.Change, fields []*storage.Field) map[string]time.Time {
	since := make(map[string]time.Time, len(fields))
	for _, f := range fields {
		i := slices.IndexFunc(changes, func(ch *storage.Change) bool { return slices.Contains(ch.Fields, f.Name) })
		switch {
		case len(changes) == 0:
			since[f.Name] = c.UpdatedAt
		case i < 0:
			since[f.Name] = changes[len(changes)-1].CreatedAt
		default:
			since[f.Name] = changes[i].CreatedAt
		}
	}
	return since
}

// dated reports whether a rule asks when values were written.
func (r Rules) dated(fields []*storage.Field) bool {
	return slices.ContainsFunc(fields, func(f *storage.Field) bool {
		switch r.of(f) {
		case MostRecent, MostRecentVerified, Oldest, Custom:
			return true
		}
		return false
	})
}
