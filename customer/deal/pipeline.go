package deal

import (
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// What it means for a deal to stand in a stage, and the status of the deal.
const (
	Open = "open"
	Won  = "won"
	Lost = "lost"
)

// A Pipeline is a way that deals go. Its stages are records of their own; write
// both with Save.
type Pipeline struct {
	storage.Meta
	Name    string // unique
	Reopens bool   // won and lost deals may be moved again
}

// Pipelines is the kind of pipelines.
var Pipelines = storage.Define[Pipeline]("pipeline",
	storage.Text("name", func(p *Pipeline) *string { return &p.Name }).Required().Unique(),
	storage.Bool("reopens", func(p *Pipeline) *bool { return &p.Reopens }),
)

// A Stage is one step of a pipeline.
type Stage struct {
	storage.Meta
	Pipeline    uuid.UUID
	Position    int64    // 1, 2, 3, ... in the pipeline; set by Save
	Key         string   // what programs call it; unique in the pipeline, for good
	Label       string   // for people
	Probability int64    // that a deal in it is won, in percent: 0 to 100; 100 when won, 0 when lost
	Outcome     string   // Open, Won or Lost, for good
	From        []string // the keys of the stages that a deal may come from; none: all
	Requires    []string // fields of the deal that must be present on entry ("amount", "custom.budget"); a number of 0 is not
	Retired     bool     // no deal may enter any more; those in it stay
}

const stageKind = "deal_stage"

// Stages is the kind of stages.
var Stages = storage.Define[Stage](stageKind,
	storage.Ref("pipeline", func(s *Stage) *uuid.UUID { return &s.Pipeline }).To("pipeline").Existing().Required().Indexed(),
	storage.Integer("position", func(s *Stage) *int64 { return &s.Position }),
	storage.Text("key", func(s *Stage) *string { return &s.Key }).Required(),
	storage.Text("label", func(s *Stage) *string { return &s.Label }),
	storage.Integer("probability", func(s *Stage) *int64 { return &s.Probability }),
	storage.Text("outcome", func(s *Stage) *string { return &s.Outcome }).Required(),
	storage.Texts("from", func(s *Stage) *[]string { return &s.From }),
	storage.Texts("requires", func(s *Stage) *[]string { return &s.Requires }),
	storage.Bool("retired", func(s *Stage) *bool { return &s.Retired }),
).Unique("pipeline", "key").Valid((*Stage).check)

func (s *Stage) check() error {
	certain := map[string]int64{Won: 100, Lost: 0}
	fixed, closed := certain[s.Outcome]
	switch {
	case !closed && s.Outcome != Open:
		return invalid(stageKind, "outcome", fmt.Sprintf("%q: use %q, %q or %q", s.Outcome, Open, Won, Lost))
	case s.Probability < 0 || s.Probability > 100:
		return invalid(stageKind, "probability", fmt.Sprintf("%d is not between 0 and 100 percent", s.Probability))
	case closed && s.Probability != fixed:
		return invalid(stageKind, "probability", fmt.Sprintf("%d: that of a stage whose outcome is %s is %d", s.Probability, s.Outcome, fixed))
	}
	return nil
}

func invalid(kind, field, reason string) error {
	return &storage.FieldError{Kind: kind, Field: field, Reason: reason}
}
