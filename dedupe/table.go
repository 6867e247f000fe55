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
	input         []Record // as they came
	rowOf         []int32  // where each of them stands among the records; nowhere for one that is left out
	comparisons   []*comparison
	keys          []*keyer
	organisations bool // are among them
	persons       bool // are what the records are
	work          *work
	in            *interner // of whatever is being read
	own           lists     // see ownNumbers
	warm          byte      // keeps what was read ahead from being optimised away
	sources       []*source // of the comparisons; see source.go
	copies        copies    // of records, that are left out
	frozen        *frozen   // what is frequent, where the records do not tell; see frozen.go
	placeholders  *form.Placeholders
}

// nowhere is the row of a record that is left out.
const nowhere = -1

// newTable puts records in the order of their ids, without those that are left out; nil:
// none is.
func newTable(records []Record, left []bool, w *work) *table {
	t := &table{input: records, rowOf: make([]int32, len(records)), work: w, in: newInterner(len(records))}
	type place struct {
		begin uint64 // the first eight bytes of the id
		at    int32
	}
	order := make([]place, 0, len(records))
	for i := range records {
		t.rowOf[i] = nowhere
		if left == nil || !left[i] {
			order = append(order, place{beginning(records[i].ID), int32(i)})
		}
	}
	slices.SortFunc(order, func(a, b place) int {
		if a.begin != b.begin {
			return cmp.Compare(a.begin, b.begin)
		}
		return strings.Compare(records[a.at].ID, records[b.at].ID)
	})
	t.records = make([]*Record, len(order))
	for row, p := range order {
		t.records[row], t.rowOf[p.at] = &records[p.at], int32(row)
	}
	return t
}

// tableInOrder is newTable for records that are in the order of their ids, or of which
// nothing is asked by id.
func tableInOrder(records []Record, w *work) *table {
	t := &table{records: make([]*Record, len(records)), input: records, rowOf: make([]int32, len(records)), work: w, in: newInterner(len(records))}
	for i := range records {
		t.records[i], t.rowOf[i] = &records[i], int32(i)
	}
	return t
}

// beginning is the first eight bytes of a text as a number in their order.
func beginning(text string) (n uint64) {
	for i := range min(len(text), 8) {
		n |= uint64(text[i]) << (56 - 8*i)
	}
	return n
}

// row finds a record by its id; of a copy, the one that it copies.
func (t *table) row(id string) (int32, bool) {
	at, known := slices.BinarySearchFunc(t.records, id, func(r *Record, id string) int { return strings.Compare(r.ID, id) })
	if !known {
		return t.copies.row(id)
	}
	return int32(at), true
}

// read makes columns, comparisons and keys of the fields.
func (t *table) read(fields []Field) {
	byType := map[Type][]int{}
	for i, f := range fields {
		byType[f.Type] = append(byType[f.Type], i)
	}
	t.persons = ofPersons(fields)
	t.organisations = len(byType[Company]) > 0 && !t.persons
	t.addNames(byType)
	for i, f := range fields {
		t.addField(i, f)
	}
	t.addPhones(byType)
	t.nameByText()
	t.in = nil
}

// ofPersons reports whether records are persons: the first field that is a name
// says so. A firm after it is where they work; a person after a firm is whom to ask for.
func ofPersons(fields []Field) bool {
	for _, f := range fields {
		switch f.Type {
		case GivenName, Surname, FullName:
			return true
		case Company:
			return false
		}
	}
	return false
}

func (t *table) add(c *comparison) *comparison {
	if t.frozen == nil {
		c.memo = newMemo(len(c.column.values))
	}
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
	first := func(r *Record, of Type) string {
		for _, f := range byType[of] {
			if v := r.Values[f]; v != "" {
				return v
			}
		}
		return ""
	}
	col := t.column(func(r *Record, b []byte) []byte {
		return appendName(b, first(r, Surname), first(r, GivenName), first(r, FullName))
	}, fields...)
	names := t.nameSource(readNames(col))
	c := t.add(compareNames("name", col, names))
	c.role = rolePerson
	t.nameKeys(c, names)
}

// appendName appends surname and given name as one value.
func appendName(b []byte, surname, given, full string) []byte {
	from := len(b)
	b = append(appendJoined(b, surname), setSeparator...)
	parted := len(b)
	b = appendJoined(b, given)
	if full != "" && (parted == from+len(setSeparator) || len(b) == parted) {
		n := form.Person(full)
		surname = cmp.Or(string(b[from:parted-len(setSeparator)]), strings.ReplaceAll(n.Surname, " ", ""))
		given = cmp.Or(string(b[parted:]), strings.ReplaceAll(n.Given, " ", ""))
		b = append(append(append(b[:from], surname...), setSeparator...), given...)
	}
	if len(b) == from+len(setSeparator) {
		return b[:from]
	}
	return b
}

// addField compares a field that stands for itself.
func (t *table) addField(i int, f Field) {
	raw := f.value(i)
	switch f.Type {
	case GivenName, Surname, FullName, Phone:
		return
	}
	switch f.Type {
	case Text, Company, Address:
		t.addWords(f, i, raw)
	case Identifier:
		t.addSet(f.Name, t.setColumn(func(r *Record, list []string) []string { return appendLines(list, raw(r), lettersOf) }, i))
	case Date:
		c := t.add(compareDays(f.Name, t.column(func(r *Record, b []byte) []byte { return appendDay(b, raw(r)) }, i)))
		c.role, c.own, c.days = rolePerson, true, true
		t.dayKeys(c, f.Name)
	case Email:
		col := t.setColumn(func(r *Record, list []string) []string { return appendLines(list, raw(r), t.mailForm) }, i)
		c := t.add(compareEmails(f.Name, col))
		t.last().mails = c.mails
		c.role, c.ties = roleContact, true
		t.emailKeys(c, f.Name, col)
	case Postcode:
		t.keyItself(t.add(comparePostcodes(f.Name, t.column(func(r *Record, b []byte) []byte { return appendLetters(b, raw(r)) }))), f.Name)
	case Category:
		t.add(compareCategories(f.Name, t.column(func(r *Record, b []byte) []byte { return appendSqueezed(b, raw(r)) }, i)))
	case Set:
		t.addMembers(f, i)
	case ByHost:
		t.addByHost(f, i)
	}
}

// mailForm is the normal form of a mail address; empty for a placeholder.
func (t *table) mailForm(text string) string {
	mail := strings.ToLower(strings.TrimSpace(text))
	if t.placeholders.Mail(mail) {
		return ""
	}
	return mail
}

// phoneForm is phoneForm, empty for a placeholder.
func (t *table) phoneForm(text string) string { return t.real(phoneForm(text)) }

// real is a phone number in its normal form, unless it is a placeholder.
func (t *table) real(phone string) string {
	if phone == "" || t.placeholders.Phone(phone) {
		return ""
	}
	return phone
}

// appendLines appends a form of each line of a text.
func appendLines(list []string, text string, form func(string) string) []string {
	if strings.IndexByte(text, '\n') < 0 {
		return append(list, form(text))
	}
	for line := range strings.SplitSeq(text, "\n") {
		list = append(list, form(line))
	}
	return list
}

func (t *table) addSet(name string, col *setColumn) {
	c := t.add(compareCodes(name, col))
	c.role, c.own = rolePerson, true
	if name == "phone" {
		c.role, c.own, c.ties = roleContact, false, true
	}
	t.keySets(c, name, col)
}

// addPhones compares all phone numbers as one set, with those that mail names and
// accounts consist of.
func (t *table) addPhones(byType map[Type][]int) {
	if len(byType[Phone]) == 0 {
		return
	}
	accounts := slices.Concat(byType[Email], byType[Identifier])
	t.addSet("phone", t.setColumn(func(r *Record, list []string) []string {
		for _, f := range byType[Phone] {
			if v := r.Values[f]; v != "" {
				list = appendLines(list, v, t.phoneForm)
			}
		}
		for _, f := range accounts {
			for line := range strings.SplitSeq(r.Values[f], "\n") {
				name, _, _ := strings.Cut(line, "@")
				list = append(list, t.real(mobileIn(name)))
			}
		}
		return list
	}, slices.Concat(byType[Phone], accounts)...))
}

// addWords compares texts, organisations and addresses by their words.
func (t *table) addWords(f Field, i int, raw func(r *Record) string) {
	col := t.column(func(r *Record, b []byte) []byte { return appendSqueezed(b, raw(r)) }, i)
	t.last().raw = raw
	b := t.bagSource(newBag(t.in, col, func(list []string, id uint32) []string { return appendWordsOf(list, col.values[id]) }))
	var c *comparison
	switch f.Type {
	case Address:
		street, numbers := t.addressParts(col, raw)
		c = compareAddresses(f.Name, col, street, numbers)
		if t.persons {
			c.caps = nil // they move
		}
		if t.organisations {
			c.kin = &branches
		}
	case Company:
		if t.persons {
			c = compareWords(f.Name, col, b)
		} else {
			u := t.unitsOf(col, raw)
			c = compareOrganisations(f.Name, col, b, u)
			t.keyNumbers(c, f.Name+" in parts", withOthers, u.appendKey)
		}
	default:
		c = compareWords(f.Name, col, b)
		c.text = true
	}
	c.ties = f.Type != Text
	t.wordKeys(t.add(c), f.Name, b)
	if f.Type == Company {
		t.gramKeys(c, "trigrams of "+f.Name)
	}
}

// addressParts returns the words of the street and places, and the numbers with
// that of the house first, of each address; the numbers in the name of a street
// ("3rd st") are words of it.
func (t *table) addressParts(col *column, raw func(r *Record) string) (street *bag, numbers *lists) {
	first := col.firstRows()
	in, some := newInterner(len(col.values)), []string(nil)
	all := newLists(len(col.values), len(col.values))
	numbers = &all
	street = newBag(t.in, col, func(list []string, id uint32) []string {
		if id == 0 {
			numbers.end()
			return list
		}
		if id%batch == 1 {
			t.readAhead(first[id:min(int(id)+batch, len(first))], raw)
		}
		list, some = addressWords(form.Address(raw(t.records[first[id]])), list, some[:0])
		for _, n := range some {
			numbers.items = append(numbers.items, in.number(n))
		}
		numbers.end()
		return list
	})
	return t.addressSource(street, numbers, in.take()), numbers
}

// addressWords appends the words of the street and places of an address, and the numbers.
func addressWords(a form.PostalAddress, street, numbers []string) (_, _ []string) {
	for _, n := range a.Numbers {
		numbers = appendNumbers(numbers, n)
	}
	for _, part := range [...]string{a.Province, a.City, a.District, cmp.Or(a.Road, a.Rest)} {
		street = appendWords(street, part)
	}
	return street, numbers
}

// readAhead reads what a function returns of some rows, and forgets it: the processor
// waits for memory once for all of them.
func (t *table) readAhead(rows []int32, raw func(r *Record) string) {
	for _, row := range rows {
		if text := raw(t.records[row]); text != "" {
			t.warm ^= text[0]
		}
	}
}
