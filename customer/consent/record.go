package consent

import (
	"errors"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What a customer states.
const (
	Granted   = "granted"   // yes
	Pending   = "pending"   // yes, but not confirmed yet: the first half of a double opt-in
	Denied    = "denied"    // no, when asked
	Withdrawn = "withdrawn" // not any more
)

// Any stands for every channel, or every purpose.
const Any = "*"

// A Record is one statement of a customer on being contacted. It is written by
// Add and never changed.
type Record struct {
	storage.Meta
	Customer    uuid.UUID
	Channel     string    // "mail", "sms", "wecom", ..., words of the host's; Any: all of them
	Purpose     string    // "marketing", "service", ..., words of the host's; Any: all of them
	State       string    // Granted, Pending, Denied or Withdrawn
	At          time.Time // when it was stated
	Until       time.Time // a grant holds, and a pending one can be confirmed, before that moment; zero: without end
	Source      string    // where: "checkout", "unsubscribe link"
	TextVersion string    // the version of the text that was shown
	LegalBasis  string    // a word of the host's: "consent", "contract"
	Actor       string    // who recorded it: the actor of the transaction
	Evidence    string    // what proves it: the address of a scan, a message id, an IP address
}

const (
	recordKind = "consent"
	stateKind  = "consent_state"
)

// Records is the kind of records. They are in the store for as long as the
// customer is: withdrawn ones too, for they prove what was allowed when.
var Records = storage.Define[Record](recordKind,
	storage.Ref("customer", func(r *Record) *uuid.UUID { return &r.Customer }).To(customer.Kind.Name()).Existing().Required(),
	storage.Text("channel", func(r *Record) *string { return &r.Channel }).Required(),
	storage.Text("purpose", func(r *Record) *string { return &r.Purpose }).Required(),
	storage.Text("state", func(r *Record) *string { return &r.State }).Required(),
	storage.Time("at", func(r *Record) *time.Time { return &r.At }).Required(),
	storage.Time("until", func(r *Record) *time.Time { return &r.Until }),
	storage.Text("source", func(r *Record) *string { return &r.Source }),
	storage.Text("text_version", func(r *Record) *string { return &r.TextVersion }),
	storage.Text("legal_basis", func(r *Record) *string { return &r.LegalBasis }),
	storage.Text("actor", func(r *Record) *string { return &r.Actor }),
	storage.Text("evidence", func(r *Record) *string { return &r.Evidence }).Personal(),
).Index("customer", "at").Unique("customer", "channel", "purpose", "at", "state").Valid((*Record).check).Fixed()

// A State is a statement that counts now; see the package comment.
type State struct {
	storage.Meta
	Customer uuid.UUID
	Channel  string
	Purpose  string
	State    string
	At       time.Time
	Until    time.Time
	Record   uuid.UUID // the Record
}

// States is the kind of states, for conditions and lists. It is written by this
// package.
var States = storage.Define[State](stateKind,
	storage.Ref("customer", func(s *State) *uuid.UUID { return &s.Customer }).To(customer.Kind.Name()).Existing().Required(),
	storage.Text("channel", func(s *State) *string { return &s.Channel }).Required(),
	storage.Text("purpose", func(s *State) *string { return &s.Purpose }).Required(),
	storage.Text("state", func(s *State) *string { return &s.State }).Required(),
	storage.Time("at", func(s *State) *time.Time { return &s.At }).Required(),
	storage.Time("until", func(s *State) *time.Time { return &s.Until }),
	storage.Ref("record", func(s *State) *uuid.UUID { return &s.Record }).To(recordKind).Existing().Required().Indexed(),
).Unique("customer", "channel", "purpose").Index("channel", "purpose", "state").Untracked().Fixed()

// Kinds are all kinds of this package, for storage.New. They need those of
// package customer.
func Kinds() []storage.Described { return []storage.Described{Records, States, turns} }

// turns are taken by every transaction that adds statements of a customer.
var turns = customer.DefineTurns("consent_turn")

// ErrNotPending: there is nothing to confirm.
var ErrNotPending = errors.New("not pending")

func (r *Record) check() error {
	if rank(r.State) < 0 {
		return &storage.FieldError{Kind: recordKind, Field: "state", Reason: "use granted, pending, denied or withdrawn"}
	}
	if !r.Until.IsZero() && !r.Until.After(r.At) {
		return &storage.FieldError{Kind: recordKind, Field: "until", Reason: "it ends before it begins: give a moment behind at, or none"}
	}
	return nil
}

// rank orders states of one moment, the one that counts last; an unknown one has -1.
func rank(state string) int {
	switch state {
	case Pending:
		return 0
	case Granted:
		return 1
	case Denied:
		return 2
	case Withdrawn:
		return 3
	}
	return -1
}

// state returns the record as what counts.
func (r *Record) state() *State {
	return &State{Customer: r.Customer, Channel: r.Channel, Purpose: r.Purpose, State: r.State, At: r.At, Until: r.Until, Record: r.ID}
}
