package quality_test

import (
	"encoding/json"
	"testing"

	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCondition_JSON(t *testing.T) {
	t.Parallel()
	c := quality.All(
		quality.Where(criteria.Eq("note", "x")),
		quality.Not(quality.Any(quality.Compare("end_date", "le", "start_date"), quality.Holds("odd"))),
	)
	want := `{"all": [{"field": "note", "op": "eq", "value": "x"},
		{"not": {"any": [{"field": "end_date", "op": "le", "other": "start_date"}, {"predicate": "odd"}]}}]}`
	require.JSONEq(t, want, c.String())
	raw, err := json.Marshal(map[string]quality.Condition{"when": c, "none": {}})
	require.NoError(t, err)
	var back map[string]quality.Condition
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, c.String(), back["when"].String())
	require.True(t, back["none"].IsZero())
	require.JSONEq(t, `{"any": []}`, quality.Any().String())
}

func TestCondition_WhatIsRefused(t *testing.T) {
	t.Parallel()
	deep := `{"field": "a", "op": "missing"}`
	for range 40 {
		deep = `{"not": ` + deep + `}`
	}
	for text, why := range map[string]string{
		``:                        "no condition",
		`null`:                    "no JSON object",
		`{}`:                      "",
		`{"all": [], "any": []}`:  "stands alone",
		`{"all": [], "all": []}`:  "twice",
		`{"all": [{"any": [3]}]}`: "all: [0]: any: [0]: it is no JSON object",
		`{"any": {}}`:             "any",
		`{"field": "a", "op": "lt", "other": "b", "value": 1}`: "comparing two fields takes",
		`{"field": "a", "op": "near", "other": "b"}`:           "use eq, ne, lt, le, gt or ge",
		`{"field": "a", "op": "eq", "value": 1} 2`:             "more behind",
		`{"predicate": 1}`:                   "predicate",
		`{"parent": {"field": "a", "x": 1}}`: "parent",
		deep:                                 "flatter",
	} {
		_, err := quality.ParseCondition([]byte(text))
		require.Error(t, err, text)
		require.ErrorContains(t, err, why, text)
	}
}

func FuzzParseCondition(f *testing.F) {
	f.Add(`{"all": [{"field": "a", "op": "lt", "other": "b"}, {"not": {"predicate": "p"}}]}`)
	f.Add(`{"parent": {"field": "customer", "where": {"field": "x", "op": "missing"}}}`)
	f.Add(`{"related": {"kind": "order", "via": "customer"}}`)
	f.Add(`{"any": [{"field": "amount", "op": "lt", "value": "0"}, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := quality.ParseCondition([]byte(text))
		if err != nil {
			return
		}
		raw, err := json.Marshal(c)
		require.NoError(t, err)
		again, err := quality.ParseCondition(raw)
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}

// A claim is a condition with what it means for a contract, said in Go.
type claim struct {
	condition quality.Condition
	holds     func(*Contract) bool
}

// drawClaim makes a random condition over dates, amounts and notes.
func drawClaim(t *rapid.T, depth int) claim {
	form := rapid.IntRange(0, 3).Draw(t, "leaf")
	if depth > 0 {
		form = rapid.IntRange(0, 6).Draw(t, "form")
	}
	ops := map[string]func(int) bool{
		"eq": func(c int) bool { return c == 0 }, "ne": func(c int) bool { return c != 0 }, "lt": func(c int) bool { return c < 0 },
		"le": func(c int) bool { return c <= 0 }, "gt": func(c int) bool { return c > 0 }, "ge": func(c int) bool { return c >= 0 },
	}
	switch form {
	case 0, 1:
		op := rapid.SampledFrom([]string{"eq", "ne", "lt", "le", "gt", "ge"}).Draw(t, "op")
		return claim{quality.Compare("end_date", op, "start_date"), func(c *Contract) bool {
			return !c.Start.IsZero() && !c.End.IsZero() && ops[op](c.End.Compare(c.Start))
		}}
	case 2:
		n := rapid.Int64Range(-2, 2).Draw(t, "amount")
		return claim{quality.Where(criteria.Lt("amount", n)), func(c *Contract) bool { return c.Amount.LessThan(decimal.NewFromInt(n)) }}
	case 3:
		return claim{quality.Where(criteria.Missing("note")), func(c *Contract) bool { return c.Note == "" }}
	case 4:
		of := drawClaim(t, depth-1)
		return claim{quality.Not(of.condition), func(c *Contract) bool { return !of.holds(c) }}
	}
	var conditions []quality.Condition
	var parts []claim
	for range rapid.IntRange(0, 3).Draw(t, "parts") {
		p := drawClaim(t, depth-1)
		conditions, parts = append(conditions, p.condition), append(parts, p)
	}
	count := func(c *Contract) (n int) {
		for _, p := range parts {
			if p.holds(c) {
				n++
			}
		}
		return n
	}
	if form == 5 {
		return claim{quality.All(conditions...), func(c *Contract) bool { return count(c) == len(parts) }}
	}
	return claim{quality.Any(conditions...), func(c *Contract) bool { return count(c) > 0 }}
}

func drawContract(t *rapid.T) *Contract {
	day := func(label string) storage.Date {
		n := rapid.IntRange(0, 3).Draw(t, label)
		if n == 0 {
			return storage.Date{}
		}
		return storage.Date{Year: 2026, Month: 1, Day: n}
	}
	return &Contract{
		Start: day("start"), End: day("end"), Note: rapid.SampledFrom([]string{"", "x"}).Draw(t, "note"),
		Amount: decimal.NewFromInt(rapid.Int64Range(-2, 2).Draw(t, "amount")),
	}
}

// Whatever the condition, a scan finds the records for which it is true.
func TestCondition_MeansWhatItSays(t *testing.T) {
	adapters.Each(t, kinds(), func(t *testing.T, acme *storage.Tenant) {
		rapid.Check(t, adapters.Sparing(t, func(rt *rapid.T) {
			other := acme.Store().Tenant(uuid.NewString())
			c := drawClaim(rt, 3)
			rule := &quality.Rule{Code: "R", Kind: "quality_contract", Class: "x", Mode: quality.Flag, On: quality.OnScan, Active: true, When: c.condition}
			require.NoError(rt, put(rt, other, ann, quality.Rules, rule))
			list := rapid.SliceOfN(rapid.Custom(drawContract), 1, 12).Draw(rt, "contracts")
			require.NoError(rt, put(rt, other, ann, contracts, list...))
			_, err := (&quality.Inspector{}).Scan(t.Context(), other, ann, quality.ScanOptions{Batch: 5})
			require.NoError(rt, err)
			found := map[uuid.UUID]bool{}
			for _, i := range openIssues(rt, other) {
				found[i.Record] = true
			}
			for _, r := range list {
				if found[r.ID] != c.holds(r) {
					rt.Fatalf("%s of %+v: %v", c.condition, r, found[r.ID])
				}
			}
		}))
	})
}
