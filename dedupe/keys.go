package dedupe

import (
	"slices"
	"strings"
)

// A keyer gives keys to the values of a column: rows with a key in common may be
// one entity. Keys are numbers, given once for each value.
type keyer struct {
	name  string
	of    *comparison
	how   combining
	start []uint32 // by number of the value: where its keys begin
	keys  []uint32 // of one value ascending, each once
	n     int      // keys are below it
}

// A combining says what a keyer's keys are put together with where too many rows
// share them.
type combining uint8

const (
	withOthers combining = iota // the keys of other comparisons
	withItself                  // the other keys of the value too
)

func (k *keyer) keysOf(value uint32) []uint32 { return k.keys[k.start[value]:k.start[value+1]] }

// key adds a keyer: the keys of a value are the texts that fn adds.
func (t *table) key(of *comparison, name string, fn func(value uint32, add func(key string))) {
	if t.frozen != nil {
		return
	}
	numbers := map[string]uint32{}
	var list []uint32
	add := func(key string) {
		if key == "" {
			return
		}
		n, known := numbers[key]
		if !known {
			n = uint32(len(numbers))
			numbers[key] = n
		}
		list = append(list, n)
	}
	t.keyNumbers(of, name, withOthers, func(value uint32) []uint32 {
		list = list[:0]
		fn(value, add)
		return list
	})
}

// keyNumbers adds a keyer whose keys are numbers already.
func (t *table) keyNumbers(of *comparison, name string, how combining, fn func(value uint32) []uint32) {
	if t.frozen != nil {
		return
	}
	values := len(of.column.values)
	k := &keyer{name: name, of: of, how: how, start: make([]uint32, values+1), keys: make([]uint32, 0, values)}
	for value := range uint32(values) {
		if value > 0 {
			from := len(k.keys)
			k.keys = append(k.keys, fn(value)...)
			own := k.keys[from:]
			slices.Sort(own)
			k.keys = k.keys[:from+len(slices.Compact(own))]
		}
		k.start[value+1] = uint32(len(k.keys))
	}
	for _, key := range k.keys {
		k.n = max(k.n, int(key)+1)
	}
	t.keys = append(t.keys, k)
}

// keyItself makes each value a key.
func (t *table) keyItself(of *comparison, name string) {
	var one [1]uint32
	t.keyNumbers(of, name, withOthers, func(value uint32) []uint32 {
		one[0] = value
		return one[:]
	})
}

// nameKeys are a name, how it and its parts sound, and its parts in any order.
func (t *table) nameKeys(c *comparison, names *names) {
	t.keyItself(c, "name")
	t.key(c, "surname's sound", func(value uint32, add func(string)) { add(names.list[value].surname.sound) })
	t.key(c, "given name's sound", func(value uint32, add func(string)) { add(names.list[value].given.sound) })
	t.key(c, "sound", func(value uint32, add func(string)) { add(names.list[value].sound) })
	t.key(c, "letters of the name", func(value uint32, add func(string)) {
		a, b := names.list[value].surname.text, names.list[value].given.text
		if a != "" && b != "" {
			add(min(a, b) + " " + max(a, b))
		}
	})
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

func (t *table) emailKeys(c *comparison, name string) {
	t.keyItself(c, name)
	t.key(c, name+" name", func(value uint32, add func(string)) {
		local, _, _ := strings.Cut(c.column.values[value], "@")
		add(local)
	})
}

// wordKeys are a text, its rarest words, and these in pairs.
func (t *table) wordKeys(c *comparison, name string, b *bag) {
	t.keyItself(c, name)
	t.keyNumbers(c, name+" word", withItself, func(value uint32) []uint32 { return b.rarest(value, 4) })
}
