package merge

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

var customerKind = customer.Kind.Name()

// A survey tells how the kinds of a tenant refer to each other.
type survey struct {
	kinds  []*storage.Schema            // by name
	fields map[string][]*storage.Field  // of a kind: its own and custom ones, without those that are archived
	into   map[string]map[string][]edge // by the kind that is named and the kind that names it
	unique map[string][][]*storage.Field
}

// An edge is a field by which records of a kind name others.
type edge = *storage.Field

// look reads the descriptions of all kinds of a tenant.
func look(ctx context.Context, tx *storage.Tx) (*survey, error) {
	s := &survey{fields: map[string][]*storage.Field{}, into: map[string]map[string][]edge{}, unique: map[string][][]*storage.Field{}}
	kinds, err := tx.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	custom, err := customFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if kind.Generic() || derived(kind) {
			continue
		}
		fields, err := tx.Fields(ctx, kind)
		if err != nil {
			return nil, err
		}
		s.kinds = append(s.kinds, kind)
		s.place(kind, fields, custom)
	}
	return s, nil
}

// derived reports kinds whose records are not moved: they follow from others and are
// made anew by what keeps them, as those of package search and the states of consent; or
// they are the turns of customers, by which several packages keep transactions apart.
func derived(kind *storage.Schema) bool {
	if len(kind.Fields) == 2 && kind.Field("turns") != nil && !kind.Tracked() {
		return true
	}
	own := append(search.Kinds(), consent.States, journal)
	return slices.ContainsFunc(own, func(d storage.Described) bool { return d.Schema() == kind })
}

type customKey struct{ kind, field string }

// customFields reads the definitions of custom fields that are archived or unique.
func customFields(ctx context.Context, tx *storage.Tx) (map[customKey]*storage.CustomField, error) {
	found := map[customKey]*storage.CustomField{}
	where := criteria.Any(criteria.Eq("archived", true), criteria.Eq("unique_value", true))
	for f, err := range storage.CustomFields.Find(ctx, tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		found[customKey{f.Kind, "custom." + f.Name}] = f
	}
	return found, nil
}

func (s *survey) place(kind *storage.Schema, fields []*storage.Field, custom map[customKey]*storage.CustomField) {
	for _, index := range kind.Indexes {
		if index.Unique {
			s.unique[kind.Name] = append(s.unique[kind.Name], index.Fields)
		}
	}
	for _, f := range fields {
		def := custom[customKey{kind.Name, f.Name}]
		if def != nil && def.Archived {
			continue // its values are kept and cannot be changed
		}
		if def != nil {
			s.unique[kind.Name] = append(s.unique[kind.Name], []*storage.Field{f})
		}
		s.fields[kind.Name] = append(s.fields[kind.Name], f)
		if f.Type != criteria.Ref || f.Target == "" {
			continue
		}
		if s.into[f.Target] == nil {
			s.into[f.Target] = map[string][]edge{}
		}
		s.into[f.Target][kind.Name] = append(s.into[f.Target][kind.Name], f)
	}
}

// kind returns a kind by its name, or nil where the tenant does not have it.
func (s *survey) kind(name string) *storage.Schema {
	i := slices.IndexFunc(s.kinds, func(k *storage.Schema) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return s.kinds[i]
}

// has reports whether the store has a kind.
func (s *survey) has(kind storage.Described) bool { return s.kind(kind.Schema().Name) == kind.Schema() }
