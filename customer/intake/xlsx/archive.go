package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
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

// A countingReader counts what is read from the file.
type countingReader struct {
	r io.ReaderAt
	n int64
}

// ReadAt implements io.ReaderAt.
func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
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

// A budget is a reader that may hand out so many bytes.
type budget struct {
	r      io.ReadCloser
	left   int64
	advice string
}

// Read implements io.Reader.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, damaged(intake.ErrTooLong, b.advice)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// openPart opens a part of the archive; nil when there is none of that name.
// At most so many bytes of it are unpacked.
func openPart(z *zip.Reader, name string, most int64) (*budget, error) {
	for _, f := range z.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		advice := fmt.Sprintf("its part %s unpacks to more than the %d bytes that the options allow", name, most)
		if f.UncompressedSize64 > uint64(most) {
			return nil, damaged(intake.ErrTooLong, advice)
		}
		r, err := f.Open()
		if err != nil {
			return nil, unreadable(err)
		}
		return &budget{r: r, left: most + 1, advice: advice}, nil
	}
	return nil, nil
}

// unreadable returns err as a *intake.FileError: its own, or a damaged file.
func unreadable(err error) error {
	var known *intake.FileError
	if errors.As(err, &known) {
		return err
	}
	return damaged(fmt.Errorf("%w: %w", intake.ErrTruncated, err), "the file is damaged; ask for a complete copy of it")
}

// maxPart is how much is unpacked of the parts that describe the workbook.
const maxPart = 16 << 20

// decodePart reads a small part of XML into v; a part that is missing leaves it.
func decodePart(z *zip.Reader, name string, v any) error {
	part, err := openPart(z, name, maxPart)
	if err != nil || part == nil {
		return err
	}
	defer func() { _ = part.r.Close() }()
	if err := xml.NewDecoder(part).Decode(v); err != nil {
		return unreadable(err)
	}
	return nil
}

// A relation points from one part to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relations returns the relations of a part.
func relations(z *zip.Reader, of string) ([]relation, error) {
	var list struct {
		Relationship []relation
	}
	dir, name := path.Split(of)
	err := decodePart(z, dir+"_rels/"+name+".rels", &list)
	for i, r := range list.Relationship {
		if strings.HasPrefix(r.Target, "/") {
			list.Relationship[i].Target = strings.TrimPrefix(r.Target, "/")
		} else {
			list.Relationship[i].Target = path.Join(dir, r.Target)
		}
	}
	return list.Relationship, err
}
