package review

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Apart returns the customers who were said to be two where that stands: none of
// their key fields has changed since. No matcher should put them into one cluster.
// It reads the customers of all such pairs, a page at a time; in View they and the
// pairs come from one state. A guarded reader is of no use; see Subjects.
func (v *Reviewer) Apart(ctx context.Context, r storage.Reader) ([]Key, error) {
	var list []Key
	q := storage.Query{Where: criteria.Eq("state", Distinct), Limit: batchSize}
	for more := true; more; more = q.After != "" {
		page, err := Pairs.Page(ctx, r, q)
		if err != nil {
			return nil, err
		}
		stands, err := v.standing(ctx, r, page.Items)
		if err != nil {
			return nil, err
		}
		list, q.After = append(list, stands...), page.Next
	}
	return list, nil
}

// standing returns the keys of pairs whose fingerprint is still right.
func (v *Reviewer) standing(ctx context.Context, r storage.Reader, pairs []*Pair) (list []Key, err error) {
	batch := make([]graded, len(pairs))
	for i, p := range pairs {
		batch[i].A, batch[i].B = p.A, p.B
	}
	subjects, err := subjectsOf(ctx, r, idsOf(batch))
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		a, b := subjects[p.A], subjects[p.B]
		if a != nil && b != nil && p.A != p.B && fingerprint(v.imprintOf(a), v.imprintOf(b)) == p.Fingerprint {
			list = append(list, p.key())
		}
	}
	return list, nil
}

// A Label is what somebody said of two customers, with what spoke for it then: what
// a matcher can learn from when one of the two is merged and gone, too.
type Label struct {
	Key
	Same    bool
	Reasons []Reason
}

func (p *Pair) label() Label { return Label{p.key(), p.State == Same, p.Why()} }

// Reviewed returns what people said, the oldest pair first, those of customers who
// are gone by now among them: what a matcher learns from. What a scan merged by
// itself is no opinion and is left out.
func Reviewed(ctx context.Context, r storage.Reader) ([]Label, error) {
	q := storage.Query{Deleted: storage.DeletedToo, Where: criteria.All(criteria.In("state", Same, Distinct), criteria.Eq("automatic", false))}
	pairs, err := storage.Collect(Pairs.Find(ctx, r, q))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(pairs, func(a, b *Pair) int { return a.CreatedAt.Compare(b.CreatedAt) })
	list := make([]Label, len(pairs))
	for i, p := range pairs {
		list[i] = p.label()
	}
	return list, nil
}
