package dedupe

import (
	"strings"
)

// A keyer gives keys to the values of a column: rows with a key in common may be
// one entity. Keys are numbers, given once for each value.
type keyer struct {
	name string
	of   *comparison
	how  combining
	keys lists // by number of the value: its keys, ascending and each once
	n    int   // keys are below it
}

// A combining says what a keyer's keys are put together with where too many rows
// share them.
type combining uint8

const (
	withOthers combining = iota // the keys of other comparisons
	withItself                  // the other keys of the value too
	alone                       // nothing
)

func (k *keyer) keysOf(value uint32) []uint32 { return k.keys.of(value) }

// key adds a keyer: the keys of a value are the texts that fn adds, but for empty
// ones.
func (t *table) key(of *comparison, name string, fn func(value uint32, add func(key string))) {
	if t.frozen != nil {
		return
	}
	found, in, some := newLists(len(of.column.values), len(of.column.values)), t.in, &t.in.some
	add := func(key string) {
		if key == "" {
			return
		}
		some.bytes = append(some.bytes, key...)
		some.end()
		if some.full() {
			found.items = in.numberAll(some, found.items)
		}
	}
	for value := range uint32(len(of.column.values)) {
		of.column.ahead(value)
		if value > 0 {
			fn(value, add)
		}
		found.start = append(found.start, uint32(len(found.items)+len(some.ends)))
	}
	found.items = in.numberAll(some, found.items)
	in.clear()
	found.eachOnce()
	t.addKeyer(&keyer{name: name, of: of, keys: found})
}

// keyNumbers adds a keyer whose keys are numbers already: fn appends those of a value.
func (t *table) keyNumbers(of *comparison, name string, how combining, fn func(list []uint32, value uint32) []uint32) {
	if t.frozen != nil {
		return
	}
	values := len(of.column.values)
	found := newLists(values, values)
	for value := range uint32(values) {
		if value > 0 {
			found.items = fn(found.items, value)
		}
		found.end()
	}
	found.eachOnce()
	t.addKeyer(&keyer{name: name, of: of, how: how, keys: found})
}

// addKeyer adds a keyer with its keys.
func (t *table) addKeyer(k *keyer) {
	for _, key := range k.keys.items {
		k.n = max(k.n, int(key)+1)
	}
	t.keys = append(t.keys, k)
}

// keyItself makes each value a key.
func (t *table) keyItself(of *comparison, name string) {
	if t.frozen == nil {
		values := len(of.column.values)
		t.keys = append(t.keys, &keyer{name: name, of: of, keys: t.ownNumbers(values), n: values})
	}
}

// keySets makes each text of sets a key.
func (t *table) keySets(of *comparison, name string, col *setColumn) {
	if col.single {
		t.keyItself(of, name)
		return
	}
	t.keyNumbers(of, name, withOthers, func(list []uint32, value uint32) []uint32 { return append(list, col.sets.of(value)...) })
}

// nameKeys are a name, how it and its parts sound, and its parts in any order.
func (t *table) nameKeys(c *comparison, names *names) {
	t.keyItself(c, "name")
	t.key(c, "surname's sound", func(value uint32, add func(string)) { add(names.list[value].surname.sound) })
	t.key(c, "given name's sound", func(value uint32, add func(string)) { add(names.list[value].given.sound) })
	t.key(c, "sound", func(value uint32, add func(string)) {
		add(names.list[value].sound)
		for _, sound := range names.list[value].others {
			add(sound)
		}
	})
	t.key(c, "letters of the name", func(value uint32, add func(string)) {
		a, b := names.list[value].surname.text, names.list[value].given.text
		if a != "" && b != "" {
			add(min(a, b) + " " + max(a, b))
		}
	})
	t.gramKeys(c, "trigrams of the name")
}

// dayKeys are a day, its year, its month without the century, and its day of the
// year.
func (t *table) dayKeys(c *comparison, name string) {
	t.keyItself(c, name)
	t.key(c, name+" in part", func(value uint32, add func(string)) {
		if d := c.column.values[value]; len(d) == 8 {
			add(d[:4])
			add(d[2:6])
			add(d[4:])
		}
	})
}

// emailKeys are the mail addresses of a value, and the names in them.
func (t *table) emailKeys(c *comparison, name string, col *setColumn) {
	t.keySets(c, name, col)
	t.key(c, name+" name", func(value uint32, add func(string)) {
		for _, text := range col.sets.of(value) {
			local, _, _ := strings.Cut(col.texts[text], "@")
			add(local)
		}
	})
}

// wordKeys are a text, its rarest words, and these in pairs.
func (t *table) wordKeys(c *comparison, name string, b *bag) {
	t.keyItself(c, name)
	t.keyNumbers(c, name+" word", withItself, func(list []uint32, value uint32) []uint32 { return b.rarest(list, value, 4) })
}
