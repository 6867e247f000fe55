package xlsx

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"

	"github.com/clientele-go/clientele/customer/intake"
)

// A scanner reads the tokens of a part. It hands the decoder no more than a
// limit between two calls of renew, so that no element takes up more memory.
type scanner struct {
	in    *bufio.Reader
	xml   *xml.Decoder
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

// token returns the next token. Elements are named with their prefix apart.
func (s *scanner) token() (xml.Token, error) { return s.xml.RawToken() }

// richText returns the text up to the end of the element, without phonetic guides.
func (s *scanner) richText(end string) (string, error) {
	var b strings.Builder
	inText, guide := false, false
	for {
		token, err := s.token()
		if err != nil {
			return "", cutOff(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			guide = guide || e.Name.Local == "rPh"
		case xml.EndElement:
			inText = false
			if e.Name.Local == "rPh" {
				guide = false
			}
			if e.Name.Local == end {
				return unescape(b.String()), nil
			}
		case xml.CharData:
			if inText && !guide {
				b.Write(e)
			}
		}
	}
}

// cutOff turns the end of the part inside an element into an error.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// attribute returns an attribute of an element without a prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
