package tag

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// unknown makes the error of a name that nobody has defined. It looks through
// all definitions for near ones, holding on to three at a time.
func unknown(ctx context.Context, r storage.Reader, name string) error {
	e := &UnknownError{Name: name}
	var best []candidate
	folded := criteria.Fold(name)
	for d, err := range Definitions.Each(ctx, r, storage.Query{Where: criteria.Eq("archived", false)}) {
		if err != nil {
			return err
		}
		if n, ok := nearness(d.folded, folded); ok {
			best = append(best, candidate{strings.Clone(d.Name), n})
			slices.SortFunc(best, candidate.compare)
			best = best[:min(3, len(best))]
		}
	}
	for _, c := range best {
		e.Near = append(e.Near, c.name)
	}
	return e
}

// lookAlikes returns the tags that are defined under the folded names of those given.
func lookAlikes(ctx context.Context, r storage.Reader, names []string) (map[string]*Definition, error) {
	folded := make([]string, len(names))
	for i, n := range names {
		folded[i] = criteria.Fold(n)
	}
	taken := map[string]*Definition{}
	for d, err := range Definitions.Find(ctx, r, storage.Query{Where: criteria.In("folded", distinct(folded)...)}) {
		if err != nil {
			return nil, err
		}
		taken[d.folded] = d
	}
	return taken, nil
}

type candidate struct {
	name  string
	steps int
}

func (c candidate) compare(other candidate) int {
	return cmp.Or(cmp.Compare(c.steps, other.steps), cmp.Compare(c.name, other.name))
}

// nearness returns how many characters two folded names differ in, and whether
// that is few: one for every two of the longer one, or any number where one
// holds the other.
func nearness(a, b string) (steps int, near bool) {
	x, y := []rune(a), []rune(b)
	steps = distance(x, y)
	if len(x) > 1 && strings.Contains(b, a) || len(y) > 1 && strings.Contains(a, b) {
		return steps, true
	}
	return steps, steps <= max(len(x), len(y))/2 && steps <= 2
}

// distance is the Levenshtein distance in characters.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			step := diagonal
			if x != y {
				step++
			}
			diagonal = row[j+1]
			row[j+1] = min(step, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
