package clean

import (
	"context"

	"github.com/clientele-go/clientele/customer/intake"
)

// Options of Clean. The zero value means the defaults.
type Options struct {
	// Keep is called with each row that is kept, in the order of the file; its cells
	// are valid until it returns. Its error ends the run.
	Keep func(Row) error
	// Progress is called with how many rows were read, every 1,000 rows and at the end.
	Progress func(read int64)
}

// Clean reads a source to its end, takes each row through the steps and reports
// what they found. It returns the errors of New, of the source (an
// *intake.FileError), of Keep, of a step, and of the context, which is looked at
// every 1,000 rows; then there is no report.
func Clean(ctx context.Context, src intake.Source, opt Options, steps ...Step) (*Report, error) {
	c, err := New(src, steps...)
	if err != nil {
		return nil, err
	}
	c.look = func(read int64) error {
		if opt.Progress != nil {
			opt.Progress(read)
		}
		return ctx.Err()
	}
	for row, err := range c.Rows() {
		if err == nil && opt.Keep != nil {
			err = opt.Keep(Row{row, c.columns})
		}
		if err != nil && !isRejection(err) {
			return nil, err
		}
	}
	return c.Report()
}
