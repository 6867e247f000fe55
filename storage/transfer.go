package storage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// exportFormat is the version of the format that Export writes: lines of JSON,
// a header, a line for each record, a footer with their number.
const exportFormat = 1

type exportHeader struct {
	Format int       `json:"clientele_export"`
	Tenant string    `json:"tenant"`
	At     time.Time `json:"at"`
}

type exportLine struct {
	Kind    string          `json:"kind,omitempty"`
	Record  json.RawMessage `json:"record,omitempty"`
	Records *int            `json:"records,omitempty"` // the footer
}

// Progress is told how many records are done, now and then during long work
// and once at the end. It may be nil.
type Progress func(records int)

func (p Progress) tell(n int) {
	if p != nil {
		p(n)
	}
}

// transferBatch is how many records Import writes at a time.
const transferBatch = 1000

// Export writes everything that the store holds of the tenant, from one
// committed state: records of all kinds, deleted ones, ids, versions, custom fields and
// kinds, the change log with its positions and hashes, and how far its consumers
// have come. It is plain text and as confidential as the data. A guarded
// handle is refused with ErrForbidden.
func (t *Tenant) Export(ctx context.Context, w io.Writer, progress Progress) error {
	if t.guard != nil {
		return fault(ErrForbidden, "an export holds every record: elevate the handle")
	}
	out := bufio.NewWriterSize(w, 1<<16)
	err := t.View(ctx, func(tx *Tx) error {
		header, err := json.Marshal(exportHeader{exportFormat, t.name, tx.now})
		if err != nil {
			return err
		}
		if _, err := out.Write(append(header, '\n')); err != nil {
			return err
		}
		n, err := tx.exportAll(ctx, out, progress)
		if err != nil {
			return err
		}
		progress.tell(n)
		_, err = fmt.Fprintf(out, "{\"records\":%d}\n", n)
		return err
	})
	return errors.Join(err, out.Flush())
}

// exportAll writes the records of all kinds, definitions first.
func (tx *Tx) exportAll(ctx context.Context, out *bufio.Writer, progress Progress) (int, error) {
	v, err := tx.vocabulary(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range v.ordered() {
		line := make([]byte, 0, 1024)
		err := tx.each(ctx, s, Query{Deleted: DeletedToo}, true, func(r Record) error {
			line = appendText(append(line[:0], `{"kind":`...), s.Name)
			line = s.appendJSON(append(line, `,"record":`...), r)
			if n++; n%transferBatch == 0 {
				progress.tell(n)
			}
			_, err := out.Write(append(line, "}\n"...))
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// ordered returns the kinds with records of their own, definitions first, then by name.
func (v *vocabulary) ordered() []*Schema {
	list := []*Schema{CustomKinds.schema, CustomFields.schema}
	for _, name := range slices.Sorted(maps.Keys(v.kinds)) {
		if s := v.kinds[name]; !slices.Contains(list, s) && s != entities.schema {
			list = append(list, s)
		}
	}
	return list
}

// Import reads what Export wrote into a tenant that holds nothing, in one
// transaction: all of it or, when the input is cut off (ErrBroken), has a kind
// or field that the store lacks, or the tenant holds records (ErrNotEmpty),
// nothing. Ids, versions, times and the change log are those of the export; the import
// itself leaves no trace in the log. It returns the number of records.
//
// The tenant may have another name than the exported one and another adapter.
func (t *Tenant) Import(ctx context.Context, r io.Reader, progress Progress) (int, error) {
	if t.guard != nil {
		return 0, fault(ErrForbidden, "an import writes every record: elevate the handle")
	}
	tx, err := t.begin(ctx, Write, By("system:storage", "import"))
	if err != nil {
		return 0, err
	}
	defer tx.end()
	if err := tx.empty(ctx); err != nil {
		return 0, err
	}
	in := &importer{tx: tx, in: bufio.NewReaderSize(r, 1<<16), kinds: maps.Clone(t.store.base.kinds), progress: progress}
	if err := in.run(ctx); err != nil {
		return 0, err
	}
	if err := tx.commit(ctx); err != nil {
		return 0, err
	}
	progress.tell(in.records)
	return in.records, nil
}

// empty reports a tenant that holds records of any kind.
func (tx *Tx) empty(ctx context.Context) error {
	for _, s := range tx.tenant.store.base.kinds {
		p := everything(s, DeletedToo)
		p.Limit = 1
		found, err := tx.driver.Find(ctx, p)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return fault(ErrNotEmpty, "%q holds %s records: import into a new tenant", tx.tenant.name, s.Name)
		}
	}
	return nil
}

// An importer reads an export line by line.
type importer struct {
	tx       *Tx
	in       *bufio.Reader
	kinds    map[string]*Schema
	progress Progress

	line    int
	records int
	kind    *Schema
	batch   []Record
}

func (i *importer) run(ctx context.Context) error {
	if err := i.header(); err != nil {
		return err
	}
	for {
		line, err := i.next()
		if err != nil {
			return err
		}
		var l exportLine
		if err := json.Unmarshal(line, &l); err != nil {
			return i.broken("%v", err)
		}
		if l.Records != nil {
			return i.footer(ctx, *l.Records)
		}
		if err := i.add(ctx, l); err != nil {
			return err
		}
	}
}

func (i *importer) broken(format string, args ...any) error {
	return fault(ErrBroken, "line %d: %s: export again, or copy the file again", i.line, fmt.Sprintf(format, args...))
}

func (i *importer) next() ([]byte, error) {
	i.line++
	line, err := i.in.ReadBytes('\n')
	if err == io.EOF {
		return nil, i.broken("the file ends without its footer")
	}
	return bytes.TrimRight(line, "\r\n"), err
}

func (i *importer) header() error {
	line, err := i.next()
	if err != nil {
		return err
	}
	var h exportHeader
	if err := json.Unmarshal(line, &h); err != nil || h.Format != exportFormat {
		return i.broken("it is not an export of format %d", exportFormat)
	}
	return nil
}

func (i *importer) footer(ctx context.Context, records int) error {
	if records != i.records {
		return i.broken("%d records were written and %d are here", records, i.records)
	}
	return i.flush(ctx)
}

// add takes one record into the batch.
func (i *importer) add(ctx context.Context, l exportLine) error {
	s := i.kinds[l.Kind]
	if s == nil {
		return fmt.Errorf("line %d: %w", i.line, fault(ErrUnknownKind, "%q was not given to storage.New", l.Kind))
	}
	r, err := s.parseJSON(l.Record)
	if errors.Is(err, ErrInvalid) {
		return fmt.Errorf("line %d: %w", i.line, err)
	}
	if err != nil {
		return i.broken("%v", err)
	}
	if idOf(r) == (Meta{}).ID || r.meta().Version < 1 {
		return i.broken("a record without id or version")
	}
	if s == CustomKinds.schema {
		name := CustomKinds.of(r).Name
		i.kinds[name] = entities.schema.variant(name)
	}
	if i.kind != s || len(i.batch) == transferBatch {
		if err := i.flush(ctx); err != nil {
			return err
		}
	}
	i.kind, i.batch = s, append(i.batch, r)
	i.records++
	return nil
}

func (i *importer) flush(ctx context.Context) error {
	if len(i.batch) == 0 {
		return nil
	}
	err := i.tx.driver.Insert(ctx, i.kind, i.batch)
	i.batch = nil
	i.progress.tell(i.records)
	return err
}
