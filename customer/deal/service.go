package deal

import (
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Add stores new deals. One that names its Stage begins there; one that names only
// its Pipeline begins in the first open stage that is not retired. What
// the stage requires must be there, or it is ErrTransition. A stage or pipeline
// that does not exist is storage.ErrNotFound, a taken Source and ExternalID
// storage.ErrDuplicate.
func Add(ctx context.Context, tx *storage.Tx, deals ...*Deal) error {
	ways, err := loadWays(ctx, tx, deals)
	if err != nil {
		return err
	}
	moves := make([]*StageMove, len(deals))
	for i, d := range deals {
		to, err := ways.first(d)
		if err != nil {
			return err
		}
		moves[i] = enter(d, nil, to, "", tx.Origin(), tx.Now())
	}
	if err := Deals.Put(ctx, tx, deals...); err != nil {
		return err
	}
	for i, d := range deals {
		moves[i].Deal = d.ID
	}
	return Moves.Put(ctx, tx, moves...)
}

// Move puts a deal into another stage of its pipeline, writes the row of its
// history, and returns the deal. why stands in the row, and is the reason of a
// lost deal. A deal that is in the stage already stays as it is and gets no row.
//
// A deal or stage that is not there is storage.ErrNotFound. A move that the
// pipeline does not allow, or for which the deal lacks fields, is a
// *TransitionError that is ErrTransition.
func Move(ctx context.Context, tx *storage.Tx, id uuid.UUID, to, why string) (*Deal, error) {
	list, err := MoveAll(ctx, tx, to, why, id)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// MoveAll is Move for several deals, each to the stage of that key in its own
// pipeline: all of them, or none with the error of the first that cannot go. It
// returns the deals in the order of the ids, which are distinct.
func MoveAll(ctx context.Context, tx *storage.Tx, to, why string, ids ...uuid.UUID) ([]*Deal, error) {
	deals, err := dealsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	ways, err := loadWays(ctx, tx, deals)
	if err != nil {
		return nil, err
	}
	var moved []*Deal
	var moves []*StageMove
	for _, d := range deals {
		from, target, err := ways.decide(d, to, why)
		if err != nil {
			return nil, err
		}
		if from.ID != target.ID {
			moved, moves = append(moved, d), append(moves, enter(d, from, target, why, tx.Origin(), tx.Now()))
		}
	}
	if err := Deals.Put(ctx, tx, moved...); err != nil {
		return nil, err
	}
	return deals, Moves.Put(ctx, tx, moves...)
}

// dealsOf returns deals in the order of their ids.
func dealsOf(ctx context.Context, r storage.Reader, ids []uuid.UUID) ([]*Deal, error) {
	found := make(map[uuid.UUID]*Deal, len(ids))
	for chunk := range slices.Chunk(ids, batch) {
		for d, err := range Deals.Find(ctx, r, storage.Query{Where: criteria.In("id", chunk...)}) {
			if err != nil {
				return nil, err
			}
			found[d.ID] = d
		}
	}
	list := make([]*Deal, len(ids))
	for i, id := range ids {
		if list[i] = found[id]; list[i] == nil {
			return nil, &storage.RecordError{Kind: dealKind, ID: id, Err: storage.ErrNotFound}
		}
	}
	return list, nil
}

// ways are the pipelines of some deals.
type ways struct {
	pipelines map[uuid.UUID]*Pipeline
	stages    map[uuid.UUID][]*Stage // by pipeline, in order
	fields    []*storage.Field       // of deals
}

// loadWays reads the pipelines that deals are in, in a few queries.
func loadWays(ctx context.Context, tx *storage.Tx, deals []*Deal) (*ways, error) {
	w := &ways{pipelines: map[uuid.UUID]*Pipeline{}}
	var ids []uuid.UUID
	for _, d := range deals {
		if !slices.Contains(ids, d.Pipeline) {
			ids = append(ids, d.Pipeline)
		}
	}
	for p, err := range Pipelines.Find(ctx, tx, storage.Query{Where: criteria.In("id", ids...)}) {
		if err != nil {
			return nil, err
		}
		w.pipelines[p.ID] = p
	}
	var err error
	if w.stages, err = stagesOf(ctx, tx, ids...); err != nil {
		return nil, err
	}
	w.fields, err = tx.Fields(ctx, Deals.Schema())
	return w, err
}

// first returns the stage that a new deal enters.
func (w *ways) first(d *Deal) (*Stage, error) {
	stages := w.stages[d.Pipeline]
	i := slices.IndexFunc(stages, func(s *Stage) bool {
		return s.ID == d.Stage || d.Stage == uuid.Nil && s.Outcome == Open && !s.Retired
	})
	if i < 0 {
		return nil, &storage.RecordError{Kind: stageKind, ID: d.Stage, Err: storage.ErrNotFound, Reason: "the pipeline of a new deal must have a stage for it"}
	}
	refusal := &TransitionError{Deal: d.ID, To: stages[i].Key, Missing: missing(d, stages[i], "", w.fields)}
	switch {
	case stages[i].Retired:
		refusal.Reason = "the stage is retired"
	case len(refusal.Missing) > 0:
		refusal.Reason = "first fill in "
	default:
		return stages[i], nil
	}
	return nil, refusal
}

// decide returns the stage of a deal and the one that it goes to, or why it may not.
func (w *ways) decide(d *Deal, key, why string) (from, to *Stage, err error) {
	stages := w.stages[d.Pipeline]
	at := slices.IndexFunc(stages, func(s *Stage) bool { return s.ID == d.Stage })
	target := slices.IndexFunc(stages, func(s *Stage) bool { return s.Key == key })
	p := w.pipelines[d.Pipeline]
	if at < 0 || target < 0 || p == nil {
		return nil, nil, &storage.RecordError{Kind: stageKind, ID: d.Pipeline, Err: storage.ErrNotFound, Reason: fmt.Sprintf("the pipeline of the deal has no stage %q that you may see", key)}
	}
	from, to = stages[at], stages[target]
	if from == to {
		return from, to, nil
	}
	return from, to, decide(p, stages, d, from, to, why, w.fields)
}
