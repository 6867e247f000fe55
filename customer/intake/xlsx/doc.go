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
// The package stands on github.com/xuri/excelize, which unpacks the file and streams the
// texts of its rows, without the types of cells and without errors: a sheet whose
// XML breaks or whose checksum fails ends there for it, and cells out of order
// move. So Open looks over the sheet once before, refuses it where rows would be lost, and
// remembers the cells whose text does not tell what they are, up to 65,536. A sheet
// with more such cells is refused. With that no row is dropped in silence, as package intake has it.
//
// What is unpacked is bounded by Options, so that a small file which unpacks to
// terabytes is refused. The sheet and the texts that sheets share lie in
// temporary files where they are more than 1 MiB, and memory does not grow
// with the rows, but by up to 64 bytes for each distinct shared text, of which a file
// may have 4,194,304. The files are in a directory that Close removes: a Reader that
// is not closed leaves the data of customers on the disk.
//
// # What is not guaranteed
//
// Hidden rows and columns are read like others. Merged cells have their value in
// the first of them, and the others are empty. Files with a password, .xls and
// .xlsb are refused. A date format that only conditional formatting applies is not
// seen, and neither is one that cells without a style of their own have.
//
// A cell of the type of ISO dates, which no common program writes, gives them as they
// stand; with a Z at the end, the number of the day. The text that a formula
// returns keeps _xHHHH_, which stands for characters that XML does not have. Worksheets
// must lie in xl/worksheets and the rest of the workbook in xl, as those of
// all common programs do. Where the temporary directory is full while a
// sheet is unpacked, it is held in memory instead.
package xlsx
