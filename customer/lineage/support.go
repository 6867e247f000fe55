package lineage

import (
	"context"
	"math"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// settle works out anew whether derivations, and all that rests on what they
// derived, are supported, and stores what has changed.
func settle(ctx context.Context, tx *storage.Tx, seeds []*Derivation) error {
	all, err := downstream(ctx, tx, seeds, math.MaxInt)
	if err != nil {
		return err
	}
	above, err := derivationsOf(ctx, tx, evidenceOf(all))
	if err != nil {
		return err
	}
	supported := ground(all, above)
	var changed []*Derivation
	for _, d := range all {
		if supported[d.ID] == d.Unsupported.IsZero() {
			continue
		}
		if d.Unsupported = tx.Now(); supported[d.ID] {
			d.Unsupported = time.Time{}
		}
		changed = append(changed, d)
	}
	return Derivations.Put(ctx, tx, changed...)
}

// downstream returns the seeds and all derivations that rest on what they
// derived, however far, each once; at least limit of them if there are so many.
func downstream(ctx context.Context, r storage.Reader, seeds []*Derivation, limit int) ([]*Derivation, error) {
	seen := map[uuid.UUID]bool{}
	for _, d := range seeds {
		seen[d.ID] = true
	}
	all := seeds[:len(seeds):len(seeds)]
	for next := seeds; len(next) > 0 && len(all) < limit; {
		subjects := make([]string, len(next))
		for i, d := range next {
			subjects[i] = d.Subject
		}
		found, err := restingOn(ctx, r, subjects, same)
		if err != nil {
			return nil, err
		}
		next = nil
		for _, d := range found {
			if !seen[d.ID] {
				seen[d.ID] = true
				next = append(next, d)
			}
		}
		all = append(all, next...)
	}
	return all, nil
}

// derivationsOf reads the derivations of subjects.
func derivationsOf(ctx context.Context, r storage.Reader, subjects []string) (map[string][]*Derivation, error) {
	of := map[string][]*Derivation{}
	err := inParts(subjects, func(part []string) error {
		for d, err := range Derivations.Find(ctx, r, storage.Query{Where: criteria.In("subject", part...)}) {
			if err != nil {
				return err
			}
			of[d.Subject] = append(of[d.Subject], d)
		}
		return nil
	})
	return of, err
}

// ground returns which of the derivations are supported: a way leads from them to
// evidence that nothing derived, or to a supported derivation outside all. above are
// the derivations of what they rest on. Derivations that rest on nothing but each
// other are not supported.
func ground(all []*Derivation, above map[string][]*Derivation) map[uuid.UUID]bool {
	within := map[uuid.UUID]bool{}
	waiting := map[uuid.UUID][]uuid.UUID{} // those that rest on a derivation of all
	var firm []uuid.UUID
	for _, d := range all {
		within[d.ID] = true
	}
	for _, d := range all {
		if len(d.Evidence)+len(d.Lost) == 0 {
			firm = append(firm, d.ID)
		}
		for _, ref := range d.Evidence {
			if len(above[ref]) == 0 {
				firm = append(firm, d.ID)
			}
			for _, u := range above[ref] {
				switch {
				case within[u.ID]:
					waiting[u.ID] = append(waiting[u.ID], d.ID)
				case u.Unsupported.IsZero():
					firm = append(firm, d.ID)
				}
			}
		}
	}
	return spread(firm, waiting)
}

// spread carries support from the derivations that have it to those that wait for them.
func spread(firm []uuid.UUID, waiting map[uuid.UUID][]uuid.UUID) map[uuid.UUID]bool {
	supported := map[uuid.UUID]bool{}
	for len(firm) > 0 {
		id := firm[len(firm)-1]
		firm = firm[:len(firm)-1]
		if !supported[id] {
			supported[id] = true
			firm = append(firm, waiting[id]...)
		}
	}
	return supported
}
