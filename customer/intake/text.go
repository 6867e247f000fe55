package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// window is how much of a file is in sight at once, in bytes.
const window = 64 << 10

// A text is an io.Reader that turns the bytes of a file into UTF-8 that was
// checked. It hands out everything before the first bad byte and then a
// *FileError, which it repeats from there on.
type text struct {
	raw      *rawReader
	in       *bufio.Reader
	encoding Encoding // "" until the first byte outside ASCII decides
	before   byte     // the last ASCII byte before that; 0 if there is none
	decoder  transform.Transformer
	decoded  []byte // what the decoder writes into

	ready []byte // checked and not handed out yet
	held  int    // bytes at the start of in that ready came from
	stop  error  // why no more bytes come in

	line, column int64 // place behind what was checked, both from 1
	width        int64 // bytes of the last line that ended, with its end
	delivered    int64 // bytes handed out
	budget       int   // bytes that may be handed out before the next call of allow
	newline      bool  // the last byte handed out ended a line
	nul          bool  // a NUL was among what was checked
	err          error // what Read returns when ready is empty; set once
}

// newText returns a text over r, at the first byte behind a byte order mark.
// The encoding may be empty.
func newText(r io.Reader, e Encoding) (*text, error) {
	t := &text{raw: &rawReader{r: r}, line: 1, column: 1}
	t.in = bufio.NewReaderSize(t.raw, window)
	head, _ := t.in.Peek(4)
	marked, n := byteOrderMark(head)
	_, _ = t.in.Discard(n)
	if e == "" {
		e = marked
	}
	if marked != "" && marked != e {
		return nil, &FileError{Line: 1, Column: 1, Err: ErrEncoding,
			Advice: "its byte order mark says " + string(marked) + ", not " + string(e) + "; leave the encoding empty"}
	}
	if e == "" {
		return t, nil
	}
	return t, t.decide(e)
}

// decide fixes the encoding.
func (t *text) decide(e Encoding) error {
	decoder, err := newDecoder(e)
	if err != nil {
		return err
	}
	t.encoding, t.decoder = e, decoder
	if decoder != nil {
		t.decoded = make([]byte, window)
	}
	return nil
}

// allow lets a row of up to n bytes be read next.
func (t *text) allow(n int) { t.budget = n + window }

// atEnd reports whether everything was handed out and the file holds no more.
func (t *text) atEnd() bool { return len(t.ready) == 0 && t.err == io.EOF }

// Read implements io.Reader.
func (t *text) Read(p []byte) (int, error) {
	for len(t.ready) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		t.fill()
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	t.delivered += int64(n)
	if t.budget -= n; t.budget < 0 {
		t.ready = nil
		t.fail(ErrTooLong, "a single row exceeds Limits.Row; look for a quotation mark that is opened and never closed")
		return 0, t.err
	}
	if n > 0 {
		t.newline = p[n-1] == '\n'
	}
	return n, nil
}

// fill puts the next piece of checked text into ready, or sets err. It may do
// neither, and is then called again.
func (t *text) fill() {
	_, _ = t.in.Discard(t.held)
	t.held = 0
	src := t.more(1)
	switch {
	case len(src) == 0:
		t.end("")
	case t.encoding == "":
		t.fillASCII(src)
	case t.decoder == nil:
		t.fillUTF8(src)
	default:
		t.fillDecoded(src)
	}
}

// more returns all bytes in sight, at least n unless the input ends before.
func (t *text) more(n int) []byte {
	if t.in.Buffered() < n {
		_, t.stop = t.in.Peek(n)
	}
	src, _ := t.in.Peek(t.in.Buffered())
	return src
}

// fillASCII takes text that reads the same in every encoding, and decides on
// the encoding where that ends.
func (t *text) fillASCII(src []byte) {
	if n := asciiPrefix(src); n > 0 {
		t.before = src[n-1]
		t.accept(src[:n], n)
		return
	}
	sample, _ := t.in.Peek(window)
	e := guess(t.before, sample)
	if e == "" {
		t.fail(ErrAmbiguousEncoding, "it is not UTF-8, and reads as GB18030 and as a Western text alike: save it as UTF-8, "+
			"or state the encoding, which is Windows1252 for Western Europe and GB18030 for Chinese")
		return
	}
	_ = t.decide(e) // guess returns encodings that exist
}

// fillUTF8 takes the valid characters at the start of src.
func (t *text) fillUTF8(src []byte) {
	n := wholeRunes(src)
	if n == 0 {
		t.wait(src)
		return
	}
	if !utf8.Valid(src[:n]) {
		n = validPrefix(src[:n])
	}
	if n == 0 {
		t.failEncoding()
		return
	}
	t.accept(src[:n], n)
}

// fillDecoded decodes what it can of src, up to the first bad character.
func (t *text) fillDecoded(src []byte) {
	n, used, err := t.decoder.Transform(t.decoded, src, false)
	if n == 0 && used == 0 && errors.Is(err, transform.ErrShortSrc) {
		t.wait(src)
		return
	}
	bad := bytes.Index(t.decoded[:n], []byte(lost))
	if bad < 0 {
		t.accept(t.decoded[:n], used)
		return
	}
	t.accept(t.decoded[:bad], used)
	t.failEncoding()
}

// wait makes sure that there is more in sight than src, which is a part of one
// character; at the end of the input that is an error.
func (t *text) wait(src []byte) {
	if len(t.more(len(src)+1)) == len(src) {
		t.end("it ends inside a character")
	}
}

// accept makes checked text ready that stands for the next held bytes of the
// input.
func (t *text) accept(checked []byte, held int) {
	t.ready, t.held = checked, held
	t.nul = t.nul || bytes.IndexByte(checked, 0) >= 0
	last := bytes.LastIndexByte(checked, '\n')
	if last < 0 {
		t.column += int64(len(checked))
		return
	}
	before := bytes.LastIndexByte(checked[:last], '\n')
	if t.width = int64(last - before); before < 0 {
		t.width += t.column - 1
	}
	t.line += int64(bytes.Count(checked, []byte{'\n'}))
	t.column = int64(len(checked) - last)
}

// lastLine returns how many bytes the last line checked has so far.
func (t *text) lastLine() int64 {
	if t.column > 1 {
		return t.column - 1
	}
	return t.width
}

// end sets the error at the end of the input: what the reader said, or
// ErrTruncated when the end cuts something off.
func (t *text) end(cut string) {
	switch {
	case t.stop != io.EOF:
		t.fail(t.stop, "the file could not be read to its end; import it again from a complete copy")
	case cut != "":
		t.fail(ErrTruncated, cut+"; ask for a complete copy of it")
	default:
		t.err = io.EOF
	}
}

// failEncoding sets the error for bytes that the encoding does not have.
func (t *text) failEncoding() {
	t.fail(ErrEncoding, "the file was read as "+string(t.encoding)+
		"; save it as UTF-8, or state the encoding that it is in, such as GB18030 or Windows1252")
}

// fail sets the error at the present place.
func (t *text) fail(err error, advice string) {
	t.err = &FileError{Line: t.line, Column: t.column, Err: err, Advice: advice}
}

// validPrefix returns how many bytes at the start of b are valid UTF-8.
func validPrefix(b []byte) int {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// A rawReader counts the bytes of a reader and repeats its first error.
type rawReader struct {
	r   io.Reader
	n   int64
	err error
}

// Read implements io.Reader.
func (r *rawReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.r.Read(p)
	r.n, r.err = r.n+int64(n), err
	return n, err
}
