package xlsx_test

import (
	"archive/zip"
	"bytes"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage/criteria"
)

// sheetXML returns a workbook whose one sheet has this data.
func sheetXML(data string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<x:workbook xmlns:x="m" xmlns:r="r"><x:sheets><x:sheet name="S" sheetId="1" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="/xl/worksheets/s.xml"/></Relationships>`,
		"xl/worksheets/s.xml":        `<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>` + data + `</sheetData></worksheet>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
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
