package memory

import (
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A source finds the related records of a state for package criteria.
type source struct{ state }

// Related implements criteria.Source.
func (s source) Related(kind criteria.Kind, via *criteria.Field, id uuid.UUID, yield func(any) bool) {
	schema := storage.SchemaOf(kind)
	own := overlayOf(s.writes, schema)
	visit := func(r storage.Record) bool {
		if own != nil && own.has(r) {
			return true
		}
		return !pointsTo(r, via, id) || yield(r)
	}
	if own != nil && !own.each(func(r storage.Record) bool { return !pointsTo(r, via, id) || yield(r) }) {
		return
	}
	if t := s.view.tables[schema.Name]; t != nil {
		to := newSink(func(numbers []uint32) bool {
			for _, n := range numbers {
				if !visit(t.rows.get(n)) {
					return false
				}
			}
			return true
		})
		t.pointing(via, id, to)
		to.flush()
	}
}

func pointsTo(r storage.Record, via *criteria.Field, id uuid.UUID) bool {
	to, ok := via.Ref(r)
	return ok && to == id && storage.MetaOf(r).Live()
}

// pointing gathers the records whose field via is id: by an index that begins
// with the field, or all records where there is none.
func (t *trees) pointing(via *criteria.Field, id uuid.UUID, to *sink) {
	for i, index := range t.schema.Indexes {
		if index.Fields[0].Name != via.Name {
			continue
		}
		probe := t.schema.New()
		if index.Fields[0].Set(probe, id) != nil {
			break
		}
		t.ordered[i].walk(&bound{rec: probe, width: 1}, &bound{rec: probe, width: 1, after: true}, false, to)
		return
	}
	t.ids.walk(uuid.Nil, false, to)
}

// Parent implements criteria.Source.
func (s source) Parent(kind criteria.Kind, id uuid.UUID) (any, bool) {
	r := s.get(storage.SchemaOf(kind), id)
	return r, r != nil && storage.MetaOf(r).Live()
}

// get returns the record with an id in the state, or nil.
func (s state) get(schema *storage.Schema, id uuid.UUID) storage.Record {
	if e := overlayOf(s.writes, schema).entry(id); e != nil {
		return e.rec
	}
	return s.view.get(schema, id)
}
