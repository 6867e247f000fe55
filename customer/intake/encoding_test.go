package intake

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// encode returns the text in an encoding, with a byte order mark where that is
// how it is told.
func encode(t require.TestingT, text string, e Encoding) string {
	var out string
	var err error
	switch e {
	case GB18030:
		out, err = simplifiedchinese.GB18030.NewEncoder().String(text)
	case UTF16LE:
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	case UTF16BE:
		out, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	default:
		out = text
	}
	require.NoError(t, err)
	return out
}

func TestDED15_EncodingIsFoundWithoutBeingTold(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"header alone":          "姓名,电话\n",
		"four names":            "name\n张三\n李四\n王五\n赵六\n",
		"one name among ASCII":  "name,city\nAnn,Oslo\n王丽,Bergen\nBob,Rome\n",
		"first name far behind": "name\n" + strings.Repeat("someone\n", 20_000) + "王丽\n",
		"rare characters":       "name\n㐀㛃𠮷\n",
	}
	for name, text := range texts {
		for _, e := range []Encoding{UTF8, GB18030, UTF16LE, UTF16BE} {
			t.Run(name+" in "+string(e), func(t *testing.T) {
				t.Parallel()
				f, err := NewCSV(strings.NewReader(encode(t, text, e)), TextOptions{})
				require.NoError(t, err)
				good, bad, err := allRows(f)
				require.NoError(t, err)
				require.Empty(t, bad)
				want, _, err := allRows(openCSV(t, text))
				require.NoError(t, err)
				require.Equal(t, want, good)
				require.Equal(t, e, f.Encoding())
			})
		}
	}
}

func TestDED15_ByteOrderMarkOfGB18030(t *testing.T) {
	t.Parallel()
	f, err := NewCSV(strings.NewReader("\x84\x31\x95\x33"+encode(t, "\"姓名\"\n王丽\n", GB18030)), TextOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"姓名"}, f.Header())
}

func TestDED14_BadBytesNameTheirRow(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("张三,李四\n", 30_000)
	cases := map[string]struct {
		text string
		is   error
		row  int64
		line int64
	}{
		"GB18030 in UTF-8":        {"a,b\n" + long + "王丽,\xc0\xee\n1,2\n", ErrEncoding, 30_002, 30_002},
		"UTF-8 near the start":    {"a,b\n张三,李四\n王丽,\xff\n", ErrEncoding, 3, 3},
		"ASCII, then garbage":     {"a,b\n1,2\n3,\xff\xff\n", ErrEncoding, 3, 3},
		"byte FF in GB18030":      {encode(t, "a,b\n"+long, GB18030) + "\xff,2\n", ErrEncoding, 30_002, 30_002},
		"GB18030 cut":             {encode(t, "a,b\n张三,李四\n1,王", GB18030) + "\xcd", ErrTruncated, 3, 3},
		"UTF-16 of odd length":    {encode(t, "a,b\n1,2\n3,4", UTF16LE) + "5", ErrTruncated, 3, 3},
		"UTF-16 with half a pair": {encode(t, "a,b\n1,2\n3,4", UTF16LE) + "\x00\xd8\x41\x00", ErrEncoding, 3, 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := NewCSV(strings.NewReader(c.text), TextOptions{})
			require.NoError(t, err)
			good, _, err := allRows(f)
			require.ErrorIs(t, err, c.is)
			var at *FileError
			require.ErrorAs(t, err, &at)
			require.Equal(t, c.row, at.Row)
			require.Equal(t, c.line, at.Line)
			require.Len(t, good, int(c.row)-2, "the rows before it are read")
		})
	}
}

func TestEncoding_Stated(t *testing.T) {
	t.Parallel()
	raw := encode(t, "名\n王丽\n", GB18030)
	f, err := NewCSV(strings.NewReader(raw), TextOptions{Encoding: GB18030})
	require.NoError(t, err)
	require.Equal(t, []string{"名"}, f.Header())

	_, err = NewCSV(strings.NewReader(raw), TextOptions{Encoding: UTF8})
	require.ErrorIs(t, err, ErrEncoding)

	_, err = NewCSV(strings.NewReader("\uFEFFa\n"), TextOptions{Encoding: GB18030})
	require.ErrorContains(t, err, "byte order mark says UTF-8, not GB18030")

	_, err = NewCSV(strings.NewReader("a\n"), TextOptions{Encoding: "latin1"})
	require.ErrorContains(t, err, `encoding "latin1" is unknown`)
}

// A replacement character that stands in a UTF-8 file is text like any other.
func TestEncoding_ReplacementCharacterInUTF8IsValid(t *testing.T) {
	t.Parallel()
	good, _, err := allRows(openCSV(t, "a\nx\uFFFDy\n"))
	require.NoError(t, err)
	require.Equal(t, [][]string{{"x\uFFFDy"}}, good)
}

func TestGuess_DamagedUTF8IsNotTakenForGB18030(t *testing.T) {
	t.Parallel()
	damaged := strings.Repeat("客户名称很长", 100) + "\xb0\xa1" + strings.Repeat("客户", 3)
	require.Equal(t, UTF8, guess(0, []byte(damaged)))
}

// A text decoded in pieces of any size is the text decoded as a whole.
func TestText_Property_DecodesInPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[a-z\n,中文名称㐀𠮷é]{0,300}`).Draw(t, "body")
		e := rapid.SampledFrom([]Encoding{UTF8, GB18030, UTF16LE, UTF16BE}).Draw(t, "encoding")
		repeat := rapid.SampledFrom([]int{1, 1, 700}).Draw(t, "repeat")
		want := strings.Repeat(body, repeat)
		var r io.Reader = strings.NewReader(encode(t, want, e))
		if repeat == 1 {
			r = iotest.OneByteReader(r)
		}
		in, err := newText(r, e)
		require.NoError(t, err)
		in.allow(len(want))
		got, err := io.ReadAll(iotest.HalfReader(in))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		require.EqualValues(t, strings.Count(want, "\n")+1, in.line)
		require.EqualValues(t, len(want)-strings.LastIndexByte(want, '\n'), in.column)
	})
}

// Whatever the bytes, what is handed out is valid UTF-8.
func TestText_Property_HandsOutUTF8(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		e := rapid.SampledFrom([]Encoding{"", UTF8, GB18030, UTF16LE, Windows1252}).Draw(t, "encoding")
		in, err := newText(strings.NewReader(string(raw)), e)
		if err != nil {
			require.ErrorIs(t, err, ErrEncoding)
			return
		}
		in.allow(4 * len(raw))
		got, err := io.ReadAll(in)
		require.True(t, utf8.Valid(got))
		var at *FileError
		if err != nil {
			require.ErrorAs(t, err, &at)
		}
	})
}

func TestWholeRunes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "ab": 2, "中": 3, "a\xe4\xb8": 1, "\xe4": 0, "a\x80\x80\x80\x80": 5, "𠮷\xf0\xa0": 4} {
		require.Equal(t, want, wholeRunes([]byte(text)), "%q", text)
	}
}
