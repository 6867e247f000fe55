package memory

import (
	"hash/maphash"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// marks are 32 bits beside every record in an index, one of them set for each
// text in its sets of texts. A record that lacks one of the marks of a text does
// not hold the text, so a condition on a set passes over most records without a
// look at them (a signature file: C. Faloutsos, S. Christodoulakis, 1984).
type marks uint32

// A marker makes marks.
type marker struct {
	seed   maphash.Seed
	fields []*storage.Field // the sets of texts of the kind
}

func newMarker(s *storage.Schema, seed maphash.Seed) *marker {
	m := &marker{seed: seed}
	for _, f := range s.Fields {
		if f.Type == criteria.Texts {
			m.fields = append(m.fields, f)
		}
	}
	return m
}

// mark returns the bit of a text in the set at a place in fields.
func (m *marker) mark(set int, text string) marks {
	return 1 << ((maphash.String(m.seed, text) + uint64(set)) % 32)
}

// of returns the marks of a record.
func (m *marker) of(r storage.Record) (all marks) {
	for i, f := range m.fields {
		list, _ := f.Texts(r)
		for _, text := range list {
			all |= m.mark(i, text)
		}
	}
	return all
}

// need returns the marks that every record has which matches a criterion.
func (m *marker) need(n criteria.Node) (all marks) {
	switch n := n.(type) {
	case *criteria.And:
		for _, part := range n.Of {
			all |= m.need(part)
		}
	case *criteria.Holding:
		if !n.Every && len(n.Values) > 1 {
			return 0
		}
		for i, f := range m.fields {
			for _, text := range n.Values {
				if f.Name == n.Field.Name {
					all |= m.mark(i, text)
				}
			}
		}
	}
	return all
}
