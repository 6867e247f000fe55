package quality

import (
	"bytes"
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A batch is records of one kind that tests are run on together, so that what
// they ask the database is asked once for all of them.
type batch struct {
	ctx     context.Context
	reader  storage.Reader
	schema  *storage.Schema
	records []storage.Record
	unborn  []bool // in step with records: not in the database yet; nil: all are there
}

// every returns the numbers of all records.
func (b *batch) every() []int {
	at := make([]int, len(b.records))
	for i := range at {
		at[i] = i
	}
	return at
}

// A test is a condition that was held against a kind.
type test interface {
	// among returns those of the records at these ascending numbers for which the
	// condition is true.
	among(b *batch, at []int) ([]int, error)
	// touches reports whether the condition can depend on one of the fields.
	touches(fields []string) bool
}

// An allTest asks each part only about the records that the parts before left.
type allTest []test

func (t allTest) among(b *batch, at []int) (_ []int, err error) {
	for _, part := range t {
		if len(at) == 0 {
			return nil, nil
		}
		if at, err = part.among(b, at); err != nil {
			return nil, err
		}
	}
	return at, nil
}

func (t allTest) touches(fields []string) bool { return anyTouches(t, fields) }

// An anyTest asks each part only about the records that no part before found.
type anyTest []test

func (t anyTest) among(b *batch, at []int) ([]int, error) {
	var found []int
	rest := at
	for _, part := range t {
		if len(rest) == 0 {
			break
		}
		more, err := part.among(b, rest)
		if err != nil {
			return nil, err
		}
		found, rest = append(found, more...), without(rest, more)
	}
	slices.Sort(found)
	return found, nil
}

func (t anyTest) touches(fields []string) bool { return anyTouches(t, fields) }

// anyTouches reports whether one of several conditions can depend on the fields.
func anyTouches(of []test, fields []string) bool {
	return slices.ContainsFunc(of, func(t test) bool { return t.touches(fields) })
}

// A notTest is true of the records that another is not true of.
type notTest struct{ of test }

func (t notTest) among(b *batch, at []int) ([]int, error) {
	found, err := t.of.among(b, at)
	return without(at, found), err
}

func (t notTest) touches(fields []string) bool { return t.of.touches(fields) }

// without returns the numbers of at that are not in some others, both ascending.
func without(at, others []int) []int {
	rest := make([]int, 0, len(at))
	for _, i := range at {
		if _, found := slices.BinarySearch(others, i); !found {
			rest = append(rest, i)
		}
	}
	return rest
}

// A recordTest looks at nothing but the record.
type recordTest struct {
	holds  func(storage.Record) bool
	fields []string // that it looks at; nil: it may look at any
}

func (t recordTest) among(b *batch, at []int) ([]int, error) {
	var found []int
	for _, i := range at {
		if t.holds(b.records[i]) {
			found = append(found, i)
		}
	}
	return found, nil
}

func (t recordTest) touches(fields []string) bool {
	return t.fields == nil || slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(t.fields, f) })
}

// A relatedTest looks at the records that point to the record. Nothing points
// to a record that is not stored yet, which alone decides about it.
type relatedTest struct {
	criterion criteria.Criterion
	alone     bool
}

func (t relatedTest) among(b *batch, at []int) ([]int, error) {
	var found []int
	var ids []uuid.UUID
	for _, i := range at {
		if b.unborn == nil || !b.unborn[i] {
			ids = append(ids, storage.MetaOf(b.records[i]).ID)
		} else if t.alone {
			found = append(found, i)
		}
	}
	match, err := matching(b, b.schema, ids, t.criterion, storage.DeletedToo)
	if err != nil {
		return nil, err
	}
	for _, i := range at {
		if match[storage.MetaOf(b.records[i]).ID] && (b.unborn == nil || !b.unborn[i]) {
			found = append(found, i)
		}
	}
	slices.Sort(found)
	return found, nil
}

func (t relatedTest) touches([]string) bool { return false }

// A parentTest looks at the record that a field points to.
type parentTest struct {
	field  *storage.Field
	target *storage.Schema
	where  criteria.Criterion
}

func (t parentTest) among(b *batch, at []int) ([]int, error) {
	var ids []uuid.UUID
	for _, i := range at {
		if id, ok := t.field.Ref(b.records[i]); ok {
			ids = append(ids, id)
		}
	}
	match, err := matching(b, t.target, ids, t.where, storage.LiveOnly)
	if err != nil {
		return nil, err
	}
	var found []int
	for _, i := range at {
		if id, ok := t.field.Ref(b.records[i]); ok && match[id] {
			found = append(found, i)
		}
	}
	return found, nil
}

func (t parentTest) touches(fields []string) bool { return slices.Contains(fields, t.field.Name) }

// matching returns which of the ids are of records that a criterion matches.
func matching(b *batch, s *storage.Schema, ids []uuid.UUID, where criteria.Criterion, deleted storage.Deleted) (map[uuid.UUID]bool, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := make(map[uuid.UUID]bool, len(ids))
	q := storage.Query{Where: criteria.All(criteria.In(storage.FieldID, distinct(ids)...), where), Deleted: deleted}
	for r, err := range storage.Any(s).Find(b.ctx, b.reader, q) {
		if err != nil {
			return nil, err
		}
		found[storage.MetaOf(r).ID] = true
	}
	return found, nil
}

// distinct sorts ids and takes repetitions out.
func distinct(ids []uuid.UUID) []uuid.UUID {
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
