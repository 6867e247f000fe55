package memory

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A reader is a transaction that reads: of one snapshot if it is fixed, else
// of what is committed at each call.
type reader struct {
	tenant *tenant
	fixed  *view
}

func (r *reader) state() state {
	if r.fixed != nil {
		return state{view: r.fixed}
	}
	return state{view: r.tenant.snapshot()}
}

// Get implements storage.Transaction.
func (r *reader) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, _ storage.Lock) ([]storage.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	list := make([]storage.Record, len(ids))
	for i, id := range ids {
		if r.fixed != nil {
			list[i] = r.fixed.get(s, id)
		} else {
			list[i] = r.tenant.get(s, id)
		}
	}
	return list, nil
}

// Find implements storage.Transaction.
func (r *reader) Find(ctx context.Context, p *storage.Plan) ([]storage.Record, error) {
	if found, ok := r.findUnique(p); ok {
		return found, ctx.Err()
	}
	return find(ctx, r.state(), p)
}

// findUnique answers a plan that asks for one unique key alone, without a
// snapshot.
func (r *reader) findUnique(p *storage.Plan) ([]storage.Record, bool) {
	n, ok := p.Where.(*criteria.Comparison)
	if !ok || n.Op != criteria.Equal || r.fixed != nil || p.After != nil || p.Deleted != storage.LiveOnly {
		return nil, false
	}
	text, ok := n.Value.(string)
	if !ok {
		return nil, false
	}
	for i, index := range p.Schema.Indexes {
		if !index.Unique || len(index.Fields) != 1 || index.Fields[0].Name != n.Field.Name {
			continue
		}
		if found := r.tenant.holder(p.Schema, i, text); found != nil {
			return []storage.Record{found}, true
		}
		return nil, true
	}
	return nil, false
}

func find(ctx context.Context, s state, p *storage.Plan) ([]storage.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var list []storage.Record
	err := newScan(s, p).run(ctx, func(batch []storage.Record) bool {
		list = append(list, batch...)
		return true
	})
	return list, err
}

// Stream implements storage.Streamer.
func (r *reader) Stream(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	return r.Batches(ctx, p, func(batch []storage.Record) bool {
		for _, rec := range batch {
			if !yield(rec) {
				return false
			}
		}
		return true
	})
}

// Batches implements storage.Batcher.
func (r *reader) Batches(ctx context.Context, p *storage.Plan, yield func([]storage.Record) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return newScan(r.state(), p).run(ctx, yield)
}

// Aggregate implements storage.Transaction.
func (r *reader) Aggregate(ctx context.Context, p *storage.Plan, a *storage.Aggregation) ([]storage.Row, error) {
	return aggregate(ctx, r.state(), p, a)
}

// The writes of a reader are refused by Store before they come here.

// Insert implements storage.Transaction.
func (r *reader) Insert(context.Context, *storage.Schema, []storage.Record) error {
	return storage.ErrReadOnly
}

// Update implements storage.Transaction.
func (r *reader) Update(context.Context, *storage.Schema, []storage.Record) error {
	return storage.ErrReadOnly
}

// Delete implements storage.Transaction.
func (r *reader) Delete(context.Context, *storage.Schema, []storage.Stamp) error {
	return storage.ErrReadOnly
}

// Commit implements storage.Transaction.
func (r *reader) Commit(ctx context.Context) error { return ctx.Err() }

// Rollback implements storage.Transaction.
func (r *reader) Rollback() error { return nil }
