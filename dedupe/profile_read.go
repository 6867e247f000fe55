package dedupe

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReadProfile reads a profile that was written, of fields with what a host has given
// them: comparisons and aliases are functions and tables of the host, of which a
// profile keeps no more than by what name they go. A profile of other fields, of a
// comparison with another name or other levels, or of other aliases, is ErrInvalid:
// learn a new one. It is fit for fields without any of that, too.
func ReadProfile(data []byte, fields []Field) (*Profile, error) {
	if err := checkFields(fields); err != nil {
		return nil, err
	}
	return readProfile(data, fields)
}

// A storedField is a field without what the host has given it.
type storedField struct {
	Name  string `json:"name"`
	Type  Type   `json:"type"`
	Given string `json:"given,omitempty"` // what tells that from another; see Field.given
}

func (f Field) stored() storedField { return storedField{f.Name, f.Type, f.given()} }

// given tells what the host has given a field from anything else that it might.
func (f Field) given() string {
	if f.Compare != nil {
		return "compare " + f.Compare.Name
	}
	if f.Aliases == nil {
		return ""
	}
	var b strings.Builder
	table := f.Aliases.Table()
	for _, from := range slices.Sorted(maps.Keys(table)) {
		b.WriteString(strconv.Quote(from) + strconv.Quote(table[from]))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return "aliases " + base64.RawURLEncoding.EncodeToString(sum[:12])
}

// completed are the fields of a stored profile, with what the host gives them. nil:
// it gives nothing.
func completed(stored []storedField, fields []Field) ([]Field, error) {
	if fields == nil {
		for _, s := range stored {
			if s.Given != "" || s.Type == ByHost {
				return nil, fmt.Errorf("dedupe: %w: a profile whose field %q needs what the host gives it (%s): read it with ReadProfile and the fields", ErrInvalid, s.Name, s.Given)
			}
			fields = append(fields, Field{Name: s.Name, Type: s.Type})
		}
		return fields, nil
	}
	if len(stored) != len(fields) {
		return nil, fmt.Errorf("dedupe: %w: a profile of %d fields, not %d: learn a new one", ErrInvalid, len(stored), len(fields))
	}
	for i, f := range fields {
		if now := f.stored(); now != stored[i] {
			return nil, fmt.Errorf("dedupe: %w: a profile of the field %v, not %v: learn a new one", ErrInvalid, stored[i], now)
		}
	}
	return slices.Clone(fields), nil
}
