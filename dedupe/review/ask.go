package review

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// Ask puts pairs that somebody else than Scan has found into the queue, in the
// caller's transaction, and returns how many wait now that did not before. What was
// decided about a pair holds as for Scan; pairs of customers who are not there are
// passed over. The next Scan closes what it does not find alike. tx must see the
// customers unmasked.
func (v *Reviewer) Ask(ctx context.Context, tx *storage.Tx, list ...Scored) (int, error) {
	if len(list) == 0 {
		return 0, nil
	}
	list = inOrder(list)
	var ids []uuid.UUID
	for _, p := range list {
		ids = append(ids, p.A, p.B)
	}
	ids = distinctIDs(ids)
	subjects, err := subjectsOf(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	stored, _, err := storedAmong(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	var r Report
	var writes []*Pair
	for i, g := range grades(list, nil) {
		p := graded{list[i], g}
		a, b := subjects[p.A], subjects[p.B]
		if a == nil || b == nil {
			continue
		}
		if next := asked(stored[p.key()], p, fingerprint(v.imprintOf(a), v.imprintOf(b)), &r); next != nil {
			writes = append(writes, next)
		}
	}
	return r.Queued, Pairs.Put(ctx, tx, writes...)
}
