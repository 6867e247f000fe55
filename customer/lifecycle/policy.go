package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Stage is a part of a customer's life.
type Stage struct {
	Key      string // what stands in Customer.Stage
	ZH, EN   string // labels; empty: the key
	Strategy string // what to do with customers in this stage, for people
}

// Label returns what the stage is called in a language: Chinese for tags that begin
// with zh, else English.
func (s Stage) Label(language string) string {
	label := s.EN
	if strings.HasPrefix(strings.ToLower(language), "zh") {
		label = s.ZH
	}
	if label == "" {
		return s.Key
	}
	return label
}

// A Transition is a move that is allowed.
type Transition struct{ From, To string }

// An OrderRule moves a customer in the stage From to the stage To as soon as it has
// at least so many orders that count. To must be allowed to follow From.
type OrderRule struct {
	From, To string
	AtLeast  int64 // 1 or more
}

// A Policy says which stages there are and how customers get from one to another.
type Policy struct {
	Stages  []Stage // the first is that of customers who have none yet
	Allowed []Transition
	// Orders are the moves that orders bring about; of several that apply, the
	// first one counts. A customer moves on as long as one applies, so that a
	// second order stored together with the first leads through both stages.
	Orders []OrderRule
	// Counts chooses the orders that count, such as those that were paid; nil: all
	// purchases, which are the orders whose amount is not negative.
	Counts criteria.Criterion
}

// The stages of Standard.
const (
	Prospect  = "prospect"
	New       = "new"
	Returning = "returning"
	Lost      = "lost"
)

// Standard returns a policy to start from: a prospect becomes a new customer with
// the first order and a returning one with the second; each may be lost and won
// back.
func Standard() Policy {
	return Policy{
		Stages: []Stage{
			{Prospect, "潜在客户", "Prospect", "建立信任: answer questions, offer a first order"},
			{New, "新客户", "New customer", "完善体验: follow up the first order, ask for feedback"},
			{Returning, "老客户", "Returning customer", "提升忠诚: reward, recommend, ask for referrals"},
			{Lost, "流失客户", "Lost customer", "挽回: find the reason, make an offer to return"},
		},
		Allowed: []Transition{
			{Prospect, New}, {New, Returning},
			{Prospect, Lost}, {New, Lost}, {Returning, Lost},
			{Lost, Prospect}, {Lost, Returning},
		},
		Orders: []OrderRule{{Prospect, New, 1}, {New, Returning, 2}},
	}
}

// Stage returns a stage of the policy by its key.
func (p Policy) Stage(key string) (Stage, bool) {
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.Key == key })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// ErrTransition: the policy does not allow the move.
var ErrTransition = errors.New("stage not allowed")

// A TransitionError is an ErrTransition.
type TransitionError struct {
	From, To string
	Allowed  []string // where a customer in From may go
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("lifecycle: from %q to %q: %v: choose one of %q", e.From, e.To, ErrTransition, e.Allowed)
}

// Is makes errors.Is(err, ErrTransition) true.
func (e *TransitionError) Is(target error) bool { return target == ErrTransition }

// Refused names the kind and the field that the error is about.
func (e *TransitionError) Refused() (kind, field string) { return "customer", "stage" }

// Next returns the stages that may follow one, in the order of the policy. Any
// stage may follow "" and one that the policy does not have.
func (p Policy) Next(from string) []string {
	_, known := p.Stage(from)
	var next []string
	for _, s := range p.Stages {
		if s.Key != from && (!known || slices.Contains(p.Allowed, Transition{from, s.Key})) {
			next = append(next, s.Key)
		}
	}
	return next
}

// Decide reports, as a *TransitionError that is ErrTransition, that a customer may
// not go from one stage to another. To stay in a stage of the policy is allowed.
func (p Policy) Decide(from, to string) error {
	_, known := p.Stage(to)
	if known && (from == to || slices.Contains(p.Next(from), to)) {
		return nil
	}
	return &TransitionError{From: from, To: to, Allowed: p.Next(from)}
}

// AfterOrders returns the stages that a customer goes through, one after the other,
// when it has so many orders that count: none when it stays where it is.
func (p Policy) AfterOrders(stage string, orders int64) (through []string) {
	if stage == "" && len(p.Stages) > 0 {
		stage = p.Stages[0].Key
	}
	for range p.Stages { // Check sees to it that this is enough
		i := slices.IndexFunc(p.Orders, func(r OrderRule) bool { return r.From == stage && orders >= r.AtLeast })
		if i < 0 {
			break
		}
		stage = p.Orders[i].To
		through = append(through, stage)
	}
	return through
}

// mayMove reports whether orders can move a customer in a stage.
func (p Policy) mayMove(stage string) bool { return len(p.AfterOrders(stage, 1<<62)) > 0 }

// Check reports a policy that contradicts itself, as storage.ErrInvalid: without
// stages, with two of one key, with transitions or rules between stages that it
// does not have, with rules whose move is not allowed or that lead in a circle.
func (p Policy) Check() error {
	seen := map[string]bool{}
	for _, s := range p.Stages {
		if s.Key == "" || seen[s.Key] {
			return p.fault("stage %q: give each a key of its own", s.Key)
		}
		seen[s.Key] = true
	}
	for _, t := range p.Allowed {
		if !seen[t.From] || !seen[t.To] || t.From == t.To {
			return p.fault("transition from %q to %q: name two stages of the policy", t.From, t.To)
		}
	}
	for _, r := range p.Orders {
		if r.AtLeast < 1 || !slices.Contains(p.Allowed, Transition{r.From, r.To}) {
			return p.fault("rule for %d orders from %q to %q: want at least one order, and allow the transition", r.AtLeast, r.From, r.To)
		}
		if len(p.AfterOrders(r.From, 1<<62)) >= len(p.Stages) {
			return p.fault("the rules for orders lead from %q in a circle: take one out", r.From)
		}
	}
	if len(p.Stages) == 0 {
		return p.fault("there are no stages: name at least one")
	}
	return nil
}

func (Policy) fault(format string, args ...any) error {
	return fmt.Errorf("lifecycle: %w policy: %s", storage.ErrInvalid, fmt.Sprintf(format, args...))
}
