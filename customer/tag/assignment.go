package tag

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

const assignmentKind = "tag_assignment"

// Where tags come from. A host may use words of its own beside them.
const (
	Manual = "manual" // a person, on a screen
	Rule   = "rule"   // a rule or a program
	Import = "import" // a file or another system
	Chat   = "chat"   // a person, from within a conversation
)

// How an assignment ended: what stands in Assignment.End.
const (
	Removed  = "removed"  // taken away
	Replaced = "replaced" // by another tag of an exclusive group
	Expired  = "expired"  // its time had run out
	Merged   = "merged"   // into another tag that the customer had too; see Merge
)

// An Assignment is a tag that a customer has, or had. It is written by the
// functions of this package; writing it otherwise leaves Customer.Tags behind.
//
// Its record stays when it ends, so that a customer's tags have a history and the
// lineage of each can still be told.
type Assignment struct {
	storage.Meta
	Customer    uuid.UUID
	Tag         uuid.UUID // the Definition
	By          string    // who gave it: the actor of the transaction
	At          time.Time // when
	Source      string    // Manual, Rule, Import, Chat
	Rule        string    // the rule that gave it; of Import the system that it is from
	RuleVersion string    // and its version
	Evidence    []string  // what it rests on, as "kind/id": "interaction/0190…"; see Given
	ExpiresAt   time.Time // zero: never
	End         string    // how it ended; empty while the customer has it
	EndedAt     time.Time
	EndedBy     string

	current uuid.UUID // Tag, until it has ended
	due     time.Time // ExpiresAt, until it has ended
}

// Assignments is the kind of assignments, ended ones included. The derived
// field "current" is the tag of one that has not ended, and "due" when it expires.
//
// In the change log, a tag that expires is an update of this kind whose field "end"
// becomes "expired"; see Happened.
var Assignments = storage.Define[Assignment](assignmentKind,
	storage.Ref("customer", func(a *Assignment) *uuid.UUID { return &a.Customer }).To("customer").Existing().Required(),
	storage.Ref("tag", func(a *Assignment) *uuid.UUID { return &a.Tag }).To(definitionKind).Existing().Required(),
	storage.Text("by", func(a *Assignment) *string { return &a.By }),
	storage.Time("at", func(a *Assignment) *time.Time { return &a.At }).Required(),
	storage.Text("source", func(a *Assignment) *string { return &a.Source }).Required(),
	storage.Text("rule", func(a *Assignment) *string { return &a.Rule }),
	storage.Text("rule_version", func(a *Assignment) *string { return &a.RuleVersion }),
	storage.Texts("evidence", func(a *Assignment) *[]string { return &a.Evidence }),
	storage.Time("expires_at", func(a *Assignment) *time.Time { return &a.ExpiresAt }),
	storage.Text("end", func(a *Assignment) *string { return &a.End }),
	storage.Time("ended_at", func(a *Assignment) *time.Time { return &a.EndedAt }),
	storage.Text("ended_by", func(a *Assignment) *string { return &a.EndedBy }),
	storage.Ref("current", func(a *Assignment) *uuid.UUID { return &a.current }).To(definitionKind),
	storage.Time("due", func(a *Assignment) *time.Time { return &a.due }).Indexed(),
).Unique("customer", "current").Index("customer", "at").Index("current", "due").
	Derive((*Assignment).fill, "current", "due").Valid((*Assignment).check).Fixed()

func (a *Assignment) fill() {
	a.current, a.due = a.Tag, a.ExpiresAt
	if a.End != "" {
		a.current, a.due = uuid.Nil, time.Time{}
	}
}

func (a *Assignment) check() error {
	if (a.End == "") != a.EndedAt.IsZero() {
		return &storage.FieldError{Kind: assignmentKind, Field: "ended_at", Reason: fmt.Sprintf("an assignment has both an end (%q) and its time, or neither", a.End)}
	}
	return nil
}

// Live reports whether the customer has the tag at a moment: it has not ended
// and does not expire before or at that moment.
func (a *Assignment) Live(now time.Time) bool {
	return a.End == "" && (a.ExpiresAt.IsZero() || a.ExpiresAt.After(now))
}

// Happened returns what a change of the log did to a tag of a customer:
// "added", "renewed" (it expires later now), or how it ended, such as Expired.
// It is empty for any other change. The log holds no values of changes that
// were written briefly (storage.Origin.WithoutValues) or erased; an end is
// "ended" then, and the assignment says which.
func Happened(c *storage.Change) string {
	if c.Kind != assignmentKind {
		return ""
	}
	switch {
	case c.Op == storage.OpCreate:
		return "added"
	case c.Op == storage.OpUpdate && slices.Contains(c.Fields, "end"):
		return ending(c)
	case c.Op == storage.OpUpdate && slices.Contains(c.Fields, "due"):
		return "renewed"
	}
	return ""
}

func ending(c *storage.Change) string {
	_, after, _ := c.Value("end")
	var end string
	if err := json.Unmarshal(after, &end); err != nil || end == "" {
		return "ended"
	}
	return end
}
