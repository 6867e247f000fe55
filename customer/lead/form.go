package lead

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Form says what the fields of a web form mean.
type Form struct {
	Source string            // of the leads: "website"
	Detail string            // their SourceDetail: the form or its page
	Fields map[string]string // the form's name of each field and what it is: see Lead
}

// A Post is what somebody sent with a form.
type Post struct {
	Key      string // one for each press of the button, the same when it is sent again
	Language string
	At       time.Time // when it was sent; zero: the moment of the transaction
	Values   map[string]string
}

// The targets that fields of a form may have, besides those with a prefix.
var targets = map[string]func(*Lead) *string{
	"name":          func(l *Lead) *string { return &l.Name },
	"company":       func(l *Lead) *string { return &l.Company },
	"title":         func(l *Lead) *string { return &l.Title },
	"phone":         func(l *Lead) *string { return &l.Phone },
	"email":         func(l *Lead) *string { return &l.Email },
	"region":        func(l *Lead) *string { return &l.Region },
	"city":          func(l *Lead) *string { return &l.City },
	"language":      func(l *Lead) *string { return &l.Language },
	"source_detail": func(l *Lead) *string { return &l.SourceDetail },
	"external_id":   func(l *Lead) *string { return &l.ExternalID },
}

// The prefixes of targets for what the customer will have, and the target of topics.
const (
	preferencePrefix = "preference."
	customPrefix     = "custom."
	interestTarget   = "interest"
)

// Lead returns the lead that a post makes, for Ingest or Admit. The targets of
// its Fields are name, company, title, phone, email, region, city, language,
// source_detail and external_id; interest, which several fields may be, each with
// one topic or several between commas; preference.x for the preference x of the
// customer to come; and custom.x for its custom field x, written as text: a number
// as 12.5, a date as 2006-01-02, a moment in RFC 3339. Empty values and fields
// that the form does not name are left out: a browser sends more than it should.
//
// A mapping that is mistaken is storage.ErrInvalid.
func (f *Form) Lead(p Post) (*Lead, error) {
	l := &Lead{Source: f.Source, SourceDetail: f.Detail, Key: p.Key, Language: p.Language, IngestedAt: p.At}
	for _, field := range slices.Sorted(maps.Keys(f.Fields)) {
		target, value := f.Fields[field], strings.TrimSpace(p.Values[field])
		if err := checkTarget(l, field, target); err != nil {
			return nil, err
		}
		if value != "" {
			l.take(target, value)
		}
	}
	return l, nil
}

// checkTarget refuses a target that there is not.
func checkTarget(l *Lead, field, target string) error {
	name, preference := strings.CutPrefix(target, preferencePrefix)
	if !preference {
		name, _ = strings.CutPrefix(target, customPrefix)
	}
	if targets[target] != nil || target == interestTarget || name != target && name != "" {
		return nil
	}
	known := strings.Join(slices.Sorted(maps.Keys(targets)), ", ")
	return l.invalid("form", fmt.Sprintf("field %q is mapped to %q: use one of %s, interest, preference.x or custom.x", field, target, known))
}

// take gives the lead a value.
func (l *Lead) take(target, value string) {
	if at := targets[target]; at != nil {
		*at(l) = value
		return
	}
	if target == interestTarget {
		for _, topic := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;，；、", r) }) {
			if topic = strings.TrimSpace(topic); topic != "" {
				l.Interests = append(l.Interests, topic)
			}
		}
		return
	}
	if key, ok := strings.CutPrefix(target, preferencePrefix); ok {
		l.SetPreference(key, value)
		return
	}
	l.SetValue(strings.TrimPrefix(target, customPrefix), value)
}
