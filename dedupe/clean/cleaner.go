package clean

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// ErrColumn: a step names a column that the file does not have, or none where it
// needs one.
var ErrColumn = errors.New("no such column")

// ErrUnfinished: a report is asked for before the source was read to its end.
var ErrUnfinished = errors.New("not read to its end")

// A Step is one thing that is done with the rows of a file. A host's own steps
// stand beside those of this package. A Step is a value that may be used for many
// files: what is gathered about one is in its Work.
type Step interface {
	// Name is the step's name in reports, for programs.
	Name() string
	// Begin returns the work on a file with these columns. An error refuses the file.
	Begin(columns []string) (Work, error)
}

// A Work is a step at work on one file. It is used by one goroutine.
type Work interface {
	// Row is called with each row that the steps before have kept, in the order of
	// the file, and says whether this one keeps it. The row's cells are valid until
	// it returns. An error ends the run, unless it is an intake.Rejection, which
	// rejects the row.
	Row(r Row) (keep bool, err error)
	// End is called once behind the last row, with how many rows the file had, those
	// that were rejected left out. It returns what was found.
	End(rows int64) (Finding, error)
}

// A Finding is what a step found. It is part of the report as JSON, so its
// exported fields are what programs read.
type Finding interface {
	// Text says it to people in lines, each with a line end.
	Text(Language) string
}

// A Row is a row of the file.
type Row struct {
	intake.Row
	columns map[string]int
}

// Cell returns the cell of a column as it stands in the file, "" where there is no
// such column.
func (r Row) Cell(column string) string {
	if i, ok := r.columns[column]; ok && i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}

// A Cleaner takes the rows of a source through steps. It is an intake.Source of
// the rows that are kept, under the numbers that they have in the file: what is
// imported through it is what its Report tells of. It is read once and by one
// goroutine at a time.
type Cleaner struct {
	src     intake.Source
	columns map[string]int
	steps   []running
	report  Report
	err     error                  // that ended the source
	ended   bool                   // the source was read to its end
	look    func(read int64) error // is called every 1,000 rows and at the end; may be nil
}

// A running step.
type running struct {
	name    string
	work    Work
	in, out int64
}

// New begins the steps for a source. A step that cannot work on its columns
// refuses it, ErrColumn for those of this package.
func New(src intake.Source, steps ...Step) (*Cleaner, error) {
	c := &Cleaner{src: src, columns: map[string]int{}}
	for i, name := range src.Header() {
		c.columns[name] = i
	}
	for _, s := range steps {
		work, err := s.Begin(src.Header())
		if err != nil {
			return nil, fmt.Errorf("clean: step %s: %w", s.Name(), err)
		}
		c.steps = append(c.steps, running{name: s.Name(), work: work})
	}
	return c, nil
}

// Header returns the names of the columns.
func (c *Cleaner) Header() []string { return c.src.Header() }

// Bytes returns how much of the input was taken so far.
func (c *Cleaner) Bytes() int64 { return c.src.Bytes() }

// Rows yields the rows that every step keeps, and the rejections of the source.
// Rows without a filled cell are passed over and counted. An error of a step ends
// it as one of the source does.
func (c *Cleaner) Rows() iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		if c.err != nil {
			yield(intake.Row{}, c.err)
		}
		if c.err != nil || c.ended {
			return
		}
		for row, err := range c.src.Rows() {
			var keep bool
			if keep, err = c.take(row, err); err != nil && !isRejection(err) {
				c.err = err
			}
			if (keep || err != nil) && !yield(row, err) || c.err != nil {
				return
			}
		}
		if c.err = c.end(); c.err != nil {
			yield(intake.Row{}, c.err)
		}
	}
}

// take takes a row through the steps and counts it. The error is what is to be
// yielded.
func (c *Cleaner) take(row intake.Row, err error) (keep bool, _ error) {
	empty := blank(row)
	if err == nil && !empty {
		keep, err = c.through(Row{row, c.columns})
	}
	var rejected intake.Rejection
	switch {
	case errors.As(err, &rejected):
		rejected.Row = cmp.Or(rejected.Row, row.Number)
		c.report.reject(rejected)
	case err != nil:
		return false, err
	case empty:
		c.report.Blank++
	default:
		c.report.count(keep)
	}
	if err := c.watch(); err != nil {
		return false, err
	}
	return keep, err
}

// every is how many rows are read between two looks.
const every = 1000

func (c *Cleaner) watch() error {
	if c.look == nil || (c.report.Read+c.report.Blank)%every != 0 {
		return nil
	}
	return c.look(c.report.Read)
}

func (c *Cleaner) through(row Row) (bool, error) {
	for i := range c.steps {
		s := &c.steps[i]
		s.in++
		keep, err := s.work.Row(row)
		if err != nil {
			return false, fmt.Errorf("clean: step %s: row %d: %w", s.name, row.Number, err)
		}
		if !keep {
			return false, nil
		}
		s.out++
	}
	return true, nil
}

// end gathers what the steps found.
func (c *Cleaner) end() error {
	for _, s := range c.steps {
		found, err := s.work.End(c.report.Read - c.report.Rejected)
		if err != nil {
			return fmt.Errorf("clean: step %s: %w", s.name, err)
		}
		c.report.Steps = append(c.report.Steps, StepReport{Step: s.name, In: s.in, Out: s.out, Found: found})
	}
	c.ended = true
	if c.look != nil {
		return c.look(c.report.Read)
	}
	return nil
}

// Report returns what was found once Rows has been read to the end; before it is
// ErrUnfinished, and behind an error that error.
func (c *Cleaner) Report() (*Report, error) {
	switch {
	case c.err != nil:
		return nil, c.err
	case !c.ended:
		return nil, fmt.Errorf("clean: %w: read all rows first", ErrUnfinished)
	}
	return &c.report, nil
}

func isRejection(err error) bool {
	var r intake.Rejection
	return errors.As(err, &r)
}

func blank(row intake.Row) bool {
	return !slices.ContainsFunc(row.Cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// places returns where columns stand among others; all where none is named.
func places(columns, named []string) ([]int, error) {
	list := make([]int, 0, max(len(columns), len(named)))
	if len(named) == 0 {
		for i := range columns {
			list = append(list, i)
		}
		return list, nil
	}
	for _, name := range named {
		i := slices.Index(columns, name)
		if i < 0 {
			return nil, fmt.Errorf("%w: %q: the file has %s", ErrColumn, name, strings.Join(columns, ", "))
		}
		list = append(list, i)
	}
	return list, nil
}
