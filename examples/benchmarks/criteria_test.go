package benchmarks

import (
	"slices"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// The benchmarks of this file answer one condition on one record in four ways:
// won, spent at least 100.50, labelled so, and seen in the last 72 hours.

var (
	seenAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	since  = seenAt.Add(-72 * time.Hour)
	least  = decimal.RequireFromString("100.5")
)

// judges are shoppers that match, fail the first test, and fail the last.
func judges() []*shopper {
	match := &shopper{Stage: "won", Spent: decimal.RequireFromString("1234.50"), Tags: []string{"retail", "wholesale"}, LastSeen: seenAt}
	first, last := *match, *match
	first.Stage, last.LastSeen = "lead", since
	return []*shopper{match, &first, &last}
}

// described is the kind of shoppers as criteria see it, with the readers that
// package storage made from its description.
type described struct{ *storage.Schema }

func (d described) Name() string { return d.Schema.Name }

func (d described) Field(name string) (*criteria.Field, bool) {
	if f := d.Schema.Field(name); f != nil {
		return &f.Field, true
	}
	return nil, false
}

func byCriteria(tb testing.TB) func(*shopper) bool {
	n, err := criteria.Check(criteria.All(
		criteria.Eq("stage", "won"),
		criteria.Ge("spent", least),
		criteria.HasAny("tags", "wholesale"),
		criteria.Gt("last_seen", criteria.Ago(72*time.Hour)),
	), described{shoppers().Schema()}, nil, seenAt)
	require.NoError(tb, err)
	matches := criteria.Compile(n, nil)
	return func(s *shopper) bool { return matches(s) }
}

func byHand(s *shopper) bool {
	return s.Stage == "won" && s.Spent.Cmp(least) >= 0 && slices.Contains(s.Tags, "wholesale") && s.LastSeen.After(since)
}

// exprEnv is what the expressions see: a record and the constants that
// expr-lang has no literals for.
type exprEnv struct {
	*shopper
	Since   time.Time
	Least   decimal.Decimal
	AtLeast func(a, b decimal.Decimal) bool
}

// byExpr runs an expression on expr-lang's machine, reused from record to record.
func byExpr(tb testing.TB, code string) func(*shopper) bool {
	env := &exprEnv{Since: since, Least: least, AtLeast: decimal.Decimal.GreaterThanOrEqual}
	program, err := expr.Compile(code, expr.Env(env), expr.AsBool(), expr.Operator(">=", "AtLeast"))
	require.NoError(tb, err)
	var machine vm.VM
	return func(s *shopper) bool {
		env.shopper = s
		out, err := machine.Run(program, env)
		return err == nil && out.(bool)
	}
}

// conditions are the ways to answer. The last leaves the amount out, to show
// how much of the one before is the call of a decimal comparison.
func conditions(tb testing.TB) []struct {
	name    string
	matches func(*shopper) bool
} {
	exact := `Stage == "won" && Spent >= Least && "wholesale" in Tags && LastSeen > Since`
	without := `Stage == "won" && "wholesale" in Tags && LastSeen > Since`
	return []struct {
		name    string
		matches func(*shopper) bool
	}{
		{"criteria", byCriteria(tb)},
		{"by hand", byHand},
		{"expr", byExpr(tb, exact)},
		{"expr without the amount", byExpr(tb, without)},
	}
}

func TestConditionsAgree(t *testing.T) {
	t.Parallel()
	for _, c := range conditions(t) {
		for i, s := range judges() {
			require.Equal(t, i == 0, c.matches(s), "%s, shopper %d", c.name, i)
		}
	}
}

func BenchmarkCondition(b *testing.B) {
	for _, c := range conditions(b) {
		b.Run(c.name, func(b *testing.B) {
			match := judges()[0]
			b.ReportAllocs()
			for b.Loop() {
				if !c.matches(match) {
					b.Fatal("no match")
				}
			}
		})
	}
}
