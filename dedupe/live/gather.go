package live

import (
	"context"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// gathered are the entries that have keys which are looked for.
type gathered struct {
	byKey map[string][]*entry  // every key that is looked for has a place
	met   map[uuid.UUID]*entry // what stays of entries that were read
}

// How many entries a query reads at first: more than enough, unless a key is crowded.
const (
	rowsAtOnce = 256
	rowsPerKey = 4
)

// read reads the entries that have one of some keys. Where there are more than it
// expects, those keys are left out that turn out to be crowded, and the rest is read again; so
// what is read is bounded by the keys, whatever the number of entries that have one. A limit
// above mostRows a key is never reached without a crowded one.
func (g *gathered) read(ctx context.Context, r storage.Reader, keys []string) error {
	for limit := rowsAtOnce + rowsPerKey*len(keys); len(keys) > 0; {
		n := 0
		for e, err := range entries.Each(ctx, r, storage.Query{Where: criteria.HasAny("keys", keys...), Limit: limit}) {
			if err != nil {
				return err
			}
			n++
			g.add(e)
		}
		if n < limit {
			return nil
		}
		before := len(keys)
		if keys = slices.DeleteFunc(keys, g.crowded); len(keys) == before {
			limit *= 4
		}
	}
	return nil
}

// crowded reports whether too many entries are known to have a key.
func (g *gathered) crowded(key string) bool { return len(g.byKey[key]) > mostRows }

// settle takes the keys of rules out of entries that are passed over, so that what many
// have is no likeness at all, not before a change either.
func (g *gathered) settle() {
	for _, e := range g.met {
		e.Keys = slices.DeleteFunc(e.Keys, func(k string) bool { return len(g.byKey[k]) > mostRuled })
	}
}

// add enters an entry that is lent. What stays of it has the keys of rules alone, and no
// links: it is to be looked at, not to be written.
func (g *gathered) add(e *entry) {
	if g.met[e.ID] != nil {
		return
	}
	own := *e
	g.met[e.ID] = &own
	own.Keys, own.Links = nil, nil
	for _, k := range e.Keys {
		if isRule(k) {
			own.Keys = append(own.Keys, k)
		}
		if list, wanted := g.byKey[k]; wanted && len(list) <= mostRows {
			g.byKey[k] = append(list, &own)
		}
	}
}
