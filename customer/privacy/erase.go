package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Policy is what happens to the customer's records of a kind.
type Policy uint8

const (
	// Purge removes them for good.
	Purge Policy = iota
	// Anonymise keeps them without Personal fields, with the anonymous customer.
	Anonymise
)

// Options say how to erase. The zero value is right for most.
type Options struct {
	// Policies of kinds, by name. Kinds that are not named are purged, except
	// that "order" is anonymised, and "order_line" goes with it.
	Policies map[string]Policy
	// Also names further records, by kind, that are about the customer though
	// no field says so, such as a lead that was never converted or an
	// interaction that was never matched. Those that are not there are left out.
	Also map[string][]uuid.UUID
	// Erased is told, inside the transaction, of the records of a kind that were
	// purged or anonymised. An error ends the erasure. To keep derived values
	// honest:
	//
	//	func(ctx context.Context, tx *storage.Tx, kind string, ids []uuid.UUID) error {
	//		_, err := lineage.EvidenceErased(ctx, tx, kind, ids...)
	//		return err
	//	}
	Erased func(ctx context.Context, tx *storage.Tx, kind string, ids []uuid.UUID) error
	// Batch is about how many of the records that name the customer one
	// transaction takes, with all that hang on them; 0: 1000.
	Batch int
}

func (o Options) policy(kind string) Policy {
	if p, ok := o.Policies[kind]; ok {
		return p
	}
	switch kind {
	case customer.OrderLines.Name():
		return o.policy(customer.Orders.Name())
	case customer.Orders.Name():
		return Anonymise
	}
	return Purge
}

// Erase erases the personal data of a customer; see the package comment. by
// needs a reason, which stays on record. progress is told how many records are
// done.
//
// It returns the Erasure as far as it has come, also with an error: call it again
// to go on; a mistake of the options is storage.ErrInvalid. A customer that was
// erased before is left as it is and its Erasure returned; one that is not there is
// storage.ErrNotFound; one that is held a *HeldError. The handle is elevated:
// the guard decides there who may erase.
func Erase(ctx context.Context, t *storage.Tenant, by storage.Origin, id uuid.UUID, o Options, progress storage.Progress) (*Erasure, error) {
	if by.Reason == "" {
		return nil, fmt.Errorf("privacy: %w: an erasure needs a reason: use Origin.Because, with the number of the request", storage.ErrInvalid)
	}
	if o.Batch <= 0 {
		o.Batch = 1000
	}
	high, err := t.Elevate(ctx, "erasure of the personal data of customer "+id.String())
	if err != nil {
		return nil, err
	}
	var entry *Erasure
	for {
		var next *Erasure
		err := high.Update(ctx, by.WithoutValues(), func(tx *storage.Tx) (err error) {
			next, err = step(ctx, tx, by, id, o)
			return err
		})
		if err != nil {
			return entry, err
		}
		entry = next
		if progress != nil {
			progress(entry.records())
		}
		if entry.State == Done {
			return entry, nil
		}
	}
}

// records returns how many records were dealt with.
func (e *Erasure) records() (n int) {
	for _, c := range e.Counted() {
		n += int(c.Purged + c.Anonymised)
	}
	return n
}

// step is one transaction of an erasure. The first only begins it: it commits, or
// meets a hold, before anything is lost.
func step(ctx context.Context, tx *storage.Tx, by storage.Origin, id uuid.UUID, o Options) (*Erasure, error) {
	g, err := survey(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := o.check(g); err != nil {
		return nil, err
	}
	entry, begun, err := begin(ctx, tx, by, id)
	if err != nil || begun || entry.State == Done {
		return entry, err
	}
	e := &eraser{ctx: ctx, tx: tx, graph: g, options: o, subject: id, entry: entry, counts: entry.Counted(), seen: map[uuid.UUID]bool{}}
	if len(entry.Counts) == 0 { // the first that erases
		if err := e.also(); err != nil {
			return nil, err
		}
	}
	more, err := e.batch()
	if err != nil {
		return nil, err
	}
	if !more {
		if err := e.finish(); err != nil {
			return nil, err
		}
		entry.State, entry.FinishedAt = Done, tx.Now()
	}
	if entry.Counts, err = json.Marshal(e.counts); err != nil {
		return nil, err
	}
	return entry, Erasures.Put(ctx, tx, entry)
}

// check refuses kinds that are not erased, which may be mistyped.
func (o Options) check(g *graph) error {
	kinds := kindNames(g.kinds)
	for _, kind := range slices.Sorted(maps.Keys(o.Policies)) {
		if !slices.Contains(kinds, kind) {
			return fmt.Errorf("privacy: %w: a policy for %q: there is no kind %q whose records are erased", storage.ErrInvalid, kind, kind)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(o.Also)) {
		if !slices.Contains(kinds, kind) {
			return fmt.Errorf("privacy: %w: further records of %q: there is no kind %q whose records are erased", storage.ErrInvalid, kind, kind)
		}
	}
	return nil
}

// An eraser does the work of one transaction.
type eraser struct {
	ctx     context.Context
	tx      *storage.Tx
	graph   *graph
	options Options
	subject uuid.UUID
	entry   *Erasure
	counts  map[string]Count
	seen    map[uuid.UUID]bool // the records that were dealt with
}

// also erases the records that the caller names.
func (e *eraser) also() error {
	for _, kind := range e.graph.kinds {
		ids := e.options.Also[kind.Name]
		for some := range slices.Chunk(ids, chunk) {
			list, err := e.reload(kind, some)
			if err != nil {
				return err
			}
			if err := e.remove(kind, list, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// batch erases records that name the customer, up to a number, and reports
// whether there are more.
func (e *eraser) batch() (more bool, err error) {
	left := e.options.Batch
	for _, edges := range []map[string][]edge{e.graph.owners, e.graph.mentions} {
		for _, kind := range e.graph.kinds {
			for _, edge := range edges[kind.Name] {
				if err := e.along(edge, &left); err != nil || left <= 0 {
					return true, err
				}
			}
		}
	}
	for _, edge := range e.graph.mentions[customerKind] {
		if err := e.along(edge, &left); err != nil || left <= 0 {
			return true, err
		}
	}
	return false, nil
}

// along erases the records that name the customer by one field, at most left of
// them. None of those that are done names it any more.
func (e *eraser) along(by edge, left *int) error {
	owned := false
	for _, o := range e.graph.owners[by.kind.Name] {
		owned = owned || o.field == by.field
	}
	for *left > 0 {
		q := storage.Query{Where: criteria.Eq(by.field.Name, e.subject), Limit: min(chunk, *left), Deleted: storage.DeletedToo}
		list, _, err := storage.Any(by.kind).Page(e.ctx, e.tx, q)
		if err != nil || len(list) == 0 {
			return err
		}
		if *left -= len(list); owned {
			err = e.remove(by.kind, list, false)
		} else {
			err = e.detach(by.kind, list)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
