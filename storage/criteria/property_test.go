package criteria

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// moments are the moments of evaluation that properties are tried at: before,
// on and after the end of February, in leap years and others.
var moments = []time.Time{
	noon,
	time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC),
	time.Date(2028, 2, 29, 1, 0, 0, 0, time.UTC),
	time.Date(2027, 12, 31, 17, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 31, 12, 0, 0, 123456789, time.UTC),
}

func mustCheck(t require.TestingT, c Criterion, kind Kind, now time.Time) Node {
	n, err := Check(c, kind, kinds, now)
	require.NoError(t, err, "%v", c)
	return n
}

// The compiled criterion says of every record what the naive evaluator says.
func TestCompiledAgreesWithNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, now := genWorld(t), rapid.SampledFrom(moments).Draw(t, "now")
		c := genCriterion(t, people, 3)
		matches := Compile(mustCheck(t, c, people, now), w)
		judge := newNaive(now.Truncate(time.Microsecond), w)
		for _, p := range w.people {
			require.Equal(t, judge.matches(c, personMap(p)), matches(p), "%v\n%+v", c, p)
		}
	})
}

// Negation is plain: no third value hides in an absent field.
func TestLawsOfLogic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := genWorld(t)
		a, b := genCriterion(t, people, 2), genCriterion(t, people, 2)
		pairs := [][2]Criterion{
			{Not(Not(a)), a},
			{Not(All(a, b)), Any(Not(a), Not(b))},
			{Not(Any(a, b)), All(Not(a), Not(b))},
			{Any(a, Not(a)), All()},
			{All(a, Not(a)), Never()},
			{All(a, All(b, a)), All(a, b)},
			{Any(a, nil), nil},
			{All(a, nil), a},
			{Not(nil), Never()},
		}
		for i, pair := range pairs {
			left := Compile(mustCheck(t, pair[0], people, noon), w)
			right := Compile(mustCheck(t, pair[1], people, noon), w)
			for _, p := range w.people {
				require.Equal(t, right(p), left(p), "law %d", i)
			}
		}
	})
}

// A field splits the records: less, equal, greater or missing, exactly one.
func TestOrderIsTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := genPerson(t, id(1))
		name := rapid.SampledFrom([]string{"name", "age", "credit", "seen", "birthday"}).Draw(t, "field")
		f, _ := people.Field(name)
		v := genConstant(f).Draw(t, "value")
		hits := 0
		for _, c := range []Criterion{Lt(name, v), Eq(name, v), Gt(name, v), Missing(name)} {
			if Compile(mustCheck(t, c, people, noon), nil)(p) {
				hits++
			}
		}
		require.Equal(t, 1, hits)
	})
}

// What is written as JSON is read back as a criterion that checks to the same tree.
func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := genCriterion(t, people, 3)
		data, err := c.MarshalJSON()
		require.NoError(t, err)
		require.True(t, json.Valid(data), "%s", data)
		back, err := Parse(data)
		require.NoError(t, err, "%s", data)
		require.Equal(t, mustCheck(t, c, people, noon), mustCheck(t, back, people, noon), "%s", data)
		again, err := back.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
		require.Equal(t, back.String(), describeAgain(t, data))
	})
}

// describeAgain reads JSON with everything escaped for HTML, as json.Marshal
// does, and describes it.
func describeAgain(t require.TestingT, data []byte) string {
	escaped, err := json.Marshal(json.RawMessage(data))
	require.NoError(t, err)
	c, err := Parse(escaped)
	require.NoError(t, err)
	return c.String()
}
