package memory

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Driver is a storage.Driver over memory. Make it with New.
type Driver struct {
	mu      sync.RWMutex
	tenants map[string]*tenant
}

// New returns an empty database.
func New() *Driver { return &Driver{tenants: map[string]*tenant{}} }

// Traits implements storage.Driver: records that it returns are its own.
func (d *Driver) Traits() storage.Traits { return storage.Traits{Shared: true} }

// Begin implements storage.Driver. It never blocks for another transaction.
func (d *Driver) Begin(ctx context.Context, name string, mode storage.Mode) (storage.Transaction, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := d.tenant(name)
	switch mode {
	case storage.Single:
		return &t.latest, nil
	case storage.Snapshot:
		return &reader{tenant: t, fixed: t.snapshot()}, nil
	default:
		return &writer{reader: t.latest, began: t.commits.Load()}, nil
	}
}

func (d *Driver) tenant(name string) *tenant {
	d.mu.RLock()
	t := d.tenants[name]
	d.mu.RUnlock()
	if t != nil {
		return t
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if t = d.tenants[name]; t == nil {
		t = newTenant()
		d.tenants[name] = t
	}
	return t
}

// A tenant is the committed records of one tenant.
type tenant struct {
	mu      sync.RWMutex
	tables  map[string]*table // by the name of the kind
	last    *view             // of what is committed now; nil: not taken since the last commit
	commits atomic.Uint64     // how many there were; changed under mu
	holds   holds             // what some of them kept; under mu
	latest  reader            // of what is committed at each call, shared by all who read so
}

func newTenant() *tenant {
	t := &tenant{tables: map[string]*table{}}
	t.latest.tenant = t
	return t
}

// get returns the committed record with an id, or nil.
func (t *tenant) get(s *storage.Schema, id uuid.UUID) storage.Record {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if table := t.tables[s.Name]; table != nil {
		r, _ := table.byID.get(id)
		return r
	}
	return nil
}

// holder returns the live committed record with a unique key, or nil.
func (t *tenant) holder(s *storage.Schema, index int, key string) storage.Record {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if table := t.tables[s.Name]; table != nil {
		r, _ := table.unique[index].get(key)
		return r
	}
	return nil
}

// table returns the table of a kind, made if need be.
func (t *tenant) table(s *storage.Schema) *table {
	t.mu.RLock()
	tb := t.tables[s.Name]
	t.mu.RUnlock()
	if tb != nil {
		return tb
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if tb = t.tables[s.Name]; tb == nil {
		tb = newTable(s)
		t.tables[s.Name] = tb
	}
	return tb
}
