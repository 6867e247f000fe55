package search_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// Sales find a customer by the last digits of a phone, by the beginning of a name
// and by mail, and by everything else that the package knows, each through an
// index. How fast, BenchmarkSearch reports.
func TestCUS30_SalesFindACustomerQuickly(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	if testing.Short() {
		t.Skip("stores 10,000 customers")
	}
	b := newBase(t, townSize())
	for _, q := range b.queries(12) {
		require.True(t, has(t, b.acme, q), "%s %q", q.kind, q.text)
		b.readsLittle(t, q.kind, q.text)
	}
	for _, broad := range []string{"王", "z", "zh", "有限公司", "贸易", "bob", "smith", "a", "163.com", "@q", "有限", "公司", "限公"} {
		b.readsLittle(t, "many", broad)
		require.NotEmpty(t, hits(t, b.acme, broad, search.Options{}), broad)
	}
	for _, nothing := range []string{"魑魅", "魑", "xxxyyy", "13800000000000", "nobody@nowhere.org", "@nowhere", "K999999x"} {
		b.readsLittle(t, "nothing", nothing)
		require.Empty(t, hits(t, b.acme, nothing, search.Options{}), nothing)
	}
}

// On the memory adapter the same customers are found.
func TestCUS30_InMemory(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	if testing.Short() {
		t.Skip("stores 10,000 customers")
	}
	acme, w := inMemory(t), &town{}
	w.fill(t, acme, townSize(), func(int) {})
	for _, q := range w.queries(12) {
		require.True(t, has(t, acme, q), "%s %q", q.kind, q.text)
	}
}

// mostRows is how many rows a part of a plan may touch: a page, and what an index
// on four digits or two characters leads to besides.
const mostRows = 2000

// readsLittle runs a search and looks at the plans of all its statements.
func (b *base) readsLittle(t *testing.T, kind, text string) {
	t.Helper()
	tx, err := b.db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	for _, text := range []string{
		"LOAD 'auto_explain'", "SET LOCAL auto_explain.log_min_duration = 0", "SET LOCAL auto_explain.log_analyze = on", "SET LOCAL auto_explain.log_format = json",
		"SET LOCAL auto_explain.log_timing = off", "SET LOCAL client_min_messages = log",
	} {
		_, err := tx.ExecContext(t.Context(), text)
		require.NoError(t, err, text)
	}
	pg, err := postgres.New(b.db, postgres.Config{})
	require.NoError(t, err)
	b.plans = nil
	hits(t, b.acme.With(pg.InTx(tx)), text, search.Options{})
	seen := 0
	for _, notice := range b.plans {
		var p struct {
			Query string `json:"Query Text"`
			Plan  planNode
		}
		if _, plan, found := strings.Cut(notice, "plan:\n"); !found || json.Unmarshal([]byte(plan), &p) != nil || !strings.Contains(p.Query, "SELECT") {
			continue
		}
		seen++
		for _, fault := range p.Plan.faults() {
			t.Errorf("%s %q: %s\n%s\n%s", kind, text, fault, p.Query, p.Plan.outline("  "))
		}
	}
	require.Positive(t, seen, "no plan in %q", b.plans)
}

// A planNode is a part of a plan that has run.
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Rows     float64    `json:"Actual Rows"`
	Loops    float64    `json:"Actual Loops"`
	Filtered float64    `json:"Rows Removed by Filter"`
	Recheck  float64    `json:"Rows Removed by Index Recheck"`
	Plans    []planNode `json:"Plans"`
}

// faults returns what is wrong with a plan.
func (n planNode) faults() (list []string) {
	if n.Type == "Seq Scan" {
		list = append(list, "it reads all of "+n.Relation)
	}
	if touched := (n.Rows + n.Filtered + n.Recheck) * max(1, n.Loops); touched > mostRows {
		list = append(list, fmt.Sprintf("%s touches %.0f rows", n.Type, touched))
	}
	for _, below := range n.Plans {
		list = append(list, below.faults()...)
	}
	return list
}

func (n planNode) outline(indent string) string {
	text := fmt.Sprintf("%s%s %s %s: %.0f rows, %.0f filtered, %.0f loops\n", indent, n.Type, n.Relation, n.Index, n.Rows, n.Filtered+n.Recheck, n.Loops)
	for _, below := range n.Plans {
		text += below.outline(indent + "  ")
	}
	return text
}

// TestPlanFaults holds the test's own judgement against plans that are bad.
func TestPlanFaults(t *testing.T) {
	t.Parallel()
	require.Empty(t, planNode{Type: "Limit", Plans: []planNode{{Type: "Index Scan", Rows: 20, Loops: 1}}}.faults())
	require.NotEmpty(t, planNode{Type: "Limit", Plans: []planNode{{Type: "Seq Scan", Relation: "x", Rows: 2, Loops: 1}}}.faults())
	require.NotEmpty(t, planNode{Type: "Index Scan", Rows: 1, Filtered: 5000, Loops: 1}.faults())
	require.NotEmpty(t, planNode{Type: "Index Scan", Rows: 1, Loops: 5000}.faults())
}
