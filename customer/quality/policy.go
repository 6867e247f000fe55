package quality

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Part is one thing that a complete record has, and what it weighs. Without
// Filled it is the field of that name, "custom.x" for a custom one; with it, it
// is whatever the condition says, such as a phone number among the related
// contact points.
type Part struct {
	Name   string    `json:"name"`
	Weight int64     `json:"weight"` // at least 1
	Filled Condition `json:"filled,omitzero"`
	NameEN string    `json:"name_en,omitempty"` // for people
	NameZH string    `json:"name_zh,omitempty"`
}

// Label returns the name of the part for people: in Chinese for a language tag
// that begins with "zh", else in English, or Name where there is none.
func (p Part) Label(language string) string {
	label := p.NameEN
	if strings.HasPrefix(strings.ToLower(language), "zh") {
		label = p.NameZH
	}
	if label == "" {
		return p.Name
	}
	return label
}

// HasField is a part that a field makes.
func HasField(field string, weight int64) Part { return Part{Name: field, Weight: weight} }

// HasRelated is a part that a record of another kind makes which points to the
// record with its field via, and which where matches, nil for any:
//
//	quality.HasRelated("phone", 2, "contact_point", "customer", criteria.Eq("type", customer.Phone))
func HasRelated(name string, weight int64, kind, via string, where criteria.Criterion) Part {
	return Part{Name: name, Weight: weight, Filled: Where(criteria.Related(kind, via, where))}
}

// A Policy says when a record of a kind is complete, and when it is stale. There
// is one for each kind. Make it with NewPolicy.
type Policy struct {
	storage.Meta
	Kind      string
	Parts     json.RawMessage // a list of Part
	StaleDays int64           // days of 24 hours after which a record that nobody confirmed is stale; 0: never
}

// Policies is the kind of policies.
var Policies = storage.Define[Policy]("quality_policy",
	storage.Text("kind", func(p *Policy) *string { return &p.Kind }).Required().Unique(),
	storage.JSON("parts", func(p *Policy) *json.RawMessage { return &p.Parts }).Required(),
	storage.Integer("stale_days", func(p *Policy) *int64 { return &p.StaleDays }),
).Fixed().Valid((*Policy).check)

// NewPolicy returns a policy for a kind. It is checked when it is put.
func NewPolicy(kind string, staleDays int64, parts ...Part) *Policy {
	raw, err := json.Marshal(parts)
	if err != nil {
		raw = refused(err)
	}
	return &Policy{Kind: kind, StaleDays: staleDays, Parts: raw}
}

// List returns the parts.
func (p *Policy) List() ([]Part, error) {
	var list []Part
	err := json.Unmarshal(p.Parts, &list)
	return list, err
}

// maxStaleDays keeps a time.Duration of days from overflowing.
const maxStaleDays = 100 * 365

// maxWeight keeps a sum of weights from overflowing.
const maxWeight = 1_000_000

// check reports what is wrong with a policy by itself. Whether its parts fit the
// kind shows when it is used.
func (p *Policy) check() error {
	if p.StaleDays < 0 || p.StaleDays > maxStaleDays {
		return policyField("stale_days", "%d: use 0 to %d", p.StaleDays, maxStaleDays)
	}
	list, err := p.List()
	if err != nil {
		return policyField("parts", "%v", err)
	}
	names := map[string]bool{}
	for _, part := range list {
		switch {
		case part.Name == "" || names[part.Name]:
			return policyField("parts", "%q: give each part a name of its own", part.Name)
		case part.Weight < 1 || part.Weight > maxWeight:
			return policyField("parts", "%s weighs %d: use 1 to %d", part.Name, part.Weight, maxWeight)
		}
		names[part.Name] = true
	}
	return nil
}

func policyField(field, format string, args ...any) error {
	return &storage.FieldError{Kind: "quality_policy", Field: field, Reason: fmt.Sprintf(format, args...)}
}

// staleAfter is the time after which a record is stale, 0 for never.
func (p *Policy) staleAfter() time.Duration { return time.Duration(p.StaleDays) * 24 * time.Hour }

// policyOf returns the policy of a kind: one without parts that nothing is stale
// by, where the tenant has none.
func policyOf(ctx context.Context, tx *storage.Tx, kind string) (*Policy, error) {
	p, err := Policies.First(ctx, tx, storage.Query{Where: criteria.Eq("kind", kind)})
	if errors.Is(err, storage.ErrNotFound) {
		return NewPolicy(kind, 0), nil
	}
	return p, err
}
