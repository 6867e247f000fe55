// Package export writes records as tables that people open in spreadsheets, and
// remembers who took what out of the house.
//
//	table, err := export.NewCSV(w, export.ExcelUTF8)
//	done, err := export.Write(ctx, acme, storage.By("user:ann", "export"), export.Request{
//		Kind:   customer.Kind,
//		Fields: []string{"external_id", "name", "city"},
//		Query:  storage.Query{Where: criteria.Eq("city", "杭州")},
//	}, table)
//
// Every export has a Record with user, moment and filter, which is stored before
// the first row is written. The first row of a table for people is a watermark with
// the id of that record (Request.Mark; a CSV in UTF8 is for programs and begins with
// its header), and a canary, where the request wants one, is a row with a
// code that stands nowhere else. Trace finds the record of an export by a
// screenshot's watermark, a whole file that was leaked, or one line of it.
//
// # Filters
//
// A Record outlives the people whose data was exported, and no field connects it
// with them. So its filter holds no values of fields that are Personal: name = 王丽
// is stored as name = sha256:16f2c1, the first 24 bits of the SHA-256 of the text
// (or of the number, date or bool as it stands in JSON). The same filter is the
// same text again, and whoever asks whether 王丽 was looked for can calculate it;
// other names have that digest too. Values of other fields, such as the city, and
// moments relative to now are stored as they are.
//
// # Formulas
//
// A CSV cell that a spreadsheet would take for a formula gets an apostrophe in
// front (Escape): a text that begins with = + - @, their wide forms, a tab or a
// line end. So does one that begins with an apostrophe. Values of integer and decimal
// fields are numbers and stay as they are: -5 is -5. A phone number of a text
// field, +8613800138000, becomes '+8613800138000: a spreadsheet would otherwise
// calculate 8.6138E+12 of it and lose the plus. Programs take the apostrophe away
// with Unescape; intake.TextOptions.Exported does so for whole files. In XLSX
// (package xlsx) cells have types, no text is taken for a formula, and nothing is added.
//
// # Guarantees
//
// Rows come from one committed state, are streamed, and are those that the
// handle's guard shows, with its masks; hidden values are empty. An export that is
// cut off leaves its Record without a FinishedAt.
//
// # What is not guaranteed
//
// A digest can be guessed by trying names, and confirms a guess with some
// probability: it is no encryption. Origin.Reason, which the Record holds, is stored as
// it was given.
//
// Whoever holds the file can remove watermark and canary. Values of sets that
// hold a comma cannot be told from two. A code that the host stores itself, in a
// copy of the data, traces to the export as well.
package export
