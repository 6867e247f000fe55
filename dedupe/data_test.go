package dedupe

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A dataSet is records whose truth is known, beside the project.
type dataSet struct {
	file    string
	truth   string                    // the column of the entity
	entity  func(value string) string // what of it names the entity; nil: all
	fields  map[string]Type           // by column
	atLeast float64                   // F1 of the pairs in one cluster
	large   bool                      // for CLIENTELE_SOAK alone
}

var dataSets = []dataSet{
	{
		file: "febrl1/dataset1.csv", truth: "rec_id", atLeast: 1,
		entity: func(s string) string { return strings.Join(strings.Split(s, "-")[:2], "-") },
		fields: map[string]Type{
			"given_name": GivenName, "surname": Surname, "street_number": Category, "address_1": Address, "address_2": Address,
			"suburb": Text, "postcode": Postcode, "state": Category, "date_of_birth": Date, "soc_sec_id": Identifier,
		},
	},
	{
		file: "fake_1000/fake_1000.csv", truth: "cluster", atLeast: 0.95,
		fields: map[string]Type{"first_name": GivenName, "surname": Surname, "dob": Date, "city": Text, "email": Email},
	},
	{
		file: "restaurants_dedupe/restaurant-nophone-training.csv", truth: "unique_id", atLeast: 0.985,
		fields: map[string]Type{"name": Company, "address": Address, "city": Text, "cuisine": Text},
	},
	{
		file: "chicago_childcare/csv_example_input_with_true_ids.csv", truth: "True Id", atLeast: 0.962, large: true,
		fields: map[string]Type{"Site name": Company, "Address": Address, "Zip": Postcode, "Phone": Phone},
	},
	{
		file: "historical_25k/historical_25k.csv", truth: "cluster", atLeast: 0.9, large: true,
		fields: map[string]Type{
			"first_name": GivenName, "surname": Surname, "dob": Date, "birth_place": Text, "postcode_fake": Postcode, "gender": Category, "occupation": Text,
		},
	},
	{
		file: "zh_person/zh_person.csv", truth: "entity", atLeast: 0.97, large: true,
		fields: map[string]Type{
			"name": FullName, "gender": Category, "birthday": Date, "mobile": Phone, "phone": Phone, "email": Email, "wechat": Identifier, "address": Address,
		},
	},
	{
		file: "zh_company/zh_company.csv", truth: "entity", atLeast: 0.9, large: true,
		fields: map[string]Type{
			"name": Company, "uscc": Identifier, "phone": Phone, "mobile": Phone, "contact": FullName, "email": Email, "address": Address,
		},
	},
}

// Nothing is labelled and no threshold chosen: the matcher finds what belongs
// together in data of other people's making.
func TestMatch_RealData(t *testing.T) {
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
			precision, recall, f1 := judge(found.Clusters, truth)
			t.Logf("%d records, %d pairs compared: precision %.4f, recall %.4f, F1 %.4f", len(records), found.Compared, precision, recall, f1)
			require.GreaterOrEqual(t, f1, set.atLeast)
		})
	}
}

func (s dataSet) load(t testing.TB, folder string) (records []Record, fields []Field, truth map[string]string) {
	f, err := os.Open(filepath.Join(folder, s.file))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	var columns []int
	at := -1
	for i, name := range rows[0] {
		name = strings.TrimSpace(name)
		if typ := s.fields[name]; typ != 0 {
			fields, columns = append(fields, Field{Name: name, Type: typ}), append(columns, i)
		}
		if name == s.truth {
			at = i
		}
	}
	require.Len(t, fields, len(s.fields))
	truth = map[string]string{}
	for n, row := range rows[1:] {
		rec := Record{ID: fmt.Sprintf("%06d", n)}
		for _, c := range columns {
			rec.Values = append(rec.Values, strings.TrimSpace(row[c]))
		}
		records = append(records, rec)
		if truth[rec.ID] = row[at]; s.entity != nil {
			truth[rec.ID] = s.entity(row[at])
		}
	}
	return records, fields, truth
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
