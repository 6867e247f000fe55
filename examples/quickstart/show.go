package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/clientele-go/clientele/segment"
	"github.com/shopspring/decimal"
)

// ratesTo returns the exchange rates that the example knows, to a currency:
// round figures for illustration, one since 2000. A program of your own takes
// the rates of its bookkeeping.
func ratesTo(base string) []segment.Rate {
	inCNY := map[string]string{"CNY": "1", "USD": "7.2", "EUR": "7.8"}
	to, known := inCNY[base]
	if !known {
		return nil
	}
	var rates []segment.Rate
	for currency, value := range inCNY {
		if currency != base {
			rate := decimal.RequireFromString(value).DivRound(decimal.RequireFromString(to), 6)
			rates = append(rates, segment.Rate{Currency: currency, From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Value: rate})
		}
	}
	return rates
}

var headings = map[string]struct {
	customers, orders, duplicates, stored, rfm, files, best, found string
	later, nothing                                                 string // of orders after the day to look back from
}{
	"en": {"Customers", "Orders", "Duplicates", "Stored: %d customers, %d orders\n", "RFM as of %s, amounts in %s", "Written", "Spent most", "Found",
		"%d orders and refunds come later and are not counted", "There is nothing to score: choose a later day with -as-of"},
	"zh": {"客户", "订单", "疑似重复", "已入库:客户 %d,订单 %d\n", "RFM 截至 %s,金额单位 %s", "已写入", "消费最高", "查找结果",
		"其后的订单和退款 %d 笔未计入", "没有可评分的订单:请用 -as-of 指定更晚的日期"},
}

// showRead prints what became of the rows of files of which anything was read.
func (r *result) showRead(c config, out io.Writer) error {
	h := headings[c.language]
	p := &printer{out: out}
	if r.customersRead.Read > 0 || r.customersRead.Found > 0 {
		p.printf("%s\n%s\n\n", h.customers, r.customersRead)
	}
	if r.ordersRead.Read > 0 || r.ordersRead.Found > 0 {
		p.printf("%s\n%s\n\n", h.orders, r.ordersRead)
	}
	return p.err
}

// show prints the result.
func (r *result) show(c config, out io.Writer) error {
	h := headings[c.language]
	if err := r.showRead(c, out); err != nil {
		return err
	}
	p := &printer{out: out}
	if r.duplicates != nil {
		r.duplicates.show(p, h.duplicates, c.language)
	}
	p.printf(h.stored+"\n", r.customers, r.orders)
	p.printf(h.rfm+"\n", r.rfm.AsOf.Format(time.DateOnly), r.rfm.Currency)
	if later := r.rfm.Counts.Future; later > 0 {
		p.printf(h.later+"\n", later)
	}
	if r.rfm.Counts.Orders == 0 {
		p.printf("%s\n", h.nothing)
	} else {
		p.printf("\n%s", r.report.Table(segment.Language(c.language)))
	}
	if r.best != nil {
		r.best.show(p, h.best, c.zone())
	}
	if c.search != "" {
		showHits(p, h.found, r.found)
	}
	slices.Sort(r.files)
	for _, name := range r.files {
		p.printf("\n%s: %s", h.files, name)
	}
	p.printf("\n")
	return p.err
}

// A printer keeps the first error of its writer.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}
