package lineage

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

// Record stores where values come from, in the transaction that stores the
// values. Of one subject, value and rule there is one derivation: a later one
// replaces its evidence. One that states what is stored already, and no time, changes
// nothing. Evidence that is erased goes to Lost at once.
//
// Record sets the Meta, Actor, At, Evidence, Lost and Unsupported of what it is
// given. It returns storage.ErrInvalid for a ref that is none, too much
// evidence, a rule that is missing, a customer that does not exist, and for two
// derivations of one subject, value and rule in one call.
func Record(ctx context.Context, tx *storage.Tx, list ...*Derivation) error {
	if len(list) == 0 {
		return nil
	}
	stored, err := storedFor(ctx, tx, list)
	if err != nil {
		return err
	}
	buried, err := tombstonesOf(ctx, tx, evidenceOf(list))
	if err != nil {
		return err
	}
	for _, d := range list {
		d.Lost = nil
		d.lose(func(ref string) bool { return buried[ref] != nil || buried[recordOf(ref)] != nil })
		d.follow(stored[keyOf(d.Subject, d.Value, d.Rule)], tx)
	}
	err = Derivations.Put(ctx, tx, list...)
	var dup *storage.DuplicateError
	if errors.As(err, &dup) { // recorded at the same time by another transaction
		return &storage.ConflictError{Kind: derivationKind, ID: dup.Existing}
	}
	if err != nil {
		return err
	}
	return settle(ctx, tx, list)
}

// storedFor reads the derivations that the list is to replace, by key.
func storedFor(ctx context.Context, r storage.Reader, list []*Derivation) (map[string]*Derivation, error) {
	stored := make(map[string]*Derivation, len(list))
	keys := make([]string, len(list))
	for i, d := range list {
		keys[i] = keyOf(d.Subject, d.Value, d.Rule)
		if _, twice := stored[keys[i]]; twice {
			return nil, &storage.FieldError{Kind: derivationKind, Field: "subject", Reason: d.Subject + " is given twice with one value and rule: put the evidence of both into one derivation"}
		}
		stored[keys[i]] = nil
	}
	err := inParts(keys, func(part []string) error {
		for d, err := range Derivations.Find(ctx, r, storage.Query{Where: criteria.In("key", part...)}) {
			if err != nil {
				return err
			}
			stored[d.key] = d
		}
		return nil
	})
	return stored, err
}

// follow makes d the successor of what is stored, if anything is.
func (d *Derivation) follow(stored *Derivation, tx *storage.Tx) {
	d.Meta, d.Unsupported = storage.Meta{}, time.Time{}
	if stored != nil {
		d.Meta, d.Unsupported = stored.Meta, stored.Unsupported
		if d.At.IsZero() && d.restates(stored) {
			d.At, d.Actor = stored.At, stored.Actor
		}
	}
	if d.At.IsZero() {
		d.At = tx.Now()
	}
	if d.Actor == "" {
		d.Actor = tx.Origin().Actor
	}
}

func (d *Derivation) restates(stored *Derivation) bool {
	return d.RuleVersion == stored.RuleVersion && slices.Equal(sorted(d.Evidence), stored.Evidence) && slices.Equal(sorted(d.Lost), stored.Lost)
}

// lose moves evidence to Lost and reports whether there was any.
func (d *Derivation) lose(gone func(ref string) bool) bool {
	var stays []string
	n := len(d.Lost)
	for _, ref := range d.Evidence {
		if gone(ref) {
			d.Lost = append(d.Lost, ref)
		} else {
			stays = append(stays, ref)
		}
	}
	d.Evidence = stays
	return len(d.Lost) > n
}

// evidenceOf returns the refs that derivations rest on, each once.
func evidenceOf(list []*Derivation) []string {
	var refs []string
	for _, d := range list {
		refs = append(refs, d.Evidence...)
	}
	return sorted(refs)
}

// sorted returns a sorted copy without repetitions.
func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// part is how many values are put into one query.
const part = 500

// inParts calls fn with the values, some at a time.
func inParts(values []string, fn func([]string) error) error {
	for chunk := range slices.Chunk(values, part) {
		if err := fn(chunk); err != nil {
			return err
		}
	}
	return nil
}
