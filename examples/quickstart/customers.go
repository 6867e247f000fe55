package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/profile"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/segment"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// finder finds customers by what is typed, names by their pinyin too.
var finder = search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version}

// A view is what is known of one customer.
type view struct {
	profile  *profile.Profile
	timeline []profile.Item // the newest first
}

// look looks at the customer who spent most, and at those that -search finds.
func (r *result) look(ctx context.Context, c config, records *storage.Tenant) (err error) {
	if best, ok := biggest(r.rfm); ok {
		if r.best, err = viewOf(ctx, records, best); err != nil {
			return err
		}
	}
	if c.search == "" {
		return nil
	}
	page, err := finder.Search(ctx, records, c.search, search.Options{Limit: 10})
	r.found = page.Hits
	return err
}

// biggest returns who spent most; of several the first by id.
func biggest(rfm *segment.Result[uuid.UUID]) (id uuid.UUID, ok bool) {
	var most int64
	for _, row := range rfm.Rows {
		if !ok || row.Total > most || row.Total == most && row.Customer.String() < id.String() {
			id, most, ok = row.Customer, row.Total, true
		}
	}
	return id, ok
}

// recent is how much of a timeline is shown.
const recent = 3

func viewOf(ctx context.Context, records *storage.Tenant, id uuid.UUID) (*view, error) {
	p, err := profile.Get360(ctx, records, id, profile.Options{})
	if err != nil {
		return nil, err
	}
	page, err := profile.Standard().Timeline(ctx, records, id, profile.Query{Limit: recent})
	if err != nil {
		return nil, err
	}
	return &view{p, page.Items}, nil
}

// show prints a customer: who it is, how it is reached, what came of it.
func (v *view) show(p *printer, heading string, zone *time.Location) {
	var reach []string
	for _, point := range v.profile.ContactPoints {
		reach = append(reach, point.Value)
	}
	p.printf("\n%s: %s", heading, v.profile.Customer.Name)
	if len(reach) > 0 {
		p.printf(" (%s)", strings.Join(reach, ", "))
	}
	p.printf("\n")
	for _, item := range v.timeline {
		p.printf("  %s  %s\n", item.At.In(zone).Format(time.DateOnly), item.Title)
	}
}

// showHits prints what a search found, and by what.
func showHits(p *printer, heading string, hits []search.Hit) {
	p.printf("\n%s\n", heading)
	for _, hit := range hits {
		p.printf("  %s  %s\n", hit.Customer.Name, why(hit))
	}
}

// why says what of a customer was found.
func why(hit search.Hit) string {
	if hit.Kind == customer.Kind.Name() && hit.Field == "name" {
		return fmt.Sprint(hit.Look)
	}
	return fmt.Sprintf("%v: %s", hit.Look, hit.Text)
}
