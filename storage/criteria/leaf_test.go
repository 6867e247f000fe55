package criteria

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// ann has a value in every field, none has none.
var (
	ann = &person{
		ID: id(1), Name: "Ａnn Straße", Stage: "vip", Age: ptr(int64(36)), Visits: 0,
		Credit: ptr(dec("100.50")), Active: ptr(true), Seen: noon.Add(-time.Hour),
		Birthday: Date{1990, 3, 8}, Boss: id(2), Tags: []string{"retail", "a,b", "母婴"},
		Extra: []byte("{}"),
	}
	none = &person{}
)

func TestOperators(t *testing.T) {
	t.Parallel()
	tests := []struct {
		c        Criterion
		ann, not bool // what ann and none are expected to give
	}{
		{nil, true, true},
		{All(), true, true},
		{Any(), false, false},
		{Never(), false, false},
		{Eq("stage", "vip"), true, false},
		{Eq("stage", "VIP"), false, false},
		{Ne("stage", "vip"), false, false},
		{Ne("stage", "new"), true, false},
		{Not(Eq("stage", "new")), true, true},
		{Not(Ne("stage", "vip")), true, true},
		{Lt("stage", "vip"), false, false},
		{Le("stage", "vip"), true, false},
		{Gt("stage", "Vip"), true, false}, // v comes after V
		{Gt("stage", "张"), false, false},
		{Eq("age", 36), true, false},
		{Le("age", 35), false, false},
		{Eq("visits", 0), true, true}, // 0 is a value
		{Eq("credit", "100.5"), true, false},
		{Ge("credit", "100.500"), true, false},
		{Gt("credit", "100.5"), false, false},
		{Lt("credit", "100.5000000000001"), true, false},
		{Gt("credit", 100), true, false},
		{Eq("active", true), true, false},
		{Ne("active", true), false, false},
		{Gt("seen", Ago(2*time.Hour)), true, false},
		{Gt("seen", Ago(time.Hour)), false, false},
		{Ge("seen", Ago(time.Hour)), true, false},
		{Lt("birthday", Date{1990, 3, 9}), true, false},
		{Eq("boss", id(2)), true, false},
		{Ne("boss", id(2)), false, false},
		{In("stage", "new", "vip"), true, false},
		{In("stage", "new"), false, false},
		{In[string]("stage"), false, false},
		{Not(In("stage", "new")), true, true},
		{In("age", 1, 36), true, false},
		{In("credit", "7", "100.5", "0.1"), true, false},
		{In("active", true), true, false},
		{In("birthday", Date{1990, 3, 8}), true, false},
		{In("seen", noon, noon.Add(-time.Hour)), true, false},
		{In("boss", id(3), id(2)), true, false},
		{HasAll("tags", "retail", "母婴"), true, false},
		{HasAll("tags", "retail", "b"), false, false},
		{HasAll("tags", "母婴", "a,b", "retail", "retail"), true, false},
		{HasAll("tags"), true, true},
		{HasAny("tags", "b", "母婴"), true, false},
		{HasAny("tags", "a"), false, false}, // "a,b" is one text
		{HasAny("tags"), false, false},
		{Missing("name"), false, true},
		{Missing("age"), false, true},
		{Missing("visits"), false, false},
		{Missing("credit"), false, true},
		{Missing("active"), false, true},
		{Missing("seen"), false, true},
		{Missing("birthday"), false, true},
		{Missing("boss"), false, true},
		{Missing("tags"), false, true},
		{Missing("extra"), false, true},
		{Prefix("name", "Ａnn"), true, false},
		{Prefix("name", "Ann"), false, false},
		{Contains("name", "Str"), true, false},
		{Contains("name", "str"), false, false},
		{Contains("name", "%"), false, false},
		{Search("name", "ANN STRASSE"), true, false},
		{Search("name", "ａｎｎ"), true, false},
		{Search("name", "anna"), false, false},
		{Anniversary("birthday", 7, ""), true, false},
		{Anniversary("birthday", 6, ""), false, false},
	}
	for _, tt := range tests {
		matches := Compile(mustCheck(t, tt.c, people, noon), nil)
		require.Equal(t, tt.ann, matches(ann), "ann: %v", tt.c)
		require.Equal(t, tt.not, matches(none), "none: %v", tt.c)
	}
}

type (
	stage    string
	level    uint8
	flag     bool
	personID uuid.UUID
	money    decimal.Decimal
	instant  time.Time
)

// Constants of many Go types mean the same.
func TestConstants(t *testing.T) {
	t.Parallel()
	shanghai := time.FixedZone("", 8*3600)
	tests := []struct {
		field string
		given []any
		want  any
	}{
		{"stage", []any{"vip", stage("vip")}, "vip"},
		{"age", []any{36, int8(36), int16(36), int32(36), int64(36), uint(36), level(36), uint64(36), 36.0, float32(36), dec("36.0"), jsonNumber("36"), jsonNumber("3.6e1"), "36"}, int64(36)},
		{"credit", []any{"0.1", 0.1, float32(0.1), dec("0.10"), jsonNumber("0.1"), jsonNumber("1e-1"), money(dec("0.100"))}, dec("0.1")},
		{"credit", []any{200, uint64(200), 200.0, "200", "2e2", dec("200.00"), decimal.New(2, 2)}, dec("200")},
		{"active", []any{true, flag(true)}, true},
		{"seen", []any{noon, noon.In(shanghai), noon.Add(999), instant(noon), "2026-03-01T12:00:00Z", "2026-03-01T20:00:00+08:00", "2026-03-01T12:00:00.0000009Z", Now()}, noon},
		{"birthday", []any{Date{2026, 3, 1}, "2026-03-01", Now(), Ago(12 * time.Hour), Today(0, ""), MonthsFromToday(0, "")}, Date{2026, 3, 1}},
		{"boss", []any{id(7), personID(id(7)), "00000000-0000-0000-0000-000000000007"}, id(7)},
	}
	for _, tt := range tests {
		for _, v := range tt.given {
			n := mustCheck(t, Eq(tt.field, v), people, noon)
			require.Equal(t, tt.want, n.(*Comparison).Value, "%s: %T %v", tt.field, v, v)
		}
		n := mustCheck(t, In(tt.field, tt.given...), people, noon)
		require.Equal(t, []any{tt.want}, n.(*Membership).Values, "in keeps one of each")
	}
}

// A long list is looked up in a table, and answers like a short one.
func TestLongLists(t *testing.T) {
	t.Parallel()
	var texts []string
	var ints []int
	var decs []decimal.Decimal
	var ids []uuid.UUID
	for i := range 100 {
		texts = append(texts, string(rune('a'+i)))
		ints = append(ints, i)
		decs = append(decs, decimal.New(int64(10050-i), -2))
		ids = append(ids, id(byte(i+1)))
	}
	for _, c := range []Criterion{
		In("stage", append(texts, "vip")...), In("age", ints...), In("credit", decs...), In("boss", ids...),
		HasAny("tags", append(texts, "retail")...),
	} {
		matches := Compile(mustCheck(t, c, people, noon), nil)
		require.True(t, matches(ann), "%v", c)
		require.False(t, matches(none), "%v", c)
	}
	for _, c := range []Criterion{
		In("stage", texts...), In("age", ints[40:]...), In("credit", decs[1:]...), In("boss", ids[3:]...),
		HasAny("tags", texts...), HasAll("tags", texts...),
	} {
		require.False(t, Compile(mustCheck(t, c, people, noon), nil)(ann), "%v", c)
	}
}

// And and Or have forms of their own for two, three and four children.
func TestWidths(t *testing.T) {
	t.Parallel()
	yes, no := Eq("stage", "vip"), Eq("stage", "new")
	for width := 1; width <= 7; width++ {
		for odd := range width {
			and, or := make([]Criterion, width), make([]Criterion, width)
			for i := range width {
				and[i], or[i] = yes, no
			}
			require.True(t, Compile(mustCheck(t, All(and...), people, noon), nil)(ann))
			require.False(t, Compile(mustCheck(t, Any(or...), people, noon), nil)(ann))
			and[odd], or[odd] = no, yes
			require.False(t, Compile(mustCheck(t, All(and...), people, noon), nil)(ann), "all of %d, %d is false", width, odd)
			require.True(t, Compile(mustCheck(t, Any(or...), people, noon), nil)(ann), "any of %d, %d is true", width, odd)
		}
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	matching := &person{Stage: "vip", Credit: ptr(dec("1234.5")), Tags: []string{"wholesale"}, Seen: noon, Name: "Zhang 张三"}
	for _, c := range []Criterion{
		fourTests,
		In("credit", "1", "1234.50", "99999999999999999999999.5"),
		Search("name", "ZHANG 张"),
		Any(Missing("stage"), Anniversary("seen", 3, "Asia/Shanghai")),
		Parent("boss", nil),
	} {
		matches := Compile(mustCheck(t, c, people, noon), &world{})
		var rec any = matching
		require.Zero(t, testing.AllocsPerRun(100, func() { matches(rec) }), "%v", c)
	}
}
