// Package xlsx reads and writes spreadsheets of Office Open XML (.xlsx, ECMA-376):
// a Reader is an intake.Source, a Writer an export.Table.
//
//	sheet, err := xlsx.Open(file, size, xlsx.Options{})
//	defer sheet.Close()
//	mapping, err := intake.Map(sheet.Header(), intake.CustomerTargets(format), nil)
//	report, err := intake.Run(ctx, sheet, mapping, intake.Options{}, sink)
//
// # How cells are read
//
// Every cell becomes the text that a person would have typed, from the stored
// value and not from what the cell's format shows of it:
//
//   - Numbers are exact and without exponent: 13800138000 is "13800138000",
//     however the file spells it and however narrow its column is. As in Excel, a
//     number has 15 significant digits, so 0.1+0.2 is "0.3". A whole number beyond
//     15 digits has lost some, as identity numbers do, and its row is rejected
//     with intake.ErrSpreadsheetNumber.
//   - A number in a date format is a date, "2026-01-05" or "2026-01-05 09:30:00",
//     by the date system of the workbook (1900 or 1904); below one day it is a time
//     of day, "09:30:00". A date in a cell without such a format is the number
//     that it is, "46027", which intake.Format.Serial reads in the 1900 system.
//   - Text is text: "1.38E+10" in a text cell stays so, and intake.ParsePhone
//     refuses it. Of formatted text and of phonetic guides the plain text remains.
//   - A formula is the value that was calculated when the file was saved. One
//     without such a value rejects the row.
//   - An error such as #REF! rejects the row. TRUE and FALSE are those words.
//
// # Guarantees
//
// No row is dropped in silence: those of package intake hold. Memory does not
// grow with the rows: the texts that the sheets share (the part sharedStrings.xml)
// lie in a temporary file where they are more than 4 MiB, with 8 bytes of
// memory for every 16 of them. What is unpacked is bounded by Options, so that a small file which
// unpacks to terabytes is refused.
//
// # What is not guaranteed
//
// Hidden rows and columns are read like others. Merged cells have their value in
// the first of them, and the others are empty. Files with a password, .xls and
// .xlsb are refused. A date format that only conditional formatting applies is not seen.
package xlsx
