package dedupe

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A dataSet is records whose truth is known, beside the project.
type dataSet struct {
	file    string
	truth   string                    // the column of the entity
	entity  func(value string) string // what of it names the entity; nil: all
	fields  map[string]Type           // by column, as a person would say; what is guessed must be the same
	other   string                    // the file of the other list, to link
	atLeast float64                   // F1 of the pairs in one cluster
	bCubed  float64                   // and of records by clusters
	large   bool                      // for CLIENTELE_SOAK alone where more is done than to match
}

var febrl = map[string]Type{
	"given_name": GivenName, "surname": Surname, "street_number": Category, "address_1": Address, "address_2": Address,
	"suburb": Text, "postcode": Postcode, "state": Category, "date_of_birth": Date, "soc_sec_id": Identifier,
}

// febrlEntity is rec-N of rec-N-org and rec-N-dup-0.
func febrlEntity(s string) string { return strings.Join(strings.Split(s, "-")[:2], "-") }

// febrl4 is two lists.
var febrl4 = dataSet{file: "febrl4/dataset4a.csv", other: "febrl4/dataset4b.csv", truth: "rec_id", atLeast: 1, bCubed: 1, entity: febrlEntity, fields: febrl}

var dataSets = []dataSet{
	{file: "febrl1/dataset1.csv", truth: "rec_id", atLeast: 1, bCubed: 1, entity: febrlEntity, fields: febrl},
	{
		file: "fake_1000/fake_1000.csv", truth: "cluster", atLeast: 0.97, bCubed: 0.97,
		fields: map[string]Type{"first_name": GivenName, "surname": Surname, "dob": Date, "city": Text, "email": Email},
	},
	{
		file: "restaurants_dedupe/restaurant-nophone-training.csv", truth: "unique_id", atLeast: 0.985, bCubed: 0.995,
		fields: map[string]Type{"name": Company, "address": Address, "city": Text, "cuisine": Text},
	},
	{
		file: "chicago_childcare/csv_example_input_with_true_ids.csv", truth: "True Id", atLeast: 0.962, bCubed: 0.97, large: true,
		fields: map[string]Type{"Site name": Company, "Address": Address, "Zip": Postcode, "Phone": Phone},
	},
	{
		file: "historical_25k/historical_25k.csv", truth: "cluster", atLeast: 0.93, bCubed: 0.935, large: true,
		fields: map[string]Type{
			"first_name": GivenName, "surname": Surname, "dob": Date, "birth_place": Text, "postcode_fake": Postcode, "gender": Category, "occupation": Text,
		},
	},
	{
		file: "zh_person/zh_person.csv", truth: "entity", atLeast: 0.975, bCubed: 0.98, large: true,
		fields: map[string]Type{
			"name": FullName, "gender": Category, "birthday": Date, "mobile": Phone, "phone": Phone, "email": Email, "wechat": Identifier, "address": Address,
		},
	},
	{
		file: "zh_company/zh_company.csv", truth: "entity", atLeast: 0.91, bCubed: 0.95, large: true,
		fields: map[string]Type{
			"name": Company, "uscc": Identifier, "phone": Phone, "mobile": Phone, "contact": FullName, "email": Email, "address": Address,
		},
	},
}

// Nothing is labelled and no threshold chosen: the matcher finds what belongs
// together in data of other people's making, and what the columns hold is guessed.
func TestMatch_RealData(t *testing.T) {
	withoutDetector(t)
	folder := filepath.Join("..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data is not beside the project: ", err)
	}
	for _, set := range append(slices.Clone(dataSets), febrl4) {
		t.Run(filepath.Dir(set.file), func(t *testing.T) {
			t.Parallel()
			records, fields, truth := set.guessed(t, folder)
			m, err := New(fields, Options{Linking: set.other != ""})
			require.NoError(t, err)
			found, err := m.Match(t.Context(), records)
			require.NoError(t, err)
			precision, recall, f1 := judge(found.Clusters, truth)
			bCubed := judgeRecords(found.Clusters, truth)
			t.Logf("%d records, %d pairs compared: precision %.4f, recall %.4f, F1 %.4f, B-cubed %.4f", len(records), found.Compared, precision, recall, f1, bCubed)
			require.GreaterOrEqual(t, f1, set.atLeast)
			require.GreaterOrEqual(t, bCubed, set.bCubed)
		})
	}
}

// guessed loads a set with the columns that are guessed, and requires that they are
// those which a person would name.
func (s dataSet) guessed(t testing.TB, folder string) (records []Record, fields []Field, truth map[string]string) {
	rows := s.rows(t, folder)
	at, lists := slices.Index(rows[0], s.truth), [][][]string{rows[1:]}
	if s.other != "" {
		other := dataSet{file: s.other}.rows(t, folder)
		require.Equal(t, rows[0], other[0])
		lists = append(lists, other[1:])
	}
	g := GuessAll(rows[0], slices.Concat(lists...), map[string]Type{s.truth: 0})
	types := map[string]Type{}
	for _, f := range g.Fields {
		types[f.Name] = f.Type
	}
	require.Equal(t, s.fields, types, "left out: %v", g.LeftOut)
	truth = map[string]string{}
	for list, rows := range lists {
		for n, row := range rows {
			r := Record{ID: fmt.Sprintf("%d-%06d", list, n), List: fmt.Sprint(list), Values: g.Values(row)}
			records, truth[r.ID] = append(records, r), s.entityOf(row[at])
		}
	}
	return records, g.Fields, truth
}

// entityOf is the entity of a value of the truth.
func (s dataSet) entityOf(value string) string {
	if s.entity != nil {
		return s.entity(value)
	}
	return value
}

// load reads a set with the fields that a person named.
func (s dataSet) load(t testing.TB, folder string) (records []Record, fields []Field, truth map[string]string) {
	rows := s.rows(t, folder)
	var columns []int
	for i, name := range rows[0] {
		if typ := s.fields[name]; typ != 0 {
			fields, columns = append(fields, Field{Name: name, Type: typ}), append(columns, i)
		}
	}
	require.Len(t, fields, len(s.fields))
	at := slices.Index(rows[0], s.truth)
	truth = map[string]string{}
	for n, row := range rows[1:] {
		rec := Record{ID: fmt.Sprintf("%06d", n)}
		for _, c := range columns {
			rec.Values = append(rec.Values, strings.TrimSpace(row[c]))
		}
		records = append(records, rec)
		truth[rec.ID] = s.entityOf(row[at])
	}
	return records, fields, truth
}

// judgeRecords is B-cubed: how well each record's cluster fits its entity.
func judgeRecords(clusters [][]string, truth map[string]string) float64 {
	size := map[string]int{}
	for _, entity := range truth {
		size[entity]++
	}
	var precision, recall float64
	for _, ids := range clusters {
		within := map[string]int{}
		for _, id := range ids {
			within[truth[id]]++
		}
		for entity, n := range within {
			precision += float64(n*n) / float64(len(ids))
			recall += float64(n*n) / float64(size[entity])
		}
	}
	return 2 * precision * recall / (precision + recall) / float64(len(truth))
}

// judge compares the pairs within clusters with those of one entity.
func judge(clusters [][]string, truth map[string]string) (precision, recall, f1 float64) {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	entities := map[string]int{}
	var told, right, there float64
	for _, ids := range clusters {
		within := map[string]int{}
		for _, id := range ids {
			within[truth[id]]++
			entities[truth[id]]++
		}
		told += pairs(len(ids))
		for _, n := range within {
			right += pairs(n)
		}
	}
	for _, n := range entities {
		there += pairs(n)
	}
	precision, recall = right/max(told, 1), right/max(there, 1)
	return precision, recall, 2 * right / (told + there)
}
