package storage

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A vocabulary is what one tenant's records can be: the kinds of the store and
// what the tenant added to them. It is immutable.
type vocabulary struct {
	kinds    map[string]*Schema                 // of the store, and the tenant's own
	fields   map[string]map[string]*CustomField // by kind and name
	resolved map[string]map[string]*Field       // by kind and name in criteria
}

func (v *vocabulary) schema(name string) *Schema { return v.kinds[name] }

// A vocabularyMark is the one record of a tenant that changes with every change
// of its custom fields and kinds: a cached vocabulary is good as long as its
// mark is the stored one. Marks are random, so that one which was rolled back
// never comes again.
type vocabularyMark struct {
	Meta
	Mark uuid.UUID
}

var vocabularyMarks = system(Define[vocabularyMark]("vocabulary",
	Ref("mark", func(m *vocabularyMark) *uuid.UUID { return &m.Mark }),
))

var vocabularyID = nameID("vocabulary")

// system marks a kind that only this package writes.
func system[T any](k *Kind[T]) *Kind[T] {
	k.schema.system, k.schema.tracked, k.schema.fixed = true, false, true
	return k
}

// vocabularies caches the last vocabulary of each tenant.
type vocabularies struct {
	mu   sync.Mutex
	last map[string]markedVocabulary
}

type markedVocabulary struct {
	mark uuid.UUID
	of   *vocabulary
}

func (c *vocabularies) get(tenant string, mark uuid.UUID) *vocabulary {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok := c.last[tenant]; ok && m.mark == mark {
		return m.of
	}
	return nil
}

func (c *vocabularies) put(tenant string, mark uuid.UUID, v *vocabulary) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[tenant] = markedVocabulary{mark, v}
}

// vocabulary returns the tenant's vocabulary as the transaction sees it.
func (tx *Tx) vocabulary(ctx context.Context) (*vocabulary, error) {
	if tx.words != nil {
		return tx.words, nil
	}
	mark, err := tx.vocabularyMark(ctx)
	if err != nil {
		return nil, err
	}
	if mark == uuid.Nil {
		tx.words = tx.tenant.store.base
		return tx.words, nil
	}
	cache := tx.tenant.store.vocabularies
	if tx.words = cache.get(tx.tenant.name, mark); tx.words != nil {
		return tx.words, nil
	}
	if tx.words, err = tx.loadVocabulary(ctx); err == nil {
		cache.put(tx.tenant.name, mark, tx.words)
	}
	return tx.words, err
}

func (tx *Tx) vocabularyMark(ctx context.Context) (uuid.UUID, error) {
	found, err := tx.driver.Get(ctx, vocabularyMarks.schema, []uuid.UUID{vocabularyID}, NoLock)
	if err != nil || found[0] == nil {
		return uuid.Nil, err
	}
	return vocabularyMarks.of(found[0]).Mark, nil
}

func (tx *Tx) loadVocabulary(ctx context.Context) (*vocabulary, error) {
	kinds, err := tx.driver.Find(ctx, everything(CustomKinds.schema, LiveOnly))
	if err != nil {
		return nil, err
	}
	fields, err := tx.driver.Find(ctx, everything(CustomFields.schema, LiveOnly))
	if err != nil {
		return nil, err
	}
	return tx.tenant.store.base.extend(kinds, fields), nil
}

// extend returns the vocabulary with a tenant's own kinds and fields.
func (v *vocabulary) extend(kinds, fields []Record) *vocabulary {
	e := &vocabulary{kinds: map[string]*Schema{}, fields: map[string]map[string]*CustomField{}, resolved: map[string]map[string]*Field{}}
	for name, s := range v.kinds {
		e.kinds[name] = s
	}
	for _, r := range kinds {
		name := CustomKinds.of(r).Name
		e.kinds[name] = entities.schema.variant(name)
	}
	for _, r := range fields {
		def := CustomFields.of(CustomFields.schema.Clone(r))
		if e.fields[def.Kind] == nil {
			e.fields[def.Kind], e.resolved[def.Kind] = map[string]*CustomField{}, map[string]*Field{}
		}
		f := customField(def)
		e.fields[def.Kind][def.Name], e.resolved[def.Kind][f.Name] = def, f
	}
	return e
}

// touchVocabulary records that the transaction changes the vocabulary.
func (tx *Tx) touchVocabulary(ctx context.Context) error {
	tx.words = nil
	found, err := tx.driver.Get(ctx, vocabularyMarks.schema, []uuid.UUID{vocabularyID}, ForUpdate)
	if err != nil {
		return err
	}
	next := &vocabularyMark{Meta: Meta{ID: vocabularyID, Version: 1, CreatedAt: tx.now, UpdatedAt: tx.now}, Mark: makeID(rand.Uint64(), rand.Uint64())}
	if found[0] != nil {
		next.Version, next.CreatedAt = found[0].meta().Version+1, found[0].meta().CreatedAt
	}
	return tx.putOwn(ctx, vocabularyMarks.schema, next)
}

// everything is the plan that reads all records of a kind in the order of their ids.
func everything(s *Schema, deleted Deleted) *Plan {
	return &Plan{Schema: s, Where: &criteria.And{}, Order: []OrderKey{{Field: s.Field(FieldID)}}, Deleted: deleted}
}

// words shows the vocabulary to package criteria and loads it only when a
// name asks for more than the store's own kinds. It keeps the first error.
type words struct {
	ctx context.Context
	tx  *Tx
	err error
}

func (w *words) full() *vocabulary {
	v, err := w.tx.vocabulary(w.ctx)
	if err != nil {
		w.err = err
		return w.tx.tenant.store.base
	}
	return v
}

func (w *words) schema(name string) *Schema {
	if s := w.tx.tenant.store.base.kinds[name]; s != nil {
		return s
	}
	return w.full().kinds[name]
}

// Kind implements criteria.Kinds.
func (w *words) Kind(name string) (criteria.Kind, bool) {
	s := w.schema(name)
	if s == nil {
		return nil, false
	}
	return wordsKind{w, s}, true
}

// KindNames lists the kinds, for suggestions in errors.
func (w *words) KindNames() []string { return slices.Sorted(maps.Keys(w.full().kinds)) }

// wordsKind is a kind with its custom fields.
type wordsKind struct {
	words  *words
	schema *Schema
}

// Name implements criteria.Kind.
func (k wordsKind) Name() string { return k.schema.Name }

// Field implements criteria.Kind.
func (k wordsKind) Field(name string) (*criteria.Field, bool) {
	if f := k.find(name); f != nil {
		return &f.Field, true
	}
	return nil, false
}

// FieldNames lists the fields, for suggestions in errors.
func (k wordsKind) FieldNames() []string {
	var names []string
	for _, f := range k.schema.every {
		names = append(names, f.Name)
	}
	return append(names, slices.Sorted(maps.Keys(k.words.full().resolved[k.schema.Name]))...)
}

func (k wordsKind) find(name string) *Field {
	if f := k.schema.byName[name]; f != nil || !strings.HasPrefix(name, customPrefix) {
		return f
	}
	return k.words.full().resolved[k.schema.Name][name]
}

// SchemaOf returns the schema behind a kind in a checked criterion of this
// package: what an adapter asks when it meets a RelatedTest or a ParentTest.
func SchemaOf(k criteria.Kind) *Schema {
	if w, ok := k.(wordsKind); ok {
		return w.schema
	}
	return nil
}
