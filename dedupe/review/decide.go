package review

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Decide notes what somebody found out about a pair that waits: verdict is Same or
// Distinct. Same merges the two in the transaction, if there is a merge function;
// Distinct is remembered until a key field of either changes, as they were when the
// pair was last found: what was changed since then is not what was looked at, and
// the next scan asks again.
//
// A pair that is not open is a *DecidedError, so that of two who decide at once,
// one does. A pair that is not there, or one of whose customers the caller cannot
// see or is deleted, is storage.ErrNotFound; another verdict is storage.ErrInvalid.
// Errors of the merge come back as they are. The transaction must then be given up.
func (v *Reviewer) Decide(ctx context.Context, tx *storage.Tx, pair uuid.UUID, verdict, reason string) error {
	p, err := Pairs.Get(ctx, tx, pair)
	if err != nil {
		return err
	}
	if verdict != Same && verdict != Distinct {
		return &storage.FieldError{Kind: Pairs.Name(), Field: "state", Reason: fmt.Sprintf("%q is no verdict: use %q or %q", verdict, Same, Distinct), Key: "not_one_of", Params: map[string]string{"options": Same + ", " + Distinct}}
	}
	merges := verdict == Same && v.Merge != nil
	if merges {
		if _, err := customer.Kind.Hold(ctx, tx, p.A, p.B); err != nil {
			return err
		}
	}
	list, err := customersBehind(ctx, tx, p)
	if err != nil {
		return err
	}
	if p.State != Open {
		return &DecidedError{Pair: p.ID, State: p.State, By: p.DecidedBy, At: p.DecidedAt}
	}
	p.decide(tx, verdict, reason)
	p.Merged = merges
	if err := Pairs.Put(ctx, tx, p); err != nil {
		return err
	}
	if verdict == Distinct {
		return cast(ctx, tx, p.key())
	}
	if err := dispel(ctx, tx, p.key()); err != nil || !p.Merged {
		return err
	}
	survivor, others, err := v.survivor(list)
	if err != nil {
		return err
	}
	return v.Merge(ctx, tx, survivor, others)
}

// customersBehind returns the two customers of a pair, if the caller sees both.
func customersBehind(ctx context.Context, tx *storage.Tx, p *Pair) ([]*customer.Customer, error) {
	list, err := storage.Collect(customer.Kind.Find(ctx, tx, storage.Query{Where: criteria.In(storage.FieldID, p.A, p.B)}))
	if err == nil && len(list) != 2 {
		err = &storage.RecordError{Kind: Pairs.Name(), ID: p.ID, Err: storage.ErrNotFound, Reason: "one of its customers is gone, or not for the caller to see"}
	}
	return list, err
}

// Reopen puts a pair that was decided, or closed, back into the queue: a decision
// was a mistake. No scan merges the two then by itself. What was merged stays so:
// undo the merge first. Errors are those of Decide.
func Reopen(ctx context.Context, tx *storage.Tx, pair uuid.UUID) error {
	p, err := Pairs.Get(ctx, tx, pair)
	if err != nil {
		return err
	}
	if _, err := customersBehind(ctx, tx, p); err != nil {
		return err
	}
	p.ask()
	if err := Pairs.Put(ctx, tx, p); err != nil {
		return err
	}
	return cast(ctx, tx, p.key())
}

// KeepApart notes that customers are not one, each two of them, whether a scan has
// found them or not: after a merge was undone, or because somebody knows. It holds
// like Distinct, for the key fields as they are now. Customers who are not there, or
// fewer than two, are storage.ErrNotFound or storage.ErrInvalid. At most 20 are taken.
//
// Two who note the same at once: one may get storage.ErrDuplicate, and it is noted.
// tx must see the key fields unmasked; otherwise the next scan takes them for
// changed.
func (v *Reviewer) KeepApart(ctx context.Context, tx *storage.Tx, reason string, ids ...uuid.UUID) error {
	ids = distinctIDs(ids)
	if len(ids) < 2 || len(ids) > 20 {
		return fmt.Errorf("review: %w: %d customers to keep apart: give 2 to 20", storage.ErrInvalid, len(ids))
	}
	subjects, err := subjectsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	stored, _, err := storedAmong(ctx, tx, ids)
	if err != nil {
		return err
	}
	var writes []*Pair
	var keys []Key
	for i, a := range ids {
		if subjects[a] == nil {
			return &storage.RecordError{Kind: customer.Kind.Name(), ID: a, Err: storage.ErrNotFound}
		}
		for _, b := range ids[:i] {
			p := stored[KeyOf(a, b)]
			if p == nil {
				p = &Pair{A: b, B: a, Cluster: b.String(), Size: 2}
			}
			p.Fingerprint = fingerprint(v.imprintOf(subjects[a]), v.imprintOf(subjects[b]))
			p.decide(tx, Distinct, reason)
			writes, keys = append(writes, p), append(keys, p.key())
		}
	}
	if err := Pairs.Put(ctx, tx, writes...); err != nil {
		return err
	}
	return cast(ctx, tx, keys...)
}
