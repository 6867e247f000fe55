package lineage

import (
	"context"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// EvidenceErased tells that records of a kind are gone for good, or what they
// said is: what rested on them has lost it, and what rested on them alone,
// directly or through other derived values, is marked unsupported. Tombstones
// stand in their place. It returns how many derivations lost evidence.
//
// Call it in the transaction that erases. Calling it again for the same records
// does nothing; so does a record that nothing rests on. It holds all that rests
// on the records in memory, and belongs in a transaction without a guard: what
// the caller cannot see does not lose its evidence.
func EvidenceErased(ctx context.Context, tx *storage.Tx, kind string, ids ...uuid.UUID) (int, error) {
	refs := make([]string, len(ids))
	for i, id := range ids {
		refs[i] = Ref(kind, id)
	}
	return RefsErased(ctx, tx, refs...)
}

// RefsErased is EvidenceErased for evidence outside the store, and for single
// fields. The ref of a record takes those of its fields with it.
func RefsErased(ctx context.Context, tx *storage.Tx, refs ...string) (int, error) {
	refs = sorted(refs)
	found, err := restingOn(ctx, tx, refs, covers)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	gone := make(map[string]bool, len(refs))
	for _, ref := range refs {
		gone[ref] = true
	}
	lost := map[string]bool{}
	for _, d := range found {
		d.lose(func(ref string) bool { return gone[ref] || gone[recordOf(ref)] })
		for _, ref := range d.Lost {
			lost[ref] = true
		}
	}
	if err := Derivations.Put(ctx, tx, found...); err != nil {
		return 0, err
	}
	if err := bury(ctx, tx, refs, lost); err != nil {
		return 0, err
	}
	return len(found), settle(ctx, tx, found)
}

// bury puts up tombstones for those of the refs that something rested on.
func bury(ctx context.Context, tx *storage.Tx, refs []string, lost map[string]bool) error {
	rested := map[string]bool{}
	for ref := range lost {
		rested[ref], rested[recordOf(ref)] = true, true
	}
	buried, err := tombstonesOf(ctx, tx, refs)
	if err != nil {
		return err
	}
	var list []*Tombstone
	for _, ref := range refs {
		if !rested[ref] || buried[ref] != nil {
			continue
		}
		kind, _, _, _ := ParseRef(ref)
		list = append(list, &Tombstone{Ref: ref, Kind: kind, At: tx.Now(), Actor: tx.Origin().Actor, Action: tx.Origin().Action})
	}
	return Tombstones.Put(ctx, tx, list...)
}

// tombstonesOf reads the tombstones of refs and of their records.
func tombstonesOf(ctx context.Context, r storage.Reader, refs []string) (map[string]*Tombstone, error) {
	var names []string
	for _, ref := range refs {
		names = append(names, ref, recordOf(ref))
	}
	buried := map[string]*Tombstone{}
	err := inParts(sorted(names), func(part []string) error {
		for t, err := range Tombstones.Find(ctx, r, storage.Query{Where: criteria.In("ref", part...)}) {
			if err != nil {
				return err
			}
			buried[t.Ref] = t
		}
		return nil
	})
	return buried, err
}

// restingOn reads the derivations one of whose refs of evidence matches one of
// refs, each derivation once.
func restingOn(ctx context.Context, r storage.Reader, refs []string, match func(ref, evidence string) bool) ([]*Derivation, error) {
	records := make([]string, len(refs))
	wanted := map[string][]string{} // the refs by their record
	for i, ref := range refs {
		records[i] = recordOf(ref)
		wanted[records[i]] = append(wanted[records[i]], ref)
	}
	seen := map[uuid.UUID]bool{}
	var list []*Derivation
	err := inParts(sorted(records), func(part []string) error {
		for d, err := range Derivations.Find(ctx, r, storage.Query{Where: criteria.HasAny("records", part...)}) {
			if err != nil {
				return err
			}
			if !seen[d.ID] && d.rests(wanted, match) {
				seen[d.ID] = true
				list = append(list, d)
			}
		}
		return nil
	})
	return list, err
}

func (d *Derivation) rests(wanted map[string][]string, match func(ref, evidence string) bool) bool {
	for _, e := range d.Evidence {
		for _, ref := range wanted[recordOf(e)] {
			if match(ref, e) {
				return true
			}
		}
	}
	return false
}

// same matches a ref with evidence that names just that.
func same(ref, evidence string) bool { return ref == evidence }
