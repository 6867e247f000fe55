package storagetest

import (
	"slices"
	"strings"
)

// sorted returns the texts in byte order.
func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// reversed returns the list from its end.
func reversed[V any](list []V) []V {
	r := slices.Clone(list)
	slices.Reverse(r)
	return r
}

// named returns the names of accounts, joined with spaces.
func named(list []*account) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.Name
	}
	return strings.Join(names, " ")
}
