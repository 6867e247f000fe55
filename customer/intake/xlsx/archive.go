package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// ErrNotWorkbook: the file is no workbook of this format, or has no such sheet.
var ErrNotWorkbook = errors.New("not a workbook that can be read")

// damaged returns the refusal of a file.
func damaged(err error, advice string) error {
	return &intake.FileError{Err: err, Advice: advice}
}

// unreadable returns err as a *intake.FileError: its own, or a damaged file.
func unreadable(err error) error {
	var known *intake.FileError
	if errors.As(err, &known) {
		return err
	}
	return damaged(fmt.Errorf("%w: %w", intake.ErrTruncated, err), "the file is damaged; ask for a complete copy of it")
}

// guard turns a panic of excelize, which some damaged files cause, into an error.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = unreadable(fmt.Errorf("excelize: %v", p))
	}
}

// openArchive opens the ZIP archive that a workbook is.
func openArchive(r io.ReaderAt, size int64) (*zip.Reader, error) {
	var head [8]byte
	n, _ := r.ReadAt(head[:], 0)
	if bytes.HasPrefix(head[:n], []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return nil, damaged(ErrNotWorkbook, "it is an .xls file or has a password; save it as .xlsx without one")
	}
	z, err := zip.NewReader(r, size)
	switch {
	case err == nil:
		return z, nil
	case bytes.HasPrefix(head[:n], []byte("PK")):
		return nil, damaged(intake.ErrTruncated, "its directory cannot be read; ask for a complete copy of it")
	}
	return nil, damaged(ErrNotWorkbook, "it is no .xlsx file; save it as one, or read it as CSV")
}

// partName returns the name that excelize looks a part up by.
func partName(f *zip.File) string { return strings.ReplaceAll(f.Name, `\`, "/") }

// in reports whether a part of XML lies in a directory.
func in(dir, name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return strings.EqualFold(path.Dir(name), dir) && (ext == ".xml" || ext == ".rels")
}

// isSheet reports whether a part is a worksheet.
func isSheet(name string) bool { return in("xl/worksheets", name) }

// isTexts reports whether a part holds the texts that the sheets share.
func isTexts(name string) bool { return strings.EqualFold(name, "xl/sharedStrings.xml") }

// isFrame reports whether a part says what the workbook consists of. All others,
// from pictures to the order of calculation, excelize would read into memory too.
func isFrame(name string) bool {
	if isTexts(name) || strings.EqualFold(name, "xl/calcChain.xml") {
		return false
	}
	return in(".", name) || in("_rels", name) || in("xl", name) || in("xl/_rels", name)
}

// maxFrame is how many bytes the frame may unpack to, all of it in memory.
const maxFrame = 16 << 20

// most returns how many bytes of a part are unpacked.
func (o Options) most(name string) int64 {
	switch {
	case isTexts(name):
		return o.Shared
	case isSheet(name) && strings.HasPrefix(strings.ToLower(path.Base(name)), "sheet"):
		return o.Unpacked
	}
	return maxFrame // excelize holds it in memory
}

// choose returns the parts that are wanted, one of each name. Package zip never
// unpacks more of a part than its header states, so the sizes there bound it.
func choose(z *zip.Reader, opt Options, wanted func(name string) bool) ([]*zip.File, error) {
	var list []*zip.File
	seen := map[string]bool{}
	frame := uint64(0)
	for _, f := range z.File {
		name := partName(f)
		if !wanted(name) || seen[name] {
			continue
		}
		seen[name] = true
		most := opt.most(name)
		if isFrame(name) {
			frame += f.UncompressedSize64
		}
		if f.UncompressedSize64 > uint64(most) || frame > maxFrame {
			return nil, damaged(intake.ErrTooLong, fmt.Sprintf("its part %s unpacks to more than the %d bytes that are allowed", f.Name, most))
		}
		list = append(list, f)
	}
	return list, nil
}
