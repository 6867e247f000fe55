package criteria

// Stored carries a criterion inside the host's own JSON, as a field of a
// struct that is written and read with encoding/json. A nil Criterion is null.
type Stored struct{ Criterion Criterion }

// MarshalJSON writes the criterion, or null.
func (s Stored) MarshalJSON() ([]byte, error) {
	if s.Criterion == nil {
		return []byte("null"), nil
	}
	return s.Criterion.MarshalJSON()
}

// UnmarshalJSON reads what MarshalJSON writes; see Parse for the errors.
func (s *Stored) UnmarshalJSON(data []byte) error {
	c, err := Parse(data)
	if err != nil {
		return err
	}
	s.Criterion = c
	return nil
}

// IsZero reports whether there is no criterion, for the tag option omitzero.
func (s Stored) IsZero() bool { return s.Criterion == nil }
