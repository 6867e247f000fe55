package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A view is the committed records of a tenant at one moment. It is never
// changed and shared by all who read that moment.
type view struct {
	tenant *tenant
	tables map[string]*trees
}

// snapshot returns a view of what is committed now.
func (t *tenant) snapshot() *view {
	t.mu.RLock()
	last := t.last
	t.mu.RUnlock()
	if last != nil {
		return last
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		v := &view{tenant: t, tables: make(map[string]*trees, len(t.tables))}
		for name, table := range t.tables {
			v.tables[name] = table.snapshot()
		}
		t.last = v
	}
	return t.last
}

// get returns the record with an id, or nil.
func (v *view) get(s *storage.Schema, id uuid.UUID) storage.Record {
	t := v.tables[s.Name]
	if t == nil {
		return nil
	}
	return t.get(id)
}
