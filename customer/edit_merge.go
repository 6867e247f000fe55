package customer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// customPrefix begins the names of custom fields.
const customPrefix = "custom."

// A merge puts together an edit and the record that others changed meanwhile.
type merge struct {
	edit, current storage.Record
	schema        *storage.Schema
	theirs        []string                   // the fields that others changed, sorted
	base          map[string]json.RawMessage // their values before that, as far as they are known
}

// bases returns the oldest values that some changes, oldest first, replaced;
// null where a field was absent. A field whose first change has lost its values
// has none.
func bases(changes []*storage.Change) map[string]json.RawMessage {
	found, seen := map[string]json.RawMessage{}, map[string]bool{}
	for _, c := range changes {
		for _, name := range c.Fields {
			if seen[name] {
				continue
			}
			seen[name] = true
			if before, _, ok := c.Value(name); ok {
				found[name] = before
			}
		}
	}
	return found
}

// run returns the merged record, and the fields in which the sides disagree.
func (m *merge) run() (merged storage.Record, both []string) {
	merged = m.schema.Clone(m.current)
	for _, f := range m.schema.Fields {
		switch {
		case same(f, m.edit, m.current):
		case !m.changed(f.Name):
			_ = f.Set(merged, f.Value(m.edit)) // of the very type
		case !m.untouched(f):
			both = append(both, f.Name)
		}
	}
	return merged, append(both, m.custom(storage.MetaOf(merged))...)
}

// changed reports whether others changed a field.
func (m *merge) changed(name string) bool {
	_, found := slices.BinarySearch(m.theirs, name)
	return found
}

// untouched reports whether the edit has the value that a field had before
// others changed it.
func (m *merge) untouched(f *storage.Field) bool {
	raw, known := m.base[f.Name]
	if !known {
		return false
	}
	was := m.schema.New()
	if raw != nil && f.ParseJSON(raw, was) != nil {
		return false
	}
	return same(f, m.edit, was)
}

// same reports whether two records agree in a field. Sets of texts need not be
// sorted, as those of a record that came from outside may not be.
func same(f *storage.Field, a, b storage.Record) bool {
	if f.Type != criteria.Texts {
		return f.Compare(a, b) == 0
	}
	x, _ := f.Texts(a)
	y, _ := f.Texts(b)
	return slices.Equal(set(x), set(y))
}

func set(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// custom merges the custom fields into those of the merged record, and returns
// the names of those in which the sides disagree.
func (m *merge) custom(merged *storage.Meta) (both []string) {
	edit, current := customJSON(m.edit), customJSON(m.current)
	names := maps.Clone(edit)
	maps.Copy(names, current)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		full := customPrefix + name
		base, known := m.base[full]
		switch {
		case bytes.Equal(edit[name], current[name]):
		case !m.changed(full):
			setCustom(merged, storage.MetaOf(m.edit).Custom, name)
		case !known || !bytes.Equal(edit[name], base):
			both = append(both, full)
		}
	}
	return both
}

// customJSON returns the custom values of a record by name, as the log has them.
func customJSON(r storage.Record) map[string]json.RawMessage {
	values := map[string]json.RawMessage{}
	data, err := storage.MetaOf(r).Custom.MarshalJSON()
	if err == nil {
		_ = json.Unmarshal(data, &values) // what was just written
	}
	return values
}

// setCustom gives a record the custom value that another has, or none.
func setCustom(to *storage.Meta, from storage.Custom, name string) {
	to.Custom.Set(name, nil)
	for given, value := range from.All() {
		if given == name {
			to.Custom.Set(name, value)
		}
	}
}
