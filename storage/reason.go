package storage

import "errors"

// A reason is why a value is refused, whatever field it is of: what a
// FieldError says, with its key and params.
type reason struct {
	key    string
	params map[string]string
	text   string
}

func (r *reason) Error() string { return r.text }

// errRequired is why a record without a value is refused.
var errRequired = because("required", "is required: give it a value")

// because returns a reason. params are names and values in turn.
func because(key, text string, params ...string) error {
	r := &reason{key: key, text: text}
	if len(params) > 0 {
		r.params = make(map[string]string, len(params)/2)
	}
	for i := 0; i+1 < len(params); i += 2 {
		r.params[params[i]] = params[i+1]
	}
	return r
}

// refuse returns the FieldError of a field whose value is refused for a reason.
// Another error is one of reading a value, which then has the form of another type.
func (s *Schema) refuse(field string, why error) error {
	e := &FieldError{Kind: s.Name, Field: field, Reason: why.Error(), Key: "wrong_type"}
	var r *reason
	if errors.As(why, &r) {
		e.Key, e.Params = r.key, r.params
	}
	return e
}
