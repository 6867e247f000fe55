package intake

import (
	"context"
	"errors"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
)

// A refusal is an error of a package of this library that is about a record; the field
// may be empty. Errors of package storage are known without it.
type refusal interface {
	error
	Refused() (kind, field string)
}

// refused reports whether an error is about a record, and not about the database, the
// caller or another transaction: then the row is rejected, and the others go on.
func refused(err error) bool {
	for _, other := range []error{
		storage.ErrConflict, storage.ErrForbidden, storage.ErrUnavailable, storage.ErrUncertain,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	var r refusal
	return errors.Is(err, storage.ErrInvalid) || errors.Is(err, storage.ErrDuplicate) || errors.As(err, &r)
}

// refuse returns the rejection of a record that the store refused.
func (r Record) refuse(err error) Rejection {
	kind, field := faultOf(err)
	target := r.targetOf(kind, field)
	if target == "" {
		return newRejection(r.Row, r.Line, "", "", err)
	}
	return newRejection(r.Row, r.Line, r.column(target), r.Text(target), err)
}

// faultOf returns the kind and the field that an error is about, as far as it says so.
func faultOf(err error) (kind, field string) {
	var of *storage.FieldError
	var r refusal
	var dup *storage.DuplicateError
	switch {
	case errors.As(err, &of):
		return of.Kind, of.Field
	case errors.As(err, &r):
		return r.Refused()
	case errors.As(err, &dup) && len(dup.Key) > 0:
		return dup.Kind, dup.Key[len(dup.Key)-1]
	}
	return "", ""
}

// renamed are the targets of fields that are called otherwise, by kind; empty: none.
var renamed = map[string]map[string]string{
	customer.Kind.Name():   {"type": "kind", "region": "province", "channel": "source", "since": "registered_at", "source": ""},
	"tag":                  {"name": "tags"},
	customer.Orders.Name(): {"source": ""},
}

// targetOf returns the target that a field of a kind got its value from, if a column
// holds it, and "" where that is not known.
func (r Record) targetOf(kind, field string) string {
	target, ok := renamed[kind][field]
	if !ok {
		target = field
	}
	if _, orders := r.mapping.index["customer"]; orders && kind == customer.Kind.Name() {
		target = "customer" // the one that was added for an order
	}
	if kind == customer.ContactPoints.Name() {
		target = r.contact()
	}
	if i, ok := r.mapping.index[target]; !ok || r.mapping.columns[i] < 0 {
		return ""
	}
	return target
}

// contact returns the only target of contact points that the record has a value of.
func (r Record) contact() string {
	only := ""
	for _, target := range []string{customer.Phone, customer.Email} {
		if r.Text(target) == "" {
			continue
		}
		if only != "" {
			return ""
		}
		only = target
	}
	return only
}
