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
	keys          []*keyer
	organisations bool // are among them
	work          *work
	sources       []*source // of the comparisons; see source.go
	frozen        *frozen   // what is frequent, where the records do not tell; see frozen.go
}

// byID returns the records in the order of their ids.
func byID(records []Record) []*Record {
	list := make([]*Record, len(records))
	for i := range records {
		list[i] = &records[i]
	}
	slices.SortFunc(list, func(a, b *Record) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// row finds a record by its id.
func (t *table) row(id string) (int32, bool) {
	at, known := slices.BinarySearchFunc(t.records, id, func(r *Record, id string) int { return strings.Compare(r.ID, id) })
	return int32(at), known
}

// read makes columns, comparisons and keys of the fields.
func (t *table) read(fields []Field) {
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
}

func (t *table) value(field, row int) string { return t.records[row].Values[field] }

func (t *table) column(value func(row int) string) *column {
	return t.source(newColumn(len(t.records), guarded(t, t.form(value))))
}

// guarded is a function of rows that gives nothing anymore when the work has ended.
func guarded[T any](t *table, fn func(row int) T) func(row int) T {
	return func(row int) (none T) {
		if row%step == 0 && !t.work.goesOn(Reading, row, len(t.records)) || t.work.err != nil {
			return none
		}
		return fn(row)
	}
}

func (t *table) setColumn(set func(row int) []string) *setColumn {
	return t.setSource(newSetColumn(len(t.records), guarded(t, t.forms(set))))
}

func (t *table) add(c *comparison) *comparison {
	t.comparisons = append(t.comparisons, c)
	return c
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
	names := t.nameSource(readNames(col))
	c := t.add(compareNames("name", col, names))
	c.role = rolePerson
	t.nameKeys(c, names)
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
		col := t.setColumn(func(row int) []string { return mapped(lines(raw(row)), plain) })
		t.addSet(f.Name, col)
	case Date:
		col := t.column(func(row int) string { return dayForm(raw(row)) })
		c := t.add(compareDays(f.Name, col))
		c.role = rolePerson
		t.dayKeys(c, f.Name)
	case Email:
		col := t.column(func(row int) string { return strings.ToLower(strings.TrimSpace(raw(row))) })
		c := t.add(compareEmails(f.Name, col))
		c.role = roleContact
		t.emailKeys(c, f.Name)
	case Postcode:
		col := t.column(func(row int) string { return plain(raw(row)) })
		t.keyItself(t.add(comparePostcodes(f.Name, col)), f.Name)
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
	t.keyNumbers(c, name, withOthers, func(value uint32) []uint32 { return col.sets[value] })
}

// addPhones compares all phone numbers as one set, with those that mail names and
// accounts consist of.
func (t *table) addPhones(byType map[Type][]int) {
	if len(byType[Phone]) == 0 {
		return
	}
	t.addSet("phone", t.setColumn(func(row int) []string {
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
	lists := make([][]string, len(col.values))
	for id, v := range col.values {
		lists[id] = words(v)
	}
	var c *comparison
	b := t.bagSource(newBag(col, lists))
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
	t.wordKeys(t.add(c), f.Name, b)
}

// addressParts returns the words of the street and places, and the numbers with
// that of the house first, of each address; the numbers in the name of a street
// ("3rd st") are words of it.
func (t *table) addressParts(col *column, raw func(row int) string) (street *bag, numbers [][]string) {
	numbers = make([][]string, len(col.values))
	streets := make([][]string, len(col.values))
	for row, id := range col.rows {
		if id == 0 || numbers[id] != nil {
			continue
		}
		if t.frozen.has() {
			streets[id], numbers[id] = t.frozen.address(row)
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
		streets[id] = words(strings.Join([]string{a.Province, a.City, a.District, where}, " "))
	}
	return t.addressSource(newBag(col, streets), numbers), numbers
}
