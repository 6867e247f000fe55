package xlsx

import (
	"encoding/json"
	"strings"

	"github.com/xuri/excelize/v2"
)

// dateMark begins what excelize gives for a number in a date format, once
// markDates was called. No text can begin so: a row with a NUL is rejected.
const dateMark = "\x00"

// Numbers of the formats that take the place of those in the file.
const (
	plainFormat  = 1 << 20 // is not defined: excelize leaves the number as it is
	markedFormat = plainFormat + 1
)

// markDates replaces the formats of a workbook by two. excelize gives the
// texts of a row without the formats of its cells, and applying the real ones is
// several times slower; so a number in a date format gets a mark in front, with the
// 10 decimals that a day needs to be exact to 10 microseconds, and every other
// number gets no format at all.
func markDates(f *excelize.File) error {
	styles := f.Styles
	if styles == nil || styles.CellXfs == nil {
		return nil
	}
	dates := map[int]bool{}
	if styles.NumFmts != nil {
		for _, n := range styles.NumFmts.NumFmt {
			dates[n.NumFmtID] = isDate(n.FormatCode)
		}
	}
	for i := range styles.CellXfs.Xf {
		id := 0
		if old := styles.CellXfs.Xf[i].NumFmtID; old != nil {
			id = *old
		}
		date, custom := dates[id]
		chosen := plainFormat
		if date || !custom && builtinDate(id) {
			chosen = markedFormat
		}
		styles.CellXfs.Xf[i].NumFmtID = &chosen
	}
	code, err := json.Marshal(map[string]any{"NumFmt": []any{map[string]any{"NumFmtID": markedFormat, "FormatCode": `"` + dateMark + `"0.##########`}}})
	if err != nil {
		return err
	}
	styles.NumFmts = nil
	return json.Unmarshal(code, &styles.NumFmts) // its type has no name outside excelize
}

// builtinDate reports whether the format of that number, which files need not
// spell out, shows dates (ECMA-376 part 1, 18.8.30, and its East Asian formats).
// 46 is elapsed time.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id == 45 || id == 47 || id >= 50 && id <= 58
}

// isDate reads the code of a format: outside quotation marks, brackets and
// escapes a letter of y m d h s makes it one of dates. [h] is elapsed time, which
// is a number of days and no date.
func isDate(code string) bool {
	section, _, _ := strings.Cut(code, ";")
	if strings.HasPrefix(strings.ToLower(section), "general") {
		return false
	}
	for i := 0; i < len(section); i++ {
		switch c := section[i] | 0x20; {
		case section[i] == '"':
			end := strings.IndexByte(section[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case section[i] == '[':
			end := strings.IndexByte(section[i:], ']')
			if end < 0 {
				return false
			}
			if inner := strings.ToLower(section[i+1 : i+end]); inner != "" && strings.Trim(inner, "h") == "" || inner == "m" || inner == "mm" || inner == "s" || inner == "ss" {
				return false
			}
			i += end
		case section[i] == '\\' || section[i] == '_' || section[i] == '*':
			i++
		case c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's':
			return true
		}
	}
	return false
}
