package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage/criteria"
)

// plan checks a query and adds what the guard demands.
func (tx *Tx) plan(ctx context.Context, s *Schema, q Query) (*Plan, error) {
	if err := tx.known(ctx, s); err != nil {
		return nil, err
	}
	if q.Limit < 0 {
		return nil, fault(ErrInvalid, "a limit of %d: use 0 for all", q.Limit)
	}
	w := &words{ctx: ctx, tx: tx}
	where, err := tx.where(ctx, s, w, q.Where)
	if err != nil {
		return nil, err
	}
	p := &Plan{Schema: s, Where: where, Limit: q.Limit, Deleted: q.Deleted}
	if p.Order, err = tx.order(ctx, s, w, q.Order); err != nil {
		return nil, err
	}
	if q.After != "" {
		p.After, err = decodeCursor(tx.tenant.name, p, q.After)
	}
	return p, err
}

// where checks the caller's criterion and joins it with the guard's.
func (tx *Tx) where(ctx context.Context, s *Schema, w *words, c criteria.Criterion) (criteria.Node, error) {
	n, err := criteria.Check(c, wordsKind{w, s}, w, tx.now)
	if w.err != nil {
		return nil, w.err
	}
	if err != nil {
		return nil, fmt.Errorf("storage: %w: %w", ErrInvalid, err)
	}
	if err := tx.restrict(ctx, s, w, n); err != nil {
		return nil, err
	}
	visible, err := tx.visible(ctx, w, s)
	if err != nil {
		return nil, err
	}
	return both(n, visible), w.err
}

// order resolves the fields to order by and ends them with the id, in the
// direction of the last of them, so that one index serves both directions.
func (tx *Tx) order(ctx context.Context, s *Schema, w *words, by []Order) ([]OrderKey, error) {
	a, err := tx.access(ctx, s)
	if err != nil {
		return nil, err
	}
	keys := make([]OrderKey, 0, len(by)+1)
	for _, o := range by {
		f, err := resolve(s, w, o.Field)
		if err != nil {
			return nil, err
		}
		if f.Type == criteria.JSON || f.Type == criteria.Texts {
			return nil, fault(ErrInvalid, "%s.%s of type %v has no order", s.Name, f.Name, f.Type)
		}
		if err := a.legible(s.Name, f.Name); err != nil {
			return nil, err
		}
		keys = append(keys, OrderKey{f, o.Desc})
		if f.Name == FieldID {
			return keys, nil
		}
	}
	desc := len(keys) > 0 && keys[len(keys)-1].Desc
	return append(keys, OrderKey{s.Field(FieldID), desc}), nil
}

func resolve(s *Schema, w *words, name string) (*Field, error) {
	f := wordsKind{w, s}.find(name)
	if w.err != nil {
		return nil, w.err
	}
	if f == nil {
		return nil, fault(ErrInvalid, "%s has no field %q: it has %s", s.Name, name, strings.Join(wordsKind{w, s}.FieldNames(), ", "))
	}
	return f, nil
}

// aggregation resolves the fields of figures.
func (tx *Tx) aggregation(ctx context.Context, s *Schema, f Figures) (*Aggregation, error) {
	w := &words{ctx: ctx, tx: tx}
	a := &Aggregation{}
	for _, name := range f.By {
		field, err := tx.figure(ctx, s, w, name, groupable)
		if err != nil {
			return nil, err
		}
		a.By = append(a.By, field)
	}
	for _, part := range []struct {
		op    MeasureOp
		names []string
		types []criteria.Type
	}{{Sum, f.Sum, summable}, {Min, f.Min, ordered}, {Max, f.Max, ordered}} {
		for _, name := range part.names {
			field, err := tx.figure(ctx, s, w, name, part.types)
			if err != nil {
				return nil, err
			}
			a.Of = append(a.Of, Measure{part.op, field})
		}
	}
	return a, nil
}

var (
	summable  = []criteria.Type{criteria.Integer, criteria.Decimal}
	ordered   = []criteria.Type{criteria.Text, criteria.Integer, criteria.Decimal, criteria.Time, criteria.Day, criteria.Ref}
	groupable = append(slices.Clone(ordered), criteria.Bool)
)

func (tx *Tx) figure(ctx context.Context, s *Schema, w *words, name string, types []criteria.Type) (*Field, error) {
	f, err := resolve(s, w, name)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(types, f.Type) {
		return nil, fault(ErrInvalid, "%s.%s of type %v cannot be grouped or computed so", s.Name, name, f.Type)
	}
	a, err := tx.access(ctx, s)
	if err != nil {
		return nil, err
	}
	return f, a.legible(s.Name, name)
}
