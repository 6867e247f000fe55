package deal

import (
	"context"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// maxStages is how many stages a pipeline may have.
const maxStages = 100

// ErrStageInUse: a stage cannot be removed, because deals stand in it.
var ErrStageInUse = errors.New("deals stand in the stage")

// A StageInUseError is an ErrStageInUse.
type StageInUseError struct {
	Stage string // the key
	Deals int64  // how many, deleted ones included
}

func (e *StageInUseError) Error() string {
	return fmt.Sprintf("deal: stage %q cannot be removed: %v, %d of them (deleted ones count): move or purge them first, or retire the stage", e.Stage, ErrStageInUse, e.Deals)
}

// Unwrap returns the sentinel.
func (e *StageInUseError) Unwrap() error { return ErrStageInUse }

// Save stores a pipeline with exactly these stages, in this order, of which at
// least one is open; a deal without a stage enters the first open one. Stages are
// told apart by their keys: one that was there is changed, whatever Meta is given,
// and one that is not given is removed, ErrStageInUse while a deal stands in it.
// Where a probability changes, the deals in the stage follow, all of them in this
// transaction. The outcome of a stage cannot be changed.
//
// A stage that is not acceptable is storage.ErrInvalid, a taken name
// storage.ErrDuplicate. After an error a part may have been written: let the
// transaction fail.
func Save(ctx context.Context, tx *storage.Tx, p *Pipeline, stages ...*Stage) error {
	if err := checkStages(stages); err != nil {
		return err
	}
	if err := Pipelines.Put(ctx, tx, p); err != nil {
		return err
	}
	stored, err := stagesOf(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	gone, err := match(p.ID, stages, stored[p.ID])
	if err != nil {
		return err
	}
	if err := remove(ctx, tx, gone); err != nil {
		return err
	}
	if err := Stages.Put(ctx, tx, stages...); err != nil {
		return err
	}
	for _, s := range stages {
		if err := carryProbability(ctx, tx, s); err != nil {
			return err
		}
	}
	return nil
}

// checkStages reports what is wrong with the stages as a list.
func checkStages(stages []*Stage) error {
	if len(stages) > maxStages {
		return invalid(stageKind, "position", fmt.Sprintf("%d stages: a pipeline has at most %d", len(stages), maxStages))
	}
	keys := map[string]bool{}
	open := false
	for _, s := range stages {
		if keys[s.Key] {
			return invalid(stageKind, "key", fmt.Sprintf("%q is there twice", s.Key))
		}
		keys[s.Key] = true
		open = open || s.Outcome == Open && !s.Retired
	}
	if !open {
		return invalid(stageKind, "outcome", "a pipeline needs a stage that is open and not retired")
	}
	for _, s := range stages {
		for _, from := range s.From {
			if !keys[from] {
				return invalid(stageKind, "from", fmt.Sprintf("stage %q comes from %q, which is not in the pipeline", s.Key, from))
			}
		}
	}
	return nil
}

// match gives the stages their places, makes those that are stored the next
// version of the stored ones, and returns the stored ones that are not given.
func match(pipeline uuid.UUID, stages, stored []*Stage) (gone []*Stage, err error) {
	byKey := make(map[string]*Stage, len(stored))
	for _, s := range stored {
		byKey[s.Key] = s
	}
	for i, s := range stages {
		s.Pipeline, s.Position = pipeline, int64(i+1)
		was := byKey[s.Key]
		delete(byKey, s.Key)
		switch {
		case was == nil:
			s.Meta = storage.Meta{Custom: s.Custom}
		case was.Outcome != s.Outcome:
			return nil, invalid(stageKind, "outcome", fmt.Sprintf("stage %q is %s for good: add a stage with another key", s.Key, was.Outcome))
		default:
			custom := s.Custom
			s.Meta = was.Meta
			if custom.Len() > 0 {
				s.Custom = custom
			}
		}
	}
	for _, s := range stored {
		if byKey[s.Key] != nil {
			gone = append(gone, s)
		}
	}
	return gone, nil
}

// remove purges stages. Fields of deals name them as Existing, so that a deal
// which enters at the same moment is not left without its stage.
func remove(ctx context.Context, tx *storage.Tx, gone []*Stage) error {
	for _, s := range gone {
		n, err := Deals.Count(ctx, tx, storage.Query{Where: criteria.Eq("stage", s.ID), Deleted: storage.DeletedToo})
		if err != nil {
			return err
		}
		if n > 0 {
			return &StageInUseError{Stage: s.Key, Deals: n}
		}
	}
	return Stages.Purge(ctx, tx, gone...)
}

// batch is how many records are read and written at a time.
const batch = 500

// carryProbability gives the deals in a stage its probability.
func carryProbability(ctx context.Context, tx *storage.Tx, s *Stage) error {
	where := criteria.All(criteria.Eq("stage", s.ID), criteria.Ne("stage_probability", s.Probability))
	for {
		page, err := Deals.Page(ctx, tx, storage.Query{Where: where, Limit: batch})
		if err != nil || len(page.Items) == 0 {
			return err
		}
		for _, d := range page.Items {
			d.StageProbability = s.Probability
		}
		if err := Deals.Put(ctx, tx, page.Items...); err != nil {
			return err
		}
	}
}

// stagesOf returns the stages of pipelines in their order.
func stagesOf(ctx context.Context, r storage.Reader, pipelines ...uuid.UUID) (map[uuid.UUID][]*Stage, error) {
	of := make(map[uuid.UUID][]*Stage, len(pipelines))
	q := storage.Query{Where: criteria.In("pipeline", pipelines...), Order: []storage.Order{{Field: "position"}}}
	for s, err := range Stages.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		of[s.Pipeline] = append(of[s.Pipeline], s)
	}
	return of, nil
}
