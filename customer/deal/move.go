package deal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// ErrTransition: the pipeline does not let the deal go to that stage.
var ErrTransition = errors.New("not a move of the pipeline")

// A TransitionError is an ErrTransition.
type TransitionError struct {
	Deal     uuid.UUID
	From, To string   // keys of stages
	Allowed  []string // the stages that the deal may go to from here, as far as its fields are filled in
	Missing  []string // the fields that it lacks
	Reason   string
}

func (e *TransitionError) Error() string {
	text := fmt.Sprintf("deal: %s cannot go from %q to %q: %v: %s", e.Deal, e.From, e.To, ErrTransition, e.Reason)
	if len(e.Missing) > 0 {
		return text + strings.Join(e.Missing, ", ")
	}
	return text + "; allowed: " + strings.Join(e.Allowed, ", ")
}

// Unwrap returns the sentinel.
func (e *TransitionError) Unwrap() error { return ErrTransition }

// Allowed returns the stages of a pipeline that a deal may go to from one of
// them, in order, whatever fields they require.
func Allowed(p *Pipeline, stages []*Stage, from *Stage) []*Stage {
	var list []*Stage
	for _, to := range stages {
		if obstacle(p, from, to) == "" {
			list = append(list, to)
		}
	}
	return list
}

// obstacle says why no deal may go from a stage to another; "" if it may.
func obstacle(p *Pipeline, from, to *Stage) string {
	switch {
	case from.ID == to.ID:
		return "it is there"
	case to.Retired:
		return "the stage is retired"
	case from.Outcome != Open && !p.Reopens:
		return "the deal is " + from.Outcome + ", and the pipeline reopens none"
	case len(to.From) > 0 && !slices.Contains(to.From, from.Key):
		return "the stage is entered from " + strings.Join(to.From, ", ")
	}
	return ""
}

// decide reports why a deal may not go to a stage. fields are those of deals,
// custom ones included.
func decide(p *Pipeline, stages []*Stage, d *Deal, from, to *Stage, why string, fields []*storage.Field) error {
	refusal := &TransitionError{Deal: d.ID, From: from.Key, To: to.Key}
	if refusal.Reason = obstacle(p, from, to); refusal.Reason != "" {
		for _, s := range Allowed(p, stages, from) {
			refusal.Allowed = append(refusal.Allowed, s.Key)
		}
		return refusal
	}
	if refusal.Missing = missing(d, to, why, fields); len(refusal.Missing) > 0 {
		refusal.Reason = "first fill in "
		return refusal
	}
	return nil
}

// missing returns the fields that a stage requires and the deal lacks. One that
// does not exist is lacking; the reason of a lost deal comes with the move.
func missing(d *Deal, to *Stage, why string, fields []*storage.Field) []string {
	var list []string
	for _, name := range to.Requires {
		if name == "lost_reason" && why != "" {
			continue
		}
		i := slices.IndexFunc(fields, func(f *storage.Field) bool { return f.Name == name })
		if i < 0 || empty(fields[i].Value(d)) {
			list = append(list, name)
		}
	}
	return list
}

// empty reports whether a value is absent, or the zero of a number.
func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case int64:
		return v == 0
	case decimal.Decimal:
		return v.IsZero()
	}
	return false
}

// enter puts a deal into a stage and returns the row of its history. from is nil
// for a new deal.
func enter(d *Deal, from, to *Stage, why string, by storage.Origin, now time.Time) *StageMove {
	m := &StageMove{Deal: d.ID, Customer: d.Customer, To: to.Key, At: now, By: by.Actor, Reason: why}
	if from != nil {
		m.From = from.Key
		m.Seconds = max(0, int64(now.Sub(d.StageSince)/time.Second))
	}
	d.Pipeline, d.Stage, d.StageSince = to.Pipeline, to.ID, now
	d.Status, d.StageProbability = to.Outcome, to.Probability
	d.WonAt, d.LostAt, d.LostReason = time.Time{}, time.Time{}, ""
	switch to.Outcome {
	case Won:
		d.WonAt = now
	case Lost:
		d.LostAt, d.LostReason = now, why
	}
	d.weigh()
	return m
}
