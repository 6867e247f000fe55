package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// dropTags takes from the result the tags of the others that the survivor cannot
// have: archived ones, and those of an exclusive group of which it has another.
func (w *work) dropTags() error {
	if !w.survey.has(tag.Definitions) {
		return nil
	}
	defs, err := w.definitions(criteria.In("name", w.result.Tags...))
	if err != nil {
		return err
	}
	exclusive, err := w.exclusive()
	if err != nil {
		return err
	}
	kept := map[uuid.UUID]bool{} // exclusive groups of which the survivor has a tag
	var names, gone []string
	for _, name := range w.tagsInTurn() {
		def := defs[name]
		own := slices.Contains(w.list[0].Tags, name)
		if def != nil && !own && (def.Archived || kept[def.Group]) {
			w.refused, gone = append(w.refused, def.ID), append(gone, name)
			continue
		}
		if def != nil && exclusive[def.Group] {
			kept[def.Group] = true
		}
		names = append(names, name)
	}
	if len(gone) == 0 {
		return nil
	}
	slices.Sort(names)
	w.result.Tags = names
	c := w.choice("tags")
	c.Chosen = jsonOf(w.field("tags"), w.result)
	c.Why += fmt.Sprintf(", but %s: archived, or of an exclusive group of which there is another", strings.Join(gone, ", "))
	return nil
}

// tagsInTurn returns the tags of the result: those of the survivor first, then
// those of the others.
func (w *work) tagsInTurn() []string {
	var all []string
	for _, c := range w.list {
		all = append(all, c.Tags...)
	}
	return slices.DeleteFunc(once(all), func(name string) bool { return !slices.Contains(w.result.Tags, name) })
}

func (w *work) definitions(where criteria.Criterion) (map[string]*tag.Definition, error) {
	found := map[string]*tag.Definition{}
	for d, err := range tag.Definitions.Find(w.ctx, w.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		found[d.Name] = d
	}
	return found, nil
}

func (w *work) exclusive() (map[uuid.UUID]bool, error) {
	found := map[uuid.UUID]bool{}
	for g, err := range tag.Groups.Find(w.ctx, w.tx, storage.Query{Where: criteria.Eq("exclusive", true)}) {
		if err != nil {
			return nil, err
		}
		found[g.ID] = true
	}
	return found, nil
}

// tagNames returns the names of the tags of all by the ids of their definitions.
func (w *work) tagNames() (map[uuid.UUID]string, error) {
	names := map[uuid.UUID]string{}
	if !w.survey.has(tag.Definitions) {
		return names, nil
	}
	var all []string
	for _, c := range w.list {
		all = append(all, c.Tags...)
	}
	defs, err := w.definitions(criteria.In("name", once(all)...))
	for _, d := range defs {
		names[d.ID] = d.Name
	}
	return names, err
}

// field returns a field of the customer by its name.
func (w *work) field(name string) *storage.Field {
	fields := w.survey.fields[customerKind]
	return fields[slices.IndexFunc(fields, func(f *storage.Field) bool { return f.Name == name })]
}
