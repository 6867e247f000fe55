package dedupe

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/similarity"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// asPostcode and asCategory are types of the package as a host would write them.
var (
	asPostcode = &Comparison{
		Name: "postcode 1", Normal: lettersOf,
		Levels: []Level{{"another", .1, .8}, {"a region in common", .1, .15}, {"an area in common", .1, .03}, {"one character apart", .1, .01}, {"the same", .6, .01}},
		Judge: func(a, b string) int {
			switch begin := common(a, b); {
			case similarity.Damerau(a, b) <= 1:
				return 3
			case begin >= max(len(a), len(b))-3 && begin >= 2:
				return 2
			case begin >= 2:
				return 1
			}
			return 0
		},
	}
	asCategory = &Comparison{
		Name: "category 1", Normal: func(text string) string { return string(appendSqueezed(nil, text)) },
		Levels: []Level{{"another", .1, .5}, {"the same", .9, .5}}, Keys: func(string) []string { return nil },
	}
)

// drawn records of values, one of a list for each field.
func drawRecords(t *rapid.T, values ...[]string) []Record {
	records := make([]Record, rapid.IntRange(2, 40).Draw(t, "n"))
	for i := range records {
		records[i].ID = fmt.Sprintf("%03d", i)
		for f, list := range values {
			records[i].Values = append(records[i].Values, rapid.SampledFrom(list).Draw(t, fmt.Sprint("field", f)))
		}
	}
	return records
}

// A host's comparison that does what a type of the package does weighs the same: in
// a match, in a profile that was written and read, and in explanations.
func TestByHost_WeighsAsTheTypeThatItMimics(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	own := []Field{{Name: "name", Type: FullName}, {Name: "zip", Type: Postcode}, {Name: "level", Type: Category}}
	host := []Field{own[0], {Name: "zip", Type: ByHost, Compare: asPostcode}, {Name: "level", Type: ByHost, Compare: asCategory}}
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt, []string{"", "王丽", "王莉", "Bob Smith", "Robert Smith", "张三"}, []string{"", "60601", "60 602", "60601-", "10115", "SW1A 1AA"}, []string{"", "gold", "Gold ", "silver"})
		want, got := match(t, own, records...), match(t, host, records...)
		require.Equal(rt, want.Clusters, got.Clusters)
		require.Equal(rt, want.Compared, got.Compared)
		require.Len(rt, got.Pairs, len(want.Pairs))
		for i, p := range want.Pairs {
			require.Equal(rt, [2]string{p.A, p.B}, [2]string{got.Pairs[i].A, got.Pairs[i].B})
			require.InDelta(rt, p.Weight, got.Pairs[i].Weight, 1e-4)
		}
		text, err := json.Marshal(got.Profile(ProfileOptions{}))
		require.NoError(rt, err)
		p, err := ReadProfile(text, host)
		require.NoError(rt, err)
		equalWeights(rt, got, p, prepared(t, p, records))
	})
}

// Whatever a host's functions answer, the order of two values and of all records does
// not matter, and every weight is that of its profile.
func TestByHost_Property_AnyOrder(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	odd := &Comparison{
		Name: "odd 1", Normal: func(s string) string { return strings.TrimSpace(s) + "\x1e" },
		Levels: []Level{{"far", .2, .7}, {"near", .3, .2}, {"same", .5, .1}},
		Judge:  func(a, b string) int { return int(a[0])%7 - int(b[0])%3 }, // of no sense, not symmetric, out of range
		Keys:   func(s string) []string { return append(strings.Fields(s), "", s, s) }, Own: true,
	}
	fields := []Field{{Name: "name", Type: FullName}, {Name: "odd", Type: ByHost, Compare: odd}, {Name: "tags", Type: Set}}
	rapid.Check(t, func(rt *rapid.T) {
		records := drawRecords(rt, []string{"", "王丽", "王莉", "Bob Smith"}, []string{"", " ", "a b", "b c", "b  c", "zebra", "x\x1dy\x00"}, []string{"", "tea", "tea\nvip", "VIP\n tea ", "car"})
		want := match(t, fields, records...)
		got := match(t, fields, rapid.Permutation(records).Draw(rt, "order")...)
		require.Equal(rt, want.Clusters, got.Clusters)
		require.Equal(rt, want.Pairs, got.Pairs)
		text, err := json.Marshal(want.Profile(ProfileOptions{}))
		require.NoError(rt, err)
		p, err := ReadProfile(text, fields)
		require.NoError(rt, err)
		rows := prepared(t, p, records)
		equalWeights(rt, want, p, rows)
		for _, pair := range want.Pairs {
			require.InDelta(rt, p.Weigh(rows[pair.A], rows[pair.B])[0], p.Weigh(rows[pair.B], rows[pair.A])[0], 1e-5)
		}
	})
}

// plate compares licence plates: what the host knows of them finds pairs that no type
// of the package would.
var plate = &Comparison{
	Name: "plate 1",
	Normal: func(s string) string {
		return strings.NewReplacer("0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(lettersOf(s)))
	},
	Levels: []Level{{"another plate", .1, .98}, {"one character apart", .1, .0195}, {"the same plate", .8, .0005}},
	Judge: func(a, b string) int {
		if similarity.Damerau(a, b) == 1 {
			return 1
		}
		return 0
	},
	Own: true,
}

func TestByHost_FindsByItsKeys(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(41, 42))
	var records []Record
	for i := range 300 {
		number := fmt.Sprintf("%c%c-%04d", 'A'+random.IntN(26), 'A'+random.IntN(26), random.IntN(10000))
		name := string([]rune("王李张刘陈杨黄周")[random.IntN(8)]) + string([]rune("伟芳娜敏静丽强磊")[random.IntN(8)])
		records = append(records, Record{ID: fmt.Sprintf("%03da", i), Values: []string{name, number}})
		if i%3 == 0 {
			records = append(records, Record{ID: fmt.Sprintf("%03db", i), Values: []string{name, strings.NewReplacer("0", "o", "8", "b", "-", "").Replace(number)}})
		}
	}
	fields := []Field{{Name: "name", Type: FullName}, {Name: "plate", Type: ByHost, Compare: plate}}
	found := match(t, fields, records...)
	require.Len(t, found.Clusters, 300)
	e, _ := found.Explain("000a", "000b")
	require.Equal(t, "the same plate", e.Parts[1].Level)
	p, err := DefaultProfile(fields)
	require.NoError(t, err)
	_, keys, err := p.Index(Record{Values: []string{"", "ab 0018"}})
	require.NoError(t, err)
	_, same, err := p.Index(Record{Values: []string{"王伟", "AB-OOIB"}})
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.Contains(t, same, keys[0])
}

func TestByHost_Refuses(t *testing.T) {
	t.Parallel()
	two := []Level{{"another", .5, .5}, {"the same", .5, .5}}
	many := make([]Level, 16)
	for i := range many {
		many[i] = Level{"level", 1.0 / 16, 1.0 / 16}
	}
	for name, f := range map[string]Field{
		"none":        {Type: ByHost},
		"other type":  {Type: Text, Compare: asCategory},
		"no name":     {Type: ByHost, Compare: &Comparison{Levels: two}},
		"one level":   {Type: ByHost, Compare: &Comparison{Name: "x", Levels: two[:1]}},
		"too many":    {Type: ByHost, Compare: &Comparison{Name: "x", Levels: many, Judge: asPostcode.Judge}},
		"no judge":    {Type: ByHost, Compare: &Comparison{Name: "x", Levels: asPostcode.Levels}},
		"no share":    {Type: ByHost, Compare: &Comparison{Name: "x", Levels: []Level{{"another", 0, .5}, {"the same", 1, .5}}}},
		"not one":     {Type: ByHost, Compare: &Comparison{Name: "x", Levels: []Level{{"another", .5, .5}, {"the same", .4, .5}}}},
		"both":        {Type: ByHost, Compare: &Comparison{Name: "x", Levels: two, Own: true, Ties: true}},
		"not company": {Type: FullName, Aliases: form.NewAliases(nil)},
	} {
		f.Name = "field"
		_, err := New([]Field{f}, Options{})
		require.ErrorIs(t, err, ErrInvalid, name)
		require.ErrorContains(t, err, `"field"`, name)
		_, err = DefaultProfile([]Field{f})
		require.ErrorIs(t, err, ErrInvalid, name)
		_, err = ReadProfile(nil, []Field{f})
		require.ErrorIs(t, err, ErrInvalid, name)
	}
}

// A profile keeps the names of what a host gave its fields, and is read with that.
func TestReadProfile(t *testing.T) {
	t.Parallel()
	aliases := form.NewAliases(map[string]string{"微信": "腾讯"})
	fields := []Field{{Name: "firm", Type: Company, Aliases: aliases}, {Name: "plate", Type: ByHost, Compare: plate}}
	made, err := DefaultProfile(fields)
	require.NoError(t, err)
	text, err := json.Marshal(made)
	require.NoError(t, err)
	require.ErrorContains(t, json.Unmarshal(text, &Profile{}), "read it with ReadProfile and the fields")
	require.ErrorIs(t, json.Unmarshal(text, &Profile{}), ErrInvalid)
	p, err := ReadProfile(text, fields)
	require.NoError(t, err)
	require.Equal(t, fields, p.Fields())

	again, newer := *plate, *plate
	newer.Name = "plate 2"
	fewer := again
	fewer.Levels = append([]Level{{"another plate", .2, .9995}}, plate.Levels[2])
	with := func(firm, plate Field) []Field { return []Field{firm, plate} }
	_, err = ReadProfile(text, with(Field{Name: "firm", Type: Company, Aliases: form.NewAliases(aliases.Table())}, Field{Name: "plate", Type: ByHost, Compare: &again}))
	require.NoError(t, err)
	for name, fields := range map[string][]Field{
		"fewer fields":     fields[:1],
		"another name":     with(fields[0], Field{Name: "car", Type: ByHost, Compare: plate}),
		"another version":  with(fields[0], Field{Name: "plate", Type: ByHost, Compare: &newer}),
		"other levels":     with(fields[0], Field{Name: "plate", Type: ByHost, Compare: &fewer}),
		"no aliases":       with(Field{Name: "firm", Type: Company}, fields[1]),
		"other aliases":    with(Field{Name: "firm", Type: Company, Aliases: form.NewAliases(map[string]string{"微信": "阿里"})}, fields[1]),
		"nothing":          {},
		"in another order": with(fields[1], fields[0]),
	} {
		_, err := ReadProfile(text, fields)
		require.ErrorIs(t, err, ErrInvalid, name)
	}
	plain, err := DefaultProfile(people)
	require.NoError(t, err)
	text, err = json.Marshal(plain)
	require.NoError(t, err)
	_, err = ReadProfile(text, people)
	require.NoError(t, err)
}

// Names that aliases say are one brand are compared as if they were written so.
func TestAliases_OneBrand(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(51, 52))
	han := []rune("东方华盛金海天宇宏远泰和瑞丰嘉利康达恒信中诚明辉")
	var records []Record
	for i := range 200 {
		brand := string([]rune{han[random.IntN(len(han))], han[random.IntN(len(han))], han[random.IntN(len(han))]})
		r := Record{ID: fmt.Sprintf("%03da", i), Values: []string{"深圳市" + brand + "科技有限公司", fmt.Sprintf("139%08d", random.IntN(1e8))}}
		records = append(records, r)
		if i%3 == 0 {
			records = append(records, Record{ID: fmt.Sprintf("%03db", i), Values: []string{brand + "科技公司", r.Values[1]}})
		}
	}
	records = append(records, Record{ID: "x", Values: []string{"深圳市腾讯计算机系统有限公司", ""}}, Record{ID: "y", Values: []string{"深圳市微信计算机系统有限公司", ""}})
	fields := []Field{{Name: "firm", Type: Company}, {Name: "phone", Type: Phone}}
	without := match(t, fields, records...)
	e, _ := without.Explain("x", "y")
	require.NotEqual(t, "the same", e.Parts[0].Level)
	fields[0].Aliases = form.NewAliases(map[string]string{"微信": "腾讯"})
	with := match(t, fields, records...)
	require.Contains(t, with.Clusters, []string{"x", "y"})
	e, _ = with.Explain("x", "y")
	require.Equal(t, "the same", e.Parts[0].Level)
	p := with.Profile(ProfileOptions{})
	equalWeights(t, with, p, prepared(t, p, records))
	row, err := p.Prepare(records[len(records)-1])
	require.NoError(t, err)
	require.Contains(t, row.Values()[0], "腾讯")
}

func ExampleComparison() {
	plates := &Comparison{
		Name:   "plate 1",
		Normal: func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "-", "")) },
		Levels: []Level{{"another", .1, .999}, {"the same", .9, .001}},
	}
	m, err := New([]Field{{Name: "name", Type: FullName}, {Name: "plate", Type: ByHost, Compare: plates}}, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	match, err := m.Match(context.Background(), []Record{
		{ID: "1", Values: []string{"Ann Lee", "ab-1234"}}, {ID: "2", Values: []string{"Lee, Ann", "AB1234"}}, {ID: "3", Values: []string{"Bob Ray", "CD-5678"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(match.Clusters)
	// Output: [[1 2] [3]]
}
