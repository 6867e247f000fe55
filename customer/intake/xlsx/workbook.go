package xlsx

import (
	"archive/zip"
	"fmt"
	"strings"
)

// A workbook is what the parts beside the sheets say.
type workbook struct {
	zip     *zip.Reader
	sheets  []string // names in the order of the tabs
	parts   []string // where each of them is
	shared  string   // part of the shared texts
	mac     bool     // days count from 1904
	formats []dateFormat
}

// openWorkbook reads what is not cells.
func openWorkbook(z *zip.Reader) (*workbook, error) {
	w := &workbook{zip: z}
	root, err := relations(z, "")
	if err != nil {
		return nil, err
	}
	main := "xl/workbook.xml"
	for _, r := range root {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = r.Target
		}
	}
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := decodePart(z, main, &book); err != nil {
		return nil, err
	}
	w.mac = book.Pr.Date1904 == "1" || strings.EqualFold(book.Pr.Date1904, "true")
	links, err := relations(z, main)
	if err != nil {
		return nil, err
	}
	target := map[string]string{}
	styles := ""
	for _, r := range links {
		switch {
		case strings.HasSuffix(r.Type, "/worksheet"):
			target[r.ID] = r.Target
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			w.shared = r.Target
		case strings.HasSuffix(r.Type, "/styles"):
			styles = r.Target
		}
	}
	for _, s := range book.Sheets {
		if part := target[s.ID]; part != "" { // others are charts
			w.sheets, w.parts = append(w.sheets, s.Name), append(w.parts, part)
		}
	}
	if len(w.sheets) == 0 {
		return nil, damaged(ErrNotWorkbook, "it has no worksheet; save it as .xlsx")
	}
	w.formats, err = readFormats(z, styles)
	return w, err
}

// part returns where the sheet is that the options choose.
func (w *workbook) part(opt Options) (string, error) {
	if opt.Sheet == "" {
		if opt.Index < 0 || opt.Index >= len(w.sheets) {
			return "", damaged(ErrNotWorkbook, fmt.Sprintf("it has no sheet at index %d; its %d sheets are %s", opt.Index, len(w.sheets), strings.Join(w.sheets, ", ")))
		}
		return w.parts[opt.Index], nil
	}
	for i, name := range w.sheets {
		if strings.EqualFold(name, opt.Sheet) {
			return w.parts[i], nil
		}
	}
	return "", damaged(ErrNotWorkbook, fmt.Sprintf("it has no sheet %q; its sheets are %s", opt.Sheet, strings.Join(w.sheets, ", ")))
}
