package criteria

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyNode uses every form once.
var everyNode = All(
	Eq("stage", "vip"),
	Any(In("age", 1), Not(HasAny("tags", "a"))),
	Missing("extra"),
	Contains("stage", "i"),
	Anniversary("birthday", 1, ""),
	RelatedSum("order", "customer", "amount", Gt("placed_at", Now()), Greater, 1),
	Parent("boss", All(Eq("name", "x"), Related("person", "boss", nil))),
)

func TestVisit(t *testing.T) {
	t.Parallel()
	n := mustCheck(t, everyNode, people, noon)
	var all, outer []string
	Visit(n, func(n Node) bool { all = append(all, fmt.Sprintf("%T", n)[len("*criteria."):]); return true })
	require.Equal(t, []string{
		"And", "Comparison", "Or", "Membership", "Negation", "Holding", "Absence", "Matching", "Annual",
		"RelatedTest", "Comparison", "ParentTest", "And", "Comparison", "RelatedTest",
	}, all)
	Visit(n, func(n Node) bool {
		outer = append(outer, fmt.Sprintf("%T", n)[len("*criteria."):])
		_, and := n.(*And)
		return and
	})
	require.Equal(t, []string{"And", "Comparison", "Or", "Absence", "Matching", "Annual", "RelatedTest", "ParentTest"}, outer)
	Visit(nil, func(Node) bool { t.Error("nil is no node"); return true })
}

func TestUses(t *testing.T) {
	t.Parallel()
	var names []string
	for _, u := range Uses("person", mustCheck(t, everyNode, people, noon)) {
		names = append(names, u.Kind+"."+u.Field.Name)
	}
	require.Equal(t, []string{
		"person.stage", "person.age", "person.tags", "person.extra", "person.birthday",
		"person.id", "order.customer", "order.amount", "order.placed_at", "person.boss", "person.name",
	}, names)
	require.Empty(t, Uses("person", mustCheck(t, nil, people, noon)))
}
