package intake

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// derived are the kinds whose records follow from the customers that they name: they
// keep none, and go with it. Some belong to packages above this one, so they are
// told by name. Of a kind with a condition it is those that match.
var derived = map[string]criteria.Criterion{
	"tag_assignment":  nil,
	"derivation":      nil,
	"stage_change":    nil,
	"duplicate_doubt": nil,
	"duplicate_pair":  criteria.Any(criteria.In("state", "open", "closed"), criteria.Eq("automatic", true)),
}

// parts are the kinds whose records say something of another, the whole, and stay
// where that is kept.
var parts = map[string]string{
	customer.ContactPoints.Name(): customer.Kind.Name(),
	customer.Identities.Name():    customer.Kind.Name(),
	customer.Addresses.Name():     customer.Kind.Name(),
	customer.ExternalIDs.Name():   customer.Kind.Name(),
	customer.Preferences.Name():   customer.Kind.Name(),
	customer.Interests.Name():     customer.Kind.Name(),
	customer.OrderLines.Name():    customer.Orders.Name(),
	"tag_assignment":              customer.Kind.Name(),
	"derivation":                  customer.Kind.Name(),
	"stage_change":                customer.Kind.Name(),
	"duplicate_doubt":             customer.Kind.Name(),
	"duplicate_pair":              customer.Kind.Name(),
}

// along reports whether records go with those that they name by a field, and which.
// Kinds that are not in the change log are guards and what is kept in step.
func (e edge) along() (criteria.Criterion, bool) {
	which, ok := derived[e.kind.Name]
	ok = ok && e.field.Target == customer.Kind.Name()
	return which, ok || !e.kind.Tracked()
}

// removable leaves out the records that have to be kept, and sets Kept of these.
func (u *undoing) removable(ctx context.Context, s *storage.Schema, list []taken) ([]taken, error) {
	if err := u.keepParts(ctx, s, list); err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(t taken) bool { return t.write.Kept != "" })
	ids := make([]uuid.UUID, len(list))
	for i, t := range list {
		ids[i] = t.write.Record
	}
	why, err := u.standing(ctx, s, ids, map[noteKey]bool{})
	for _, t := range list {
		t.write.Kept = why[t.write.Record]
	}
	return slices.DeleteFunc(list, func(t taken) bool { return t.write.Kept != "" }), err
}

// standing returns why records that the job created must be kept: because others name
// them that are not taken back themselves. seen are those that are being looked at.
func (u *undoing) standing(ctx context.Context, s *storage.Schema, ids []uuid.UUID, seen map[noteKey]bool) (map[uuid.UUID]string, error) {
	why := map[uuid.UUID]string{}
	var chains []chain
	for _, id := range ids {
		seen[noteKey{s.Name, id}] = true
	}
	for _, e := range u.into[s.Name] {
		if len(ids) == 0 || e.kind == Writes.Schema() {
			continue
		}
		more, err := u.standingBy(ctx, e, ids, why, seen)
		if err != nil {
			return nil, err
		}
		if e.kind == s {
			chains = append(chains, more...)
		}
	}
	for more := true; more; {
		more = false
		for _, c := range chains {
			if why[c.from] != "" && why[c.to] == "" {
				why[c.to], more = "a record of kind "+s.Name+" is kept: "+why[c.from], true
			}
		}
	}
	return why, nil
}

// A chain is a record that names another of those that are being looked at.
type chain struct{ from, to uuid.UUID }

// standingBy adds to why what one field of a kind names, and returns how records that
// are being looked at already name them.
func (u *undoing) standingBy(ctx context.Context, e edge, ids []uuid.UUID, why map[uuid.UUID]string, seen map[noteKey]bool) (chains []chain, err error) {
	where := criteria.In(e.field.Name, ids...)
	switch which, goes := e.along(); {
	case goes && which == nil:
		return nil, nil
	case goes:
		where = criteria.All(where, criteria.Not(which))
	}
	naming := map[uuid.UUID]uuid.UUID{}
	var records []storage.Record
	var by []uuid.UUID
	for r, err := range storage.Any(e.kind).Find(ctx, u.tx, storage.Query{Where: where, Deleted: storage.DeletedToo}) {
		if err != nil {
			return nil, err
		}
		id := storage.MetaOf(r).ID
		to, _ := e.field.Ref(r)
		if seen[noteKey{e.kind.Name, id}] {
			chains = append(chains, chain{id, to})
			continue
		}
		records, by, naming[id] = append(records, r), append(by, id), to
	}
	own, err := u.own(ctx, e, records)
	if err != nil {
		return nil, err
	}
	var look []uuid.UUID
	for _, id := range by {
		if !own[id] {
			why[naming[id]] = "a record of kind " + e.kind.Name + " names it as its " + e.field.Name + ": " + id.String()
		} else if w := u.notes[noteKey{e.kind.Name, id}]; w.Created {
			look = append(look, id)
		}
	}
	further, err := u.standing(ctx, e.kind, look, seen)
	for id, reason := range further {
		why[naming[id]] = "a record of kind " + e.kind.Name + " is kept: " + reason
	}
	return chains, err
}

// own tells which records the job takes back, or lets name what they named before.
func (u *undoing) own(ctx context.Context, e edge, records []storage.Record) (map[uuid.UUID]bool, error) {
	ids := make([]uuid.UUID, len(records))
	for i, r := range records {
		ids[i] = storage.MetaOf(r).ID
	}
	if err := u.read(ctx, e.kind.Name, ids); err != nil {
		return nil, err
	}
	fields, err := u.tx.Fields(ctx, e.kind)
	if err != nil {
		return nil, err
	}
	own := make(map[uuid.UUID]bool, len(records))
	for i, r := range records {
		w := u.notes[noteKey{e.kind.Name, ids[i]}]
		switch {
		case w == nil || w.Kept != "":
		case w.Created:
			own[ids[i]] = !w.changed(fields, r)
		default:
			own[ids[i]] = w.gaveRef(e.field, r)
		}
	}
	return own, nil
}

// read reads what the job did to records of a kind, as far as it is not known.
func (u *undoing) read(ctx context.Context, kind string, ids []uuid.UUID) error {
	unknown := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool {
		_, known := u.notes[noteKey{kind, id}]
		return known
	})
	found, err := writesOf(ctx, u.tx, u.job.ID, kind, unknown)
	for _, id := range unknown {
		u.notes[noteKey{kind, id}] = found[id]
	}
	return err
}

// purgeAlong purges what goes with records.
func (u *undoing) purgeAlong(ctx context.Context, s *storage.Schema, recs []storage.Record) error {
	ids := make([]uuid.UUID, len(recs))
	for i, r := range recs {
		ids[i] = storage.MetaOf(r).ID
	}
	for _, e := range u.into[s.Name] {
		which, goes := e.along()
		if !goes || e.kind == Writes.Schema() {
			continue
		}
		where := criteria.In(e.field.Name, ids...)
		if which != nil {
			where = criteria.All(where, which)
		}
		list, err := storage.Collect(storage.Any(e.kind).Find(ctx, u.tx, storage.Query{Where: where, Deleted: storage.DeletedToo}))
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		if err := u.purgeAlong(ctx, e.kind, list); err != nil {
			return err
		}
		if err := storage.Any(e.kind).Purge(ctx, u.tx, list...); err != nil {
			return err
		}
	}
	return nil
}
