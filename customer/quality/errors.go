package quality

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What a caller decides on.
var (
	// ErrValidation: a write breaks a rule that blocks. It comes in a
	// ValidationError.
	ErrValidation = errors.New("validation")
	// ErrFieldRequired: among the rules that a write breaks is one of class
	// Incomplete. Such an error is ErrValidation too.
	ErrFieldRequired = errors.New("field required")
)

// A Violation is one record that breaks one rule.
type Violation struct {
	Rule *Rule
	// Record is the id of the record. That of a new record is its own only if the
	// caller chose it.
	Record uuid.UUID
}

// A ValidationError lists the rules that block a write: every rule that every
// record of the call breaks, the most severe first. It is ErrValidation and
// storage.ErrInvalid, and ErrFieldRequired if something is missing.
type ValidationError struct {
	Kind       string
	Violations []Violation
}

// Error names the rules and what they are about.
func (e *ValidationError) Error() string {
	return fmt.Sprintf("quality: %s was not stored: %s", e.Kind, e.list("en", "; "))
}

// Text says what is wrong in a language, one line for each violation; see
// Rule.Message.
func (e *ValidationError) Text(language string) string { return e.list(language, "\n") }

// Is reports true for the sentinels that the error stands for.
func (e *ValidationError) Is(target error) bool {
	if target == ErrFieldRequired {
		for _, v := range e.Violations {
			if v.Rule.Class == Incomplete {
				return true
			}
		}
	}
	return target == ErrValidation || target == storage.ErrInvalid
}

// Refused names the kind and, if the most severe rule is about one, the field that the
// error is about.
func (e *ValidationError) Refused() (kind, field string) {
	if len(e.Violations) > 0 {
		field = e.Violations[0].Rule.Field
	}
	return e.Kind, field
}

// shownViolations bounds a text that a bulk write could make as long as itself.
const shownViolations = 20

func (e *ValidationError) list(language, separator string) string {
	var lines []string
	for i, v := range e.Violations {
		if i == shownViolations {
			lines = append(lines, fmt.Sprintf("... (%d)", len(e.Violations)-i))
			break
		}
		line := v.Rule.Code + ": " + v.Rule.Message(language)
		if v.Rule.Field != "" {
			line += " (" + v.Rule.Field + ")"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, separator)
}

// A RuleError says that a rule does not fit the kind it is for. It is
// storage.ErrInvalid.
type RuleError struct {
	Rule string // its code
	Kind string
	Err  error // what is wrong; of package criteria where a criterion is
}

// Error returns all parts.
func (e *RuleError) Error() string {
	return fmt.Sprintf("quality: rule %s for %s: %v", e.Rule, e.Kind, e.Err)
}

// Unwrap returns the cause.
func (e *RuleError) Unwrap() error { return e.Err }

// Is makes errors.Is(err, storage.ErrInvalid) true.
func (e *RuleError) Is(target error) bool { return target == storage.ErrInvalid }
