package xlsx

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"

	"github.com/clientele-go/clientele/customer/intake"
)

// maxDepth is how deep elements may lie in one another.
const maxDepth = 100

// A scanner reads the tokens of a part and sees that they are well-formed. It
// hands the decoder no more than a limit between two calls of renew, so that no
// element takes up more memory.
type scanner struct {
	in    *bufio.Reader
	xml   *xml.Decoder
	open  []xml.Name
	limit int
	left  int
}

// newScanner returns a scanner of a part.
func newScanner(part io.Reader, limit int) *scanner {
	s := &scanner{in: bufio.NewReaderSize(part, 64<<10), limit: limit}
	s.renew()
	s.xml = xml.NewDecoder(s)
	s.xml.CharsetReader = nil // UTF-8 alone, as the format says
	return s
}

// renew allows as much again as the limit says.
func (s *scanner) renew() { s.left = s.limit }

// Read implements io.Reader; the decoder uses ReadByte.
func (s *scanner) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	s.left -= n
	return n, err
}

// ReadByte implements io.ByteReader.
func (s *scanner) ReadByte() (byte, error) {
	if s.left--; s.left < 0 {
		return 0, damaged(intake.ErrTooLong, "a single row or text exceeds Limits.Row")
	}
	return s.in.ReadByte()
}

// token returns the next token; io.EOF behind the last element only.
func (s *scanner) token() (xml.Token, error) {
	token, err := s.xml.RawToken()
	if err == io.EOF && len(s.open) > 0 {
		return nil, io.ErrUnexpectedEOF
	}
	switch e := token.(type) {
	case xml.StartElement:
		if s.open = append(s.open, e.Name); len(s.open) > maxDepth {
			return nil, fmt.Errorf("elements lie more than %d deep", maxDepth)
		}
	case xml.EndElement:
		last := len(s.open) - 1
		if last < 0 || s.open[last] != e.Name {
			return nil, fmt.Errorf("element %q ends where it did not begin", e.Name.Local)
		}
		s.open = s.open[:last]
	}
	return token, err
}

// attribute returns an attribute of an element.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
