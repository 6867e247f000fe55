package storagetest

import (
	"context"
	"errors"
	"sync"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A guard allows what its fields say: the simplest that tries everything that
// a storage.Guard can do.
type guard struct {
	access map[string]storage.Access // by kind; a kind that is not named is denied
	refuse func(storage.Attempt) error
	closed bool // Elevate is refused

	mu       sync.Mutex
	reasons  []string
	attempts []storage.Attempt
}

// everything is an access without restrictions.
func everything() storage.Access { return storage.Access{Where: criteria.All()} }

// Read implements storage.Guard.
func (g *guard) Read(_ context.Context, kind string) (storage.Access, error) {
	return g.access[kind], nil
}

// Write implements storage.Guard.
func (g *guard) Write(_ context.Context, a storage.Attempt) error {
	g.mu.Lock()
	g.attempts = append(g.attempts, a)
	g.mu.Unlock()
	if g.refuse != nil {
		return g.refuse(a)
	}
	return nil
}

// Elevate implements storage.Guard.
func (g *guard) Elevate(_ context.Context, reason string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reasons = append(g.reasons, reason)
	if g.closed {
		return storage.ErrForbidden
	}
	return nil
}

// guarded returns a handle of the case's tenant that sees the accounts that
// the criterion matches, with these restrictions on fields, and all orders and jobs.
func (t *trial) guarded(where criteria.Criterion, fields map[string]storage.FieldAccess) (*storage.Tenant, *guard) {
	g := &guard{access: map[string]storage.Access{
		"kit_account": {Where: where, Fields: fields, Mask: mask},
		"kit_order":   everything(), "kit_job": everything(),
	}}
	return t.tenant.Guarded(g), g
}

// mask shows the first letter of a text and nothing of other values.
func mask(_ string, value any) any {
	if s, ok := value.(string); ok {
		return s[:1] + "***"
	}
	return nil
}

// forbid is a refusal of writes with an operation.
func forbid(op string) func(storage.Attempt) error {
	return func(a storage.Attempt) error {
		if a.Op == op {
			return errors.Join(storage.ErrForbidden, errStop)
		}
		return nil
	}
}

// A failingGuard cannot tell what is allowed.
type failingGuard struct{}

// Read implements storage.Guard.
func (failingGuard) Read(context.Context, string) (storage.Access, error) {
	return everything(), errGuard
}

// Write implements storage.Guard.
func (failingGuard) Write(context.Context, storage.Attempt) error { return errGuard }

// Elevate implements storage.Guard.
func (failingGuard) Elevate(context.Context, string) error { return errGuard }
