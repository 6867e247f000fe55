package storage

import (
	"context"

	"github.com/google/uuid"
)

// Look is Get for code that only looks: the record may be the database's own
// and must not be changed, nor what it points to; give it to nobody who might.
// It saves the copy that Get makes. The record shows the state of the moment of
// the call and stays so for as long as it is held: later writes replace
// records, they do not change them. To change it, Get it.
//
// Errors are those of Get. A guard shows it as it shows it to Get. Through a
// Tx, a guarded handle or a driver that is no Looker, Look is Get.
func (k *Kind[T]) Look(ctx context.Context, r Reader, id uuid.UUID) (*T, error) {
	if t, ok := r.(*Tenant); ok && t.lends(k.schema) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if found := t.lookup.LookID(k.schema, id); found != nil {
			return k.of(found), nil
		}
		return nil, notFound(k.schema.Name, id)
	}
	return k.Get(ctx, r, id)
}

// A Looker is a Driver that finds single records without a transaction, as one
// can whose records lie in memory. It is optional: where it is missing, Look and
// Key use Get and Find of transactions.
type Looker interface {
	// Lookup returns the look-ups of one tenant's records. They are asked for
	// once for each handle and used for as long as the handle is.
	Lookup(tenant string) Lookup
}

// A Lookup finds single records of one tenant, live ones, as they are committed
// at the moment of the call. It must be safe for concurrent use. The records
// that it returns may be the driver's own, which it must not change then for as
// long as anybody holds them. The kind may be one that was never written.
type Lookup interface {
	// LookID returns the record with an id, or nil.
	LookID(s *Schema, id uuid.UUID) Record
	// LookText returns the record whose value in the one text field of a
	// unique index of the schema is this, or nil. The value is not empty.
	LookText(s *Schema, index int, value string) Record
}

// lends reports whether a record may be looked up and lent: the driver can, no
// guard has a say, and the kind is one of the store.
func (t *Tenant) lends(s *Schema) bool {
	return t.lookup != nil && t.guard == nil && t.store.base.kinds[s.Name] == s
}

// findLookup returns the look-ups of a tenant, or nil where the driver has none or
// the name of the tenant is not acceptable.
func (t *Tenant) findLookup() Lookup {
	if l, ok := t.store.driver.(Looker); ok && t.check() == nil {
		return l.Lookup(t.name)
	}
	return nil
}
