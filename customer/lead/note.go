package lead

import (
	"context"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A Note is what somebody noted about a lead: a call, a thought, an answer.
type Note struct {
	storage.Meta
	Lead      uuid.UUID // the lead that it is about; after a merge, the one that is left
	Author    uuid.UUID
	At        time.Time
	Channel   string // as of customer.Interaction: "call", "mail"; empty: "note"
	Effective bool   // it was a contact that counts as a follow-up
	Text      string
}

// Notes is the kind of notes. Write new ones with AddNotes, so that none is
// left behind by a conversion.
var Notes = storage.Define[Note]("lead_note",
	storage.Ref("lead", func(n *Note) *uuid.UUID { return &n.Lead }).To(kindName).Existing().Required(),
	storage.Ref("author", func(n *Note) *uuid.UUID { return &n.Author }),
	storage.Time("at", func(n *Note) *time.Time { return &n.At }).Required(),
	storage.Text("channel", func(n *Note) *string { return &n.Channel }),
	storage.Bool("effective", func(n *Note) *bool { return &n.Effective }),
	storage.Text("text", func(n *Note) *string { return &n.Text }).Required().Searchable().Personal(),
).Index("lead", "at")

// AddNotes stores new notes about leads that are in the pool, owned or invalid;
// about others it is ErrState: note what concerns a customer as an interaction. A
// note without a time gets that of the transaction. Effective notes move
// FollowedUp of the lead forward.
func AddNotes(ctx context.Context, tx *storage.Tx, notes ...*Note) error {
	var ids []uuid.UUID
	for _, n := range notes {
		ids = append(ids, n.Lead)
	}
	leads, err := load(ctx, tx, distinct(ids))
	if err != nil {
		return err
	}
	byID := make(map[uuid.UUID]*Lead, len(leads))
	for _, l := range leads {
		if _, err := l.next(opNote); err != nil {
			return err
		}
		byID[l.ID] = l
	}
	for _, n := range notes {
		if n.At.IsZero() {
			n.At = tx.Now()
		}
		l := byID[n.Lead]
		l.Noted++ // so that the lead is written, and a conversion at the same time repeated
		if n.Effective && n.At.After(l.FollowedUp) {
			l.FollowedUp = n.At
		}
	}
	if err := Leads.Put(ctx, tx, leads...); err != nil {
		return err
	}
	return Notes.Put(ctx, tx, notes...)
}
