package merge

import (
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// The watch of package quality closes the issues of records that are deleted and
// opens them anew when they are restored, without what a person said of them. So
// they are looked at before and after, and put back as they were.

// issuesOf reads the issues of records by their id.
func (m *mover) issuesOf(records []uuid.UUID) (map[uuid.UUID]*quality.Issue, error) {
	found := map[uuid.UUID]*quality.Issue{}
	if !m.survey.has(quality.Issues) {
		return found, nil
	}
	for some := range slices.Chunk(records, chunk) {
		for i, err := range quality.Issues.Find(m.ctx, m.tx, storage.Query{Where: criteria.In("record", some...)}) {
			if err != nil {
				return nil, err
			}
			found[i.ID] = i
		}
	}
	return found, nil
}

// keepIssues remembers the issues of records as they are.
func (m *mover) keepIssues(records ...uuid.UUID) error {
	found, err := m.issuesOf(records)
	maps.Copy(m.issues, found)
	m.watched = append(m.watched, records...)
	return err
}

// noteIssues notes what became of the issues of the customers.
func (w *work) noteIssues() error {
	after, err := w.issuesOf(w.watched)
	if err != nil {
		return err
	}
	var steps []step
	for id, now := range after {
		was := w.issues[id]
		if was == nil {
			steps = append(steps, w.made(quality.Issues.Schema(), now))
			continue
		}
		if set := diff(w.survey.fields[quality.Issues.Name()], was, now); len(set) > 0 {
			steps = append(steps, step{ID: id, How: changed, Set: set})
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return compareIDs(a.ID, b.ID) })
	return w.journal.write(w.ctx, w.tx, quality.Issues.Name(), steps...)
}
