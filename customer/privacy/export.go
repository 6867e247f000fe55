package privacy

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Export writes everything that the store holds about a customer as JSON, from
// one committed state:
//
//	{
//	  "customer": "0190…", "exported_at": "2026-01-05T01:00:00Z",
//	  "records": {"address": [
//	    {"id": "0190…", "created_at": "…", "street": "…", "custom.door": "…",
//	     "history": [{"at": "…", "op": "update", "values": {"street": ["old", "new"]}}]}
//	  ]},
//	  "mentions": {"deal": [{"id": "0190…", "created_at": "…", "contact": "0190…"}]}
//	}
//
// Fields that are absent are left out; a deleted record has deleted_at. History is
// that of the change log without its actors, who are people too.
//
// A customer that is deleted can be exported; one that is not there is
// storage.ErrNotFound, and nothing is written. The handle is elevated, for
// a copy has to be complete: the guard decides there who may export. The ids of all
// records are held in memory, the records are not.
func Export(ctx context.Context, t *storage.Tenant, id uuid.UUID, w io.Writer) error {
	high, err := t.Elevate(ctx, "export of the personal data of customer "+id.String())
	if err != nil {
		return err
	}
	return high.View(ctx, func(tx *storage.Tx) error {
		if _, err := anyCustomer(ctx, tx, id); err != nil {
			return err
		}
		g, err := survey(ctx, tx)
		if err != nil {
			return err
		}
		found, err := g.follow(ctx, tx, id)
		if err != nil {
			return err
		}
		p := &printer{ctx: ctx, tx: tx, graph: g, w: bufio.NewWriter(w), kinds: map[string]*storage.Schema{customerKind: customer.Kind.Schema()}}
		for _, s := range g.kinds {
			p.kinds[s.Name] = s
		}
		p.text(`{"customer":%q,"exported_at":%q,"records":{`, id, tx.Now().Format(time.RFC3339Nano))
		p.group(found.own, p.record)
		p.text(`},"mentions":{`)
		p.group(found.mentioned, p.mention)
		p.text("}}\n")
		if p.err == nil {
			p.err = p.w.Flush()
		}
		return p.err
	})
}

// anyCustomer returns a customer, live or deleted.
func anyCustomer(ctx context.Context, tx *storage.Tx, id uuid.UUID) (*customer.Customer, error) {
	c, err := customer.Kind.First(ctx, tx, storage.Query{Where: criteria.Eq("id", id), Deleted: storage.DeletedToo})
	if err != nil {
		return nil, &storage.RecordError{Kind: customerKind, ID: id, Err: err}
	}
	return c, nil
}

// A printer writes an export until something fails.
type printer struct {
	ctx   context.Context
	tx    *storage.Tx
	graph *graph
	kinds map[string]*storage.Schema
	w     *bufio.Writer
	err   error
}

func (p *printer) text(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) json(v any) {
	text, err := json.Marshal(v)
	if p.err == nil {
		p.err = err
	}
	p.text("%s", text)
}

// group writes the records of every kind.
func (p *printer) group(found map[string][]uuid.UUID, write func(*storage.Schema, []*storage.Field, storage.Record, []*storage.Change)) {
	comma := ""
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		p.text("%s%q:[", comma, kind)
		comma = ","
		p.records(p.kinds[kind], found[kind], write)
		p.text("]")
	}
}

func (p *printer) records(kind *storage.Schema, ids []uuid.UUID, write func(*storage.Schema, []*storage.Field, storage.Record, []*storage.Change)) {
	fields, err := p.tx.Fields(p.ctx, kind)
	if p.err == nil {
		p.err = err
	}
	slices.SortFunc(ids, compareIDs)
	comma := ""
	for some := range slices.Chunk(ids, chunk) {
		if p.err != nil {
			return
		}
		changes, err := changesOf(p.ctx, p.tx, kind, some)
		if p.err = err; err != nil {
			return
		}
		p.err = pages(p.ctx, p.tx, kind, criteria.In("id", some...), func(list []storage.Record) error {
			for _, r := range list {
				p.text("%s", comma)
				comma = ","
				write(kind, fields, r, changes[storage.MetaOf(r).ID])
			}
			return p.err
		})
	}
}

// changesOf returns the history of records, oldest first.
func changesOf(ctx context.Context, tx *storage.Tx, kind *storage.Schema, ids []uuid.UUID) (map[uuid.UUID][]*storage.Change, error) {
	found := make(map[uuid.UUID][]*storage.Change, len(ids))
	if !kind.Tracked() {
		return found, nil
	}
	q := storage.Query{
		Where: criteria.All(criteria.In("record", ids...), criteria.Eq("kind", kind.Name)),
		Order: []storage.Order{{Field: "record"}, {Field: storage.FieldCreatedAt}},
	}
	for c, err := range storage.Changes.Find(ctx, tx, q) {
		if err != nil {
			return nil, err
		}
		found[c.Record] = append(found[c.Record], c)
	}
	return found, nil
}
