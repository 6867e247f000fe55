package privacy

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// An edge is a field by which records of a kind name others.
type edge struct {
	kind  *storage.Schema
	field *storage.Field
}

// A graph tells how the kinds of a tenant hang together: what follows from
// their descriptions alone.
type graph struct {
	kinds    []*storage.Schema           // by name, without the customer and what is kept for good
	owners   map[string][]edge           // of a kind: the fields that say whose a record is
	mentions map[string][]edge           // of a kind: the other fields that name a customer
	into     map[string][]edge           // of a kind: the fields of others that name its records
	loose    []edge                      // the fields that may name records of any kind
	personal map[string][]*storage.Field // of a kind
}

var customerKind = customer.Kind.Name()

// survey reads the descriptions of all kinds of a tenant.
func survey(ctx context.Context, tx *storage.Tx) (*graph, error) {
	g := &graph{owners: map[string][]edge{}, mentions: map[string][]edge{}, into: map[string][]edge{}, personal: map[string][]*storage.Field{}}
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range kinds {
		if s == Erasures.Schema() || s.Generic() {
			continue
		}
		fields, err := tx.Fields(ctx, s)
		if err != nil {
			return nil, err
		}
		if s.Name != customerKind {
			g.kinds = append(g.kinds, s)
		}
		g.place(s, fields)
	}
	return g, nil
}

func (g *graph) place(s *storage.Schema, fields []*storage.Field) {
	var direct []edge
	for _, f := range fields {
		if f.Personal {
			g.personal[s.Name] = append(g.personal[s.Name], f)
		}
		switch {
		case f.Type != criteria.Ref:
		case f.Target == customerKind:
			direct = append(direct, edge{s, f})
		case f.Target != "":
			g.into[f.Target] = append(g.into[f.Target], edge{s, f})
		case f.Required && leads(s, f):
			g.loose = append(g.loose, edge{s, f})
		}
	}
	g.owners[s.Name], g.mentions[s.Name] = direct, nil
	named := slices.IndexFunc(direct, func(e edge) bool {
		return e.field.Name == customerKind || e.field.Name == "custom."+customerKind
	})
	switch {
	case s.Name == customerKind:
		g.owners[s.Name], g.mentions[s.Name] = nil, direct
	case named >= 0:
		g.owners[s.Name] = direct[named : named+1]
		g.mentions[s.Name] = slices.Delete(slices.Clone(direct), named, named+1)
	}
}

// leads reports whether an index of the kind begins with the field.
func leads(s *storage.Schema, f *storage.Field) bool {
	return slices.ContainsFunc(s.Indexes, func(i storage.Index) bool { return i.Fields[0] == f })
}

// naming returns the fields by which records that may be a customer's own name
// those of a kind.
func (g *graph) naming(kind string) []edge {
	var list []edge
	for _, e := range slices.Concat(g.into[kind], g.loose) {
		if e.kind.Name != customerKind {
			list = append(list, e)
		}
	}
	return list
}

// below matches the records that name some by a field and belong to nobody
// other than the customer.
func (g *graph) below(e edge, ids []uuid.UUID, customer uuid.UUID) criteria.Criterion {
	of := []criteria.Criterion{criteria.In(e.field.Name, ids...)}
	for _, o := range g.owners[e.kind.Name] {
		of = append(of, criteria.Not(criteria.Ne(o.field.Name, customer)))
	}
	return criteria.All(of...)
}

// idsOf returns the ids of records.
func idsOf(list []storage.Record) []uuid.UUID {
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = storage.MetaOf(r).ID
	}
	return ids
}

// pages calls fn with the records that a condition matches, deleted ones too,
// some at a time. fn may purge them.
func pages(ctx context.Context, tx *storage.Tx, kind *storage.Schema, where criteria.Criterion, fn func([]storage.Record) error) error {
	q := storage.Query{Where: where, Limit: chunk, Deleted: storage.DeletedToo}
	for {
		list, next, err := storage.Any(kind).Page(ctx, tx, q)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			if err := fn(list); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		q.After = next
	}
}

// chunk is how many records are read, or named in a condition, at once.
const chunk = 200
