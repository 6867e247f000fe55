package storage

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Key finds single records by a unique text field, such as a phone number or
// the number of a card, without the work of a query. Make it once, with
// Kind.Key; it is safe for concurrent use.
type Key[T any] struct {
	kind  *Kind[T]
	field string
	index int // of the schema; -1: there is no such key
}

// Key returns the key over a text field that is described as Unique. It can
// stand in a package variable:
//
//	var ByPlate = Vehicles.Key("plate")
//
// That the kind has no such key is ErrInvalid whenever the key is used. Another
// unique key, over a number or over several fields, is found with First.
func (k *Kind[T]) Key(field string) *Key[T] {
	unique := func(i Index) bool {
		return i.Unique && len(i.Fields) == 1 && i.Fields[0].Name == field && i.Fields[0].Type == criteria.Text
	}
	return &Key[T]{kind: k, field: field, index: slices.IndexFunc(k.schema.Indexes, unique)}
}

// Get returns the live record with that value. It returns what First returns
// for a query of the same: the record is the caller's own, and one that is not
// there, is deleted, belongs to another tenant or is hidden from the caller is
// ErrNotFound. The value is compared byte for byte; an empty one and one
// that is not valid UTF-8 are ErrInvalid.
func (k *Key[T]) Get(ctx context.Context, r Reader, value string) (*T, error) {
	lent, err := k.lend(ctx, r, value)
	if lent == nil {
		return k.first(ctx, r, value, err)
	}
	return k.kind.of(k.kind.schema.copy(lent)), nil
}

// Look is Get for code that only looks: the record may be the database's own,
// on the terms of Kind.Look.
func (k *Key[T]) Look(ctx context.Context, r Reader, value string) (*T, error) {
	lent, err := k.lend(ctx, r, value)
	if lent == nil {
		return k.first(ctx, r, value, err)
	}
	return k.kind.of(lent), nil
}

// errGeneral is that a record cannot be lent and is to be found by a query.
var errGeneral = errors.New("to be found by a query")

// lend returns the driver's own record.
func (k *Key[T]) lend(ctx context.Context, r Reader, value string) (Record, error) {
	s := k.kind.schema
	if k.index < 0 {
		return nil, fault(ErrInvalid, "%s has no unique text field %q: find it with First", s.Name, k.field)
	}
	t, ok := r.(*Tenant)
	if !ok || value == "" || !t.lends(s) {
		return nil, errGeneral
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if found := t.lookup.LookText(s, k.index, value); found != nil {
		return found, nil
	}
	if _, err := normalText(value); err != nil {
		return nil, errGeneral // which says what is wrong
	}
	return nil, notFound(s.Name, uuid.Nil)
}

// first goes on where lend has found nothing: with a query, if err says so.
func (k *Key[T]) first(ctx context.Context, r Reader, value string, err error) (*T, error) {
	if err != errGeneral {
		return nil, err
	}
	return k.kind.First(ctx, r, Query{Where: criteria.Eq(k.field, value)})
}
