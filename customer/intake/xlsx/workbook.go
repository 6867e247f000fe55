package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
	"github.com/xuri/excelize/v2"
)

// A sheet is a worksheet and the part of the archive that it lies in.
type sheet struct {
	name string
	part string
	err  error // why it cannot be read
}

// locate returns the worksheets in the order of their tabs. excelize does not tell
// in which part one lies, so it is given the frame of the workbook and
// worksheets that hold nothing but the names of their parts.
func locate(z *zip.Reader, frame []*zip.File) (list []sheet, err error) {
	defer guard(&err)
	var b bytes.Buffer
	if err := copyParts(&b, frame, z.File); err != nil {
		return nil, unreadable(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		part, err := f.GetCellValue(name, "A1")
		if part == "" && (err == nil || errors.As(err, new(excelize.ErrSheetNotExist))) {
			continue // a sheet with a chart
		}
		list = append(list, sheet{name: name, part: part, err: err})
	}
	if len(list) == 0 {
		return nil, damaged(ErrNotWorkbook, "it has no worksheet; save it as .xlsx")
	}
	return list, nil
}

// copyParts writes parts to an archive as they are packed, and for the worksheets
// among stubs the names of them.
func copyParts(w io.Writer, parts, stubs []*zip.File) error {
	out := zip.NewWriter(w)
	for _, f := range parts {
		if err := out.Copy(f); err != nil {
			return err
		}
	}
	for _, f := range stubs {
		if name := partName(f); isSheet(name) {
			part, err := out.Create(name)
			if err != nil {
				return err
			}
			_, _ = io.WriteString(part, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="str"><v>`)
			_ = xml.EscapeText(part, []byte(name))
			if _, err := io.WriteString(part, `</v></c></row></sheetData></worksheet>`); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// pick returns the sheet that the options choose.
func pick(list []sheet, opt Options) (sheet, error) {
	names := make([]string, len(list))
	found := -1
	for i, s := range list {
		names[i] = s.name
		if found < 0 && strings.EqualFold(s.name, opt.Sheet) {
			found = i
		}
	}
	switch {
	case opt.Sheet == "" && (opt.Index < 0 || opt.Index >= len(list)):
		return sheet{}, damaged(ErrNotWorkbook, fmt.Sprintf("it has no sheet at index %d; its %d sheets are %s", opt.Index, len(list), strings.Join(names, ", ")))
	case opt.Sheet == "":
		found = opt.Index
	case found < 0:
		return sheet{}, damaged(ErrNotWorkbook, fmt.Sprintf("it has no sheet %q; its sheets are %s", opt.Sheet, strings.Join(names, ", ")))
	}
	if s := list[found]; s.err != nil {
		return sheet{}, damaged(fmt.Errorf("%w: %w", ErrNotWorkbook, s.err), fmt.Sprintf("rename its sheet %q", s.name))
	}
	return list[found], nil
}

// A workbook is one sheet of a file, opened by excelize in a directory of its own.
type workbook struct {
	dir   string
	file  *excelize.File
	rows  *excelize.Rows
	mac   bool // days count from 1904
	check check
}

// inMemory is from how many bytes on excelize unpacks a sheet or the shared texts
// to a temporary file.
const inMemory = 1 << 20

// open copies the parts of a sheet to the directory, checks them and opens them.
func (w *workbook) open(z *zip.Reader, from sheet, opt Options) (err error) {
	defer guard(&err)
	w.check.opt = opt
	parts, err := choose(z, opt, func(name string) bool { return isFrame(name) || isTexts(name) || name == from.part })
	if err != nil {
		return err
	}
	if w.dir, err = os.MkdirTemp(opt.TempDir, "clientele-xlsx-*"); err != nil {
		return err
	}
	path := filepath.Join(w.dir, "book.xlsx")
	if err := w.keep(path, parts); err != nil {
		return err
	}
	w.file, err = excelize.OpenFile(path, excelize.Options{TmpDir: w.dir, UnzipXMLSizeLimit: inMemory, UnzipSizeLimit: max(inMemory, maxFrame+opt.Shared+opt.Unpacked)})
	if err != nil {
		return unreadable(err)
	}
	props, err := w.file.GetWorkbookProps()
	if err != nil {
		return unreadable(err)
	}
	w.mac = props.Date1904 != nil && *props.Date1904
	if err := markDates(w.file); err != nil {
		return unreadable(err)
	}
	if w.rows, err = w.file.Rows(from.name); err != nil {
		return unreadable(err)
	}
	return os.Remove(path)
}

// keep writes the parts to an archive and looks over that.
func (w *workbook) keep(path string, parts []*zip.File) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := copyParts(file, parts, nil); err != nil {
		return errors.Join(unreadable(err), file.Close())
	}
	return errors.Join(w.look(file), file.Close())
}

// look checks the parts of the copy: the shared texts first, as the sheet refers
// to them.
func (w *workbook) look(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	z, err := zip.NewReader(file, info.Size())
	if err != nil {
		return unreadable(err)
	}
	for _, sheets := range []bool{false, true} {
		for _, f := range z.File {
			if isSheet(partName(f)) != sheets {
				continue
			}
			if err := w.check.part(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// close removes the directory and everything in it.
func (w *workbook) close() error {
	var errs []error
	if w.rows != nil {
		errs = append(errs, w.rows.Close())
		w.rows = nil
	}
	if w.file != nil {
		errs = append(errs, w.file.Close())
		w.file = nil
	}
	if w.dir != "" {
		errs = append(errs, os.RemoveAll(w.dir))
		w.dir = ""
	}
	return errors.Join(errs...)
}

// lost says that excelize did not read what the check saw.
func lost(row int64) error {
	return &intake.FileError{Row: row, Err: intake.ErrTruncated, Advice: "the rows from here on cannot be read; save the file in a spreadsheet program again"}
}
