package export

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// A Request says what to export.
type Request struct {
	Kind storage.Described
	// Fields are the columns, by name: described fields, those of storage.Meta, and
	// custom ones as "custom.x".
	Fields []string
	// Labels are the headers of fields that shall not be called by their name.
	Labels map[string]string
	// Query says which records, in which order.
	Query storage.Query
	// Canary adds a row that is no record: its first text field holds a code that
	// Trace finds. It wants a text field among Fields, and does not come into
	// Record.Count.
	Canary bool
	// Mark says whether the watermark stands above the header.
	Mark Mark
}

// A Mark says whether a table begins with the watermark. Each export has its Record
// all the same.
type Mark string

// The marks.
const (
	MarkForPeople Mark = ""       // unless the table says that it is for programs, whose first row is the header
	MarkAlways    Mark = "always" // in tables for programs too
	MarkNever     Mark = "never"
)

// A Table is what an export is written to. Write closes it, also when it fails. A
// table for programs says so with a method ForPrograms() bool, see CSV.ForPrograms.
type Table interface {
	// Title writes the watermark, a row of its own as wide as the table.
	Title(text string, columns int) error
	// Header writes the names of the columns.
	Header(names []string) error
	// Row writes the values of one record, of the types that
	// storage.Field.Value returns, nil where they are absent.
	Row(values []any) error
	// Close writes what is buffered. It does not close the writer below.
	Close() error
}

// Write exports records. It stores the record of the export first, then streams,
// then stores the count; each under the origin given. It returns the record as it
// stands: of an export that failed too, once it was begun.
//
// A field that the kind lacks, a canary without a text field and a Mark that is none
// of this package's are storage.ErrInvalid, and nothing is written then. Other errors are those of the
// storage, whose guard may refuse, and of the table.
func Write(ctx context.Context, tenant *storage.Tenant, by storage.Origin, req Request, table Table) (*Record, error) {
	record, err := begin(ctx, tenant, by, req)
	if err != nil {
		return nil, errors.Join(err, table.Close())
	}
	count, err := stream(ctx, tenant, req, record, table)
	if err = errors.Join(err, table.Close()); err != nil {
		return record, err
	}
	return record, tenant.Update(ctx, by, func(tx *storage.Tx) error {
		record.Count, record.FinishedAt = count, tx.Now()
		return Records.Put(ctx, tx, record)
	})
}

// begin stores the record of an export that can be made.
func begin(ctx context.Context, tenant *storage.Tenant, by storage.Origin, req Request) (*Record, error) {
	record := &Record{Kind: req.Kind.Schema().Name, Fields: slices.Clone(req.Fields)}
	if !slices.Contains([]Mark{MarkForPeople, MarkAlways, MarkNever}, req.Mark) {
		return nil, fmt.Errorf("export: %w: mark %q: use %q, %q or %q", storage.ErrInvalid, req.Mark, MarkForPeople, MarkAlways, MarkNever)
	}
	err := tenant.Update(ctx, by, func(tx *storage.Tx) error {
		fields, err := fieldsOf(ctx, tx, req)
		if err != nil {
			return err
		}
		if record.Filter, err = filterOf(ctx, tx, req.Kind.Schema(), req.Query.Where); err != nil {
			return err
		}
		origin := tx.Origin()
		record.Actor, record.Reason, record.At = origin.Actor, origin.Reason, tx.Now()
		if err := Records.Put(ctx, tx, record); err != nil || !req.Canary {
			return err
		}
		if !slices.ContainsFunc(fields, isText) {
			return fmt.Errorf("export: %w: a canary wants a text field among those exported", storage.ErrInvalid)
		}
		record.Canary = canaryOf(record.ID)
		return Records.Put(ctx, tx, record)
	})
	if err != nil {
		return nil, err
	}
	return record, nil
}

// fieldsOf returns the fields that the request names.
func fieldsOf(ctx context.Context, tx *storage.Tx, req Request) ([]*storage.Field, error) {
	all, err := tx.Fields(ctx, req.Kind.Schema())
	if err != nil {
		return nil, err
	}
	all = append(all, req.Kind.Schema().MetaFields()...)
	list := make([]*storage.Field, len(req.Fields))
	for i, name := range req.Fields {
		at := slices.IndexFunc(all, func(f *storage.Field) bool { return f.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("export: %w: kind %s has no field %q", storage.ErrInvalid, req.Kind.Schema().Name, name)
		}
		list[i] = all[at]
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("export: %w: no fields were asked for", storage.ErrInvalid)
	}
	return list, nil
}

// isText reports whether a field can hold a canary.
func isText(f *storage.Field) bool { return f.Type == criteria.Text }

// stream writes the table and returns how many records there were.
func stream(ctx context.Context, tenant *storage.Tenant, req Request, record *Record, table Table) (count int64, err error) {
	err = tenant.View(ctx, func(tx *storage.Tx) error {
		fields, err := fieldsOf(ctx, tx, req)
		if err != nil {
			return err
		}
		if err := head(req, record, table); err != nil {
			return err
		}
		canary, values := int64(record.ID[15]%32), make([]any, len(fields))
		for r, err := range storage.Any(req.Kind).Find(ctx, tx, req.Query) {
			if err != nil {
				return err
			}
			if count == canary {
				if err := writeCanary(record, fields, table); err != nil {
					return err
				}
			}
			for i, f := range fields {
				values[i] = f.Value(r)
			}
			if err := table.Row(values); err != nil {
				return err
			}
			count++
		}
		if count <= canary {
			return writeCanary(record, fields, table)
		}
		return nil
	})
	return count, err
}

// head writes the watermark, if there shall be one, and the header.
func head(req Request, record *Record, table Table) error {
	names := slices.Clone(req.Fields)
	for i, name := range names {
		if label := req.Labels[name]; label != "" {
			names[i] = label
		}
	}
	if req.Mark.on(table) {
		if err := table.Title(record.Watermark(), len(names)); err != nil {
			return err
		}
	}
	return table.Header(names)
}

// on reports whether the watermark stands above a table.
func (m Mark) on(table Table) bool {
	programs, ok := table.(interface{ ForPrograms() bool })
	return m == MarkAlways || m == MarkForPeople && !(ok && programs.ForPrograms())
}

// writeCanary writes the row that is no record, if the export has one.
func writeCanary(record *Record, fields []*storage.Field, table Table) error {
	if record.Canary == "" {
		return nil
	}
	values := make([]any, len(fields))
	values[slices.IndexFunc(fields, isText)] = record.Canary
	return table.Row(values)
}
