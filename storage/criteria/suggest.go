package criteria

import "fmt"

// suggestField ends the sentence about an unknown field with the nearest name.
// It knows the names only of kinds that list them.
func suggestField(kind Kind, name string) string {
	if k, ok := kind.(interface{ FieldNames() []string }); ok {
		return suggest(k.FieldNames(), name)
	}
	return ""
}

// suggestKind does the same for an unknown kind.
func suggestKind(kinds Kinds, name string) string {
	if k, ok := kinds.(interface{ KindNames() []string }); ok {
		return suggest(k.KindNames(), name)
	}
	return ""
}

// suggest names the candidate that is nearest to name, if one is near: two edits
// away from names of six bytes and more, one from shorter ones.
func suggest(candidates []string, name string) string {
	limit := 2
	if len(name) < 6 {
		limit = min(1, len(name)/2)
	}
	best, found := limit+1, ""
	for _, c := range candidates {
		if n := distance(c, name, limit); n < best {
			best, found = n, c
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", found)
}

// distance returns how many edits of bytes make b of a: one is inserted, left out,
// replaced, or swapped with its neighbour (optimal string alignment). It is limit+1
// when the lengths alone put them further apart.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
