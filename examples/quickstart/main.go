// Command quickstart does the main job of the library in one go: it imports
// customers and orders, looks for duplicates, scores the customers by RFM, and shows
// what it found: who may be one, the segments, the customer who spent most, and whom
// you look for.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -customers c.csv -orders o.csv -out report
//	go run ./examples/quickstart -orders CDNOW_master.txt -orders-format cdnow
//	go run ./examples/quickstart -orders o.csv -max-rejected 0.5
//	go run ./examples/quickstart -merge
//	go run ./examples/quickstart -search zeng
//	go run ./examples/quickstart -postgres "host=/var/run/postgresql dbname=shop"
//
// Without files it takes the sample that it carries: see sample/README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := command(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// command reads the arguments and runs.
func command(ctx context.Context, args []string) error {
	c, err := parse(args)
	if err != nil {
		return err
	}
	line := newProgress(os.Stderr)
	defer line.end()
	_, err = run(ctx, c, os.Stdout, line.tell)
	return err
}

// A config is what the arguments say.
type config struct {
	customers string // file names; both empty: the sample
	orders    string
	format    string  // of orders: csv or cdnow
	currency  string  // of amounts that state none
	rejected  float64 // the share of rows that may be rejected
	asOf      time.Time
	language  string // en or zh
	out       string // folder for pictures and tables; empty: none
	search    string // what to look for; empty: nothing
	merge     bool   // customers who are surely one
	postgres  string // DSN; empty: the memory of the process
	schema    string // of the tables
	tenant    string
}

func parse(args []string) (config, error) {
	var c config
	var asOf string
	f := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	f.StringVar(&c.customers, "customers", "", "customers, a CSV `file`")
	f.StringVar(&c.orders, "orders", "", "orders, a `file`")
	f.StringVar(&c.format, "orders-format", "csv", "`format` of the orders: csv or cdnow")
	f.StringVar(&c.currency, "currency", "", "ISO 4217 `code` for amounts that state none; default CNY, for cdnow USD")
	f.Float64Var(&c.rejected, "max-rejected", 0.2, "`share` of the rows of a file that may be rejected, from 0 (none) to 1 (all)")
	f.StringVar(&asOf, "as-of", "", "`day` to look back from, such as 2026-01-01; default: the day after the last order")
	f.StringVar(&c.language, "lang", "en", "`language` of the result: en or zh")
	f.StringVar(&c.out, "out", "", "`folder` for the heat map (SVG, Vega-Lite) and the rejected rows")
	f.StringVar(&c.search, "search", "", "`text` to look for among the customers: digits of a phone, a name, its pinyin, a mail address")
	f.BoolVar(&c.merge, "merge", false, "make one of customers who are surely one, before they are scored")
	f.StringVar(&c.postgres, "postgres", "", "`DSN` of a PostgreSQL database to keep everything in, such as \"host=/var/run/postgresql dbname=shop\"")
	f.StringVar(&c.schema, "schema", "clientele", "with -postgres: `schema` of the tables, made if it is missing")
	f.StringVar(&c.tenant, "tenant", "quickstart", "`name` of the tenant that it works as")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if f.NArg() > 0 {
		return c, fmt.Errorf("unexpected %q: name files with -customers and -orders", f.Arg(0))
	}
	if asOf != "" {
		day, err := time.Parse(time.DateOnly, asOf)
		if err != nil {
			return c, fmt.Errorf("-as-of %q: write a day like 2026-01-01", asOf)
		}
		c.asOf = day
	}
	return c, c.check()
}

func (c *config) check() error {
	if c.format != "csv" && c.format != "cdnow" {
		return fmt.Errorf("-orders-format %q: use csv or cdnow", c.format)
	}
	if c.language != "en" && c.language != "zh" {
		return fmt.Errorf("-lang %q: use en or zh", c.language)
	}
	if c.customers != "" && c.orders == "" {
		return fmt.Errorf("-customers without -orders: there is nothing to score")
	}
	if !(c.rejected >= 0 && c.rejected <= 1) {
		return fmt.Errorf("-max-rejected %v: use a share from 0 to 1", c.rejected)
	}
	if c.currency == "" {
		c.currency = "CNY"
		if c.format == "cdnow" {
			c.currency = "USD"
		}
	}
	return nil
}
