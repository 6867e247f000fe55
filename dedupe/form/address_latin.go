package form

import (
	"slices"
	"strings"
	"sync"
)

// addressLatin takes a Western address apart. The text has been folded.
func addressLatin(text string) PostalAddress {
	if text != "" && isPlain(text) {
		var room [16]string
		part := [1][]string{joinBox(appendFields(room[:0], text))}
		return addressOf(part[:])
	}
	return addressOf(addressParts(text))
}

// appendFields appends the words of a plain text.
func appendFields(list []string, text string) []string {
	for {
		word, rest, more := strings.Cut(text, " ")
		list = append(list, word)
		if !more {
			return list
		}
		text = rest
	}
}

// addressOf reads the words of the parts of an address.
func addressOf(parts [][]string) (a PostalAddress) {
	last, left := a.tail(parts)
	for i, words := range parts[:last+1] {
		if i == last {
			words = words[:left]
		}
		words = a.aside(a.details(words))
		switch {
		case len(words) == 0:
		case a.Road == "":
			a.street(words)
		case i > 0 && a.City == "":
			a.City = strings.Join(words, " ")
		default:
			a.also(words)
		}
	}
	a.collect()
	return a
}

// addressMarks writes marks as the words that they stand for.
var addressMarks = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("#", " unit ", "&", " and ", "@", " at ", "\n", ",", ";", ",")
})

// addressParts returns the words of each part of an address between commas. A
// hyphen or a stroke between digits stays, & is and, # is unit.
func addressParts(text string) [][]string {
	text = addressMarks().Replace(text)
	var parts [][]string
	for part := range strings.SplitSeq(text, ",") {
		var words []string
		for field := range strings.FieldsSeq(part) {
			if number := rangeOf(field); number != "" {
				words = append(words, number)
				continue
			}
			words = append(words, strings.Fields(latin(field))...)
		}
		if len(words) > 0 {
			parts = append(parts, joinBox(words))
		}
	}
	return parts
}

// rangeOf returns numbers that are joined by a hyphen or a stroke: 37-03, 1/2.
func rangeOf(field string) string {
	field = strings.Trim(field, ".")
	if len(field) < 3 || !isDigit(field[0]) || !isDigit(field[len(field)-1]) || !strings.ContainsAny(field, "-/") {
		return ""
	}
	for i := range len(field) {
		if !isDigit(field[i]) && field[i] != '-' && field[i] != '/' {
			return ""
		}
	}
	return field
}

// joinBox writes p o box, po box and post office box as one word.
func joinBox(words []string) []string {
	for i, w := range words {
		switch {
		case w == "po" && i+1 < len(words) && words[i+1] == "box":
			return slices.Concat(words[:i], []string{"pobox"}, words[i+2:])
		case (w == "p" || w == "post") && i+2 < len(words) && (words[i+1] == "o" || words[i+1] == "office") && words[i+2] == "box":
			return slices.Concat(words[:i], []string{"pobox"}, words[i+3:])
		}
	}
	return words
}

// tail takes postcode and state off the end. It returns the last part that has words
// then, -1 where none has, and how many these are.
func (a *PostalAddress) tail(parts [][]string) (last, left int) {
	if last = len(parts) - 1; last < 0 {
		return last, 0
	}
	left = len(parts[last]) - a.takePostcode(parts[last], last > 0)
	if left == 0 {
		if last--; last < 0 {
			return last, 0
		}
		left = len(parts[last])
	}
	return last, left - a.takeState(parts[last][:left], last > 0)
}

// takePostcode takes five digits, with four more or without, or a British code
// of two words. It must not be all of the address.
func (a *PostalAddress) takePostcode(words []string, whole bool) int {
	n := len(words)
	last := words[n-1]
	zip, _, _ := strings.Cut(last, "-")
	if len(zip) == 5 && isDigits(zip) && (n > 2 || whole) {
		a.Postcode = zip
		return 1
	}
	if n > 1 && len(last) == 3 && isDigit(last[0]) && !hasDigit(last[1:]) {
		if out := words[n-2]; len(out) >= 2 && len(out) <= 4 && !isDigit(out[0]) && hasDigit(out) && (n > 2 || whole) {
			a.Postcode = out + last
			return 2
		}
	}
	return 0
}

// states are the codes of the states of the USA, Canada and Australia.
const states = ` al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy
 on qc bc ab mb sk ns nb nl pe nsw vic qld tas act `

// takeState takes the code of a state that stands in a part of its own or
// before a postcode.
func (a *PostalAddress) takeState(words []string, whole bool) int {
	n := len(words)
	w := words[n-1]
	if len(w) < 2 || len(w) > 3 || !strings.Contains(states, " "+w+" ") {
		return 0
	}
	if a.Postcode != "" && n > 1 || whole {
		a.Province = w
		return 1
	}
	return 0
}

// details takes units, floors, rooms, buildings and post boxes out of the words.
func (a *PostalAddress) details(words []string) []string {
	from := 0
	for from < len(words) && !a.mayBeDetail(words[from:]) {
		from++
	}
	if from == len(words) && (from == 0 || words[0] != "pobox") {
		return words
	}
	rest := append(make([]string, 0, len(words)), words[:from]...)
	for i := from; i < len(words); i++ {
		field := a.detail(words[i])
		switch {
		case field != nil && *field == "" && i+1 < len(words) && (hasDigit(words[i+1]) || len(words[i+1]) == 1):
			*field = plainNumber(words[i+1])
			i++
		case a.Floor == "" && i+1 < len(words) && isFloor(words[i+1]) && hasDigit(ordinalWord(words[i])):
			a.Floor = ordinalWord(words[i])
			i++
		default:
			rest = append(rest, words[i])
		}
	}
	if len(rest) > 0 && rest[0] == "pobox" {
		a.Road = "po box"
		if len(rest) > 1 {
			a.Number = rest[1]
		}
		return rest[min(2, len(rest)):]
	}
	return rest
}

// mayBeDetail reports whether the first of some words may have to do with a detail.
func (a *PostalAddress) mayBeDetail(words []string) bool {
	return a.detail(words[0]) != nil || len(words) > 1 && isFloor(words[1])
}

func isFloor(w string) bool { return w == "floor" || w == "fl" }

// detail returns the part that a word in front of a number tells, or nil.
func (a *PostalAddress) detail(w string) *string {
	switch w {
	case "unit", "apt", "apartment", "suite", "ste", "flat", "apmt":
		return &a.Unit
	case "room", "rm":
		return &a.Room
	case "floor", "fl", "level":
		return &a.Floor
	case "building", "bldg", "block", "blk":
		return &a.Building
	}
	return nil
}

// aside takes off what only tells where something lies: near 1st st, between
// 16th and 17th sts.
func (a *PostalAddress) aside(words []string) []string {
	for i, w := range words {
		switch w {
		case "between", "btwn", "near", "off", "opposite", "behind", "opp":
			a.also(words[i:])
			return words[:i]
		case "at":
			if i > 0 && len(words) > 2 && isHouse(words) {
				a.also(words[i:])
				return words[:i]
			}
		}
	}
	return words
}

func (a *PostalAddress) also(words []string) {
	a.Rest = strings.TrimSpace(a.Rest + " " + strings.Join(roadWords(nil, words), " "))
}

// isHouse reports whether the words begin with the number of a house: a number
// that is no ordinal, with a road behind it.
func isHouse(words []string) bool {
	w := words[0]
	if len(words) < 2 {
		return false
	}
	return isDigit(w[0]) && ordinalWord(w) == w || w == "one" && len(words) > 2
}

// street reads the number and the road, and a city that follows without a
// comma behind the type of the road.
func (a *PostalAddress) street(words []string) {
	if isHouse(words) {
		a.Number = plainNumber(words[0])
		words = words[1:]
		if a.Number == "one" {
			a.Number = "1"
		}
		if unit, house, ok := strings.Cut(a.Number, "/"); ok && a.Unit == "" { // 3/45
			a.Unit, a.Number = unit, house
		}
		if len(words) > 1 && words[0] == "1/2" {
			a.Number += " 1/2"
			words = words[1:]
		}
	}
	if at := crossing(words); at > 0 && a.Number == "" {
		one, other := roadName(words[:at]), roadName(words[at+1:])
		a.Road = min(one, other) + " & " + max(one, other)
		return
	}
	end := roadEnd(words)
	a.Road = roadName(words[:end])
	if end < len(words) {
		a.City = strings.Join(words[end:], " ")
	}
}

// plainNumber is a number without zeros in front; others stay.
func plainNumber(w string) string {
	if isDigits(w) {
		return trimZeros(w)
	}
	return w
}

// crossing is the place of the word between the two sides of a crossing, 0 where
// there is none.
func crossing(words []string) int {
	for i, w := range words {
		if (w == "and" || w == "at") && i > 0 && i+1 < len(words) {
			return i
		}
	}
	return 0
}
