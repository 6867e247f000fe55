package merge

import (
	"bytes"
	"encoding/json"

	"github.com/clientele-go/clientele/storage"
)

// null is the JSON of a value that is absent.
var null = json.RawMessage("null")

// jsonOf returns the value of a field as JSON.
func jsonOf(f *storage.Field, r storage.Record) json.RawMessage {
	if f.Absent(r) {
		return null
	}
	return f.AppendJSON(nil, r)
}

// setJSON gives a record the value that jsonOf returned.
func setJSON(f *storage.Field, r storage.Record, value json.RawMessage) error {
	if bytes.Equal(value, null) || len(value) == 0 {
		return f.Set(r, nil)
	}
	return f.ParseJSON(value, r)
}

// A change is the value of a field before and after.
type change [2]json.RawMessage

// diff returns the fields in which two records of a kind differ.
func diff(fields []*storage.Field, was, now storage.Record) map[string]change {
	changes := map[string]change{}
	for _, f := range fields {
		if f.Compare(was, now) != 0 {
			changes[f.Name] = change{jsonOf(f, was), jsonOf(f, now)}
		}
	}
	return changes
}

// equal reports whether two values are the same, as JSON.
func equal(a, b json.RawMessage) bool { return string(a) == string(b) }
