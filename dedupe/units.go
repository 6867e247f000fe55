package dedupe

import (
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/clientele-go/clientele/dedupe/similarity"
)

// units are the names of organisations in their parts, by number of the value: which
// part of an organisation each means, and what it is called as a whole.
type units struct {
	list []unit
	keys []string // by number; form.CompanyName.Key
}

// A unit is what one name tells of that.
type unit struct {
	key    uint32 // equal for names that are equal by their parts
	branch string // as in form.CompanyName; empty for the whole
	number string
	where  string
	known  bool // where is a known place
	told   bool // the name says that it is a branch
	vague  bool // it may mean a branch and could not be understood
	han    bool
}

// unitsOf reads the names of a column. raw returns what stands in a record.
func (t *table) unitsOf(col *column, raw func(r *Record) string) *units {
	u, in := &units{list: make([]unit, len(col.values))}, newInterner(len(col.values))
	first := col.firstRows()
	for id := 1; id < len(col.values); id++ {
		if id%batch == 1 {
			t.readAhead(first[id:min(id+batch, len(first))], raw)
		}
		name := form.Company(raw(t.records[first[id]]))
		u.list[id] = unitOf(name, col.values[id])
		u.list[id].key = in.number(name.Key())
	}
	u.keys = in.take()
	t.last().units = u
	return u
}

// unitOf reads what a name tells of the branch.
func unitOf(c form.CompanyName, text string) unit {
	u := unit{branch: c.Branch, number: c.Number, told: c.Told(), han: anyHan(text)}
	u.where, u.known = c.Where()
	u.vague = u.whole() && (strings.Contains(text, "分公") || strings.Contains(text, "分部"))
	return u
}

func (u *unit) whole() bool { return u.branch == "" && u.number == "" }

// unitForm is what a prepared record keeps of a unit.
func unitForm(c form.CompanyName) string {
	return c.Branch + partSeparator + c.Number + partSeparator + c.Key()
}

// keyOf is the name of a value by its parts.
func (u *units) keyOf(value uint32) string { return u.keys[u.list[value].key] }

func (u *units) appendKey(list []uint32, value uint32) []uint32 {
	return append(list, u.list[value].key)
}

// same reports whether two names are equal by their parts.
func (u *units) same(a, b uint32) bool { return u.list[a].key == u.list[b].key }

// apart reports whether two names mean different parts of an organisation: two
// branches, or one and the whole. It is not for names that differ otherwise.
func (u *units) apart(a, b uint32) bool {
	x, y := &u.list[a], &u.list[b]
	if x.whole() {
		x, y = y, x
	}
	switch {
	case x.whole():
		return false
	case y.whole():
		return x.told && !y.vague && x.han == y.han
	case x.number != y.number:
		return x.number != "" && y.number != "" || x.told && y.told
	}
	return x.where != y.where && !mayBeOne(x, y)
}

// mayBeOne reports whether two names of one branch may be meant by a slip of the pen,
// or because one tells less.
func mayBeOne(x, y *unit) bool {
	if x.known && y.known {
		return false
	}
	return x.han != y.han || strings.Contains(x.where, y.where) || strings.Contains(y.where, x.where) || similarity.Damerau(x.where, y.where) <= 1
}
