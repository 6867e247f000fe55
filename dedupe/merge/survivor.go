package merge

import (
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// writeSurvivor gives the survivor its values. The watches of the store may have
// changed it while its records came; only a stage that orders have moved it to stands.
func (w *work) writeSurvivor() error {
	if err := w.addExternalIDs(); err != nil {
		return err
	}
	c, err := customer.Kind.Get(w.ctx, w.tx, w.Plan.Survivor)
	if err != nil {
		return err
	}
	stage, since := w.result.Stage, w.result.StageSince
	if c.Stage != w.list[0].Stage && w.advance(c.Stage) >= w.advance(stage) {
		stage, since = c.Stage, c.StageSince
	}
	if err := walk(&w.mover, c, stage, w.rules.Lifecycle); err != nil {
		return err
	}
	for _, f := range w.survey.fields[customerKind] {
		if err := f.Set(c, f.Value(w.result)); err != nil {
			return err
		}
	}
	c.Stage, c.StageSince = stage, since
	return customer.Kind.Put(w.ctx, w.tx, c)
}

// advance returns how far on a stage is.
func (w *work) advance(stage string) int { return slices.Index(w.rules.Stages, stage) }

// walk brings a customer from its stage to the one before another, through those
// that the policy allows, so that the last move can be made with what else changes.
func walk(m *mover, c *customer.Customer, to string, policy *lifecycle.Policy) error {
	if policy == nil || c.Stage == to {
		return nil
	}
	for _, stage := range way(*policy, c.Stage, to) {
		c.Stage, c.StageSince = stage, m.tx.Now()
		if err := customer.Kind.Put(m.ctx, m.tx, c); err != nil {
			return err
		}
	}
	return nil
}

// way returns the stages between two, by the fewest moves; none where the second may
// follow at once, or never.
func way(policy lifecycle.Policy, from, to string) []string {
	before := map[string]string{from: ""}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		for _, next := range policy.Next(queue[0]) {
			if _, seen := before[next]; !seen {
				before[next] = queue[0]
				queue = append(queue, next)
			}
		}
	}
	var stages []string
	for at, ok := before[to]; ok && at != from && at != ""; at = before[at] {
		stages = append(stages, at)
	}
	slices.Reverse(stages)
	return stages
}

// addExternalIDs keeps what the systems called the others, where the survivor's own
// record has another id.
func (w *work) addExternalIDs() error {
	if !w.survey.has(customer.ExternalIDs) {
		return nil
	}
	type pair struct{ source, id string }
	seen := map[pair]bool{{w.result.Source, w.result.ExternalID}: true}
	var list []*customer.ExternalID
	for _, c := range w.list {
		p := pair{c.Source, c.ExternalID}
		if p.source == "" || p.id == "" || seen[p] {
			continue
		}
		seen[p] = true
		known, err := w.knownAs(p.source, p.id)
		if err != nil {
			return err
		}
		if !known {
			list = append(list, &customer.ExternalID{Customer: w.Plan.Survivor, Source: p.source, ExternalID: p.id})
		}
	}
	if len(list) == 0 {
		return nil
	}
	if err := raced(customer.ExternalIDs.Put(w.ctx, w.tx, list...)); err != nil {
		return err
	}
	records := make([]storage.Record, len(list))
	for i, x := range list {
		records[i] = x
	}
	return w.add(customer.ExternalIDs.Schema(), records...)
}

// knownAs reports whether there is an external id of a source.
func (w *work) knownAs(source, id string) (bool, error) {
	where := criteria.All(criteria.Eq("source", source), criteria.Eq("external_id", id))
	n, err := customer.ExternalIDs.Count(w.ctx, w.tx, storage.Query{Where: where})
	return n > 0, err
}

// noteStages notes the stage changes that the merge brought about.
func (w *work) noteStages() error {
	if !w.survey.has(lifecycle.StageChanges) {
		return nil
	}
	list, err := stageChangesSince(&w.mover, w.tx.Now(), map[uuid.UUID]int64{w.Plan.Survivor: w.list[0].Version})
	if err != nil || len(list) == 0 {
		return err
	}
	records := make([]storage.Record, len(list))
	for i, c := range list {
		records[i] = c
	}
	return w.add(lifecycle.StageChanges.Schema(), records...)
}

// stageChangesSince returns the changes of stage that were recorded at a moment, of
// versions of customers later than the given ones, without those that were moved.
func stageChangesSince(m *mover, at time.Time, versions map[uuid.UUID]int64) ([]*lifecycle.StageChange, error) {
	var ids []uuid.UUID
	for id := range versions {
		ids = append(ids, id)
	}
	var list []*lifecycle.StageChange
	where := criteria.All(criteria.In("customer", ids...), criteria.Eq("at", at))
	for c, err := range lifecycle.StageChanges.Find(m.ctx, m.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		if c.Move > versions[c.Customer] && !m.stages[c.ID] {
			list = append(list, c)
		}
	}
	return list, nil
}
