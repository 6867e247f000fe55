package lead

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// The states of a lead.
const (
	Pool      = "pool"      // nobody's: anybody may claim it
	Owned     = "owned"     // somebody works on it
	Converted = "converted" // it became a customer
	Merged    = "merged"    // it was another lead again
	Invalid   = "invalid"   // it was turned down
	Deleted   = "deleted"
)

// states are all of them.
var states = []string{Pool, Owned, Converted, Merged, Invalid, Deleted}

// The operations, as Next takes them.
const (
	opClaim   = "claim"
	opAssign  = "assign"
	opRelease = "release"
	opConvert = "convert"
	opClose   = "close"
	opReopen  = "reopen"
	opMerge   = "merge"
	opDelete  = "delete"
	opRestore = "restore"
	opNote    = "note"
)

// transitions is the table of the package comment.
var transitions = map[string]map[string]string{
	Pool:      {opClaim: Owned, opAssign: Owned, opConvert: Converted, opClose: Invalid, opMerge: Merged, opDelete: Deleted, opNote: Pool},
	Owned:     {opAssign: Owned, opRelease: Pool, opConvert: Converted, opClose: Invalid, opMerge: Merged, opDelete: Deleted, opNote: Owned},
	Invalid:   {opReopen: Pool, opMerge: Merged, opDelete: Deleted, opNote: Invalid},
	Deleted:   {opRestore: Pool},
	Converted: {},
	Merged:    {},
}

// ErrState: the state of the lead does not allow the operation.
var ErrState = errors.New("not possible in the state of the lead")

// A StateError is an ErrState.
type StateError struct {
	Lead    uuid.UUID
	State   string
	Op      string   // what was to be done: "claim", "convert", ...
	Allowed []string // what could be done instead
	Reason  string   // more about it; may be empty
}

func (e *StateError) Error() string {
	text := fmt.Sprintf("lead: cannot %s %s, which is %s: %v", e.Op, e.Lead, e.State, ErrState)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	if len(e.Allowed) == 0 {
		return text + "; it stays as it is"
	}
	return text + "; possible: " + strings.Join(e.Allowed, ", ")
}

// Unwrap returns the sentinel.
func (e *StateError) Unwrap() error { return ErrState }

// Next returns the state that follows when an operation is done to a lead: claim,
// assign, release, convert, close, reopen, merge, delete, restore or note. One
// that the package comment does not allow is a *StateError, which is ErrState.
func Next(state, op string) (string, error) {
	next, ok := transitions[state][op]
	if !ok {
		return "", &StateError{State: state, Op: op, Allowed: slices.Sorted(maps.Keys(transitions[state]))}
	}
	return next, nil
}

// next is Next for a lead.
func (l *Lead) next(op string) (string, error) {
	state, err := Next(l.CurrentState(), op)
	var refused *StateError
	if errors.As(err, &refused) {
		refused.Lead = l.ID
		switch {
		case l.CurrentState() == Merged:
			refused.Reason = "it was merged into " + l.MergedInto.String()
		case l.CurrentState() == Converted:
			refused.Reason = "it is customer " + l.Customer.String()
		case op == opClaim && l.State == Owned:
			refused.Reason = "it is not in the pool any more: " + l.Owner.String() + " has it"
		}
	}
	return state, err
}
