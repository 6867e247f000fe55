// Package intake reads customer and order files from strangers: it finds out
// how a file is written, maps its columns to targets, parses its cells and
// hands batches of records to the caller, with an account of every row.
//
// An import has three steps:
//
//	file, err := intake.NewCSV(r, intake.TextOptions{})
//	mapping, err := intake.Map(file.Header(), intake.CustomerTargets(format), nil)
//	report, err := intake.Run(ctx, file, mapping, intake.Options{}, sink)
//
// NewCSV, NewColumns and NewCDNOW open delimited text, and package xlsx opens
// spreadsheets. Anything that implements Source may stand in their place. Map guesses from Chinese and
// English headers which column is which; what it guesses can be overridden.
// Run parses and delivers; with a nil sink it is a dry run.
//
// An Importer does the same as a job that is remembered: its dry run tells what
// the stored records will say too, it goes on where it was interrupted, and Undo
// takes it back, with all that watches did because of it. A row that the store refuses,
// or a watch, is rejected like one that cannot be read. A Book stores the records as
// customers, orders and their lines. Package entry brings what several sources say of one customer
// together; package export writes tables, and finds out who took them.
//
// # Guarantees
//
//   - No row is dropped in silence. A row is accepted, or rejected with its row
//     number, column, value and reason, and Read = Accepted + Rejected. Only
//     rows without a single filled cell are passed over; they are counted as Blank.
//   - No file is half accepted in silence. A file that is cut off, that is not in
//     the encoding it appeared to be in, or whose quotes do not match ends the
//     run with a *FileError that names the place and what to do about it.
//   - No column is lost. A column that no target takes is listed in
//     Mapping.Unmapped and Report.Unmapped, and its cells are in every Record.
//   - Nothing is guessed where two readings are possible: 03/04/2025, two columns
//     for one target, 1,23 as an amount and 1.38E+10 as a phone number are refused.
//   - Memory does not grow with the file: one batch, one row, a bounded sample
//     of the rejections and what a Book read of the last 10,000 orders are held.
//
// # What is not guaranteed
//
//   - Batches that the sink took before a run failed stay taken. A caller who
//     wants all or nothing runs dry first, has the sink write to one
//     transaction that is committed when Run returns nil, or uses an Importer
//     with UndoFailed.
//   - A Sink's error ends the run, also one about a single record: rows that the
//     store refuses are rejected by an Importer alone.
//   - A dry run of an Importer holds what was written in memory, as it may have to take
//     it back.
//   - A file that was cut off exactly behind a row, or inside the last cell of a
//     row, looks complete. Compare Report.Read with the count of the sender.
//   - Reads from the file do not watch the context; it is looked at between batches.
//   - Text is trimmed, not normalised: matching forms of names, phones and e-mail
//     addresses are computed where customers are stored.
package intake
