package merge

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// UnmergeOptions say how to take a merge back. The zero value is right for most.
type UnmergeOptions struct {
	// Lifecycle is the policy that the store holds customers to, if it does; see
	// Rules.Lifecycle. A stage to which there is no way is not put back, and is in Kept.
	Lifecycle *lifecycle.Policy
}

// Unmerged tells what taking a merge back came to.
type Unmerged struct {
	Merge    uuid.UUID        `json:"merge"`
	Survivor uuid.UUID        `json:"survivor"`
	Others   []uuid.UUID      `json:"others"`         // customers of their own again
	Counts   map[string]int64 `json:"counts"`         // records that were put back, by kind
	Kept     []Kept           `json:"kept,omitempty"` // what was changed since the merge and stays so
	Gone     []Kept           `json:"gone,omitempty"` // records that were deleted since the merge and stay so
}

// Kept names what Unmerge did not put back.
type Kept struct {
	Kind   string    `json:"kind"`
	Record uuid.UUID `json:"record"`
	Field  string    `json:"field,omitempty"` // empty: the whole record
}

// Unmerge takes a merge back, in this transaction: every record is what it was before,
// in all fields but those of Meta that count and date its changes. What came after
// the merge follows these rules:
//
//   - Records that were added to the survivor since stay with it.
//   - A field that was changed since keeps the newer value, in the survivor and in a
//     record that goes back, and is reported; of a set, what was added since stays and
//     what was taken away since does not come back.
//   - A record that was deleted since stays deleted, and is reported.
//
// It returns an *UndoError that is ErrUndone, ErrExpired (see Request.Retention) or
// ErrLater, which names the later merge of the survivor to undo first;
// storage.ErrNotFound for a merge that is not there, such as one whose data was erased,
// and where the survivor was deleted since;
// storage.ErrDuplicate where another customer has come to have an external id, or
// another unique value, that one of the others had.
func Unmerge(ctx context.Context, tx *storage.Tx, merge uuid.UUID, o UnmergeOptions) (*Unmerged, error) {
	ctx = customer.Combining(ctx)
	rec, err := Records.Get(ctx, tx, merge)
	if err != nil {
		return nil, err
	}
	u := &undoing{mover: newMover(ctx, tx, Rules{Lifecycle: o.Lifecycle}), record: rec}
	u.result = &Unmerged{Merge: merge, Survivor: rec.Survivor, Counts: map[string]int64{}}
	if err := u.begin(); err != nil {
		return nil, err
	}
	for _, do := range []func() error{u.readBack, u.checkIssues, u.revertEarly, u.reopen, u.forget, u.putBack, u.revertLate, u.restoreOthers, u.reconsider, u.clean} {
		if err := do(); err != nil {
			return nil, err
		}
	}
	rec.State, rec.UndoneAt, rec.UndoneBy = Undone, tx.Now(), tx.Origin().Actor
	return u.result, Records.Put(ctx, tx, rec)
}

// An undoing is an Unmerge under way.
type undoing struct {
	mover
	record    *Record
	others    map[uuid.UUID]*customer.Customer // as they were before the merge: deleted records stay as they are
	versions  map[uuid.UUID]int64              // of all customers, when this began
	own       map[string]change                // what the merge changed in the survivor
	sides     []step                           // issues that can be put back,
	images    map[uuid.UUID]storage.Record     // and what they were when this began
	endedTags map[uuid.UUID][]uuid.UUID        // by customer: tags whose assignments ended since
	result    *Unmerged
}

// begin checks that the merge can be taken back, and takes the turns of all.
func (u *undoing) begin() error {
	ids := []uuid.UUID{u.record.Survivor}
	for _, text := range u.record.Others {
		id, err := uuid.Parse(text)
		if err != nil {
			return &storage.RecordError{Kind: recordKind, ID: u.record.ID, Err: storage.ErrInvalid, Reason: "it does not name its customers"}
		}
		ids = append(ids, id)
	}
	u.result.Others = ids[1:]
	u.merged = slices.SortedFunc(slices.Values(ids), compareIDs)
	if err := u.check(); err != nil {
		return err
	}
	if _, err := turns.Take(u.ctx, u.tx, ids...); err != nil {
		return err
	}
	if err := u.check(); err != nil { // as it is now that nobody else can merge them
		return err
	}
	if err := u.load(); err != nil {
		return err
	}
	var err error
	u.survey, err = look(u.ctx, u.tx)
	return err
}

func (u *undoing) check() error {
	refused := &UndoError{Merge: u.record.ID, Until: u.record.Until}
	switch {
	case u.record.State != Done:
		refused.Err = ErrUndone
	case !u.record.Until.IsZero() && !u.tx.Now().Before(u.record.Until):
		refused.Err = ErrExpired
	default:
		return u.checkLater(refused)
	}
	return refused
}

// checkLater refuses what lies below a later merge: of the survivor into another, or
// of others into the survivor.
func (u *undoing) checkLater(refused *UndoError) error {
	aliases, err := storage.Collect(Aliases.Find(u.ctx, u.tx, storage.Query{Where: criteria.Eq("old", u.record.Survivor)}))
	if err != nil {
		return err
	}
	later, err := storage.Collect(Records.Find(u.ctx, u.tx, storage.Query{
		Where: criteria.All(criteria.Eq("survivor", u.record.Survivor), criteria.Gt("number", u.record.Number), criteria.Eq("state", Done)),
		Order: []storage.Order{{Field: "number", Desc: true}}, Limit: 1,
	}))
	if err != nil {
		return err
	}
	refused.Err = ErrLater
	switch {
	case len(aliases) > 0:
		refused.Later = aliases[0].Merge
	case len(later) > 0:
		refused.Later = later[0].ID
	default:
		return nil
	}
	return refused
}

// load reads the customers, of whom the others are deleted, unless somebody restored
// them in a store without Watch.
func (u *undoing) load() error {
	u.others, u.versions = map[uuid.UUID]*customer.Customer{}, map[uuid.UUID]int64{}
	u.endedTags = map[uuid.UUID][]uuid.UUID{}
	live := false // the survivor is
	q := storage.Query{Where: criteria.In(storage.FieldID, u.merged...), Deleted: storage.DeletedToo}
	for c, err := range customer.Kind.Find(u.ctx, u.tx, q) {
		if err != nil {
			return err
		}
		u.versions[c.ID] = c.Version
		if c.ID == u.record.Survivor {
			live = c.Live()
		} else {
			u.others[c.ID] = c
		}
	}
	for _, id := range u.result.Others {
		if u.others[id] == nil {
			return &storage.RecordError{Kind: customerKind, ID: id, Err: storage.ErrNotFound, Reason: "its record was erased since the merge: it cannot be put back"}
		}
	}
	if !live {
		return &storage.RecordError{Kind: customerKind, ID: u.record.Survivor, Err: storage.ErrNotFound, Reason: "the survivor of the merge was deleted since: restore it first"}
	}
	return nil
}

// readBack finds out what the merge did to the survivor itself, and which issues of
// quality are as it left them.
func (u *undoing) readBack() error {
	return readBack(u.ctx, u.tx, u.record.ID, func(kind string, steps []step) error {
		for _, s := range steps {
			switch {
			case s.How == survivor:
				u.own = s.Set
			case s.How == changed || s.How == added && kind == issueKind:
				u.sides = append(u.sides, s)
			}
		}
		return nil
	})
}

// reopen lets the others be customers again, under their old ids.
func (u *undoing) reopen() error {
	aliases, err := storage.Collect(Aliases.Find(u.ctx, u.tx, storage.Query{Where: criteria.Eq("merge", u.record.ID)}))
	if err != nil {
		return err
	}
	if err := Aliases.Purge(u.ctx, u.tx, aliases...); err != nil {
		return err
	}
	var list []*customer.Customer
	for _, id := range u.result.Others {
		if c := *u.others[id]; !c.Live() {
			list = append(list, &c)
		}
	}
	u.result.Counts[customerKind] += int64(len(u.result.Others))
	return customer.Kind.Restore(u.ctx, u.tx, list...)
}

// forget removes the states of consent until they are made anew.
func (u *undoing) forget() error { return u.forgetStates(u.merged) }

// reconsider makes the states of consent anew.
func (u *undoing) reconsider() error {
	if !u.survey.has(consent.Records) {
		return nil
	}
	return consent.Rebuild(u.ctx, u.tx, u.merged...)
}

// keep reports what is not put back.
func (u *undoing) keep(kind string, record uuid.UUID, field string) {
	u.result.Kept = append(u.result.Kept, Kept{kind, record, field})
}
