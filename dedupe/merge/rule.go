package merge

import (
	"fmt"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Rule says which value of a field survives. Wherever a rule cannot tell two
// values apart, that of the survivor wins, and then that of the customer who was
// named first.
type Rule string

// The rules. A value that is absent never wins over one that is present.
const (
	KeepSurvivor       Rule = "keep_survivor"        // the survivor's; where it has none, that of the first who has one
	MostRecent         Rule = "most_recent"          // the one that was written last; see Value.Since
	MostRecentVerified Rule = "most_recent_verified" // that of the customer who was confirmed last (Customer.VerifiedAt) and whose value is no younger than that; if nobody's is, MostRecent
	Oldest             Rule = "oldest"               // the one that was written first
	MostComplete       Rule = "most_complete"        // the longest text, the set with the most elements
	MostFrequent       Rule = "most_frequent"        // the one that most of the customers have
	SourcePriority     Rule = "source_priority"      // that of the customer whose Source comes first in Rules.Sources
	MostAdvanced       Rule = "most_advanced"        // the one that comes last in Rules.Stages
	Strictest          Rule = "strictest"            // of a bool: true, as in "do not call"; of consent: the narrowest, see Rules
	Union              Rule = "union"                // of sets: all; of texts: each once, on lines of their own
	Sum                Rule = "sum"                  // of numbers
	Max                Rule = "max"                  // the greatest number, the latest time
	Min                Rule = "min"                  // the least number, the earliest time
	Custom             Rule = "custom"               // what Rules.Custom chooses
)

// Consent is the name under which Rules.Fields has the rule for consent: Strictest or
// MostRecent.
const Consent = "consent"

// Rules say what survives. The zero value has a rule for everything:
//
//   - Union of tags, notes and custom sets of texts;
//   - Min for since, Max for followed_up;
//   - MostAdvanced for stage where Stages are given;
//   - Strictest for consent: wherever one customer was stricter than what their
//     statements say together, a statement to that effect is added;
//   - KeepSurvivor for every other field.
//
// Fields that belong together come from one customer unless they have rules of their
// own: stage_since with stage, source with external_id, region and city with address. The
// parent is the survivor's unless it stands below another of them; it cannot be ruled.
type Rules struct {
	// Fields are rules by the name of a field of the customer ("name", "custom.size"),
	// by a type of contact points ("phone"): Union, the default, or KeepSurvivor,
	// which drops those of the others; and for Consent.
	Fields  map[string]Rule `json:"fields,omitempty"`
	Sources []string        `json:"sources,omitempty"` // for SourcePriority, the best first
	Stages  []string        `json:"stages,omitempty"`  // for MostAdvanced, the least advanced first
	// Custom chooses for fields whose rule is Custom: it returns the place of the value
	// that survives, or a negative number for none. It must depend on nothing else.
	Custom map[string]func(values []Value) int `json:"-"`
	// Lifecycle is the policy that the store holds customers to, if it does: a stage
	// that may not follow the survivor's at once is reached through others. Where there is
	// no way, the merge is refused with lifecycle.ErrTransition.
	Lifecycle *lifecycle.Policy `json:"-"`
}

// companions are the fields that come with another one.
var companions = map[string]string{"stage_since": "stage", "source": "external_id", "region": "address", "city": "address"}

// unruled are fields that are decided otherwise.
var unruled = []string{"type", "parent"}

// of returns the rule of a field.
func (r Rules) of(f *storage.Field) Rule {
	if rule, ok := r.Fields[f.Name]; ok {
		return rule
	}
	switch {
	case f.Name == "notes", f.Type == criteria.Texts:
		return Union
	case f.Name == "since":
		return Min
	case f.Name == "followed_up":
		return Max
	case f.Name == "stage" && len(r.Stages) > 0:
		return MostAdvanced
	}
	return KeepSurvivor
}

// consent returns the rule for consent.
func (r Rules) consent() Rule {
	if rule, ok := r.Fields[Consent]; ok {
		return rule
	}
	return Strictest
}

// check reports rules that do not fit the fields of customers, as storage.ErrInvalid.
func (r Rules) check(fields []*storage.Field) error {
	if r.Lifecycle != nil {
		if err := r.Lifecycle.Check(); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		if err := r.checkOne(name, r.Fields[name], fields); err != nil {
			return err
		}
	}
	return nil
}

func (r Rules) checkOne(name string, rule Rule, fields []*storage.Field) error {
	i := slices.IndexFunc(fields, func(f *storage.Field) bool { return f.Name == name })
	switch {
	case name == Consent:
		return refuse(name, rule, "use strictest or most_recent", rule == Strictest || rule == MostRecent)
	case i < 0 && (name == customer.Phone || name == customer.Email || rule == KeepSurvivor || rule == Union):
		return refuse(name, rule, "contact points are joined by union or keep_survivor", rule == Union || rule == KeepSurvivor)
	case i < 0:
		return refuse(name, rule, "customers have no such field", false)
	case slices.Contains(unruled, name):
		return refuse(name, rule, "the field is decided without a rule: leave it out", false)
	case rule == Custom:
		return refuse(name, rule, "give its function in Rules.Custom", r.Custom[name] != nil)
	}
	return refuse(name, rule, "the rule is unknown, or not one for a "+fields[i].Type.String(), rule.fits(fields[i].Type))
}

func refuse(name string, rule Rule, reason string, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("merge: %w: the rule %q for %q: %s", storage.ErrInvalid, rule, name, reason)
}

// fits reports whether a rule can be applied to values of a type.
func (r Rule) fits(t criteria.Type) bool {
	switch r {
	case KeepSurvivor, MostRecent, MostRecentVerified, Oldest, MostFrequent, SourcePriority:
		return true
	case MostComplete:
		return t == criteria.Text || t == criteria.Texts
	case MostAdvanced:
		return t == criteria.Text
	case Strictest:
		return t == criteria.Bool
	case Union:
		return t == criteria.Text || t == criteria.Texts
	case Sum:
		return t == criteria.Integer || t == criteria.Decimal
	case Max, Min:
		return t != criteria.JSON && t != criteria.Texts && t != criteria.Ref
	}
	return false
}
