package merge

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// most is how many customers can be merged at once.
const most = 200

// A Request says what to merge, and how. An id that a customer lost in an earlier
// merge stands for the customer that it is now.
type Request struct {
	Survivor  uuid.UUID
	Others    []uuid.UUID // 1 to 200
	Rules     Rules
	Retention time.Duration // for how long the merge can be undone; 0: for ever
}

// A Plan is what a merge comes to. It marshals to JSON, and String shows it as a table.
type Plan struct {
	Survivor uuid.UUID       `json:"survivor"`
	Others   []uuid.UUID     `json:"others"`
	Fields   []Choice        `json:"fields"`
	Joined   []Joined        `json:"joined"`   // contact points, addresses and tags of the others
	Consents []ConsentChoice `json:"consents"` // in the order of channel and purpose
	// Records is how many further records of each kind name one of the others, and
	// will name the survivor. Preview counts them; in the Plan of a Result it is empty.
	Records map[string]int64 `json:"records,omitempty"`
}

// Joined says what becomes of one contact point, address or tag of the others.
type Joined struct {
	Kind   string     `json:"kind"`
	Record uuid.UUID  `json:"record"`
	Text   string     `json:"text"`           // such as the phone number
	How    string     `json:"how"`            // moved; demoted: no longer primary; ended: a tag that the survivor has, or cannot have; dropped
	Kept   *uuid.UUID `json:"kept,omitempty"` // of one that is dropped: the survivor's that says the same
}

// Preview returns what Merge would do with the request, and does nothing. It returns
// the errors of Merge.
func Preview(ctx context.Context, tx *storage.Tx, q Request) (*Plan, error) {
	w, err := begin(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	if err := w.plan(); err != nil {
		return nil, err
	}
	w.Plan.Records = map[string]int64{}
	for _, kind := range w.survey.kinds {
		edges := w.survey.into[customerKind][kind.Name]
		if len(edges) == 0 || slices.Contains(joinedKinds, kind.Name) {
			continue
		}
		n, err := storage.Any(kind).Count(ctx, tx, storage.Query{Where: w.naming(kind, edges, w.to)})
		if err != nil {
			return nil, err
		}
		if n > 0 {
			w.Plan.Records[kind.Name] = n
		}
	}
	return w.Plan, nil
}

// A work is one merge under way.
type work struct {
	mover
	request Request
	list    []*customer.Customer    // the survivor first, as they were
	to      map[uuid.UUID]uuid.UUID // from each of the others to the survivor
	result  *customer.Customer      // what the survivor becomes
	refused []uuid.UUID             // tags that it cannot have
	before  []cells                 // the consent of each
	Plan    *Plan
}

// begin reads the customers of a request.
func begin(ctx context.Context, tx *storage.Tx, q Request) (*work, error) {
	w := &work{request: q, to: map[uuid.UUID]uuid.UUID{}}
	w.mover = newMover(ctx, tx, q.Rules)
	ids, err := q.resolve(ctx, tx)
	if err != nil {
		return nil, err
	}
	if w.list, err = customersOf(ctx, tx, ids); err != nil {
		return nil, err
	}
	if len(ids) == 1 {
		return nil, &MergedError{ids[0]}
	}
	for _, c := range w.list[1:] {
		w.to[c.ID] = ids[0]
		if c.Type != w.list[0].Type {
			return nil, &TypeError{ids[0], c.ID}
		}
	}
	w.merged = slices.SortedFunc(slices.Values(ids), compareIDs)
	if w.survey, err = look(ctx, tx); err != nil {
		return nil, err
	}
	return w, q.Rules.check(w.survey.fields[customerKind])
}

// resolve returns the ids of the customers as they are now, each once, the survivor
// first.
func (q Request) resolve(ctx context.Context, tx *storage.Tx) ([]uuid.UUID, error) {
	if len(q.Others) == 0 || len(q.Others) > most {
		return nil, fmt.Errorf("merge: %w: %d others: name 1 to %d customers to be merged into the survivor", storage.ErrInvalid, len(q.Others), most)
	}
	if q.Survivor == uuid.Nil || slices.Contains(q.Others, uuid.Nil) {
		return nil, fmt.Errorf("merge: %w: a customer without id: give the ids of the survivor and of the others", storage.ErrInvalid)
	}
	ids, err := Resolve(ctx, tx, append([]uuid.UUID{q.Survivor}, q.Others...)...)
	return distinct(ids), err
}

// distinct returns the ids, each once, in the order of their first place.
func distinct(ids []uuid.UUID) (list []uuid.UUID) {
	for _, id := range ids {
		if !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// customersOf returns live customers in the order of their ids given.
func customersOf(ctx context.Context, tx *storage.Tx, ids []uuid.UUID) ([]*customer.Customer, error) {
	list := make([]*customer.Customer, len(ids))
	for c, err := range customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		list[slices.Index(ids, c.ID)] = c
	}
	if i := slices.Index(list, nil); i >= 0 {
		return nil, &storage.RecordError{Kind: customerKind, ID: ids[i], Err: storage.ErrNotFound}
	}
	return list, nil
}

// plan decides about everything that can be shown before.
func (w *work) plan() error {
	ids := make([]uuid.UUID, len(w.list))
	for i, c := range w.list {
		ids[i] = c.ID
	}
	w.Plan = &Plan{Survivor: ids[0], Others: ids[1:]}
	c := &chooser{list: w.list, fields: w.survey.fields[customerKind], rules: w.rules}
	var err error
	if w.rules.dated(c.fields) {
		if c.since, err = sinceOf(w.ctx, w.tx, w.list, c.fields); err != nil {
			return err
		}
	}
	if w.result, w.Plan.Fields, err = c.choose(); err != nil {
		return err
	}
	for _, adjust := range []func() error{w.placeParent, w.dropSelves, w.dropTags, w.planConsent, w.join} {
		if err := adjust(); err != nil {
			return err
		}
	}
	return nil
}

// choice returns the choice about a field.
func (w *work) choice(field string) *Choice {
	i := slices.IndexFunc(w.Plan.Fields, func(c Choice) bool { return c.Field == field })
	if i < 0 {
		return nil
	}
	return &w.Plan.Fields[i]
}

// dropSelves empties custom fields in which the survivor would name itself.
func (w *work) dropSelves() error {
	for _, f := range w.survey.into[customerKind][customerKind] {
		if id, _ := f.Ref(w.result); f.Name == "parent" || !slices.Contains(w.merged, id) {
			continue
		}
		if err := f.Set(w.result, nil); err != nil {
			return err
		}
		c := w.choice(f.Name)
		c.Chosen, c.Why = null, "it would name itself"
	}
	return nil
}

// joinedKinds are the kinds that Plan.Joined tells of.
var joinedKinds = []string{customer.ContactPoints.Name(), customer.Addresses.Name(), tag.Assignments.Name()}

// join says what becomes of contact points, addresses and tags.
func (w *work) join() error {
	names, err := w.tagNames()
	if err != nil {
		return err
	}
	for _, name := range joinedKinds {
		kind, edges := w.survey.kind(name), w.survey.into[customerKind][name]
		if kind == nil {
			continue
		}
		err := w.pages(kind, edges, w.to, func(list []storage.Record) error {
			fates, err := w.decide(kind, edges, list, w.to)
			for _, f := range fates {
				if j, ok := w.joined(kind, f, names); ok {
					w.Plan.Joined = append(w.Plan.Joined, j)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// joined describes a fate. Tags that had ended before are left out.
func (w *work) joined(kind *storage.Schema, f fate, names map[uuid.UUID]string) (Joined, bool) {
	j := Joined{Kind: kind.Name, Record: storage.MetaOf(f.was).ID, How: f.how, Kept: f.kept}
	switch r := f.was.(type) {
	case *customer.ContactPoint:
		j.Text = r.Value
	case *customer.Address:
		j.Text = r.String()
	case *tag.Assignment:
		j.Text = names[r.Tag]
		if slices.Contains(w.refused, r.Tag) || f.settled {
			j.How = "ended"
		}
		return j, r.End == ""
	}
	if f.settled && f.how == moved {
		j.How = "demoted"
	}
	return j, true
}
