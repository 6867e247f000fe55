package customer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An ExternalID is what a further system calls a customer: a shop, the books,
// the warehouse. The system that the record came from first stands in the
// customer itself (Source, ExternalID); both are looked up as one, so that a
// customer is known by any number of ids, several of one system too.
type ExternalID struct {
	storage.Meta
	Customer   uuid.UUID
	Source     string // the system
	ExternalID string // unique within the source
}

// ExternalIDs is the kind of external ids.
var ExternalIDs = storage.Define[ExternalID]("external_id",
	storage.Ref("customer", func(x *ExternalID) *uuid.UUID { return &x.Customer }).To(kindName).Existing().Required().Indexed(),
	storage.Text("source", func(x *ExternalID) *string { return &x.Source }).Required(),
	storage.Text("external_id", func(x *ExternalID) *string { return &x.ExternalID }).Required().Personal(),
).Unique("source", "external_id")

// ErrSeveral: an external id is that of several customers, so that it is not
// known which is meant. Merge them, or take the id from all but one.
var ErrSeveral = errors.New("several customers")

// A SeveralError is an ErrSeveral. It does not hold the external id.
type SeveralError struct {
	Source    string
	Customers []uuid.UUID // in the order of their ids
}

func (e *SeveralError) Error() string {
	names := make([]string, len(e.Customers))
	for i, id := range e.Customers {
		names[i] = id.String()
	}
	return fmt.Sprintf("customer: %v have the same external id of %q: %s: merge them, or take it from all but one", ErrSeveral, e.Source, strings.Join(names, ", "))
}

// Unwrap returns the sentinel.
func (e *SeveralError) Unwrap() error { return ErrSeveral }

// AddExternalIDs stores further ids of customers. An id that its customer has
// already, here or in the record itself, is not added again. One that another
// customer has is a *storage.DuplicateError about the two customers, as far as
// the caller may see them, and none is stored.
//
// Not guaranteed: when one transaction adds an id here while another gives it to
// a different customer's own record, both may pass. FindByExternalID and Upsert
// then return ErrSeveral.
func AddExternalIDs(ctx context.Context, tx *storage.Tx, ids ...*ExternalID) error {
	if err := checkNew(ExternalIDs.Name(), ids); err != nil {
		return err
	}
	var add []*ExternalID
	for source, given := range bySource(ids) {
		known, err := holders(ctx, tx, source, idsOf(given))
		if err != nil {
			return err
		}
		for _, x := range given {
			held := known[x.ExternalID]
			if other := slices.IndexFunc(held, func(id uuid.UUID) bool { return id != x.Customer }); other >= 0 {
				return &storage.DuplicateError{Kind: kindName, ID: x.Customer, Key: []string{"source", "external_id"}, Existing: held[other]}
			}
			if len(held) == 0 {
				c := *x
				add = append(add, &c)
				known[x.ExternalID] = []uuid.UUID{x.Customer}
			}
		}
	}
	return put(ctx, tx, ExternalIDs, add...)
}

func bySource(ids []*ExternalID) map[string][]*ExternalID {
	groups := map[string][]*ExternalID{}
	for _, x := range ids {
		groups[x.Source] = append(groups[x.Source], x)
	}
	return groups
}

func idsOf(list []*ExternalID) []string {
	ids := make([]string, len(list))
	for i, x := range list {
		ids[i] = x.ExternalID
	}
	return ids
}

// holders returns the customers who have some ids of a source, by id.
func holders(ctx context.Context, r storage.Reader, source string, ids []string) (map[string][]uuid.UUID, error) {
	held := map[string][]uuid.UUID{}
	add := func(id string, customer uuid.UUID) {
		if !slices.Contains(held[id], customer) {
			held[id] = append(held[id], customer)
		}
	}
	q := storage.Query{Where: criteria.All(criteria.Eq("source", source), criteria.In("external_id", ids...))}
	for c, err := range Kind.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		add(c.ExternalID, c.ID)
	}
	for x, err := range ExternalIDs.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		add(x.ExternalID, x.Customer)
	}
	return held, nil
}

// FindByExternalID returns the customer whom a system knows by an id, whether it
// stands in the customer itself or was added to it. It returns
// storage.ErrNotFound for none, and for one that is deleted; a *SeveralError for
// several.
func FindByExternalID(ctx context.Context, r storage.Reader, source, id string) (*Customer, error) {
	found, err := customersByID(ctx, r, source, []string{id})
	if err != nil {
		return nil, err
	}
	if found[id] == nil {
		return nil, &storage.RecordError{Kind: kindName, Err: storage.ErrNotFound, Reason: fmt.Sprintf("no customer has this external id of %q", source)}
	}
	return found[id], nil
}

// customersByID returns the live customers who have some ids of a source; an id
// of several is a *SeveralError.
func customersByID(ctx context.Context, r storage.Reader, source string, ids []string) (map[string]*Customer, error) {
	held, err := holders(ctx, r, source, ids)
	if err != nil {
		return nil, err
	}
	var all []uuid.UUID
	for _, list := range held {
		all = append(all, list...)
	}
	live, err := inOrder(ctx, r, distinct(all))
	if err != nil {
		return nil, err
	}
	byID := make(map[uuid.UUID]*Customer, len(live))
	for _, c := range live {
		byID[c.ID] = c
	}
	found := make(map[string]*Customer, len(held))
	for id, list := range held {
		list = slices.DeleteFunc(list, func(id uuid.UUID) bool { return byID[id] == nil })
		switch {
		case len(list) == 1:
			found[id] = byID[list[0]]
		case len(list) > 1:
			slices.SortFunc(list, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
			return nil, &SeveralError{Source: source, Customers: list}
		}
	}
	return found, nil
}
