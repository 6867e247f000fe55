package privacy

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// record writes a record that is the customer's.
func (p *printer) record(_ *storage.Schema, fields []*storage.Field, r storage.Record, history []*storage.Change) {
	p.head(r)
	for _, f := range fields {
		p.field(f, r)
	}
	p.history(history, func(string) bool { return true })
	p.text("}")
}

// mention writes of a record what may tell of the customer: its Personal fields,
// and the refs that name a customer.
func (p *printer) mention(kind *storage.Schema, fields []*storage.Field, r storage.Record, history []*storage.Change) {
	shown := map[string]bool{}
	for _, e := range p.graph.mentions[kind.Name] {
		shown[e.field.Name] = true
	}
	p.head(r)
	for _, f := range fields {
		if shown[f.Name] = shown[f.Name] || f.Personal; shown[f.Name] {
			p.field(f, r)
		}
	}
	p.history(history, func(field string) bool { return shown[field] })
	p.text("}")
}

func (p *printer) head(r storage.Record) {
	m := storage.MetaOf(r)
	p.text(`{"id":%q,"created_at":%q`, m.ID, m.CreatedAt.Format(time.RFC3339Nano))
	if !m.Live() {
		p.text(`,"deleted_at":%q`, m.DeletedAt.Format(time.RFC3339Nano))
	}
}

func (p *printer) field(f *storage.Field, r storage.Record) {
	if !f.Absent(r) {
		p.text(",%q:%s", f.Name, f.AppendJSON(nil, r))
	}
}

// A moment is one change of a record in an export.
type moment struct {
	At     time.Time                  `json:"at"`
	Op     string                     `json:"op"`
	Values map[string]json.RawMessage `json:"values,omitempty"`
}

func (p *printer) history(changes []*storage.Change, shown func(field string) bool) {
	if len(changes) == 0 {
		return
	}
	list := make([]moment, len(changes))
	for i, c := range changes {
		list[i] = moment{At: c.CreatedAt, Op: c.Op}
		if len(c.Values) == 0 {
			continue
		}
		if err := json.Unmarshal(c.Values, &list[i].Values); err != nil && p.err == nil {
			p.err = err
		}
		for field := range list[i].Values {
			if !shown(field) {
				delete(list[i].Values, field)
			}
		}
	}
	p.text(`,"history":`)
	p.json(list)
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
