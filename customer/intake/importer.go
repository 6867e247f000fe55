package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

var (
	// ErrJobState: the job is in a state in which this cannot be done, or another
	// run of it is at work.
	ErrJobState = errors.New("the job does not allow it")
	// ErrOtherFile: a job is to go on with another file or mapping than it began with.
	ErrOtherFile = errors.New("not the file and mapping that the job began with")
)

// An Importer runs imports that are remembered as jobs: an import that was
// interrupted goes on behind its last batch, and one that was wrong is undone.
//
//	book := &intake.Book{Source: "shop"}
//	importer := &intake.Importer{Tenant: acme, By: origin, Store: book.StoreCustomers}
//	job, err := importer.Begin(ctx, input)
//	report, err := importer.Run(ctx, job.ID, input) // again after a crash, with the file opened anew
//
// Each batch, how far the job came and what Undo needs are stored in one
// transaction: so a row is stored exactly once, however often and wherever runs
// are cut off, whether it has a number of its own or not.
type Importer struct {
	// Tenant is where the records go.
	Tenant *storage.Tenant
	// By stands in the change log. Use Origin.WithoutValues for large files:
	// Undo does not need the values there.
	By storage.Origin
	// Options are those of Run. OnRejection is told again of rejections that
	// came behind the last batch of an interrupted run.
	Options Options
	// Store stores a batch, as a Sink does. It may be called again with the same
	// batch when another transaction came first, or with parts of it when a record of
	// it is refused: an error about a record, such as storage.ErrInvalid and
	// storage.ErrDuplicate, or that of a rule, a tag or a possible duplicate, rejects
	// the row that it comes with when that is stored alone. Other errors end the run.
	Store func(ctx context.Context, w *Writer, batch []Record) ([]Rejection, error)
	// UndoFailed undoes a job as soon as it fails. Otherwise the batches stored
	// stay, and the host may correct the file, raise the limit and run the job
	// again, or undo it.
	UndoFailed bool
}

// An Input is a file to import.
type Input struct {
	Name    string // for people
	Digest  string // tells files apart, see Digest; empty: the host makes sure that a job goes on with its file
	Source  Source
	Mapping *Mapping
}

// Digest returns the SHA-256 of everything that r holds, in hexadecimal. An
// error is that of r.
func Digest(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Begin makes the record of a job, and reads nothing of the source yet. To find
// out whether a file was imported before, look for its Digest among Jobs.
func (im *Importer) Begin(ctx context.Context, in Input) (*Job, error) {
	mapping, err := in.Mapping.json()
	if err != nil {
		return nil, err
	}
	job := &Job{Name: in.Name, Digest: in.Digest, Mapping: mapping, State: JobRunning}
	err = im.Tenant.Update(ctx, im.By, func(tx *storage.Tx) error {
		job.Actor, job.StartedAt = tx.Origin().Actor, tx.Now()
		return Jobs.Put(ctx, tx, job)
	})
	if err != nil {
		return nil, err
	}
	return job, nil
}

// json returns the mapping as {"column": "target"}.
func (m *Mapping) json() (json.RawMessage, error) {
	columns := make(map[string]string, len(m.columns))
	for i, c := range m.columns {
		if c >= 0 {
			columns[m.header[c]] = m.targets[i].Name
		}
	}
	return json.Marshal(columns)
}

// Run runs a job from its first row, or from where an earlier run ended, to the
// end of the source. Its report counts the rows of all runs; its rejections are
// those of this run. A job that is done is not run again: the report has its numbers.
//
// When the file is damaged or too many rows are rejected, the job has failed;
// with any other error, such as the end of the context, it is still running and
// may go on. Errors are those of the function Run, ErrOtherFile, ErrJobState and
// storage.ErrNotFound.
func (im *Importer) Run(ctx context.Context, id uuid.UUID, in Input) (Report, error) {
	job, err := Jobs.Get(ctx, im.Tenant, id)
	if err != nil {
		return Report{}, err
	}
	mapping, err := in.Mapping.json()
	switch {
	case err != nil:
		return Report{}, err
	case job.Digest != in.Digest || string(job.Mapping) != string(mapping):
		return Report{}, fmt.Errorf("intake: job %s: %w; give it those, or begin a new job", id, ErrOtherFile)
	case job.State != JobDone && !job.open():
		return Report{}, stateError(job)
	}
	j := &runner{mapping: in.Mapping, opt: im.Options.orDefault(), source: in.Source, skip: job.Position, last: job.Position}
	j.report = Report{Counts: job.counts(), Unmapped: in.Mapping.Unmapped()}
	if job.State == JobDone {
		return j.report, nil
	}
	keeper := &keeper{Importer: im, id: id, position: job.Position}
	j.keep = keeper.keep
	err = j.run(ctx)
	j.report.Bytes = in.Source.Bytes()
	return j.report, im.end(ctx, keeper, err)
}

// open reports whether rows may be stored under the job.
func (j *Job) open() bool { return j.State == JobRunning || j.State == JobFailed }

func (j *Job) counts() Counts {
	return Counts{Read: j.Read, Accepted: j.Accepted, Rejected: j.Rejected, Blank: j.Blank}
}

func stateError(job *Job) error {
	return fmt.Errorf("intake: job %s is %s: %w; begin a new job", job.ID, job.State, ErrJobState)
}

// end writes down how a run ended.
func (im *Importer) end(ctx context.Context, k *keeper, err error) error {
	var limit *LimitError
	var damage *FileError
	if err != nil && !errors.As(err, &limit) && !errors.As(err, &damage) {
		return err
	}
	saved := im.Tenant.Update(ctx, im.By, func(tx *storage.Tx) error {
		job, getErr := k.job(ctx, tx)
		if getErr != nil {
			return getErr
		}
		job.State, job.Failure, job.FinishedAt = JobDone, "", tx.Now()
		if err != nil {
			job.State, job.Failure = JobFailed, err.Error()
		}
		return Jobs.Put(ctx, tx, job)
	})
	if saved == nil && err != nil && im.UndoFailed {
		_, saved = Undo(ctx, im.Tenant, im.By, k.id)
	}
	return errors.Join(err, saved)
}

// A keeper stores the steps of a run.
type keeper struct {
	*Importer
	id       uuid.UUID
	position int64 // of the last step stored
}

// job returns the job as long as nobody else has moved it.
func (k *keeper) job(ctx context.Context, tx *storage.Tx) (*Job, error) {
	job, err := Jobs.Get(ctx, tx, k.id)
	switch {
	case err != nil:
		return nil, err
	case !job.open():
		return nil, stateError(job)
	case job.Position != k.position:
		return nil, fmt.Errorf("intake: job %s: %w: another run of it is at work and has come to row %d", k.id, ErrJobState, job.Position)
	}
	return job, nil
}

var (
	errDry       = errors.New("dry run")
	errDisturbed = errors.New("intake: other transactions changed the same records during the dry run; try it again")
)

// DryRun does all that a job would do, in one transaction that is rolled back:
// its report has the counts and rejections that a run would have at this moment,
// those of Store included, and nothing is written. Each rejection is reported to
// OnRejection.
//
// The transaction is as long as the file. A dry run with the function Run and a
// nil Sink is cheaper and sees the file alone. In a transaction of the host
// (storage.Traits.Joined) nothing is rolled back before the host does it: do not
// call it there.
func (im *Importer) DryRun(ctx context.Context, in Input) (report Report, err error) {
	tried := false
	err = im.Tenant.Update(ctx, im.By, func(tx *storage.Tx) error {
		if tried {
			return errDisturbed // the source was read
		}
		tried = true
		j := &runner{mapping: in.Mapping, opt: im.Options.orDefault(), source: in.Source, report: Report{Unmapped: in.Mapping.Unmapped()}}
		j.keep = func(ctx context.Context, s step) ([]Rejection, error) {
			return im.divided(ctx, &Writer{tx: tx}, s.batch)
		}
		err := j.run(ctx)
		j.report.Bytes = in.Source.Bytes()
		report = j.report
		if err != nil {
			return err
		}
		return errDry
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	return report, err
}
