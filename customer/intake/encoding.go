package intake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// An Encoding names how the characters of a text are written as bytes. The
// zero value means that the file decides: its byte order mark if there is one;
// otherwise the 64 KiB that begin at the first byte outside ASCII are UTF-8 if
// they are valid as that, and else GB18030, unless they look Western: then the file
// is refused with ErrAmbiguousEncoding. What was decided is enforced to the end of
// the file.
//
// Other encodings of two bytes, such as Big5 and Shift_JIS, and Cyrillic and
// Greek ones of one byte are not told from GB18030, and those of one byte not from
// Windows1252 where that is stated. Such files must be saved as UTF-8 first.
type Encoding string

// The encodings that can be read. GB18030 includes GBK and GB 2312; Windows1252
// includes ISO 8859-1 but for its control characters.
const (
	UTF8        Encoding = "UTF-8"
	GB18030     Encoding = "GB18030"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "Windows-1252" // of Western Europe; it is never guessed and must be stated
)

// ErrAmbiguousEncoding: a text that is not UTF-8 and reads both as GB18030 and as a
// Western encoding. It is an ErrEncoding too, and comes wrapped in a *FileError.
var ErrAmbiguousEncoding error = ambiguousEncoding{}

// ambiguousEncoding is the type of ErrAmbiguousEncoding.
type ambiguousEncoding struct{}

// Error says what the matter is.
func (ambiguousEncoding) Error() string { return "the encoding is not certain" }

// Unwrap returns ErrEncoding.
func (ambiguousEncoding) Unwrap() error { return ErrEncoding }

// marks are the byte order marks and what they say.
var marks = []struct {
	bytes    string
	encoding Encoding
}{
	{"\xEF\xBB\xBF", UTF8},
	{"\xFF\xFE", UTF16LE},
	{"\xFE\xFF", UTF16BE},
	{"\x84\x31\x95\x33", GB18030},
}

// byteOrderMark returns the encoding that the first bytes announce and the
// length of the announcement, or "" and 0.
func byteOrderMark(head []byte) (Encoding, int) {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.bytes)) {
			return m.encoding, len(m.bytes)
		}
	}
	return "", 0
}

// newDecoder returns what turns the encoding into UTF-8; nil for UTF-8 itself.
func newDecoder(e Encoding) (transform.Transformer, error) {
	switch e {
	case UTF8:
		return nil, nil
	case GB18030:
		return simplifiedchinese.GB18030.NewDecoder(), nil
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder(), nil
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder(), nil
	case Windows1252:
		return windows1252{charmap.Windows1252.NewDecoder()}, nil
	}
	return nil, fmt.Errorf("intake: encoding %q is unknown; use UTF8, GB18030, UTF16LE, UTF16BE, Windows1252 or leave it empty", string(e))
}

// A windows1252 decodes that encoding. The five bytes that it does not have,
// which the decoder below turns into control characters as browsers do, are bad bytes.
type windows1252 struct{ transform.Transformer }

// Transform implements transform.Transformer. It stops before a bad byte, unless
// that is the first one, which it turns into a replacement character.
func (w windows1252) Transform(dst, src []byte, atEOF bool) (int, int, error) {
	switch bad := slices.IndexFunc(src, unassigned1252); {
	case bad == 0:
		return copy(dst, lost), 1, nil
	case bad > 0:
		src = src[:bad]
	}
	return w.Transformer.Transform(dst, src, atEOF)
}

// unassigned1252 reports whether a byte is none of Windows-1252.
func unassigned1252(c byte) bool {
	return c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 || c == 0x9D
}

// guess decides between UTF-8 and GB18030 from text that begins outside ASCII
// and may end inside a character; before is the character in front of it, 0 if
// there is none. Bytes that are neither, and UTF-8 with some damage in it, count as
// UTF-8, so that reading on names the damaged place. GB18030 that
// looks Western is none of all: "".
func guess(before byte, sample []byte) Encoding {
	switch {
	case utf8.Valid(sample[:wholeRunes(sample)]) || mostlyUTF8(sample) || !validGB18030(sample):
		return UTF8
	case looksWestern(before, sample):
		return ""
	}
	return GB18030
}

// mostlyUTF8 reports whether most bytes outside ASCII belong to well-formed
// sequences of three or four bytes. Chinese text in UTF-8 consists of those;
// in GB18030 they come about by chance, about once in a hundred characters.
func mostlyUTF8(sample []byte) bool {
	inside, outside := 0, 0
	for len(sample) > 0 {
		r, size := utf8.DecodeRune(sample)
		switch {
		case size >= 3:
			inside += size
		case r >= utf8.RuneSelf:
			outside += size
		}
		sample = sample[size:]
	}
	return inside > outside
}

// validGB18030 reports whether the sample, less a character cut at its end, is
// GB18030 throughout.
func validGB18030(sample []byte) bool {
	decoder, out := simplifiedchinese.GB18030.NewDecoder(), make([]byte, 4096)
	for {
		n, used, err := decoder.Transform(out, sample, false)
		if bytes.Contains(out[:n], []byte(lost)) {
			return false
		}
		if err != transform.ErrShortDst {
			return true
		}
		sample = sample[used:]
	}
}

// lost is the character that decoders put in the place of bad bytes.
const lost = string(utf8.RuneError)

// wholeRunes returns the length of b without a character that is cut at its end.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

// asciiPrefix returns how many bytes at the start of b are ASCII.
func asciiPrefix(b []byte) int {
	const high = 0x8080808080808080 // the top bit of each of eight bytes
	n := 0
	for len(b)-n >= 8 && binary.NativeEndian.Uint64(b[n:])&high == 0 {
		n += 8
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}
