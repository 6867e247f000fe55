package intake

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// The states of a Job. A job that is running or failed may be run again, which
// goes on behind the last batch that was stored.
const (
	JobRunning = "running" // begun and not ended; perhaps nobody works on it any more
	JobDone    = "done"    // the file was read to its end
	JobFailed  = "failed"  // the file is damaged, or too many rows were rejected; what was stored before is there until Undo
	JobUndoing = "undoing" // Undo has begun; nothing but Undo may go on
	JobUndone  = "undone"  // everything that could be taken back was
)

// A Job is the record of one import: what was read from where, how far it came
// and what became of it. Its numbers are those of the last batch stored.
type Job struct {
	storage.Meta
	Name       string          // for people, such as the name of the file
	Digest     string          // of the file; see Digest
	Mapping    json.RawMessage // {"column": "target"}
	State      string          // JobRunning, ...
	Position   int64           // number of the last row whose fate is stored; see Row.Number
	Read       int64           // see Counts
	Accepted   int64
	Rejected   int64
	Blank      int64
	Steps      int64     // writes so far, in whose reverse order Undo works
	Actor      string    // who began it
	StartedAt  time.Time // when it was begun
	FinishedAt time.Time // when it was done, failed or undone
	Failure    string    // why it failed
	Removed    int64     // records that Undo removed
	Restored   int64     // records that Undo gave values back
	Kept       int64     // records that Undo left, wholly or in part; see Writes
}

// Jobs is the kind of jobs.
var Jobs = storage.Define[Job]("import_job",
	storage.Text("name", func(j *Job) *string { return &j.Name }),
	storage.Text("digest", func(j *Job) *string { return &j.Digest }).Indexed(),
	storage.JSON("mapping", func(j *Job) *json.RawMessage { return &j.Mapping }),
	storage.Text("state", func(j *Job) *string { return &j.State }).Required().Indexed(),
	storage.Integer("position", func(j *Job) *int64 { return &j.Position }),
	storage.Integer("rows_read", func(j *Job) *int64 { return &j.Read }),
	storage.Integer("accepted", func(j *Job) *int64 { return &j.Accepted }),
	storage.Integer("rejected", func(j *Job) *int64 { return &j.Rejected }),
	storage.Integer("blank", func(j *Job) *int64 { return &j.Blank }),
	storage.Integer("steps", func(j *Job) *int64 { return &j.Steps }),
	storage.Text("actor", func(j *Job) *string { return &j.Actor }),
	storage.Time("started_at", func(j *Job) *time.Time { return &j.StartedAt }),
	storage.Time("finished_at", func(j *Job) *time.Time { return &j.FinishedAt }),
	storage.Text("failure", func(j *Job) *string { return &j.Failure }),
	storage.Integer("removed", func(j *Job) *int64 { return &j.Removed }),
	storage.Integer("restored", func(j *Job) *int64 { return &j.Restored }),
	storage.Integer("kept", func(j *Job) *int64 { return &j.Kept }),
)

// How a job removed a record, in Write.Gone.
const (
	WriteDeleted = "deleted" // softly
	WritePurged  = "purged"  // for good; Values has all that it was
)

// A Write is what the transactions of a job did to one record, kept for Undo: through
// the Writer, otherwise, or by watches because of it. Of kinds that are not in the
// change log only what the Writer put is kept. It holds old and new
// values of a customer's data, so a host purges the writes of a job (Forget) once
// nobody will undo it any more.
type Write struct {
	storage.Meta
	Job           uuid.UUID
	Customer      uuid.UUID // whose data it is, where the record is a customer or points to one
	Kind          string    // the kind of the record
	Record        uuid.UUID // its id
	Created       bool      // the job created the record; else it changed it
	RecordVersion int64     // the version that the job left
	Step          int64     // when within the job it was written first
	// Values are {"field": [before, after]} of a record that was changed, null
	// where the field is absent. Behind Undo they are those that were not restored.
	Values json.RawMessage
	// Content is a digest of the values that the job gave a record which it created:
	// one that has other values by now was changed by somebody else.
	Content string
	// Gone says that the job removed a record: WriteDeleted or WritePurged.
	Gone string
	// Foreign: somebody else changed the record between two batches of the job
	// that wrote to it.
	Foreign bool
	// Kept says why Undo left the record, wholly or in part; empty before.
	Kept string
}

// Writes is the kind of writes. Its changes are not in the change log, since
// those of the records are.
var Writes = storage.Define[Write]("import_write",
	storage.Ref("job", func(w *Write) *uuid.UUID { return &w.Job }).To("import_job").Existing().Required(),
	// Not Existing: a write outlives the record that it tells of.
	storage.Ref("customer", func(w *Write) *uuid.UUID { return &w.Customer }).To(customer.Kind.Name()).Indexed(),
	storage.Text("kind", func(w *Write) *string { return &w.Kind }).Required(),
	storage.Ref("record", func(w *Write) *uuid.UUID { return &w.Record }).Required(),
	storage.Bool("created", func(w *Write) *bool { return &w.Created }),
	storage.Integer("record_version", func(w *Write) *int64 { return &w.RecordVersion }),
	storage.Integer("step", func(w *Write) *int64 { return &w.Step }),
	storage.JSON("values", func(w *Write) *json.RawMessage { return &w.Values }).Personal(),
	storage.Text("content", func(w *Write) *string { return &w.Content }).Personal(),
	storage.Text("gone", func(w *Write) *string { return &w.Gone }),
	storage.Bool("foreign", func(w *Write) *bool { return &w.Foreign }),
	storage.Text("kept", func(w *Write) *string { return &w.Kept }),
).Unique("job", "kind", "record").Index("job", "step").Untracked().Fixed()

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Jobs, Writes} }
