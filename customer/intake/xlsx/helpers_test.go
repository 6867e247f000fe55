package xlsx_test

import (
	"archive/zip"
	"bytes"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage/criteria"
)

// sheetXML returns a workbook whose one sheet has this data.
func sheetXML(data string) []byte { return bookXML("s", data, "") }

// bookXML returns a workbook whose one sheet, in a part of that name, has this data,
// and refers to these texts.
func bookXML(part, data, texts string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const (
		sheets    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		packages  = "http://schemas.openxmlformats.org/package/2006/relationships"
		documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	)
	for _, of := range [][2]string{
		{"_rels/.rels", `<Relationships xmlns="` + packages + `"><Relationship Id="r1" Type="` + documents + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<x:workbook xmlns:x="` + sheets + `" xmlns:r="` + documents + `"><x:sheets><x:sheet name="S" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packages + `"><Relationship Id="r1" Type="` + documents + `/worksheet" Target="/xl/worksheets/` + part + `.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", `<sst xmlns="` + sheets + `">` + texts + `</sst>`},
		{"xl/worksheets/" + part + ".xml", `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="` + sheets + `"><sheetData>` + data + `</sheetData></worksheet>`},
	} {
		w, err := z.Create(of[0])
		if err == nil {
			_, err = w.Write([]byte(of[1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// equalNumber finds the customer with the number of another one.
func equalNumber(c *customer.Customer) criteria.Criterion {
	return criteria.All(criteria.Eq("source", c.Source), criteria.Eq("external_id", c.ExternalID))
}
