package merge

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// The states of a merge.
const (
	Done   = "done"
	Undone = "undone"
)

// A Record tells of one merge: who was merged, when, by whom, why and by which rules.
// It is written by this package.
type Record struct {
	storage.Meta
	Customer uuid.UUID       // who has the data now: the survivor, or the one that it was merged into later
	Survivor uuid.UUID       // of this merge
	Others   []string        // the ids of those that were merged into it
	Number   int64           // grows with the merges of one survivor
	State    string          // Done or Undone
	At       time.Time       // when
	Until    time.Time       // until when it can be undone; zero: for ever
	By       string          // the actor of the transaction
	Action   string          // what for
	Reason   string          // why, where the writer said so
	Rules    json.RawMessage // the Rules, but for their functions
	Plan     json.RawMessage // the Plan that was carried out
	Counts   json.RawMessage // see Counted
	UndoneAt time.Time
	UndoneBy string
}

const recordKind = "merge"

// Records is the kind of merges.
var Records = storage.Define[Record](recordKind,
	storage.Ref("customer", func(r *Record) *uuid.UUID { return &r.Customer }).To(customer.Kind.Name()).Existing().Required().Indexed(),
	storage.Ref("survivor", func(r *Record) *uuid.UUID { return &r.Survivor }),
	storage.Texts("others", func(r *Record) *[]string { return &r.Others }),
	storage.Integer("number", func(r *Record) *int64 { return &r.Number }),
	storage.Text("state", func(r *Record) *string { return &r.State }).Required(),
	storage.Time("at", func(r *Record) *time.Time { return &r.At }).Required().Indexed(),
	storage.Time("until", func(r *Record) *time.Time { return &r.Until }).Indexed(),
	storage.Text("by", func(r *Record) *string { return &r.By }),
	storage.Text("action", func(r *Record) *string { return &r.Action }),
	storage.Text("reason", func(r *Record) *string { return &r.Reason }),
	storage.JSON("rules", func(r *Record) *json.RawMessage { return &r.Rules }),
	storage.JSON("plan", func(r *Record) *json.RawMessage { return &r.Plan }).Personal(),
	storage.JSON("counts", func(r *Record) *json.RawMessage { return &r.Counts }),
	storage.Time("undone_at", func(r *Record) *time.Time { return &r.UndoneAt }),
	storage.Text("undone_by", func(r *Record) *string { return &r.UndoneBy }),
).Index("survivor", "number").Fixed()

// A Count is what a merge did with the records of a kind.
type Count struct {
	Moved   int64 `json:"moved,omitempty"`   // they name the survivor now
	Changed int64 `json:"changed,omitempty"` // of the moved ones: they were changed besides, such as a second primary phone
	Dropped int64 `json:"dropped,omitempty"` // the survivor had the same: deleted, or left with the old id where the kind forbids to delete
	Added   int64 `json:"added,omitempty"`   // made by the merge
}

// Counted returns what the merge did, by kind.
func (r *Record) Counted() map[string]Count {
	counts := map[string]Count{}
	if len(r.Counts) > 0 && json.Unmarshal(r.Counts, &counts) != nil {
		return map[string]Count{} // written by hand
	}
	return counts
}

// An Alias leads from the id that a merged customer had to the one that it is now,
// in one step however often that one was merged on.
type Alias struct {
	storage.Meta
	Old      uuid.UUID // the id that it had
	Customer uuid.UUID // who it is now
	Merge    uuid.UUID // the Record of the merge in which it lost its id
}

// Aliases is the kind of aliases. They are written by this package.
var Aliases = storage.Define[Alias]("merged_customer",
	storage.Ref("old", func(a *Alias) *uuid.UUID { return &a.Old }).Required().Unique(),
	storage.Ref("customer", func(a *Alias) *uuid.UUID { return &a.Customer }).To(customer.Kind.Name()).Existing().Required().Indexed(),
	storage.Ref("merge", func(a *Alias) *uuid.UUID { return &a.Merge }).To(recordKind).Existing().Required().Indexed(),
).Fixed()

// A page of the journal of a merge: what it did to some records of one kind.
type journalPage struct {
	storage.Meta
	Merge uuid.UUID
	Seq   int64 // its place in the journal
	Kind  string
	Steps json.RawMessage // []step
}

var journal = storage.Define[journalPage]("merge_move",
	storage.Ref("merge", func(p *journalPage) *uuid.UUID { return &p.Merge }).To(recordKind).Existing().Required(),
	storage.Integer("seq", func(p *journalPage) *int64 { return &p.Seq }),
	storage.Text("kind", func(p *journalPage) *string { return &p.Kind }).Required(),
	storage.JSON("steps", func(p *journalPage) *json.RawMessage { return &p.Steps }).Personal(),
).Unique("merge", "seq").Untracked().Fixed()

// Kinds are all kinds of this package, for storage.New. They need those of
// package customer.
func Kinds() []storage.Described { return []storage.Described{Records, Aliases, journal, turns} }

// turns are taken by every transaction that merges a customer or takes a merge of it
// back, so that one of two sees what the other has done.
var turns = customer.DefineTurns("merge_turn")
