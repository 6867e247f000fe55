package dedupe

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A family is records made up like those of a known kind of list.
type family struct {
	name   string
	make   func(w *writer) (entities [][][]string)
	fields []Field
	f1     float64 // at least
}

// A writer makes up records, always the same ones.
type writer struct{ *rand.Rand }

func (w *writer) of(list string) string {
	words := strings.Fields(list)
	return words[w.IntN(len(words))]
}

func (w *writer) in(percent int) bool { return w.IntN(100) < percent }

// typo changes, leaves out or swaps a character.
func (w *writer) typo(s string) string {
	if len(s) < 3 {
		return s
	}
	at := 1 + w.IntN(len(s)-2)
	switch w.IntN(3) {
	case 0:
		return s[:at] + s[at+1:]
	case 1:
		return s[:at] + string(s[at+1]) + string(s[at]) + s[at+2:]
	}
	return s[:at] + string("abcdefghijklmnopqrstuvwxyz"[w.IntN(26)]) + s[at+1:]
}

// word is a name that nobody has thought of.
func (w *writer) word() string {
	var b strings.Builder
	for range 2 + w.IntN(2) {
		b.WriteByte("bcdfghklmnprstvw"[w.IntN(16)])
		b.WriteByte("aeiou"[w.IntN(5)])
	}
	return b.String() + w.of("n r s t ton ley field mann")
}

// surname is one of three hundred, some of them much more frequent than others.
func (w *writer) surname() string {
	of := &writer{rand.New(rand.NewPCG(21, uint64(300*w.Float64()*w.Float64())))}
	return of.word()
}

func (w *writer) day() string {
	return fmt.Sprintf("%d-%02d-%02d", 1930+w.IntN(75), 1+w.IntN(12), 1+w.IntN(28))
}

// copies are records of one entity: each value is mistyped or missing at times.
func (w *writer) copies(values []string, n, mistyped, missing int) [][]string {
	list := [][]string{values}
	for range n {
		again := append([]string(nil), values...)
		for i := range again {
			if w.in(mistyped) {
				again[i] = w.typo(again[i])
			}
			if w.in(missing) {
				again[i] = ""
			}
		}
		list = append(list, again)
	}
	return list
}

const givenForTest = "emma jack olivia thomas sophie james chloe joshua mia lachlan ruby william ella ethan grace noah zoe liam hannah samuel isla harry lucy max"

var families = []family{
	{
		name: "up to five duplicates of a person, with many slips", f1: 0.97,
		fields: []Field{{Name: "given_name", Type: GivenName}, {Name: "surname", Type: Surname}, {Name: "street", Type: Address}, {Name: "suburb", Type: Text}, {Name: "postcode", Type: Postcode}, {Name: "date_of_birth", Type: Date}, {Name: "soc_sec_id", Type: Identifier}},
		make: func(w *writer) (list [][][]string) {
			for range 400 {
				p := []string{w.of(givenForTest), w.surname(), fmt.Sprint(1+w.IntN(200), " ", w.word(), " street"), w.word(), fmt.Sprint(2000 + w.IntN(6000)), w.day(), fmt.Sprint(1_000_000 + w.IntN(9_000_000))}
				list = append(list, w.copies(p, max(w.IntN(9)-3, 0), 20, 7))
			}
			return list
		},
	},
	{
		name: "names and birthdays alone", f1: 0.93,
		fields: []Field{{Name: "fname", Type: GivenName}, {Name: "lname", Type: Surname}, {Name: "born", Type: Date}},
		make: func(w *writer) (list [][][]string) {
			for i := range 900 {
				list = append(list, w.copies([]string{w.of(givenForTest), w.surname(), w.day()}, map[bool]int{true: 1}[i%10 == 0], 15, 0))
			}
			return list
		},
	},
	{
		name: "restaurants of two guides, with telephones", f1: 0.97,
		fields: []Field{{Name: "name", Type: Company}, {Name: "addr", Type: Address}, {Name: "city", Type: Text}, {Name: "phone", Type: Phone}, {Name: "type", Type: Text}},
		make: func(w *writer) (list [][][]string) {
			for i := range 500 {
				name, road, number := w.word()+" "+w.of("cafe grill bistro kitchen tavern"), w.word(), 1+w.IntN(900)
				phone := fmt.Sprintf("212/%03d-%04d", 200+w.IntN(700), w.IntN(10_000))
				one := [][]string{{name, fmt.Sprint(number, " ", road, " st."), w.of("leeds york hull"), phone, w.of("french italian american")}}
				if i%4 == 0 {
					one = append(one, []string{strings.Split(name, " ")[0] + w.of("'s s") + " " + strings.Split(name, " ")[1], fmt.Sprint(number, " ", road, " street"), one[0][2],
						strings.ReplaceAll(phone, "/", "-"), w.of("french italian american continental")})
				}
				list = append(list, one)
			}
			return list
		},
	},
	{
		name: "households, and fathers and sons of one name", f1: 0.95,
		fields: []Field{{Name: "first", Type: GivenName}, {Name: "last", Type: Surname}, {Name: "dob", Type: Date}, {Name: "mail", Type: Email}, {Name: "tel", Type: Phone}, {Name: "street", Type: Address}, {Name: "zip", Type: Postcode}},
		make: func(w *writer) (list [][][]string) {
			for i := range 700 {
				p := []string{w.of(givenForTest), w.surname(), w.day(), w.word() + fmt.Sprint(w.IntN(1000)) + "@example.com", fmt.Sprintf("+4420%08d", w.IntN(100_000_000)), fmt.Sprint(1+w.IntN(200), " ", w.word(), " road"), fmt.Sprintf("%05d", w.IntN(100_000))}
				list = append(list, w.copies(p, map[bool]int{true: 1}[i%3 == 0], 5, 10))
				if i%4 == 0 { // somebody else of the household
					q := append([]string(nil), p...)
					q[0], q[2], q[3] = w.of(givenForTest), w.day(), w.word()+fmt.Sprint(w.IntN(1000))+"@example.com"
					if i%40 == 0 {
						q[0] = p[0]
					}
					list = append(list, w.copies(q, map[bool]int{true: 1}[i%8 == 0], 5, 10))
				}
			}
			return list
		},
	},
}

// Lists of kinds that nothing was tuned on are put together as well.
func TestMatch_Families(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for n, f := range families {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			w := &writer{rand.New(rand.NewPCG(20, uint64(n)))}
			var records []Record
			truth := map[string]string{}
			for entity, copies := range f.make(w) {
				for _, values := range copies {
					id := fmt.Sprintf("%06d", len(records)*7919%1_000_000)
					records = append(records, Record{ID: id, Values: values})
					truth[id] = fmt.Sprint(entity)
				}
			}
			found := match(t, f.fields, records...)
			precision, recall, f1 := judge(found.Clusters, truth)
			t.Logf("%d records: precision %.4f, recall %.4f, F1 %.4f", len(records), precision, recall, f1)
			require.GreaterOrEqual(t, f1, f.f1)
			renamed := append([]Field(nil), f.fields...)
			for i := range renamed {
				renamed[i].Name = fmt.Sprint("column ", i)
			}
			require.Equal(t, found.Clusters, match(t, renamed, records...).Clusters, "names of fields mean nothing")
		})
	}
}
