package entry

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Manual is the source of values that were not stated through this package. It
// outranks all sources unless the rule lists it.
const Manual = "manual"

// A Rule says whose word counts.
type Rule struct {
	// Authority lists sources, the highest first. Sources that are not listed
	// come behind them, all alike.
	Authority []string
	// Fields has lists of their own for some fields, by name, in place of Authority.
	// "external_id" stands for the pair of Customer.Source and ExternalID.
	Fields map[string][]string
	// Phones reads phone numbers; nil: customer.NormalPhone.
	Phones customer.PhoneParser
	// Unite makes one customer of several in the transaction, as merge.Func of package
	// dedupe/merge does: then their old ids lead to the one that stays, and it can be
	// undone. The values that the rule decides come after it. Its errors are those of
	// Enter. nil: records are moved and nothing is kept of the others.
	Unite func(ctx context.Context, tx *storage.Tx, survivor uuid.UUID, others []uuid.UUID) error
}

// A Word is what one source says of one field.
type Word struct {
	Source string
	At     time.Time // the age of the value by its source
	Value  string    // as JSON
}

// Stronger reports whether word a stands against b in a field. It is a total
// order: of two words that differ exactly one is stronger.
func (r *Rule) Stronger(field string, a, b Word) bool {
	if x, y := r.rank(field, a.Source), r.rank(field, b.Source); x != y {
		return x < y
	}
	if !a.At.Equal(b.At) {
		return a.At.After(b.At)
	}
	if a.Source != b.Source {
		return strings.Compare(a.Source, b.Source) < 0
	}
	return a.Value > b.Value
}

// rank returns the place of a source, from 0 for the highest; -1 for Manual. The
// empty source is that of stopgaps, behind all others.
func (r *Rule) rank(field, source string) int {
	list, ok := r.Fields[field]
	if !ok {
		list = r.Authority
	}
	at := slices.Index(list, source)
	switch {
	case at >= 0:
		return at
	case source == Manual:
		return -1
	case source == "":
		return len(list) + 1
	}
	return len(list)
}
