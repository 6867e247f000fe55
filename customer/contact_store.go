package customer

import (
	"context"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// AddContactPoints stores new contact points, of any customers, and returns
// those that are stored, in step with the given ones, which are left as they are.
// A value that the customer has already, by its matching form, is not added
// again: the one that is there is returned.
//
// The first of its type becomes the customer's primary one; a given one with
// Primary takes that place from another.
func AddContactPoints(ctx context.Context, tx *storage.Tx, points ...*ContactPoint) ([]*ContactPoint, error) {
	return addRanked(ctx, tx, ContactPoints, points)
}

// SetPrimaryContact makes a contact point the primary one of its type; the one
// that was is so no longer. It returns storage.ErrNotFound where there is none.
func SetPrimaryContact(ctx context.Context, tx *storage.Tx, id uuid.UUID) error {
	return setPrimary[ContactPoint, *ContactPoint](ctx, tx, ContactPoints, id)
}

// ReplaceContactPoint gives a contact point the value, the matching form and, if
// it has one, the label of another: the customer has a new number. It stays
// primary if it was, and its history shows the old value. with is one of
// NewContactPoint; its customer is not looked at.
//
// It returns storage.ErrNotFound where there is none, storage.ErrInvalid for one
// of another type, and storage.ErrDuplicate where the customer has the new value
// already: then remove the old one instead.
func ReplaceContactPoint(ctx context.Context, tx *storage.Tx, id uuid.UUID, with *ContactPoint) (*ContactPoint, error) {
	if with == nil {
		return nil, fmt.Errorf("customer: %w: nil in place of a contact point: give one of NewContactPoint", storage.ErrInvalid)
	}
	p, err := ContactPoints.Get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if p.Type != with.Type {
		return nil, &storage.FieldError{Kind: ContactPoints.Name(), Field: "type", Reason: fmt.Sprintf("a %s cannot take the place of a %s: remove the one and add the other", with.Type, p.Type), Key: "other_type"}
	}
	p.Value, p.Match = with.Value, with.Match
	if with.Label != "" {
		p.Label = with.Label
	}
	if err := ContactPoints.Put(ctx, tx, p); err != nil {
		return nil, err
	}
	return ContactPoints.Get(ctx, tx, id)
}

// RemoveContactPoints deletes contact points. Where the primary one goes, the
// oldest of its type that is left takes its place. All are deleted or, where one
// of them is storage.ErrNotFound, none. One that is restored later is not primary.
func RemoveContactPoints(ctx context.Context, tx *storage.Tx, ids ...uuid.UUID) error {
	return removeRanked[ContactPoint, *ContactPoint](ctx, tx, ContactPoints, ids)
}

// FindByPhone returns the customers who have a phone number, however it is
// written: those whose primary number it is first, then those who have had it
// for longer. Several may share one. Only the whole number is found, an
// extension included; for its last digits see ContactPoint.Tail.
//
// A text that is no phone number is ErrContact. At most 100 customers are
// returned; whoever shares a number with more of them asks ContactPoints.
func FindByPhone(ctx context.Context, r storage.Reader, text string) ([]*Customer, error) {
	return PhoneParser(nil).FindBy(ctx, r, Phone, text)
}

// FindByEmail is FindByPhone for mail addresses.
func FindByEmail(ctx context.Context, r storage.Reader, text string) ([]*Customer, error) {
	return PhoneParser(nil).FindBy(ctx, r, Email, text)
}

// maxSharing is how many customers FindBy returns at most.
const maxSharing = 100

// FindBy is FindByPhone for contact points of any type, with another parser of
// phone numbers. Through a tenant handle it makes two reads; what is changed
// between them may be missed.
func (parse PhoneParser) FindBy(ctx context.Context, r storage.Reader, typ, value string) ([]*Customer, error) {
	match, err := parse.MatchForm(typ, value)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	q := storage.Query{
		Where: criteria.All(criteria.Eq("type", typ), criteria.Eq("match", match)),
		Order: []storage.Order{{Field: "primary", Desc: true}, {Field: storage.FieldCreatedAt}},
		Limit: maxSharing,
	}
	for p, err := range ContactPoints.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.Customer)
	}
	return inOrder(ctx, r, ids)
}

// inOrder returns the live customers with some ids, in their order.
func inOrder(ctx context.Context, r storage.Reader, ids []uuid.UUID) ([]*Customer, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list := make([]*Customer, 0, len(ids))
	for c, err := range Kind.Find(ctx, r, storage.Query{Where: criteria.In(storage.FieldID, ids...)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	place := make(map[uuid.UUID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(list, func(a, b *Customer) int { return place[a.ID] - place[b.ID] })
	return list, nil
}
