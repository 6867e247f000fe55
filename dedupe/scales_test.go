package dedupe

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plates compares by prefixes, for a field of the host.
var plates = &Comparison{
	Name: "plate 1", Normal: strings.ToUpper,
	Levels: []Level{{"another", .1, .9}, {"one region", .1, .05}, {"the same", .8, .05}},
	Judge: func(a, b string) int {
		if a[:1] == b[:1] {
			return 1
		}
		return 0
	},
}

// fullPersons are all types of fields that persons have, and fullFirms those of organisations.
var (
	fullPersons = []Field{
		{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "phone", Type: Phone}, {Name: "code", Type: Identifier}, {Name: "born", Type: Date},
		{Name: "zip", Type: Postcode}, {Name: "firm", Type: Company}, {Name: "street", Type: Address}, {Name: "note", Type: Text}, {Name: "level", Type: Category},
		{Name: "tags", Type: Set}, {Name: "plate", Type: ByHost, Compare: plates},
	}
	fullFirms = append([]Field{{Name: "company", Type: Company}}, fullPersons[1:]...)
)

// anything draws values with much in common, and what is odd.
func anything(t *rapid.T, typ Type) string {
	some := map[Type][]string{
		FullName: {"王丽", "王莉", "wang li", "Li Wang", "曾小明", "Ceng Xiaoming", "Bob Smith", "Robert Smyth", "smith bob", "B. Smith", "张三", "欧阳娜娜", "王", "Li", "O'Brien, Ann", "...", "Zoë Müller"},
		Surname:  {"王", "Smith", "Smyth", "van der Berg", "欧阳", "Ö"}, GivenName: {"丽", "Bob", "Robert", "b", "Wei", "娜娜", "Anne-Marie"},
		Email: {"a@x.com", "wang.li@x.com", "wangli@x.com", "13810138000@qq.com", "wang.li@y.org", "nobody", "a@x.com\nb@x.com", "B@X.com\nwangli@x.com", "@x.com"},
		Phone: {"13810138000", "13800138001", "+1 312 555 0100\n13900139000", "010-65551234 ext 5", "0", "13900139000"}, Identifier: {"A1234", "A1235", "91350211M000100Y46", "91350211M000100Y46\nA1234", "11010519491231002X"},
		Date: {"1980-01-02", "1980-02-01", "1981-01-02", "2.1.1980", "1980", "x"}, Postcode: {"60601", "60602", "10115", "SW1A 1AA", "606"},
		Company: {"Acme Inc", "Acme Services", "Acme Inc Munich branch", "北京字节跳动有限公司", "字节跳动", "字节跳动上海分公司", "字节跳动北京第2分公司", "Subway #3", "Subway 4", "有限公司", "--"},
		Address: {"12 Main St", "14 Main Street", "Main Street", "北京市海淀区中关村大街1号", "海淀区中关村大街2号", "3rd st 12 12", "1", "--"},
		Text:    {"red shoes", "red shoe", "blue", "a b c 12 x9 红鞋"}, Category: {"a", "b", "A "}, Set: {"tea", "tea\nvip", "VIP\nbike\ntea", "boat", "tea\ntea"}, ByHost: {"ab1", "AB1", "ac2", "x"},
	}
	switch n := rapid.IntRange(0, 9).Draw(t, "which"); {
	case n < 2:
		return ""
	case n == 2 && (typ == Text || typ == Company || typ == Address || typ == Set):
		words := rapid.SliceOfN(rapid.IntRange(0, 90), 0, 70).Draw(t, "many words")
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(words), " ", map[bool]string{true: "\nw", false: " w"}[typ == Set]), "[]")
	case n == 3:
		return rapid.StringN(0, 12, 40).Draw(t, "any")
	}
	return rapid.SampledFrom(some[typ]).Draw(t, "value")
}

func anyRecords(t *rapid.T, fields []Field, n int) []Record {
	records := make([]Record, n)
	for i := range records {
		records[i].ID = fmt.Sprintf("%03d", i)
		for _, f := range fields {
			records[i].Values = append(records[i].Values, anything(t, f.Type))
		}
	}
	return records
}

// byTable weighs two records by a table that is made of them, and returns its keys of the
// first one where it is alone.
func byTable(p *Profile, a, b Record) (weight float64, keys []string) {
	rows := []Record{{Values: make([]string, len(a.Values))}, {Values: make([]string, len(a.Values))}}
	for i := range a.Values {
		rows[left].Values[i], rows[right].Values[i] = clean.Replace(a.Values[i]), clean.Replace(b.Values[i])
	}
	alone := p.read(slices.Clone(rows[:1]), &frozen{})
	t := p.read(rows, &frozen{})
	levels := t.pattern(left, right)
	w := p.model(t).weigh([]pair{{a: left, b: right}}, []pattern{levels})
	return float64(w[0]), p.keysOf(alone, left)
}

// Scales weigh to the bit as a table does that is made of the two records, whatever they
// weighed before; and so do they find keys.
func TestScales_AsATable(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for name, fields := range map[string][]Field{"persons": fullPersons, "organisations": fullFirms, "names in parts": append([]Field{{Name: "family", Type: Surname}, {Name: "given", Type: GivenName}}, fullPersons...)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				records := anyRecords(rt, fields, rapid.IntRange(2, 30).Draw(rt, "records"))
				m, err := New(fields, Options{})
				require.NoError(rt, err)
				match, err := m.Match(t.Context(), records)
				require.NoError(rt, err)
				p := match.Profile(ProfileOptions{Values: rapid.SampledFrom([]int{0, 1, 3}).Draw(rt, "kept")})
				if rapid.Bool().Draw(rt, "default") {
					p, err = DefaultProfile(fields)
					require.NoError(rt, err)
				}
				asScales(rt, p, append(records, anyRecords(rt, fields, 3)...))
			})
		})
	}
}

func asScales(t *rapid.T, p *Profile, records []Record) {
	rows := make([]*Prepared, len(records))
	for i, r := range records {
		made, keys, err := p.Index(r)
		require.NoError(t, err)
		rows[i] = &Prepared{}
		require.NoError(t, rows[i].Read(made.Text()))
		_, want := byTable(p, r, r)
		require.Equal(t, want, keys)
		require.Equal(t, want, p.Keys(rows[i]))
	}
	of := rapid.IntRange(0, len(records)-1).Draw(t, "of")
	least := rapid.SampledFrom([]float64{-10, 0, 1.58, 100}).Draw(t, "least")
	got, from := p.Weigh(rows[of], rows...), p.WeighFrom(least, rows[of], rows...)
	for i, r := range records {
		want, _ := byTable(p, records[of], r)
		if differing(rows[of].codes(), rows[i].codes()) != "" {
			want = math.Inf(-1)
		}
		require.Equal(t, want, got[i], "%q with %q", records[of].Values, r.Values)
		if from[i] != want {
			require.Less(t, want, from[i])
			require.Less(t, from[i], least)
		}
	}
}

// Prepared records that hold no more than normal forms are read as well.
func TestScales_FormsWithoutParts(t *testing.T) {
	t.Parallel()
	p, err := DefaultProfile(fullPersons)
	require.NoError(t, err)
	rows := make([]*Prepared, 2)
	for i, name := range []string{"曾小明", "Xiaoming Zeng"} {
		values := make([]string, len(fullPersons))
		values[0] = name
		rows[i], err = p.Prepare(Record{Values: values})
		require.NoError(t, err)
	}
	want := p.Weigh(rows[0], rows[1])
	for i, r := range rows {
		forms := r.forms(nil)
		forms[0], _, _ = strings.Cut(forms[0], partSeparator)
		rows[i] = preparedOf(r.codes(), forms)
		require.NotContains(t, rows[i].Text(), partSeparator)
	}
	require.Equal(t, want, p.Weigh(rows[0], rows[1]))
	text, err := json.Marshal(rows[0].Values())
	require.NoError(t, err)
	require.JSONEq(t, `["曾\u001f小明","","","","","","","","","","",""]`, strings.ReplaceAll(string(text), `\n`, `\u001f`))
}

// What was weighed leaves nothing behind: memory grows neither with records nor with
// what they hold.
func TestScales_WeighWithoutMemory(t *testing.T) {
	withoutDetector(t)
	p, err := DefaultProfile(fullPersons)
	require.NoError(t, err)
	var rows []*Prepared
	for i := range 50 {
		values := []string{fmt.Sprintf("Ann Miller%c", 'a'+i%26), "", "1381013" + fmt.Sprint(1000+i), "", "1980-01-02", "", fmt.Sprintf("Acme %d works", i), fmt.Sprintf("%d Main St", i), "", "a", "tea\nvip", ""}
		r, err := p.Prepare(Record{Values: values})
		require.NoError(t, err)
		rows = append(rows, r)
	}
	s := p.newScales()
	s.fill(left, rows[0])
	weigh := func() {
		for _, r := range rows {
			s.weigh(r, math.Inf(-1))
		}
	}
	weigh()
	require.Zero(t, testing.AllocsPerRun(5, weigh))
}
