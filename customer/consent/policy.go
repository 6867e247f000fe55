package consent

import (
	"time"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Policy says where customers who stated nothing may be contacted. The first
// rule that names the channel and the purpose, or Any, decides; without one they
// may not. So the nil Policy asks for consent everywhere.
type Policy []Rule

// A Rule is one line of a Policy.
type Rule struct {
	Channel string // Any: all
	Purpose string // Any: all
	Allowed bool   // without consent; false asks for consent
}

func (p Policy) allows(at cell) bool {
	for _, r := range p {
		if (cell{r.Channel, r.Purpose}).covers(at) {
			return r.Allowed
		}
	}
	return false
}

// The reasons of a Decision that are not what the customer stated (Granted,
// Pending, Denied, Withdrawn).
const (
	Expired   = "expired"    // a grant has run out
	NoConsent = "no_consent" // nothing was stated, and the policy asks for consent
	ByPolicy  = "policy"     // nothing was stated, and the policy asks for none
	Unknown   = "unknown"    // there is no such customer that the caller may see
)

// A Decision says whether a customer may be contacted.
type Decision struct {
	Allowed bool
	Reason  string    // Granted, Withdrawn, ..., Expired, NoConsent, ByPolicy, Unknown
	Since   time.Time // of the statement that decided; of Expired, when it ran out; zero without a statement
	Record  uuid.UUID // the statement that decided; nil without one
}

// Contactable matches the customers who may be contacted now through a channel
// for a purpose: those for whom CanContact says so.
func (p Policy) Contactable(channel, purpose string) criteria.Criterion {
	at := cell{channel, purpose}
	if !at.single() {
		return criteria.Never()
	}
	part, all := []cell{{channel, Any}, {Any, purpose}}, cell{Any, Any}
	rest := criteria.Never()
	if p.allows(at) {
		rest = criteria.All()
	}
	return criteria.Any(
		said(granting, at),
		criteria.All(criteria.Not(said(nil, at)), criteria.Any(
			criteria.All(said(nil, part...), criteria.Not(said(criteria.Not(granting), part...))),
			criteria.All(criteria.Not(said(nil, part...)), criteria.Any(
				said(granting, all),
				criteria.All(criteria.Not(said(nil, all)), rest),
			)),
		)),
	)
}

// granting matches states that allow contact now.
var granting = criteria.All(
	criteria.Eq("state", Granted),
	criteria.Any(criteria.Missing("until"), criteria.Gt("until", criteria.Now())),
)

// said matches customers with a state of one of some cells that where matches.
func said(where criteria.Criterion, cells ...cell) criteria.Criterion {
	of := make([]criteria.Criterion, len(cells))
	for i, c := range cells {
		of[i] = criteria.All(criteria.Eq("channel", c.channel), criteria.Eq("purpose", c.purpose))
	}
	return criteria.Related(stateKind, "customer", criteria.All(criteria.Any(of...), where))
}

// single reports whether the cell is one channel and one purpose.
func (c cell) single() bool {
	return c.channel != "" && c.channel != Any && c.purpose != "" && c.purpose != Any
}
