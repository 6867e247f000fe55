package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/customer/intake"
)

//go:embed sample/customers.csv sample/orders.csv
var sample embed.FS

// open opens the file of an argument, or that of the sample where there is none.
func open(name, fallback string) (io.ReadCloser, error) {
	if name == "" {
		return sample.Open(fallback)
	}
	return os.Open(name)
}

// A loader imports the files of a run.
type loader struct {
	config
	desk *clientele.Desk
	tell func(step string, c intake.Counts)
}

// zone is that of dates which state none: China for the sample and files like
// it, UTC for CDNOW, whose customers are American and whose dates are days.
func (c config) zone() *time.Location {
	if c.format == "cdnow" {
		return time.UTC
	}
	return time.FixedZone("Asia/Shanghai", 8*60*60)
}

// load imports customers, if there are any, and orders.
func (l *loader) load(ctx context.Context) (customers, orders intake.Report, err error) {
	alone := l.orders != "" && l.customers == ""
	book := &intake.Book{
		Tenant: l.desk.Records(), By: l.desk.By("import").WithoutValues(),
		Source: "quickstart", Currency: l.currency, AddCustomers: alone,
	}
	if !alone {
		customers, err = l.read(ctx, "customers", l.customers, book.Customers)
		if err != nil {
			return customers, orders, fmt.Errorf("customers: %w", err)
		}
	}
	orders, err = l.read(ctx, "orders", l.orders, book.Orders)
	if err != nil {
		err = fmt.Errorf("orders: %w", err)
	}
	return customers, orders, err
}

// read imports one file.
func (l *loader) read(ctx context.Context, step, name string, sink intake.Sink) (intake.Report, error) {
	in, err := open(name, "sample/"+step+".csv")
	if err != nil {
		return intake.Report{}, err
	}
	defer in.Close()
	file, err := l.file(step, in)
	if err != nil {
		return intake.Report{}, err
	}
	format := intake.Format{Location: l.zone()}
	targets := intake.OrderTargets(format)
	if step == "customers" {
		targets = intake.CustomerTargets(format)
	}
	mapping, err := intake.Map(file.Header(), targets, nil)
	if err != nil {
		return intake.Report{}, err
	}
	rejects, err := l.rejects(step)
	if err != nil {
		return intake.Report{}, err
	}
	share := l.rejected
	if share == 0 {
		share = -1 // none; 0 is the default of intake
	}
	report, err := intake.Run(ctx, file, mapping, intake.Options{
		MaxRejectedShare: share, OnRejection: rejects.write,
		Progress: func(c intake.Counts) { l.tell(step, c) },
	}, sink)
	if errors.Is(err, intake.ErrTooManyRejected) {
		err = fmt.Errorf("%w: -max-rejected is %v", err, l.rejected)
	}
	return report, errors.Join(err, rejects.close())
}

func (l *loader) file(step string, in io.Reader) (*intake.File, error) {
	if step == "orders" && l.format == "cdnow" {
		return intake.NewCDNOW(in, intake.Limits{})
	}
	return intake.NewCSV(in, intake.TextOptions{})
}

// rejects is the file of the rows that were rejected; it has no file without -out.
type rejects struct {
	file *os.File
	out  *intake.RejectionWriter
}

func (l *loader) rejects(step string) (*rejects, error) {
	if l.out == "" {
		return &rejects{}, nil
	}
	f, err := os.Create(filepath.Join(l.out, step+"-rejected.csv"))
	if err != nil {
		return nil, err
	}
	return &rejects{f, intake.NewRejectionWriter(f)}, nil
}

func (r *rejects) write(x intake.Rejection) error {
	if r.out == nil {
		return nil
	}
	return r.out.Write(x)
}

func (r *rejects) close() error {
	if r.out == nil {
		return nil
	}
	return errors.Join(r.out.Flush(), r.file.Close())
}
