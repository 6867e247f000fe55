package postgres

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// fewRecords is how many records are gathered rather than streamed.
const fewRecords = 10_000

// few reports whether a plan finds few records for certain: it gives their ids
// or unique keys, as an import does that looks for what it has already.
func few(p *storage.Plan) bool {
	given := map[string]int{}
	count(given, p.Where)
	if n := given[storage.FieldID]; n > 0 {
		return n <= fewRecords
	}
	if p.Deleted != storage.LiveOnly {
		return false
	}
	for _, index := range p.Schema.Indexes {
		if n := keysGiven(index, given); index.Unique && n > 0 && n <= fewRecords {
			return true
		}
	}
	return p.Limit > 0 && p.Limit <= fewRecords
}

// count notes how many values each field may have by a condition.
func count(given map[string]int, n criteria.Node) {
	switch n := n.(type) {
	case *criteria.And:
		for _, of := range n.Of {
			count(given, of)
		}
	case *criteria.Comparison:
		if n.Op == criteria.Equal {
			given[n.Field.Name] = 1
		}
	case *criteria.Membership:
		if given[n.Field.Name] != 1 {
			given[n.Field.Name] = len(n.Values)
		}
	}
}

// keysGiven returns how many keys of an index a condition gives, 0 when it
// leaves a field open or gives too many.
func keysGiven(index storage.Index, given map[string]int) int {
	n := 1
	for _, f := range index.Fields {
		if n *= given[f.Name]; n > fewRecords {
			return 0
		}
	}
	return n
}

// whole hands out the records of a plan when all are there.
func (t *transaction) whole(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	list, err := t.Find(ctx, p)
	for _, r := range list {
		if err != nil || !yield(r) {
			break
		}
	}
	return err
}
