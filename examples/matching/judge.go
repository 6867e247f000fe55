package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/dedupe"
)

// A verdict is how well clusters fit the truth.
type verdict struct {
	precision, recall, f1, bCubed float64
}

// judge compares the pairs within clusters with those of one entity, and each
// record's cluster with its entity: B-cubed, A. Bagga and B. Baldwin (1998).
func judge(clusters [][]string, truth map[string]string) verdict {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	size := map[string]int{}
	for _, entity := range truth {
		size[entity]++
	}
	var told, right, there, precise, recalled float64
	for _, ids := range clusters {
		within := map[string]int{}
		for _, id := range ids {
			within[truth[id]]++
		}
		told += pairs(len(ids))
		for entity, n := range within {
			right += pairs(n)
			precise += float64(n) * float64(n) / float64(len(ids))
			recalled += float64(n) * float64(n) / float64(size[entity])
		}
	}
	for _, n := range size {
		there += pairs(n)
	}
	v := verdict{precision: right / max(told, 1), recall: right / max(there, 1), f1: 2 * right / max(told+there, 1)}
	if all := float64(len(truth)); precise+recalled > 0 {
		precise, recalled = precise/all, recalled/all
		v.bCubed = 2 * precise * recalled / (precise + recalled)
	}
	return v
}

// lines of the table: of matches, and of what needs none.
const (
	line      = "%-20s %8d %9.4f %9.4f %9.4f %9.4f %11d %8.1f %8d"
	shortLine = "%-20s %8d %9.4f %9.4f %9.4f %9s %11s %8.1f %8d"
)

// run judges a set and returns its line of the table, and what was made of its
// columns.
func (s set) run(ctx context.Context) (row, columns string, err error) {
	if file := s.missing(); file != "" && s.types == nil {
		return fmt.Sprintf("%-20s not judged: there is no %s", s.name, file), "", nil
	}
	if s.brands {
		row, err = s.runBrands()
		return row, "", err
	}
	l, err := s.load()
	if err != nil {
		return "", "", err
	}
	m, err := dedupe.New(l.fields, dedupe.Options{Linking: len(s.files) > 1})
	if err != nil {
		return "", "", err
	}
	began := cpu()
	match, err := m.Match(ctx, l.records)
	if err != nil {
		return "", "", err
	}
	took := cpu() - began
	v := judge(match.Clusters, l.truth)
	return fmt.Sprintf(line, s.name, len(l.records), v.precision, v.recall, v.f1, v.bCubed, match.Compared, took.Seconds(), peak()>>20), l.columns(), nil
}

// columns tells what each column was taken for.
func (l loaded) columns() string {
	var b strings.Builder
	for _, f := range l.fields {
		fmt.Fprintf(&b, "  %s: %s\n", f.Name, typeName(f.Type))
	}
	for _, c := range l.leftOut {
		fmt.Fprintf(&b, "  %s: left out, %s\n", c.Name, c.Why)
	}
	return b.String()
}
