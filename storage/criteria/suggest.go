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

// suggest names the candidate that is nearest to name, if one is near: at most
// one edit for every three letters, and two at most.
func suggest(candidates []string, name string) string {
	limit := min(2, (len(name)+2)/3)
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

// distance returns the Levenshtein distance of a and b in bytes, or limit+1
// when their lengths alone put them further apart.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substitute := diagonal
			if a[i] != b[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
