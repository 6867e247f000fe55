package merge

import (
	"context"
	"encoding/json"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// What a merge did to a record.
const (
	moved    = "moved"    // it names the survivor now
	dropped  = "dropped"  // it was deleted
	left     = "left"     // it says what one of the survivor says, and cannot be deleted
	added    = "added"    // it was made
	survivor = "survivor" // the surviving customer itself
	changed  = "changed"  // by what keeps it in step with others, such as an issue of quality
)

// A step is what a merge did to one record: all that is needed to take it back.
type step struct {
	ID      uuid.UUID         `json:"id"`
	How     string            `json:"how"`
	Kept    *uuid.UUID        `json:"kept,omitempty"`    // of one that was dropped: the record of the survivor that says the same
	Current bool              `json:"current,omitempty"` // of the assignment of a tag: it had not ended before
	Set     map[string]change `json:"set,omitempty"`     // the fields that were changed; of one that was added, all that have a value
}

// A writer keeps the journal of a merge, in the order in which things were done.
// Without a merge it keeps none.
type writer struct {
	merge uuid.UUID
	seq   int64
}

// write adds steps about records of a kind.
func (w *writer) write(ctx context.Context, tx *storage.Tx, kind string, steps ...step) error {
	if w.merge == uuid.Nil || len(steps) == 0 {
		return nil
	}
	text, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	w.seq++
	return journal.Put(ctx, tx, &journalPage{Merge: w.merge, Seq: w.seq, Kind: kind, Steps: text})
}

// readBack calls fn with the pages of the journal of a merge, the last one first.
func readBack(ctx context.Context, tx *storage.Tx, merge uuid.UUID, fn func(kind string, steps []step) error) error {
	q := storage.Query{Where: criteria.Eq("merge", merge), Order: []storage.Order{{Field: "seq", Desc: true}}, Limit: 1}
	for {
		page, err := journal.Page(ctx, tx, q)
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			var steps []step
			if err := json.Unmarshal(p.Steps, &steps); err != nil {
				return &storage.RecordError{Kind: journal.Name(), ID: p.ID, Err: storage.ErrInvalid, Reason: "its steps cannot be read: " + err.Error()}
			}
			if err := fn(p.Kind, steps); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
