package dedupe

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// stored is a profile after it was written and read.
func stored(t testing.TB, p *Profile) *Profile {
	text, err := json.Marshal(p)
	require.NoError(t, err)
	out := &Profile{}
	require.NoError(t, json.Unmarshal(text, out))
	return out
}

// prepared are records after they were prepared, written and read.
func prepared(t testing.TB, p *Profile, records []Record) map[string]*Prepared {
	list := make(map[string]*Prepared, len(records))
	for _, r := range records {
		made, err := p.Prepare(r)
		require.NoError(t, err)
		read := &Prepared{}
		require.NoError(t, read.UnmarshalText([]byte(made.Text())))
		require.Equal(t, made, read)
		list[r.ID] = read
	}
	return list
}

// equalWeights holds the weights of a profile against those of its match.
func equalWeights(t require.TestingT, m *Match, p *Profile, rows map[string]*Prepared) {
	for _, pair := range m.Pairs {
		w := p.Weigh(rows[pair.A], rows[pair.B])[0]
		require.InDelta(t, pair.Weight, w, 1e-3, "%s %s", pair.A, pair.B)
		e, known := m.Explain(pair.A, pair.B)
		require.True(t, known)
		own := p.Explain(rows[pair.A], rows[pair.B])
		require.InDelta(t, e.Weight, own.Weight, 1e-3)
		require.Len(t, own.Parts, len(e.Parts))
		for i, part := range e.Parts {
			require.Equal(t, part.Name, own.Parts[i].Name)
			require.Equal(t, part.Level, own.Parts[i].Level)
			require.InDelta(t, part.Weight, own.Parts[i].Weight, 1e-3)
		}
	}
}

// A profile weighs what its match weighed.
func TestProfile_WeighsAsItsMatch(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	fields := []Field{
		{Name: "name", Type: FullName}, {Name: "mail", Type: Email}, {Name: "phone", Type: Phone}, {Name: "code", Type: Identifier}, {Name: "born", Type: Date},
		{Name: "zip", Type: Postcode}, {Name: "firm", Type: Company}, {Name: "street", Type: Address}, {Name: "note", Type: Text}, {Name: "level", Type: Category}, {Name: "tags", Type: Set},
	}
	rapid.Check(t, func(rt *rapid.T) {
		values := map[Type][]string{
			FullName: {"", "王丽", "王莉", "wang li", "Bob Smith", "Robert Smith", "smith bob", "张三"},
			Email:    {"", "a@x.com", "wang.li@x.com", "wangli@x.com", "13810138000@qq.com"},
			Phone:    {"", "13810138000", "13800138001", "+1 312 555 0100\n13900139000"}, Identifier: {"", "A1234", "A1235", "91350211M000100Y46"},
			Date: {"", "1980-01-02", "1980-02-01", "1981-01-02"}, Postcode: {"", "60601", "60602", "10115"},
			Company: {"", "Acme Inc", "Acme Services", "北京字节跳动有限公司", "字节跳动"}, Address: {"", "12 Main St", "14 Main Street", "北京市海淀区中关村大街1号"},
			Text: {"", "red shoes", "red shoe", "blue"}, Category: {"", "a", "b"}, Set: {"", "tea", "tea\nvip", "VIP\nbike\ntea", "boat"},
		}
		n := rapid.IntRange(2, 40).Draw(rt, "n")
		records := make([]Record, n)
		for i := range records {
			records[i].ID = fmt.Sprintf("%03d", i)
			for _, f := range fields {
				records[i].Values = append(records[i].Values, rapid.SampledFrom(values[f.Type]).Draw(rt, f.Name))
			}
		}
		m, err := New(fields, Options{})
		require.NoError(rt, err)
		match, err := m.Match(t.Context(), records)
		require.NoError(rt, err)
		p := stored(t, match.Profile(ProfileOptions{}))
		equalWeights(rt, match, p, prepared(t, p, records))
	})
}

func TestProfile_RealData(t *testing.T) {
	withoutDetector(t)
	folder := filepath.Join("..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data is not beside the project: ", err)
	}
	for _, set := range dataSets {
		t.Run(filepath.Dir(set.file), func(t *testing.T) {
			if set.large && os.Getenv("CLIENTELE_SOAK") != "1" {
				t.Skip("set CLIENTELE_SOAK=1 for the large ones")
			}
			t.Parallel()
			records, fields, truth := set.load(t, folder)
			found := match(t, fields, records...)
			p := stored(t, found.Profile(ProfileOptions{Values: 1 << 20}))
			rows := prepared(t, p, records)
			off := 0
			for _, pair := range found.Pairs[:min(len(found.Pairs), 20_000)] {
				if math.Abs(pair.Weight-p.Weigh(rows[pair.A], rows[pair.B])[0]) > 1e-3 {
					off++
				}
			}
			// Two spellings of an address that have one normal form may have been
			// read in two ways; the match took the first.
			require.LessOrEqual(t, off, len(found.Pairs)/1000)
			recall, batch, rowsPer := keyRecall(p, rows, truth, found)
			text, err := json.Marshal(found.Profile(ProfileOptions{}))
			require.NoError(t, err)
			t.Logf("recall of true pairs by keys %.4f, by the match's clusters %.4f, others found per record %.1f, profile %d KB", recall, batch, rowsPer, len(text)>>10)
		})
	}
}

// keyRecall is the share of true pairs that have a key in common, of which no more
// records than may share it.
func keyRecall(p *Profile, rows map[string]*Prepared, truth map[string]string, m *Match) (recall, batch, others float64) {
	byKey := map[string][]string{}
	for id, r := range rows {
		for _, k := range p.Keys(r) {
			byKey[k] = append(byKey[k], id)
		}
	}
	met := map[[2]string]bool{}
	for _, ids := range byKey {
		if len(ids) > crowdMost+1 {
			continue
		}
		for i, a := range ids {
			for _, b := range ids[:i] {
				met[[2]string{min(a, b), max(a, b)}] = true
			}
		}
	}
	clusterOf := map[string]int{}
	for n, ids := range m.Clusters {
		for _, id := range ids {
			clusterOf[id] = n
		}
	}
	byEntity := map[string][]string{}
	for id, e := range truth {
		byEntity[e] = append(byEntity[e], id)
	}
	there, hit, joined := 0.0, 0.0, 0.0
	for _, ids := range byEntity {
		for i, a := range ids {
			for _, b := range ids[:i] {
				there++
				if met[[2]string{min(a, b), max(a, b)}] {
					hit++
				}
				if clusterOf[a] == clusterOf[b] {
					joined++
				}
			}
		}
	}
	return hit / math.Max(there, 1), joined / math.Max(there, 1), 2 * float64(len(met)) / float64(len(rows))
}

// BenchmarkProfile is what one record costs against twenty.
func BenchmarkProfile(b *testing.B) {
	records := town(2000, rand.New(rand.NewPCG(1, 1)))
	p := match(b, people, records...).Profile(ProfileOptions{})
	rows := make([]*Prepared, len(records))
	for i, r := range records {
		rows[i], _ = p.Prepare(r)
	}
	b.Run("prepare", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, _ = p.Prepare(records[i%len(records)])
		}
	})
	b.Run("keys", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.Keys(rows[i%len(rows)])
		}
	})
	b.Run("weigh20", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			p.Weigh(rows[i%1000], rows[1000:1020]...)
		}
	})
}

// What was not written by a profile is refused, and so is what does not fit.
func TestProfile_Refuses(t *testing.T) {
	t.Parallel()
	p, err := DefaultProfile(people)
	require.NoError(t, err)
	for _, text := range []string{`{}`, `{"format":3}`, `{"format":1,"fields":[{"name":"a","type":1}]}`, `[]`} {
		require.ErrorIs(t, json.Unmarshal([]byte(text), &Profile{}), ErrInvalid, text)
	}
	_, err = p.Prepare(Record{Values: []string{"one"}})
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorIs(t, new(Prepared).UnmarshalText([]byte("x")), ErrInvalid)
	_, err = DefaultProfile(nil)
	require.ErrorIs(t, err, ErrInvalid)
}

// A profile that has learnt nothing tells the same from another all the same.
func TestDefaultProfile(t *testing.T) {
	t.Parallel()
	made, err := DefaultProfile(people)
	require.NoError(t, err)
	p := stored(t, made)
	require.Equal(t, []string{"name", "mail", "born", "phone"}, p.Comparisons())
	row := func(values ...string) *Prepared {
		r, err := p.Prepare(Record{Values: values})
		require.NoError(t, err)
		require.LessOrEqual(t, len(p.Keys(r)), MaxKeys)
		return r
	}
	li := row("王丽", "138 1013 8000", "li@x.com", "1980-01-02")
	w := p.Weigh(li, row("王丽", "+8613810138000", "", ""), row("王莉", "13810138000", "", ""), row("张三", "13900139000", "z@x.com", "1990-05-06"))
	require.Greater(t, w[0], 3.0)
	require.Greater(t, w[0], w[1])
	require.Less(t, w[2], -10.0)
}

// What decisions taught goes with the profile.
func TestProfile_KeepsTheLesson(t *testing.T) {
	t.Parallel()
	records := town(120, rand.New(rand.NewPCG(21, 22)))
	m := match(t, people, records...)
	taught := &lesson{start: -0.5, bits: m.model.zeros()}
	for c := range taught.bits {
		for level := 1; level < len(taught.bits[c]); level++ {
			taught.bits[c][level] = float64(c) - float64(level)/3
		}
	}
	m.model.lesson = taught
	p := stored(t, m.Profile(ProfileOptions{}))
	rows := prepared(t, p, records)
	require.NotEmpty(t, m.Pairs)
	for _, pair := range m.Pairs {
		e, _ := m.Explain(pair.A, pair.B)
		require.InDelta(t, e.Weight, p.Weigh(rows[pair.A], rows[pair.B])[0], 1e-3)
		require.NotEqual(t, pair.Weight, e.Weight)
	}
}
