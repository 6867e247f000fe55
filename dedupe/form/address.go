package form

import "slices"

// PostalAddress is a postal address in its parts, all of them in their normal form:
// simple characters, small letters, half width, numbers in digits without
// leading zeros. A part that the address does not have is empty.
type PostalAddress struct {
	Province string // 浙江, without 省; of a Western address the code of the state: "il"
	City     string // 杭州; of a Western address as written
	District string // 西湖, without 区, unless another district of the city has the name too
	Road     string // 文三路; "3 ave", "s la cienega blvd"; of a crossing both roads: "5 ave & main st"
	Number   string // of the house on the road: 12, 甲12, "37-03"; of a post box
	Building string // 3 for 3栋, 3幢 and 3号楼; "a" for A座
	Unit     string // of the building (单元); of a Western address what follows apt, suite, unit, #
	Floor    string // 4 for 4楼, 4层, 4F and room 409
	Room     string // with the floor in front: 409 for 4楼09室 and 4F-09
	Postcode string
	Rest     string   // what else there is: towns, names of houses, "near 1st st"
	Numbers  []string // house, building, unit and room, without those that are missing
}

// Address takes a postal address apart.
//
// A Chinese address runs from the wide to the narrow; province, city and
// district may be missing, with or without 省, 市, 区. Those that are missing
// are filled in where the others leave no doubt: 杭州西湖区 lies in 浙江. Numbers of
// building, floor and room have many spellings, which come to one: 3栋4楼09室,
// 3号楼4层409, 3幢409 and 3-409 are building 3, floor 4, room 409.
//
// In a Western address, types of roads, directions and ordinals come to one
// spelling each: "third avenue" and "3rd ave." are "3 ave". A direction behind
// the road moves in front of it. The city is told by a comma before it, or by
// the type of the road.
//
// There is no list of roads: that a road exists is not checked, and where a
// name has no word for what it is, the house and the road may be taken for each other.
func Address(text string) PostalAddress {
	if isPlain(text) {
		return addressLatin(text)
	}
	folded := Simplify(text)
	if hasHan(folded) {
		return addressHan(folded)
	}
	return addressLatin(folded)
}

// collect lists the numbers of the parts.
func (a *PostalAddress) collect() {
	parts, n := [...]string{a.Number, a.Building, a.Unit, a.Room}, 0
	for _, number := range parts {
		if number != "" {
			parts[n] = number
			n++
		}
	}
	if n > 0 {
		a.Numbers = slices.Clone(parts[:n])
	}
}
