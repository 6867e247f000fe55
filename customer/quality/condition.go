package quality

import (
	"bytes"
	"encoding/json"

	"github.com/clientele-go/clientele/storage/criteria"
)

// A Condition is a condition on the records of a kind, as data: a criterion
// (see package criteria), and besides what criteria cannot say. It is true of
// the records that break a rule, or of those that fill a part of a Policy.
//
//	quality.Any(quality.Compare("end_date", "lt", "start_date"), quality.Where(criteria.Lt("amount", 0)))
//
// The JSON is that of criteria with two more forms, at any place but inside the
// where of related and parent:
//
//	{"field": "end_date", "op": "lt", "other": "start_date"}   eq ne lt le gt ge
//	{"predicate": "valid_credit_code"}                         see Inspector.Predicates
//
// Logic has two values, as in criteria: a comparison of which a side is absent
// is false. The zero Condition is none, and refused where one is needed.
type Condition struct {
	raw json.RawMessage
}

// Where is the condition that a criterion makes.
func Where(c criteria.Criterion) Condition {
	if c == nil {
		c = criteria.All()
	}
	raw, err := json.Marshal(c)
	if err != nil {
		raw = refused(err)
	}
	return Condition{raw}
}

// refused is what stands for a criterion that cannot be written as JSON; it is
// no condition, so that storing it fails and says why.
func refused(err error) json.RawMessage {
	raw, _ := json.Marshal(map[string]string{refusedWord: err.Error()})
	return raw
}

const refusedWord = "refused"

// Compare is true of records in which two fields of one type compare by eq, ne,
// lt, le, gt or ge. Sets of texts and JSON cannot be compared, refs and bools
// for equality alone.
func Compare(field, op, other string) Condition {
	raw, _ := json.Marshal(map[string]string{"field": field, "op": op, "other": other})
	return Condition{raw}
}

// Holds is true of records for which a predicate of the Inspector is.
func Holds(predicate string) Condition {
	raw, _ := json.Marshal(map[string]string{"predicate": predicate})
	return Condition{raw}
}

// All is true where every one of the conditions is.
func All(of ...Condition) Condition { return combine("all", of) }

// Any is true where at least one of the conditions is.
func Any(of ...Condition) Condition { return combine("any", of) }

// Not is true where the condition is not.
func Not(c Condition) Condition {
	raw, _ := json.Marshal(map[string]Condition{"not": c})
	return Condition{raw}
}

func combine(word string, of []Condition) Condition {
	if of == nil {
		of = []Condition{}
	}
	raw, _ := json.Marshal(map[string][]Condition{word: of})
	return Condition{raw}
}

// ParseCondition reads the JSON of a condition. It checks the form alone:
// whether it fits a kind is up to Inspector.Check. What it refuses is an error
// that says where.
func ParseCondition(data []byte) (Condition, error) {
	if _, err := parseCondition(data); err != nil {
		return Condition{}, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return Condition{}, err
	}
	return Condition{compact.Bytes()}, nil
}

// MarshalJSON writes the condition, null for none.
func (c Condition) MarshalJSON() ([]byte, error) {
	if len(c.raw) == 0 {
		return []byte("null"), nil
	}
	return c.raw, nil
}

// UnmarshalJSON reads what MarshalJSON writes; see ParseCondition for the
// errors.
func (c *Condition) UnmarshalJSON(data []byte) (err error) {
	if *c = (Condition{}); string(data) == "null" {
		return nil
	}
	*c, err = ParseCondition(bytes.Clone(data))
	return err
}

// String returns the JSON.
func (c Condition) String() string { return string(c.raw) }

// IsZero reports whether there is no condition, for the tag option omitzero.
func (c Condition) IsZero() bool { return len(c.raw) == 0 }
