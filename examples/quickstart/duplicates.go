package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
)

// duplicates is what a scan found.
type duplicates struct {
	report  review.Report
	waiting []review.Entry // the one to decide first comes first
}

// shownPairs is how many pairs that wait are shown.
const shownPairs = 4

// findDuplicates looks for customers who are one. With -merge it makes one of those
// that are surely one; otherwise all wait for somebody to decide.
func findDuplicates(ctx context.Context, c config, desk *clientele.Desk) (*duplicates, error) {
	reviewer := &review.Reviewer{}
	if c.merge {
		reviewer.Merge = merge.Func(merge.Rules{}, 0)
	}
	d := &duplicates{}
	var err error
	if d.report, err = reviewer.Scan(ctx, desk.Records(), desk.By("look for duplicates"), review.Options{}); err != nil {
		return nil, err
	}
	page, err := review.Queue(ctx, desk.Records(), storage.Query{Limit: 1000})
	d.waiting = page.Entries
	return d, err
}

// show prints the account and some of the pairs.
func (d *duplicates) show(p *printer, heading, language string) {
	p.printf("%s\n%s", heading, d.report.Text(language))
	for i, e := range d.waiting {
		if i == shownPairs {
			p.printf("...\n")
			break
		}
		p.printf("\n%s", e.Text(language))
	}
	p.printf("\n")
}

// draw writes the picture of a pair: why the two may be one.
func (d *duplicates) draw(c config) (files []string, err error) {
	if len(d.waiting) == 0 {
		return nil, nil
	}
	path := filepath.Join(c.out, "duplicate.svg")
	return []string{path}, os.WriteFile(path, d.waiting[0].SVG(c.language), 0o644)
}
