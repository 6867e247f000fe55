package lead

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// Ingest stores new leads: in the pool, or with the owner that they name. It
// returns the leads that are stored, in step with the given ones: one whose Key,
// or Source and ExternalID, a live lead has already, or another of the call, is
// not stored again, and that one is returned as it is.
//
// A phone number or mail address that is none does not keep a lead out.
func Ingest(ctx context.Context, tx *storage.Tx, leads ...*Lead) ([]*Lead, error) {
	for _, l := range leads {
		if l.IngestedAt.IsZero() {
			l.IngestedAt = tx.Now()
		}
		state := Pool
		if l.Owner != uuid.Nil {
			state = Owned
		}
		l.enter(state, tx.Now())
	}
	// Another transaction may store one of them between the look and the write:
	// then it is there at the next look.
	for attempt := 1; ; attempt++ {
		stored, fresh, err := known(ctx, tx, leads)
		if err != nil {
			return nil, err
		}
		err = Leads.Put(ctx, tx, fresh...)
		if err == nil {
			return stored, nil
		}
		if attempt == 3 || !errors.Is(err, storage.ErrDuplicate) {
			return nil, err
		}
	}
}

// A delivery is what makes two leads the same.
type delivery struct{ key, source, external string }

// deliveries returns what a lead is known by.
func (l *Lead) deliveries() []delivery {
	var list []delivery
	if l.Key != "" {
		list = append(list, delivery{key: l.Key})
	}
	if l.ExternalID != "" {
		list = append(list, delivery{source: l.Source, external: l.ExternalID})
	}
	return list
}

// known returns for each lead the one that is stored of it, or itself, and those
// that are not stored.
func known(ctx context.Context, tx *storage.Tx, leads []*Lead) (stored, fresh []*Lead, err error) {
	seen, err := delivered(ctx, tx, leads)
	if err != nil {
		return nil, nil, err
	}
	listed := map[*Lead]bool{}
	for _, l := range leads {
		was := l
		for _, d := range l.deliveries() {
			if known := seen[d]; known != nil {
				was = known
				break
			}
		}
		if was == l && !listed[l] {
			fresh, listed[l] = append(fresh, l), true
			for _, d := range l.deliveries() {
				seen[d] = l
			}
		}
		stored = append(stored, was)
	}
	return stored, fresh, nil
}

// delivered returns the live leads that have the keys or numbers of some.
func delivered(ctx context.Context, tx *storage.Tx, leads []*Lead) (map[delivery]*Lead, error) {
	var keys []string
	numbers := map[string][]string{} // by source
	for _, l := range leads {
		if l.Key != "" {
			keys = append(keys, l.Key)
		}
		if l.ExternalID != "" {
			numbers[l.Source] = append(numbers[l.Source], l.ExternalID)
		}
	}
	seen := map[delivery]*Lead{}
	if err := note(ctx, tx, seen, nil, "key", keys); err != nil {
		return nil, err
	}
	for source, list := range numbers {
		if err := note(ctx, tx, seen, criteria.Eq("source", source), "external_id", list); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// note notes the leads whose field has one of the values.
func note(ctx context.Context, tx *storage.Tx, seen map[delivery]*Lead, where criteria.Criterion, field string, values []string) error {
	for some := range slices.Chunk(values, chunk) {
		for l, err := range Leads.Find(ctx, tx, storage.Query{Where: criteria.All(where, criteria.In(field, some...))}) {
			if err != nil {
				return err
			}
			for _, d := range l.deliveries() {
				if seen[d] == nil {
					seen[d] = l
				}
			}
		}
	}
	return nil
}
