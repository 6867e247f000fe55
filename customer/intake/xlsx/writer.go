package xlsx

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer/intake/export"
)

// What a sheet holds at most (Excel specifications and limits).
const (
	maxRows = 1_048_576
	maxText = 32_767 // characters of a cell, as UTF-16 counts them
)

// ErrSheetFull: a table has more rows, columns or characters in a cell than a
// sheet holds.
var ErrSheetFull = errors.New("more than a sheet holds")

// A Writer is an export.Table that is written as a workbook of one sheet, row by
// row, in memory that does not grow with them. Texts are text cells, so none is
// taken for a formula and no apostrophe is added; phone numbers and dates are
// texts too. Integers and decimals of up to 15 digits are numbers, longer ones
// texts that keep their digits.
type Writer struct {
	zip *zip.Writer
	out *bufio.Writer
	row int
	err error
}

// NewWriter returns a table that is written to w, on a sheet of that name. A name
// that Excel refuses (empty, above 31 characters, or with one of []:*?/\) is an error.
func NewWriter(w io.Writer, sheet string) (*Writer, error) {
	if sheet == "" || utf8.RuneCountInString(sheet) > 31 || strings.ContainsAny(sheet, `[]:*?/\`) {
		return nil, fmt.Errorf(`xlsx: %q cannot name a sheet; use 1 to 31 characters without []:*?/\`, sheet)
	}
	t := &Writer{zip: zip.NewWriter(w)}
	for _, part := range parts {
		out, err := t.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(out, declaration+strings.Replace(part[1], "$SHEET", escapeXML(sheet), 1)); err != nil {
			return nil, err
		}
	}
	out, err := t.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewWriterSize(out, 64<<10)
	t.put(declaration + `<worksheet xmlns="` + namespace + `"><sheetData>`)
	return t, t.err
}

const (
	declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	namespace   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	packages    = "http://schemas.openxmlformats.org/package/2006/"
	documents   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// parts are the smallest workbook that the standard allows, but for its sheet.
var parts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="` + packages + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + contentType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + contentType + `worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + packages + `relationships">` +
		`<Relationship Id="rId1" Type="` + documents + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + namespace + `" xmlns:r="` + documents + `">` +
		`<sheets><sheet name="$SHEET" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packages + `relationships">` +
		`<Relationship Id="rId1" Type="` + documents + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

// put writes markup and remembers the first error.
func (t *Writer) put(s string) {
	if t.err == nil {
		_, t.err = t.out.WriteString(s)
	}
}

// Title implements export.Table.
func (t *Writer) Title(text string, _ int) error { return t.Row([]any{text}) }

// Header implements export.Table.
func (t *Writer) Header(names []string) error {
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = name
	}
	return t.Row(values)
}

// Row implements export.Table. ErrSheetFull leaves the row out and the table as it was.
func (t *Writer) Row(values []any) error {
	if t.row >= maxRows || len(values) > maxColumn+1 {
		return fmt.Errorf("xlsx: row %d of %d columns: %w: %d rows and %d columns; write CSV, or export less", t.row+1, len(values), ErrSheetFull, maxRows, maxColumn+1)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, t.row+1)
	for i, v := range values {
		text, number := export.Text(v)
		switch {
		case text == "":
		case number && plainNumber(text):
			fmt.Fprintf(&b, `<c r="%s%d"><v>%s</v></c>`, columnName(i), t.row+1, text)
		case tooLong(text):
			return fmt.Errorf("xlsx: cell %s%d: %w: a cell has at most %d characters; write CSV instead", columnName(i), t.row+1, ErrSheetFull, maxText)
		default:
			fmt.Fprintf(&b, `<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">`, columnName(i), t.row+1)
			b.WriteString(escapeXML(text) + `</t></is></c>`)
		}
	}
	b.WriteString("</row>")
	t.put(b.String())
	t.row++
	return t.err
}

// tooLong reports whether a cell cannot hold the text.
func tooLong(text string) bool {
	if len(text) <= maxText {
		return false
	}
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n > maxText
}

// escapeXML returns a text as XML holds it; characters that XML does not have, and
// what would be taken for them, as _xHHHH_.
func escapeXML(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch _, escape := escaped(s[i:]); {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case escape:
			b.WriteString("_x005F_")
		case r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Close implements export.Table.
func (t *Writer) Close() error {
	t.put("</sheetData></worksheet>")
	if t.err == nil {
		t.err = t.out.Flush()
	}
	return errors.Join(t.err, t.zip.Close())
}
