package quality

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// The states of an issue.
const (
	Open     = "open"     // the record breaks the rule
	Accepted = "accepted" // it does, and somebody said that this is all right
	Closed   = "closed"   // it does not break it any more, or one of them is gone
)

// An Issue says that a record breaks a rule. There is one for each rule and
// record that ever came to it: it is closed and opened again, and the change
// log keeps its history.
type Issue struct {
	storage.Meta
	Rule        string          // the code of the rule
	RuleVersion int64           // the version of the rule that it was last held against
	Class       string          // of the rule
	Severity    int64           // of the rule
	Kind        string          // of the record
	Record      uuid.UUID       // the record
	Field       string          // that the rule is about; may be empty
	Suggest     json.RawMessage // what the rule suggests, as {"field": value}
	Owner       uuid.UUID       // who looks after the record: its field owner, where it has one
	State       string          // Open, Accepted or Closed
	Reason      string          // why it was accepted
	FirstSeen   time.Time       // when it was first found
	LastSeen    time.Time       // when it was last found, up to a day late: a check within 24 hours of the last leaves it
	ClosedAt    time.Time       // when it was closed; zero while it is not
	Reopened    int64           // how often it came back after it was closed
}

// Issues is the kind of issues. Read them with its methods: those of an owner,
// or how many there are of each rule with Aggregate. They are written by this
// package.
var Issues = storage.Define[Issue]("quality_issue",
	storage.Text("rule", func(i *Issue) *string { return &i.Rule }).Required(),
	storage.Integer("rule_version", func(i *Issue) *int64 { return &i.RuleVersion }),
	storage.Text("class", func(i *Issue) *string { return &i.Class }),
	storage.Integer("severity", func(i *Issue) *int64 { return &i.Severity }),
	storage.Text("kind", func(i *Issue) *string { return &i.Kind }).Required(),
	storage.Ref("record", func(i *Issue) *uuid.UUID { return &i.Record }).Required().Indexed(),
	storage.Text("field", func(i *Issue) *string { return &i.Field }),
	storage.JSON("suggest", func(i *Issue) *json.RawMessage { return &i.Suggest }).Personal(),
	storage.Ref("owner", func(i *Issue) *uuid.UUID { return &i.Owner }),
	storage.Text("state", func(i *Issue) *string { return &i.State }).Required(),
	storage.Text("reason", func(i *Issue) *string { return &i.Reason }).Personal(),
	storage.Time("first_seen", func(i *Issue) *time.Time { return &i.FirstSeen }),
	storage.Time("last_seen", func(i *Issue) *time.Time { return &i.LastSeen }),
	storage.Time("closed_at", func(i *Issue) *time.Time { return &i.ClosedAt }),
	storage.Integer("reopened", func(i *Issue) *int64 { return &i.Reopened }),
).Fixed().Index("kind", "state").Index("owner", "state").Unique("rule", "record")

// Accept notes that an issue is known and all right, with a reason. It stays
// accepted for as long as the record breaks the rule; should the record be good
// for a time and break it again, the issue is open again. A closed issue is
// storage.ErrInvalid, and so is an empty reason.
func Accept(ctx context.Context, tx *storage.Tx, issue uuid.UUID, reason string) error {
	i, err := Issues.Get(ctx, tx, issue)
	if err != nil {
		return err
	}
	if i.State == Closed {
		return &storage.RecordError{Kind: Issues.Name(), ID: issue, Err: storage.ErrInvalid, Reason: "it is closed: there is nothing to accept"}
	}
	if reason == "" {
		return &storage.RecordError{Kind: Issues.Name(), ID: issue, Err: storage.ErrInvalid, Reason: "accepting it needs a reason"}
	}
	i.State, i.Reason = Accepted, reason
	return Issues.Put(ctx, tx, i)
}

// seenAgainAfter is how old LastSeen gets before a check brings it up to date.
const seenAgainAfter = 24 * time.Hour

// issue returns the issue to write for a finding, or nil when the stored one
// says it already. There may be none stored.
func (f finding) issue(old *Issue, now time.Time) *Issue {
	next := &Issue{Rule: f.rule.Code, Record: f.record, State: Open, FirstSeen: now}
	if old != nil {
		*next = *old
	}
	r := f.rule
	next.RuleVersion, next.Class, next.Severity, next.Kind, next.Field = r.Version, r.Class, r.Severity, r.Kind, r.Field
	next.Suggest, next.Owner = r.Suggest, f.owner
	if next.State == Closed {
		next.State, next.ClosedAt, next.Reopened = Open, time.Time{}, next.Reopened+1
	}
	if old != nil && sameIssue(next, old) && now.Sub(old.LastSeen) < seenAgainAfter {
		return nil
	}
	next.LastSeen = now
	return next
}

// closed returns an issue as it is once it is over.
func closed(old *Issue, now time.Time) *Issue {
	next := *old
	next.State, next.ClosedAt, next.Reason = Closed, now, ""
	return &next
}

// sameIssue reports whether what a finding describes is the same in both.
func sameIssue(a, b *Issue) bool {
	return a.State == b.State && a.RuleVersion == b.RuleVersion && a.Class == b.Class && a.Severity == b.Severity &&
		a.Kind == b.Kind && a.Field == b.Field && a.Owner == b.Owner && bytes.Equal(a.Suggest, b.Suggest)
}
