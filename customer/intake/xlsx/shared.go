package xlsx

import (
	"bufio"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
)

// inMemory is how many bytes of shared texts are held in memory.
const inMemory = 4 << 20

// mark is of how many shared texts the place of one is remembered.
const mark = 16

// sharedTexts are the texts that cells refer to by number. Those behind the first
// 4 MiB lie in a temporary file, each behind its length.
type sharedTexts struct {
	memory []string
	held   int
	file   *os.File
	out    *bufio.Writer
	size   int64   // bytes in the file
	count  int     // texts in the file
	marks  []int64 // where every 16th of them begins
	buffer []byte

	block  int      // which 16 texts of the file were read last, plus 1
	recent []string // those
}

// readShared reads the part. most bounds what is unpacked, longest one text.
func readShared(w *workbook, most int64, longest int) (*sharedTexts, error) {
	t := &sharedTexts{}
	if w.shared == "" {
		return t, nil
	}
	part, err := openPart(w.zip, w.shared, most)
	if err != nil || part == nil {
		return t, err
	}
	defer func() { _ = part.r.Close() }()
	if err := t.read(newScanner(part, longest)); err != nil {
		return t, unreadable(err)
	}
	return t, t.flush()
}

// read reads <si> elements to the end of the part.
func (t *sharedTexts) read(in *scanner) error {
	for {
		in.renew()
		token, err := in.token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "si" {
			continue
		}
		text, err := in.richText("si")
		if err != nil {
			return err
		}
		if err := t.add(text); err != nil {
			return err
		}
	}
}

// add keeps one more text.
func (t *sharedTexts) add(text string) error {
	if t.held+len(text)+32 <= inMemory && t.file == nil {
		t.memory = append(t.memory, text)
		t.held += len(text) + 32
		return nil
	}
	if t.file == nil {
		file, err := os.CreateTemp("", "clientele-xlsx-*")
		if err != nil {
			return err
		}
		t.file, t.out = file, bufio.NewWriter(file)
	}
	if t.count%mark == 0 {
		t.marks = append(t.marks, t.size)
	}
	t.count++
	t.buffer = append(binary.AppendUvarint(t.buffer[:0], uint64(len(text))), text...)
	n, err := t.out.Write(t.buffer)
	t.size += int64(n)
	return err
}

func (t *sharedTexts) flush() error {
	if t.out == nil {
		return nil
	}
	return t.out.Flush()
}

var errShared = errors.New("refers to a text that the file does not hold; ask for a complete copy of it")

// get returns a text by its number.
func (t *sharedTexts) get(i int) (string, error) {
	if i >= 0 && i < len(t.memory) {
		return t.memory[i], nil
	}
	i -= len(t.memory)
	if i < 0 || i >= t.count {
		return "", errShared
	}
	if t.block != i/mark+1 {
		if err := t.load(i / mark); err != nil {
			return "", err
		}
	}
	return t.recent[i%mark], nil
}

// load reads a block of 16 texts.
func (t *sharedTexts) load(block int) error {
	end := t.size
	if block+1 < len(t.marks) {
		end = t.marks[block+1]
	}
	raw := make([]byte, end-t.marks[block])
	if _, err := t.file.ReadAt(raw, t.marks[block]); err != nil {
		return err
	}
	t.recent, t.block = t.recent[:0], block+1
	for len(raw) > 0 {
		n, used := binary.Uvarint(raw)
		t.recent = append(t.recent, string(raw[used:used+int(n)]))
		raw = raw[used+int(n):]
	}
	return nil
}

// close removes the temporary file.
func (t *sharedTexts) close() error {
	if t.file == nil {
		return nil
	}
	err := errors.Join(t.file.Close(), os.Remove(t.file.Name()))
	t.file = nil
	return err
}

// unescape replaces _xHHHH_, which stands for characters that XML does not have.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if r, ok := escaped(s[i:]); ok {
			b.WriteRune(r)
			i += len("_xHHHH_")
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// escaped reads _xHHHH_ at the start of s.
func escaped(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, r != 0 && (r < 0xD800 || r > 0xDFFF)
}
