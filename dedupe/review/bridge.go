package review

import (
	"context"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A Bridge is where a group of the queue holds together worst: of all ways to part its
// customers in two, the one whose best pair is the least probable. Whoever answers about
// that pair first may find that there are two groups.
type Bridge struct {
	dedupe.Bridge // its records are known by the ids of customers

	customers map[string]*customer.Customer
}

// mostBridged is how large a group may be that is looked at.
const mostBridged = 500

// Bridges returns the weakest bridges of the groups that entries of a queue belong
// to, by Pair.Cluster, from the pairs that wait and that the caller may see. Groups of
// two, of more than 500, and those of which the caller sees too little to hold them
// together have none. It takes two queries however many entries there are.
func Bridges(ctx context.Context, r storage.Reader, entries ...Entry) (map[string]Bridge, error) {
	var clusters []any
	met := map[string]bool{}
	for _, e := range entries {
		if e.Size > 2 && e.Size <= mostBridged && !met[e.Cluster] {
			met[e.Cluster] = true
			clusters = append(clusters, e.Cluster)
		}
	}
	if len(clusters) == 0 {
		return nil, nil
	}
	groups := map[string][]dedupe.Pair{}
	var ids []uuid.UUID
	where := criteria.All(criteria.Eq("state", Open), criteria.In("cluster", clusters...), Visible())
	for p, err := range Pairs.Find(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, p.A, p.B)
		groups[p.Cluster] = append(groups[p.Cluster], dedupe.Pair{A: p.A.String(), B: p.B.String(), Weight: p.Weight.InexactFloat64(), Pass: p.Pass})
	}
	known, err := customersByID(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	return bridged(groups, known), nil
}

// bridged finds the bridges of groups, without those one of whose customers has gone
// since the pairs were read.
func bridged(groups map[string][]dedupe.Pair, known map[uuid.UUID]*customer.Customer) map[string]Bridge {
	customers := make(map[string]*customer.Customer, len(known))
	for id, c := range known {
		customers[id.String()] = c
	}
	bridges := make(map[string]Bridge, len(groups))
	for cluster, pairs := range groups {
		gone := false
		for _, p := range pairs {
			gone = gone || customers[p.A] == nil || customers[p.B] == nil
		}
		if b, ok := dedupe.WeakestBridge(pairs); ok && !gone && len(b.A)+len(b.B) > 2 {
			bridges[cluster] = Bridge{b, customers}
		}
	}
	return bridges
}

// Customer returns a customer of the bridge by its id, as the caller of Bridges may see
// it; nil for any other.
func (b Bridge) Customer(id string) *customer.Customer { return b.customers[id] }

// Text is the bridge in a language; the languages are those of Report.Text.
func (b Bridge) Text(language string) string { return b.Bridge.Text(phrase(language), b.name) }

// SVG draws the bridge, in a language; see dedupe.Bridge.SVG.
func (b Bridge) SVG(language string) []byte { return b.Bridge.SVG(phrase(language), b.name) }

// String is Text in English.
func (b Bridge) String() string { return b.Text("en") }

// name is a customer in one line.
func (b Bridge) name(id string) string {
	if c := b.customers[id]; c != nil {
		return titled(c)
	}
	return id
}
