package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe"
)

// A set is records whose truth is known.
type set struct {
	name   string
	files  []string            // with Linking one for each list
	truth  string              // the column that names the entity
	entity func(string) string // what of it does; nil: all
	types  map[string]string   // by column
	guess  bool                // the types of other columns
	made   int                 // how many records are made up, instead of files
	easy   bool                // of people of whom nobody lives with another
}

// typeNames are the types as -type writes them.
var typeNames = map[string]dedupe.Type{
	"text": dedupe.Text, "given": dedupe.GivenName, "surname": dedupe.Surname, "person": dedupe.FullName, "company": dedupe.Company, "phone": dedupe.Phone,
	"email": dedupe.Email, "id": dedupe.Identifier, "date": dedupe.Date, "address": dedupe.Address, "postcode": dedupe.Postcode, "category": dedupe.Category, "set": dedupe.Set,
}

// febrlEntity is N of rec-N-org and rec-N-dup-0.
func febrlEntity(id string) string {
	parts := strings.Split(id, "-")
	return parts[min(1, len(parts)-1)]
}

var febrlTypes = map[string]string{
	"given_name": "given", "surname": "surname", "street_number": "category", "address_1": "address", "address_2": "address",
	"suburb": "text", "postcode": "postcode", "state": "category", "date_of_birth": "date", "soc_sec_id": "id",
}

var knownSets = []set{
	{name: "febrl1", files: []string{"febrl1/dataset1.csv"}, truth: "rec_id", entity: febrlEntity, types: febrlTypes},
	{name: "febrl4", files: []string{"febrl4/dataset4a.csv", "febrl4/dataset4b.csv"}, truth: "rec_id", entity: febrlEntity, types: febrlTypes},
	{
		name: "fake_1000", files: []string{"fake_1000/fake_1000.csv"}, truth: "cluster",
		types: map[string]string{"first_name": "given", "surname": "surname", "dob": "date", "city": "text", "email": "email"},
	},
	{
		name: "restaurants_dedupe", files: []string{"restaurants_dedupe/restaurant-nophone-training.csv"}, truth: "unique_id",
		types: map[string]string{"name": "company", "address": "address", "city": "text", "cuisine": "text"},
	},
	{
		name: "chicago_childcare", files: []string{"chicago_childcare/csv_example_input_with_true_ids.csv"}, truth: "True Id",
		types: map[string]string{"Site name": "company", "Address": "address", "Zip": "postcode", "Phone": "phone"},
	},
	{
		name: "historical_25k", files: []string{"historical_25k/historical_25k.csv"}, truth: "cluster",
		types: map[string]string{
			"first_name": "given", "surname": "surname", "dob": "date", "birth_place": "text", "postcode_fake": "postcode", "gender": "category", "occupation": "text",
		},
	},
	{
		name: "zh_person", files: []string{"zh_person/zh_person.csv"}, truth: "entity",
		types: map[string]string{
			"name": "person", "gender": "category", "birthday": "date", "mobile": "phone", "phone": "phone", "email": "email", "wechat": "id", "address": "address",
		},
	},
	{
		name: "zh_company", files: []string{"zh_company/zh_company.csv"}, truth: "entity",
		types: map[string]string{
			"name": "company", "uscc": "id", "phone": "phone", "mobile": "phone", "contact": "person", "email": "email", "address": "address",
		},
	},
}

// load reads the files of a set: the fields that are compared, the records, and
// the entity of each.
func (s set) load() (fields []dedupe.Field, records []dedupe.Record, truth map[string]string, err error) {
	if s.made > 0 {
		records, truth = synthetic(s.made, s.easy)
		return syntheticFields, records, truth, nil
	}
	truth = map[string]string{}
	for list, file := range s.files {
		rows, err := read(file)
		if err != nil {
			return nil, nil, nil, err
		}
		at := slices.Index(rows[0], s.truth)
		if at < 0 {
			return nil, nil, nil, fmt.Errorf("%s has no column %q", file, s.truth)
		}
		found, columns, err := s.columns(rows, at)
		if err != nil {
			return nil, nil, nil, err
		}
		fields = found
		for n, row := range rows[1:] {
			r := dedupe.Record{ID: fmt.Sprintf("%d-%07d", list, n), List: fmt.Sprint(list)}
			for _, c := range columns {
				r.Values = append(r.Values, strings.TrimSpace(row[c]))
			}
			records = append(records, r)
			truth[r.ID] = row[at]
			if s.entity != nil {
				truth[r.ID] = s.entity(row[at])
			}
		}
	}
	return fields, records, truth, nil
}

// read reads a CSV file whose header is its first line.
func read(file string) ([][]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.LazyQuotes, r.TrimLeadingSpace = true, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s has no rows below its header", file)
	}
	for i, name := range rows[0] {
		rows[0][i] = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
	}
	return rows, nil
}

// columns returns the fields of a file and where they stand.
func (s set) columns(rows [][]string, truth int) (fields []dedupe.Field, columns []int, err error) {
	for i, name := range rows[0] {
		stated, known := s.types[name]
		typ := typeNames[stated]
		switch {
		case i == truth || known && stated == "":
			continue
		case known && typ == 0:
			return nil, nil, fmt.Errorf("column %q: there is no type %q", name, stated)
		case !known && s.guess:
			typ = dedupe.Guess(name, sample(rows[1:], i))
		}
		if typ != 0 {
			fields, columns = append(fields, dedupe.Field{Name: name, Type: typ}), append(columns, i)
		}
	}
	return fields, columns, nil
}

// sample returns a column of the first rows.
func sample(rows [][]string, column int) []string {
	var list []string
	for _, row := range rows[:min(len(rows), 2000)] {
		list = append(list, row[column])
	}
	return list
}
