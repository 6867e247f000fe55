package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe"
)

// A set is records whose truth is known.
type set struct {
	name   string
	files  []string          // several are as many lists, of which none has duplicates of its own
	truth  string            // the column that names the entity
	types  map[string]string // by column, where they are not to be guessed
	brands bool              // the file has names of companies with their brands instead
	made   int               // how many records are made up, instead of files
	easy   bool              // of people of whom nobody lives with another
}

// typeNames are the types as -type writes them.
var typeNames = map[string]dedupe.Type{
	"": 0, "text": dedupe.Text, "given": dedupe.GivenName, "surname": dedupe.Surname, "person": dedupe.FullName, "company": dedupe.Company, "phone": dedupe.Phone,
	"email": dedupe.Email, "id": dedupe.Identifier, "date": dedupe.Date, "address": dedupe.Address, "postcode": dedupe.Postcode, "category": dedupe.Category, "set": dedupe.Set,
}

// typeName is how -type writes a type.
func typeName(typ dedupe.Type) string {
	for name, t := range typeNames {
		if t == typ {
			return name
		}
	}
	return ""
}

// knownSets are the sets that -data knows. The types of their columns are guessed.
var knownSets = []set{
	{name: "febrl1", files: []string{"febrl1/dataset1.csv"}, truth: "rec_id"},
	{name: "febrl4", files: []string{"febrl4/dataset4a.csv", "febrl4/dataset4b.csv"}, truth: "rec_id"},
	{name: "fake_1000", files: []string{"fake_1000/fake_1000.csv"}, truth: "cluster"},
	{name: "restaurants_dedupe", files: []string{"restaurants_dedupe/restaurant-nophone-training.csv"}, truth: "unique_id"},
	{name: "chicago_childcare", files: []string{"chicago_childcare/csv_example_input_with_true_ids.csv"}, truth: "True Id"},
	{name: "historical_25k", files: []string{"historical_25k/historical_25k.csv"}, truth: "cluster"},
	{name: "zh_person", files: []string{"zh_person/zh_person.csv"}, truth: "entity"},
	{name: "zh_company", files: []string{"zh_company/zh_company.csv"}, truth: "entity"},
	{name: "zh_company_parts", files: []string{"zh_company_parts/groundtruth.txt"}, brands: true},
}

// known are the sets of a folder; with only, those that are named.
func known(folder, only string) ([]set, error) {
	names := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, name := range names {
		if !slices.ContainsFunc(knownSets, func(s set) bool { return s.name == name }) {
			return nil, fmt.Errorf("-only %q: no set of that name is known", name)
		}
	}
	var sets []set
	there := 0
	for _, s := range knownSets {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		files := s.files
		s.files = nil
		for _, file := range files {
			s.files = append(s.files, filepath.Join(folder, filepath.FromSlash(file)))
		}
		if s.missing() == "" {
			there++
		}
		sets = append(sets, s)
	}
	if there == 0 {
		return nil, fmt.Errorf("no set that is known in %s", folder)
	}
	return sets, nil
}

// missing is a file of the set that is not there; empty if all are.
func (s set) missing() string {
	for _, file := range s.files {
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return file
		}
	}
	return ""
}

// A loaded set is ready to be matched.
type loaded struct {
	fields  []dedupe.Field
	records []dedupe.Record
	truth   map[string]string // the entity of each record
	leftOut []dedupe.LeftOut
}

// load reads the files of a set.
func (s set) load() (l loaded, err error) {
	l.truth = map[string]string{}
	if s.made > 0 {
		l.fields = syntheticFields
		l.records, l.truth = synthetic(s.made, s.easy)
		return l, nil
	}
	header, lists, err := s.read()
	if err != nil {
		return loaded{}, err
	}
	at := slices.Index(header, s.truth)
	if at < 0 {
		return loaded{}, fmt.Errorf("%s: there is no column %q in each file", s.name, s.truth)
	}
	types, err := s.stated(header)
	if err != nil {
		return loaded{}, err
	}
	guesses := dedupe.GuessAll(header, slices.Concat(lists...), types)
	if l.fields = guesses.Fields; len(l.fields) == 0 {
		return loaded{}, fmt.Errorf("%s: there is no column to compare: state types with -type", s.name)
	}
	l.leftOut = guesses.LeftOut
	entity := entities(lists, at)
	for list, rows := range lists {
		for n, row := range rows {
			r := dedupe.Record{ID: fmt.Sprintf("%d-%07d", list, n), List: fmt.Sprint(list), Values: guesses.Values(row)}
			l.records = append(l.records, r)
			l.truth[r.ID] = entity(row[at])
		}
	}
	return l, nil
}

// stated are the types of columns that are not guessed; that of the truth is none.
func (s set) stated(header []string) (map[string]dedupe.Type, error) {
	types := map[string]dedupe.Type{}
	for _, column := range slices.Sorted(maps.Keys(s.types)) {
		typ, known := typeNames[s.types[column]]
		if !known {
			return nil, fmt.Errorf("column %q: there is no type %q", column, s.types[column])
		}
		if !slices.Contains(header, column) {
			return nil, fmt.Errorf("%s: there is no column %q", s.name, column)
		}
		types[column] = typ
	}
	types[s.truth] = 0
	return types, nil
}

// entities returns what names the entity in a value of the column of the truth: all of
// it, unless the values are ids as Febrl writes them, of which N does: rec-N-org,
// rec-N-dup-0.
func entities(lists [][][]string, at int) func(value string) string {
	for _, rows := range lists {
		for _, row := range rows {
			if parts := strings.Split(row[at], "-"); len(parts) < 3 || parts[0] != "rec" || parts[2] != "org" && parts[2] != "dup" {
				return func(value string) string { return value }
			}
		}
	}
	return func(value string) string { return strings.Split(value, "-")[1] }
}

// read reads the files. Of several the columns count whose names all of them have,
// in the order of the first.
func (s set) read() (header []string, lists [][][]string, err error) {
	var headers [][]string
	for _, file := range s.files {
		rows, err := read(file)
		if err != nil {
			return nil, nil, err
		}
		headers, lists = append(headers, rows[0]), append(lists, rows[1:])
	}
	for _, name := range headers[0] {
		if len(lists) == 1 || !slices.ContainsFunc(headers, func(other []string) bool { return !slices.Contains(other, name) }) {
			header = append(header, name)
		}
	}
	if len(lists) == 1 {
		return header, lists, nil
	}
	for list, rows := range lists {
		for n, row := range rows {
			common := make([]string, len(header))
			for i, name := range header {
				common[i] = row[slices.Index(headers[list], name)]
			}
			rows[n] = common
		}
	}
	return header, lists, nil
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
