package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Sink takes a batch of records, in the order of the file and never empty.
// The records that it cannot take it returns as rejections, whose Row must be
// that of a record of the batch; all others count as accepted. An error ends
// the run, and then nothing of the batch counts as accepted: the sink must
// have undone what it did with it.
type Sink func(ctx context.Context, batch []Record) ([]Rejection, error)

// Options of Run. The zero value means the defaults.
type Options struct {
	// Batch is how many rows are read before the sink is called; 1,000 by
	// default. The sink gets those of them that passed.
	Batch int
	// Sample is how many rejections the report keeps; 1,000 by default, none if
	// negative. OnRejection sees them all.
	Sample int
	// MaxRejected ends the run with ErrTooManyRejected as soon as more rows are
	// rejected. 0 sets no number, a negative one allows none.
	MaxRejected int64
	// MaxRejectedShare ends the run with ErrTooManyRejected when, at the end of
	// the file, more than this share of all rows is rejected: 0.05 by default; 1
	// or more sets no share, a negative one allows none. It is looked at before
	// the last batch is delivered, and again behind it.
	MaxRejectedShare float64
	// ShareAfter also holds the share against the limit before every batch, once
	// so many rows are read, so that a hopeless file ends early; 0: at the end
	// alone. A file whose faults all stand at its start may then fail although it
	// would have passed as a whole.
	ShareAfter int64
	// Check looks at a record whose cells are all in order. Its error rejects
	// the row.
	Check func(Record) error
	// OnRejection is called for every rejection, in the order in which they are
	// found. Its error ends the run.
	OnRejection func(Rejection) error
	// Progress is called behind every batch.
	Progress func(Counts)
}

// orDefault fills in the defaults.
func (o Options) orDefault() Options {
	if o.Batch <= 0 {
		o.Batch = 1000
	}
	if o.Sample == 0 {
		o.Sample = 1000
	}
	if o.MaxRejectedShare == 0 {
		o.MaxRejectedShare = 0.05
	}
	return o
}

// ErrTooManyRejected: more rows were rejected than the options allow. It comes
// wrapped in a *LimitError.
var ErrTooManyRejected = errors.New("too many rows are rejected")

// A LimitError carries the numbers behind ErrTooManyRejected.
type LimitError struct {
	Rejected int64 // rows rejected so far
	Read     int64 // rows read so far, those included that no batch delivered yet
	Max      int64 // Options.MaxRejected, or the number that the share comes to
}

// Error returns the numbers and what to do.
func (e *LimitError) Error() string {
	return fmt.Sprintf("intake: %v: %d of %d, and at most %d may be; correct them or raise the limit", ErrTooManyRejected, e.Rejected, e.Read, e.Max)
}

// Unwrap returns ErrTooManyRejected.
func (e *LimitError) Unwrap() error { return ErrTooManyRejected }

// Run reads the source to its end, parses the rows as the mapping says and
// delivers them to the sink in batches. With a nil sink it is a dry run: every
// record that passes counts as accepted.
//
// It returns the report of what happened up to the end or to the error. An
// error is the *FileError of the source, a *LimitError, that of the context
// (checked before every batch), or that of the sink or of OnRejection; errors.Is
// and errors.As see it. Batches delivered before stay delivered.
func Run(ctx context.Context, src Source, m *Mapping, opt Options, sink Sink) (Report, error) {
	j := &runner{mapping: m, opt: opt.orDefault(), sink: sink, source: src}
	j.report.Unmapped = m.Unmapped()
	err := j.run(ctx)
	j.report.Bytes = src.Bytes()
	return j.report, err
}

// A runner is one run of an import.
type runner struct {
	mapping *Mapping
	opt     Options
	sink    Sink
	source  Source
	report  Report
	batch   []Record
	seen    int   // rows since the last batch, rejected ones too
	last    int64 // number of the last row read
	skip    int64 // rows up to this number are done already
	// keep takes the place of sink where an import remembers how far it came. It
	// is called for steps without records too.
	keep func(context.Context, step) ([]Rejection, error)
}

// A step is what was read since the step before.
type step struct {
	batch  []Record
	row    int64  // the last row of it, and of those rejected before they came into the batch
	counts Counts // without the batch
}

// run is Run without its frame.
func (j *runner) run(ctx context.Context) error {
	if !slices.Equal(j.source.Header(), j.mapping.header) {
		return errors.New("intake: the mapping was made for another header; call Map with the header of this source")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for row, err := range j.source.Rows() {
		if err := j.take(row, err); err != nil {
			return err
		}
		if j.seen >= j.opt.Batch {
			if err := j.deliverEarly(ctx); err != nil {
				return err
			}
		}
	}
	if err := j.checkShare(); err != nil {
		return err
	}
	if err := j.deliver(ctx); err != nil {
		return err
	}
	return j.checkShare()
}

// deliverEarly delivers a batch behind which there may be more.
func (j *runner) deliverEarly(ctx context.Context) error {
	if j.opt.ShareAfter > 0 && j.read() >= j.opt.ShareAfter {
		if err := j.checkShare(); err != nil {
			return err
		}
	}
	return j.deliver(ctx)
}

// take puts a row into the batch or among the rejected.
func (j *runner) take(row Row, err error) error {
	fault, faulty := rejectionOf(err)
	if err != nil && !faulty {
		return err
	}
	number := row.Number
	if faulty {
		number = fault.Row
	}
	if number <= j.skip {
		return nil
	}
	j.seen++
	j.last = number
	if faulty {
		return j.refuse([]Rejection{fault})
	}
	if row.blank() {
		j.report.Blank++
		return nil
	}
	rec, faults := j.mapping.record(row)
	if len(faults) == 0 && j.opt.Check != nil {
		if err := j.opt.Check(rec); err != nil {
			faults = append(faults, row.reject("", "", err))
		}
	}
	if len(faults) > 0 {
		return j.refuse(faults)
	}
	j.batch = append(j.batch, rec)
	return nil
}

// rejectionOf returns the Rejection in err, if that is what it is.
func rejectionOf(err error) (Rejection, bool) {
	var r Rejection
	return r, err != nil && errors.As(err, &r)
}

// refuse rejects a row and holds the number against the limit.
func (j *runner) refuse(faults []Rejection) error {
	if err := j.reject(faults); err != nil {
		return err
	}
	return j.checkMax()
}

// reject counts one row that has these faults.
func (j *runner) reject(faults []Rejection) error {
	j.report.Read++
	j.report.Rejected++
	for _, r := range faults {
		r = r.compact()
		j.report.note(r, j.opt.Sample)
		if j.opt.OnRejection != nil {
			if err := j.opt.OnRejection(r); err != nil {
				return fmt.Errorf("intake: rejection of row %d: %w", r.Row, err)
			}
		}
	}
	return nil
}

// checkMax returns a *LimitError when too many rows are rejected.
func (j *runner) checkMax() error {
	most := max(j.opt.MaxRejected, 0)
	if j.opt.MaxRejected == 0 || j.report.Rejected <= most {
		return nil
	}
	return j.limitError(most)
}

// checkShare returns a *LimitError when too large a share of all rows is
// rejected. It divides, because 29/100 is exactly the float that 0.29 is.
func (j *runner) checkShare() error {
	share := max(j.opt.MaxRejectedShare, 0)
	read := float64(j.read())
	if share >= 1 || j.report.Rejected == 0 || float64(j.report.Rejected)/read <= share {
		return nil
	}
	return j.limitError(int64(share * read))
}

// read returns how many rows were read, those in the batch included.
func (j *runner) read() int64 { return j.report.Read + int64(len(j.batch)) }

// limitError returns the refusal of more rejected rows than most.
func (j *runner) limitError(most int64) error {
	return &LimitError{Rejected: j.report.Rejected, Read: j.read(), Max: most}
}
