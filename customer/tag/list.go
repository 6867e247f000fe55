package tag

import (
	"github.com/clientele-go/clientele/customer"
	"github.com/google/uuid"
)

// distinct returns the elements in their order, each once.
func distinct[E comparable](list []E) []E {
	seen := make(map[E]bool, len(list))
	out := make([]E, 0, len(list))
	for _, e := range list {
		if !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	return out
}

func idsOf(list []*customer.Customer) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	return ids
}
