package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/segment"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A result is what a run found.
type result struct {
	customersRead, ordersRead intake.Report
	customers, orders         int64 // in the store
	rfm                       *segment.Result[uuid.UUID]
	report                    *segment.Report
	files                     []string    // written
	duplicates                *duplicates // nil: customers of whom nothing is known but a number
	best                      *view       // the customer who spent most
	found                     []search.Hit
}

// run imports, scores and shows.
func run(ctx context.Context, c config, out io.Writer, tell func(step string, c intake.Counts)) (r *result, err error) {
	if c.out != "" {
		if err := os.MkdirAll(c.out, 0o755); err != nil {
			return nil, err
		}
	}
	db, end, err := openDatabase(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, end()) }()
	desk := db.Tenant(c.tenant).As(clientele.System("quickstart"))
	r = &result{}
	l := &loader{config: c, desk: desk, tell: tell}
	if r.customersRead, r.ordersRead, err = l.load(ctx); err != nil {
		return nil, errors.Join(r.showRead(c, out), err)
	}
	if r.customersRead.Read > 0 {
		if r.duplicates, err = findDuplicates(ctx, c, desk); err != nil {
			return nil, err
		}
	}
	if err := r.count(ctx, desk.Records()); err != nil {
		return nil, err
	}
	if err := r.score(ctx, c, desk.Records()); err != nil {
		return nil, err
	}
	if err := r.look(ctx, c, desk.Records()); err != nil {
		return nil, err
	}
	if c.out != "" {
		if err := r.draw(c); err != nil {
			return nil, err
		}
	}
	return r, r.show(c, out)
}

// count counts what is in the store.
func (r *result) count(ctx context.Context, records *storage.Tenant) (err error) {
	if r.customers, err = customer.Kind.Count(ctx, records, storage.Query{}); err != nil {
		return err
	}
	r.orders, err = customer.Orders.Count(ctx, records, storage.Query{})
	return err
}

// score computes the scores and segments of all customers.
func (r *result) score(ctx context.Context, c config, records *storage.Tenant) (err error) {
	if c.asOf.IsZero() {
		if c.asOf, err = dayAfterLast(ctx, records, c.zone()); err != nil {
			return err
		}
	}
	rates, err := segment.NewRates(c.currency, ratesTo(c.currency)...)
	if err != nil {
		return err
	}
	r.rfm, err = segment.RFM(segment.Purchases(ctx, records, nil), segment.Options{
		AsOf: c.asOf, Currency: c.currency, Convert: rates.Convert,
	})
	if err != nil {
		return err
	}
	r.report, err = r.rfm.Report(segment.DefaultMap())
	return err
}

// dayAfterLast returns the first moment of the day after the last order.
func dayAfterLast(ctx context.Context, records *storage.Tenant, zone *time.Location) (time.Time, error) {
	rows, err := customer.Orders.Aggregate(ctx, records, storage.Query{}, storage.Figures{Max: []string{"placed_at"}})
	if err != nil {
		return time.Time{}, err
	}
	last, ok := rows[0].Of[0].(time.Time)
	if !ok {
		return time.Time{}, fmt.Errorf("there are no orders to score")
	}
	y, m, d := last.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone), nil
}

// draw writes the heat map.
func (r *result) draw(c config) error {
	heat, err := r.rfm.HeatMap()
	if err != nil {
		return err
	}
	spec, err := heat.VegaLite(segment.Language(c.language))
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{"rfm.svg": heat.SVG(segment.Language(c.language)), "rfm.vl.json": spec} {
		path := filepath.Join(c.out, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
		r.files = append(r.files, path)
	}
	if r.duplicates == nil {
		return nil
	}
	files, err := r.duplicates.draw(c)
	r.files = append(r.files, files...)
	return err
}
