package intake

import (
	"strings"

	"github.com/clientele-go/clientele/customer"
)

// SplitPhones returns the telephone numbers in a cell. A cell that parse takes is
// one number, whatever it holds: 010/62345678. Another one is split at / ; , | 、
// and line ends, narrow or wide, but not at the semicolon of ";ext=". If parse
// takes every part, they are the numbers; otherwise the cell is returned whole,
// so that nobody is called under half a number. A nil parse is customer.NormalPhone.
//
//	"13800138000/010-62345678"  13800138000, 010-62345678
//	"010-62345678/79"           the cell: 79 is no number
//
// An empty cell has none.
func SplitPhones(cell string, parse customer.PhoneParser) []string {
	if parse == nil {
		parse = customer.NormalPhone
	}
	return splitPhones(cell, parse)
}

func splitPhones(cell string, parse func(string) (string, error)) []string {
	cell = trim(cell)
	if cell == "" {
		return nil
	}
	if _, err := parse(cell); err == nil {
		return []string{cell}
	}
	var list []string
	for _, part := range strings.FieldsFunc(keepExtensions(cell), phoneGap) {
		part = trim(strings.ReplaceAll(part, heldExtension, ";ext="))
		if part == "" {
			continue
		}
		if _, err := parse(part); err != nil {
			return []string{cell}
		}
		list = append(list, part)
	}
	if len(list) == 0 {
		return []string{cell}
	}
	return list
}

// heldExtension stands for ";ext=" while a cell is split. No phone holds it.
const heldExtension = "\x00"

// keepExtensions replaces what marks an extension by heldExtension.
func keepExtensions(cell string) string {
	return strings.NewReplacer(heldExtension, "", ";ext=", heldExtension, "；ext=", heldExtension).Replace(cell)
}

// phoneGap reports whether the character may stand between two numbers.
func phoneGap(r rune) bool {
	switch r {
	case '/', '／', ';', '；', ',', '，', '|', '｜', '、', '\n', '\r':
		return true
	}
	return false
}

// parsePhones checks a cell with one number or several, which it returns in the
// form of ParsePhone, with "; " between them.
func parsePhones(cell string) (string, error) {
	list := splitPhones(cell, ParsePhone)
	for i, number := range list {
		var err error
		if list[i], err = ParsePhone(number); err != nil {
			return "", err
		}
	}
	return strings.Join(list, "; "), nil
}
