package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Lookup implements storage.Looker.
func (d *Driver) Lookup(name string) storage.Lookup { return d.tenant(name) }

// LookID implements storage.Lookup.
func (t *tenant) LookID(s *storage.Schema, id uuid.UUID) storage.Record {
	t.mu.RLock()
	defer t.mu.RUnlock()
	table := t.tables[s.Name]
	if table == nil {
		return nil
	}
	r, _ := table.byID.get(id)
	if table.deleted > 0 && dead(r) > 0 {
		return nil
	}
	return r
}

// LookText implements storage.Lookup.
func (t *tenant) LookText(s *storage.Schema, index int, value string) storage.Record {
	return t.holder(s, index, value)
}
