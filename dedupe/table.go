package dedupe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// A table is the records in columns, in the order of their ids, so that nothing
// depends on the order in which they came.
type table struct {
	records       []*Record
	comparisons   []*comparison
	keys          []keyer
	organisations bool // are among them
}

// A keyer makes keys of rows: rows with a key in common may be one entity.
type keyer struct {
	name   string
	of     *comparison
	keys   func(row int) []string
	single bool // its keys are not put together with those of others
}

func newTable(fields []Field, records []Record) *table {
	t := &table{records: make([]*Record, len(records))}
	for i := range records {
		t.records[i] = &records[i]
	}
	slices.SortFunc(t.records, func(a, b *Record) int { return cmp.Compare(a.ID, b.ID) })
	byType := map[Type][]int{}
	for i, f := range fields {
		byType[f.Type] = append(byType[f.Type], i)
	}
	t.organisations = len(byType[Company]) > 0
	t.addNames(byType)
	for i, f := range fields {
		t.addField(i, f)
	}
	t.addPhones(byType)
	return t
}

func (t *table) value(field, row int) string { return t.records[row].Values[field] }

func (t *table) column(value func(row int) string) *column { return newColumn(len(t.records), value) }

func (t *table) add(c *comparison) *comparison {
	t.comparisons = append(t.comparisons, c)
	return c
}

func (t *table) key(of *comparison, name string, single bool, keys func(row int) []string) {
	t.keys = append(t.keys, keyer{name, of, keys, single})
}

// one makes a list of a text, none of an empty one.
func one(text func(row int) string) func(row int) []string {
	return func(row int) []string {
		if s := text(row); s != "" {
			return []string{s}
		}
		return nil
	}
}

// addNames compares given names, surnames and full names as one: a full name
// fills in where the parts are missing.
func (t *table) addNames(byType map[Type][]int) {
	fields := slices.Concat(byType[Surname], byType[GivenName], byType[FullName])
	if len(fields) == 0 {
		return
	}
	first := func(row int, of Type) string {
		for _, f := range byType[of] {
			if v := t.value(f, row); v != "" {
				return v
			}
		}
		return ""
	}
	col := t.column(func(row int) string {
		return joinName(first(row, Surname), first(row, GivenName), first(row, FullName))
	})
	c := t.add(compareNames("name", col))
	c.role = rolePerson
	t.key(c, "name", false, one(col.at))
	parts := make([]personName, len(col.values))
	for id, v := range col.values {
		if id > 0 {
			parts[id] = readName(v)
		}
	}
	t.key(c, "surname's sound", false, one(func(row int) string { return parts[col.rows[row]].surname.sound }))
	t.key(c, "given name's sound", false, one(func(row int) string { return parts[col.rows[row]].given.sound }))
	t.key(c, "sound", false, one(func(row int) string { return parts[col.rows[row]].sound }))
	t.key(c, "letters of the name", false, one(func(row int) string {
		p := parts[col.rows[row]]
		if p.surname.text == "" || p.given.text == "" {
			return ""
		}
		list := []string{p.surname.text, p.given.text}
		slices.Sort(list)
		return strings.Join(list, " ")
	}))
}

// joinName returns surname and given name as one value.
func joinName(surname, given, full string) string {
	surname, given = strings.ReplaceAll(squeezed(surname), " ", ""), strings.ReplaceAll(squeezed(given), " ", "")
	if full != "" && (surname == "" || given == "") {
		n := form.Person(full)
		surname, given = cmp.Or(surname, strings.ReplaceAll(n.Surname, " ", "")), cmp.Or(given, strings.ReplaceAll(n.Given, " ", ""))
	}
	if surname == "" && given == "" {
		return ""
	}
	return surname + setSeparator + given
}

// addField compares a field that stands for itself.
func (t *table) addField(i int, f Field) {
	raw := func(row int) string { return t.value(i, row) }
	switch f.Type {
	case Text, Company, Address:
		t.addWords(f, raw)
	case Identifier:
		col := newSetColumn(len(t.records), func(row int) []string { return mapped(lines(raw(row)), plain) })
		t.addSet(f.Name, col)
	case Date:
		col := t.column(func(row int) string { return dayForm(raw(row)) })
		c := t.add(compareDays(f.Name, col))
		c.role = rolePerson
		t.key(c, f.Name, false, one(col.at))
		t.key(c, f.Name+" in part", false, func(row int) []string {
			if d := col.at(row); len(d) == 8 {
				return []string{d[:4], d[2:6], d[4:]}
			}
			return nil
		})
	case Email:
		col := t.column(func(row int) string { return strings.ToLower(strings.TrimSpace(raw(row))) })
		c := t.add(compareEmails(f.Name, col))
		c.role = roleContact
		t.key(c, f.Name, false, one(col.at))
		t.key(c, f.Name+" name", false, one(func(row int) string { name, _, _ := strings.Cut(col.at(row), "@"); return name }))
	case Postcode:
		col := t.column(func(row int) string { return plain(raw(row)) })
		t.key(t.add(comparePostcodes(f.Name, col)), f.Name, false, one(col.at))
	case Category:
		t.add(compareCategories(f.Name, t.column(func(row int) string { return squeezed(raw(row)) })))
	}
}

func mapped(list []string, fn func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fn(s)
	}
	return out
}

func (t *table) addSet(name string, col *setColumn) {
	c := t.add(compareCodes(name, col))
	c.role = rolePerson
	if name == "phone" {
		c.role = roleContact
	}
	t.key(c, name, false, func(row int) []string {
		var list []string
		for _, n := range col.sets[col.rows[row]] {
			list = append(list, col.texts[n])
		}
		return list
	})
}

// addPhones compares all phone numbers as one set, with those that mail names and
// accounts consist of.
func (t *table) addPhones(byType map[Type][]int) {
	if len(byType[Phone]) == 0 {
		return
	}
	t.addSet("phone", newSetColumn(len(t.records), func(row int) []string {
		var list []string
		for _, f := range byType[Phone] {
			list = append(list, mapped(lines(t.value(f, row)), phoneForm)...)
		}
		for _, f := range slices.Concat(byType[Email], byType[Identifier]) {
			name, _, _ := strings.Cut(t.value(f, row), "@")
			list = append(list, mobileIn(name))
		}
		return list
	}))
}

// addWords compares texts, organisations and addresses by their words.
func (t *table) addWords(f Field, raw func(row int) string) {
	col := t.column(func(row int) string { return squeezed(raw(row)) })
	var c *comparison
	b := newBag(col, words)
	switch f.Type {
	case Address:
		street, numbers := t.addressParts(col, raw)
		c = compareAddresses(f.Name, col, street, numbers)
		if t.organisations {
			c.kin = &branches
		}
	case Company:
		c = compareOrganisations(f.Name, col, b)
	default:
		c = compareWords(f.Name, col, b)
	}
	t.add(c)
	rare := make([][]string, len(col.values))
	for id := range rare {
		rare[id] = b.rarest(uint32(id), 4)
	}
	t.key(c, f.Name, false, one(col.at))
	t.key(c, f.Name+" word", false, func(row int) []string { return rare[col.rows[row]] })
	t.key(c, f.Name+" words", true, func(row int) []string { return inPairs(rare[col.rows[row]]) })
}

func inPairs(list []string) (pairs []string) {
	for i, a := range list {
		for _, b := range list[i+1:] {
			pairs = append(pairs, min(a, b)+" "+max(a, b))
		}
	}
	return pairs
}

// addressParts returns the words of the street and places, and the numbers with
// that of the house first, of each address; the numbers in the name of a street
// ("3rd st") are words of it.
func (t *table) addressParts(col *column, raw func(row int) string) (street *bag, numbers [][]string) {
	numbers = make([][]string, len(col.values))
	streets := make(map[string][]string, len(col.values))
	for row, id := range col.rows {
		if id == 0 || numbers[id] != nil {
			continue
		}
		a := form.Address(raw(row))
		numbers[id] = []string{}
		for _, n := range a.Numbers {
			numbers[id] = append(numbers[id], numbersIn(n)...)
		}
		where := a.Road
		if where == "" {
			where = a.Rest
		}
		streets[col.values[id]] = words(strings.Join([]string{a.Province, a.City, a.District, where}, " "))
	}
	return newBag(col, func(value string) []string { return streets[value] }), numbers
}
