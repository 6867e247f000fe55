package quality

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Usage is how much a field of a kind is used.
type Usage struct {
	Field    string // "custom.x" for a custom one
	Label    string // of a custom field
	Personal bool   // the field holds personal data: a reason more to drop it
	Archived bool   // it takes no new values any more
	Filled   int64  // live records that have a value
	Records  int64  // all live records
	// LastWritten is when a change last gave a record another value of the field,
	// or took it away, by the change log; zero where none ever did. Deleted
	// records count too, for their changes stay in the log.
	LastWritten time.Time
}

// FillRate is the share of records with a value, 0 to 1; 0 without records.
func (u Usage) FillRate() float64 {
	if u.Records == 0 {
		return 0
	}
	return float64(u.Filled) / float64(u.Records)
}

// FieldUsage lists the fields of a kind, described and custom, that are filled
// in fewer than a share of its live records: 0.01 for less than one in a hundred,
// more than 1 for all fields. The least filled come first. Fields that cannot be
// absent, such as plain numbers, count as filled always.
//
// All figures are of one committed state. Cost: one count for each field that
// can be absent, and for each field listed a look through the change log, which
// has no index for it: with a large log, run it off hours. A kind that is not
// tracked has no dates. The reader must be allowed to read all fields and the
// change log; else it is storage.ErrForbidden.
func FieldUsage(ctx context.Context, r storage.Reader, kind storage.Described, below float64) ([]Usage, error) {
	var list []Usage
	err := storage.Inside(ctx, r, func(tx *storage.Tx) error {
		all, err := countFields(ctx, tx, kind.Schema())
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(all, func(u Usage) bool { return u.FillRate() >= below })
		return dateFields(ctx, tx, kind.Schema(), list)
	})
	return list, err
}

// countFields returns the usage of all fields without dates.
func countFields(ctx context.Context, tx *storage.Tx, s *storage.Schema) ([]Usage, error) {
	fields, err := tx.Fields(ctx, s)
	if err != nil {
		return nil, err
	}
	custom, err := customFields(ctx, tx, s.Name)
	if err != nil {
		return nil, err
	}
	records, err := storage.Any(s).Count(ctx, tx, storage.Query{})
	if err != nil {
		return nil, err
	}
	list := make([]Usage, len(fields))
	for n, f := range fields {
		list[n] = Usage{Field: f.Name, Personal: f.Personal, Records: records, Filled: records}
		if def := custom[f.Name]; def != nil {
			list[n].Label, list[n].Archived = def.Label, def.Archived
		}
		if !absentable(f) {
			continue
		}
		q := storage.Query{Where: criteria.Not(criteria.Missing(f.Name))}
		if list[n].Filled, err = storage.Any(s).Count(ctx, tx, q); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b Usage) int { return cmp.Compare(a.Filled, b.Filled) })
	return list, nil
}

// customFields returns the definitions of a kind by the names of their fields.
func customFields(ctx context.Context, tx *storage.Tx, kind string) (map[string]*storage.CustomField, error) {
	byName := map[string]*storage.CustomField{}
	for def, err := range storage.CustomFields.Find(ctx, tx, storage.Query{Where: criteria.Eq("kind", kind)}) {
		if err != nil {
			return nil, err
		}
		byName["custom."+def.Name] = def
	}
	return byName, nil
}

// absentable reports whether a record may lack the field.
func absentable(f *storage.Field) bool {
	switch f.Type {
	case criteria.Integer, criteria.Decimal, criteria.Bool:
		return f.Optional
	}
	return true
}

// dateFields adds when fields were last written.
func dateFields(ctx context.Context, tx *storage.Tx, s *storage.Schema, list []Usage) error {
	if !s.Tracked() {
		return nil
	}
	for n := range list {
		where := criteria.All(criteria.Eq("kind", s.Name), criteria.HasAll("fields", list[n].Field))
		rows, err := storage.Changes.Aggregate(ctx, tx, storage.Query{Where: where}, storage.Figures{Max: []string{storage.FieldCreatedAt}})
		if err != nil {
			return err
		}
		list[n].LastWritten, _ = rows[0].Of[0].(time.Time)
	}
	return nil
}
