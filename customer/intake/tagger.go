package intake

import (
	"context"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A tagger decides which tags customers have behind a row of a file.
type tagger struct {
	replace bool
	traced  bool // it is known who gave which tag
	// kept are the tags of stored customers that the files of the source did not
	// give them.
	kept map[*customer.Customer][]string
}

// taggerFor reads where the tags of customers who get some are from.
func (b *batch) taggerFor(ctx context.Context, list []Record, o *owners) (*tagger, error) {
	t := &tagger{replace: b.ReplaceTags, kept: map[*customer.Customer][]string{}}
	var ids []uuid.UUID
	for _, rec := range list {
		if c := o.known[rec.Text("external_id")]; c != nil && rec.Text("tags") != "" && len(c.Tags) > 0 {
			ids, t.kept[c] = append(ids, c.ID), c.Tags
		}
	}
	if b.ReplaceTags {
		return t, nil
	}
	held, err := tag.OfAll(ctx, b.w.tx, ids...)
	if errors.Is(err, storage.ErrUnknownKind) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.traced = true
	several, err := b.severalNumbers(ctx, ids)
	if err != nil {
		return nil, err
	}
	for c, names := range t.kept {
		if !several[c.ID] {
			t.kept[c] = without(names, held[c.ID], b.Source)
		}
	}
	return t, nil
}

// severalNumbers returns which customers have numbers of the source beside their
// own, so that several rows of a file may be theirs.
func (b *batch) severalNumbers(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	several := map[uuid.UUID]bool{}
	if len(ids) == 0 {
		return several, nil
	}
	where := criteria.All(criteria.Eq("source", b.Source), criteria.In("customer", ids...))
	for x, err := range customer.ExternalIDs.Find(ctx, b.w.tx, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		several[x.Customer] = true
	}
	return several, nil
}

// without returns names but those that a file of the source gave.
func without(names []string, held []tag.Held, source string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool {
		return slices.ContainsFunc(held, func(h tag.Held) bool {
			return h.Name == n && h.Assignment.Source == tag.Import && h.Assignment.Rule == source
		})
	})
}

// tags returns the tags of a customer behind a row that names some. A row of a
// further number of the customer adds to those of the first.
func (t *tagger) tags(c *customer.Customer, named []string, further bool) []string {
	switch {
	case further || !t.traced && !t.replace:
		return distinct(slices.Concat(c.Tags, named))
	case t.replace:
		return named
	}
	return distinct(slices.Concat(t.kept[c], named))
}

// distinct returns the texts, each once, in their order.
func distinct(list []string) []string {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(s string) bool {
		if seen[s] {
			return true
		}
		seen[s] = true
		return false
	})
}
