package merge

import (
	"errors"
	"maps"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// late are the fields of the survivor that are put back behind its records: tags when
// the assignments are back, the place in the tree when those below it are.
var late = []string{"tags", "parent", "stage", "stage_since"}

// revertEarly puts back the fields of the survivor that hold on to something which
// the others need, such as an external id.
func (u *undoing) revertEarly() error {
	set := maps.Clone(u.own)
	for _, name := range late {
		delete(set, name)
	}
	c, err := customer.Kind.Get(u.ctx, u.tx, u.record.Survivor)
	if err != nil {
		return err
	}
	if err := u.revert(customer.Kind.Schema(), c, set); err != nil {
		return err
	}
	return customer.Kind.Put(u.ctx, u.tx, c)
}

// revertLate puts back the rest of the survivor.
func (u *undoing) revertLate() error {
	set := map[string]change{}
	for _, name := range late {
		if c, ok := u.own[name]; ok {
			set[name] = c
		}
	}
	now, err := customer.Kind.Get(u.ctx, u.tx, u.record.Survivor)
	if err != nil {
		return err
	}
	was := *now
	if err := u.revert(customer.Kind.Schema(), &was, set); err != nil {
		return err
	}
	return u.become(now, &was)
}

// become gives a customer the fields of another, over stages that may follow each
// other. A stage to which there is no way stays.
func (u *undoing) become(now, was *customer.Customer) error {
	next := *now
	for _, f := range u.survey.fields[customerKind] {
		if err := f.Set(&next, f.Value(was)); err != nil {
			return err
		}
	}
	next.Stage, next.StageSince = now.Stage, now.StageSince
	if err := customer.Kind.Put(u.ctx, u.tx, &next); err != nil || next.Stage == was.Stage && next.StageSince.Equal(was.StageSince) {
		return err
	}
	if err := walk(&u.mover, &next, was.Stage, u.rules.Lifecycle); err != nil {
		return err
	}
	next.Stage, next.StageSince = was.Stage, was.StageSince
	err := customer.Kind.Put(u.ctx, u.tx, &next)
	if errors.Is(err, lifecycle.ErrTransition) {
		u.keep(customerKind, next.ID, "stage")
		return nil
	}
	return err
}

// restoreOthers takes from the others what the watches of the store have changed in them
// while their records came back.
func (u *undoing) restoreOthers() error {
	for _, id := range u.result.Others {
		now, err := customer.Kind.Get(u.ctx, u.tx, id)
		if err != nil {
			return err
		}
		was := *u.others[id]
		if was.Tags, err = u.tagsLeft(id, was.Tags); err != nil {
			return err
		}
		if err := u.become(now, &was); err != nil {
			return err
		}
	}
	return nil
}

// tagsLeft returns the tags of a customer without those that were taken away since.
func (u *undoing) tagsLeft(id uuid.UUID, names []string) ([]string, error) {
	gone := u.endedTags[id]
	if len(gone) == 0 {
		return names, nil
	}
	names = slices.Clone(names)
	for d, err := range tag.Definitions.Find(u.ctx, u.tx, storage.Query{Where: criteria.In(storage.FieldID, gone...)}) {
		if err != nil {
			return nil, err
		}
		if i := slices.Index(names, d.Name); i >= 0 {
			names = slices.Delete(names, i, i+1)
			u.keep(customerKind, id, "tags")
		}
	}
	return names, nil
}

// checkIssues leaves of the issues those that are as the merge left them.
func (u *undoing) checkIssues() error {
	if !u.survey.has(quality.Issues) {
		u.sides = nil
		return nil
	}
	records, err := u.read(quality.Issues.Schema(), u.sides)
	if err != nil {
		return err
	}
	u.images = records
	u.sides = slices.DeleteFunc(u.sides, func(s step) bool {
		r := records[s.ID]
		return r == nil || !u.holds(quality.Issues.Schema(), r, s.Set)
	})
	return nil
}

// holds reports whether a record has the values that the merge gave it.
func (u *undoing) holds(kind *storage.Schema, r storage.Record, set map[string]change) bool {
	for _, f := range u.survey.fields[kind.Name] {
		if c, ok := set[f.Name]; ok && !equal(jsonOf(f, r), c[1]) {
			return false
		}
	}
	return true
}

// image gives an issue what it had when this began, but for what the merge had changed.
func (u *undoing) image(kind *storage.Schema, r storage.Record, s step) error {
	for _, f := range u.survey.fields[kind.Name] {
		if err := f.Set(r, f.Value(u.images[s.ID])); err != nil {
			return err
		}
		if c, ok := s.Set[f.Name]; ok {
			if err := setJSON(f, r, c[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// putIssues puts issues back as they were.
func (u *undoing) putIssues() error {
	if len(u.sides) == 0 {
		return nil
	}
	kind := quality.Issues.Schema()
	records, err := u.read(kind, u.sides)
	if err != nil {
		return err
	}
	var put, purge []storage.Record
	for _, s := range u.sides {
		r := records[s.ID]
		if s.How == added {
			purge = append(purge, r)
			continue
		}
		if err := u.image(kind, r, s); err != nil {
			return err
		}
		put = append(put, r)
	}
	of := storage.Any(kind)
	if err := of.Purge(u.ctx, u.tx, purge...); err != nil {
		return err
	}
	return of.Put(u.ctx, u.tx, put...)
}
