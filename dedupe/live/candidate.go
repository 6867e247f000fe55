package live

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/google/uuid"
)

// ErrPossibleDuplicate: a customer may be there already. It comes in a
// PossibleDuplicateError.
var ErrPossibleDuplicate = errors.New("possible duplicate")

// Where a candidate is.
const (
	Owned          = "owned"            // the caller may see it, and somebody looks after it
	OwnedByAnother = "owned_by_another" // the caller may not see it
	InPool         = "in_pool"          // nobody looks after it
)

// A Candidate is a customer that another one may be.
type Candidate struct {
	// Ref stands for the candidate in Allow and FileClaim. It tells nothing else.
	Ref      uuid.UUID
	Customer uuid.UUID // uuid.Nil where the caller may not see it
	Where    string    // Owned, OwnedByAnother or InPool
	// Probability is how likely the two are one by all that is compared; of a candidate
	// that a rule names it is Checker.Ask at least, for a host that makes a rule has said
	// that such two are worth asking about, whatever else they have or lack.
	Probability float64
	Rules       []string // the names of the rules by which they are
	// Reasons are what speaks for it and against, without the rules: where these name the
	// candidate, their weights may add up to less than Probability. They are left out of
	// a candidate that the caller may not see, for they tell what it has and has not.
	Reasons []review.Reason
}

// A PossibleDuplicateError is an ErrPossibleDuplicate: it says which customers are
// meant, as far as the caller may know.
type PossibleDuplicateError struct {
	Customer   uuid.UUID   // that was written; its id if it was changed and not new
	Candidates []Candidate // the likeliest first
}

// Error says where the candidates are, and shows nothing of a hidden one.
func (e *PossibleDuplicateError) Error() string {
	list := make([]string, len(e.Candidates))
	for i, c := range e.Candidates {
		list[i] = strings.ReplaceAll(c.Where, "_", " ")
		if c.Customer != uuid.Nil {
			list[i] = "customer " + c.Customer.String() + " (" + list[i] + ")"
		}
	}
	return fmt.Sprintf("live: %v: %s: use that one, or allow it", ErrPossibleDuplicate, strings.Join(list, ", "))
}

// Is makes errors.Is(err, ErrPossibleDuplicate) true.
func (e *PossibleDuplicateError) Is(target error) bool { return target == ErrPossibleDuplicate }

// Refused names the kind that the error is about, and no field.
func (e *PossibleDuplicateError) Refused() (kind, field string) { return "customer", "" }
