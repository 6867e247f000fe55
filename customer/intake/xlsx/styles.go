package xlsx

import (
	"archive/zip"
	"strings"
)

// A dateFormat says what a number format shows of a number.
type dateFormat uint8

const (
	notDate dateFormat = iota
	isDate             // a date, a time of day or both
)

// readFormats returns, by the index of a cell's style, whether it shows dates.
func readFormats(z *zip.Reader, part string) ([]dateFormat, error) {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if part == "" {
		return nil, nil
	}
	if err := decodePart(z, part, &styles); err != nil {
		return nil, err
	}
	custom := map[int]dateFormat{}
	for _, f := range styles.Formats {
		custom[f.ID] = formatOf(f.Code)
	}
	list := make([]dateFormat, len(styles.Cells))
	for i, c := range styles.Cells {
		if kind, ok := custom[c.ID]; ok {
			list[i] = kind
		} else if builtinDate(c.ID) {
			list[i] = isDate
		}
	}
	return list, nil
}

// builtinDate reports whether the format of that number, which files need not
// spell out, shows dates (ECMA-376 part 1, 18.8.30, and its East Asian formats).
// 46 is elapsed time.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id == 45 || id == 47 || id >= 50 && id <= 58
}

// formatOf reads the code of a format: outside quotation marks, brackets and
// escapes a letter of y m d h s makes it one of dates. [h] is elapsed time, which
// is a number of days and no date.
func formatOf(code string) dateFormat {
	section, _, _ := strings.Cut(code, ";")
	if strings.HasPrefix(strings.ToLower(section), "general") {
		return notDate
	}
	for i := 0; i < len(section); i++ {
		switch c := section[i] | 0x20; {
		case section[i] == '"':
			end := strings.IndexByte(section[i+1:], '"')
			if end < 0 {
				return notDate
			}
			i += end + 1
		case section[i] == '[':
			end := strings.IndexByte(section[i:], ']')
			if end < 0 {
				return notDate
			}
			if inner := strings.ToLower(section[i+1 : i+end]); inner != "" && strings.Trim(inner, "h") == "" || inner == "m" || inner == "mm" || inner == "s" || inner == "ss" {
				return notDate
			}
			i += end
		case section[i] == '\\' || section[i] == '_' || section[i] == '*':
			i++
		case c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's':
			return isDate
		}
	}
	return notDate
}
