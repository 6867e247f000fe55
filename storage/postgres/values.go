package postgres

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Values travel to the server in the text form of their type, as a parameter,
// as an element of an array or in a COPY stream: every driver of database/sql
// passes text through, whatever it thinks of times and decimals.

// appendField appends the value of a record's field in text form, and reports
// whether it is present.
func appendField(dst []byte, f *storage.Field, r storage.Record) ([]byte, bool) {
	switch f.Type {
	case criteria.Text:
		v, ok := f.Text(r)
		return append(dst, v...), ok
	case criteria.Integer:
		v, ok := f.Integer(r)
		return strconv.AppendInt(dst, v, 10), ok
	case criteria.Decimal:
		v, ok := f.Decimal(r)
		if !ok {
			return dst, false
		}
		return append(dst, v.String()...), true
	case criteria.Bool:
		v, ok := f.Bool(r)
		return strconv.AppendBool(dst, v), ok
	case criteria.Time:
		v, ok := f.Time(r)
		return appendTime(dst, v), ok
	case criteria.Day:
		v, ok := f.Day(r)
		return append(dst, v.String()...), ok
	case criteria.Ref:
		v, ok := f.Ref(r)
		return appendID(dst, v), ok
	case criteria.Texts:
		v, ok := f.Texts(r)
		return appendTexts(dst, v), ok
	default:
		v, ok := f.Raw(r)
		return append(dst, v...), ok
	}
}

// appendTime appends a time in UTC as 2006-01-02T15:04:05.000000Z.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = appendDigits(dst, year, 4)
	dst = appendDigits(append(dst, '-'), int(month), 2)
	dst = appendDigits(append(dst, '-'), day, 2)
	dst = appendDigits(append(dst, 'T'), hour, 2)
	dst = appendDigits(append(dst, ':'), minute, 2)
	dst = appendDigits(append(dst, ':'), second, 2)
	return append(appendDigits(append(dst, '.'), t.Nanosecond()/1000, 6), 'Z')
}

// appendDigits appends a number with leading zeros.
func appendDigits(dst []byte, n, width int) []byte {
	at := len(dst)
	dst = append(dst, "000000"[:width]...)
	for i := at + width - 1; i >= at; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
	return dst
}

// appendID appends the text form of an id.
func appendID(dst []byte, id uuid.UUID) []byte {
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return append(dst, text[:]...)
}

// parameter returns the text form of a constant of a criterion, as Field.Value
// returns values.
func parameter(value any) any {
	switch v := value.(type) {
	case nil, string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case decimal.Decimal:
		return v.String()
	case time.Time:
		return string(appendTime(nil, v))
	case criteria.Date:
		return v.String()
	case uuid.UUID:
		return v.String()
	case []string:
		return string(appendTexts(nil, v))
	case json.RawMessage:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}

// An array is the text form of an array that is being written.
type array struct{ text []byte }

func newArray(size int) *array { return &array{append(make([]byte, 0, size), '{')} }

// plain adds an element that needs no quotes.
func (a *array) plain(element []byte) {
	a.next()
	a.text = append(a.text, element...)
}

// quoted adds an element of any text.
func (a *array) quoted(element []byte) {
	a.next()
	a.text = appendQuoted(a.text, element)
}

// null adds an absent element.
func (a *array) null() {
	a.next()
	a.text = append(a.text, "NULL"...)
}

func (a *array) next() {
	if len(a.text) > 1 {
		a.text = append(a.text, ',')
	}
}

func (a *array) String() string { return string(append(a.text, '}')) }

func appendQuoted[T string | []byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	for i := range len(text) {
		if c := text[i]; c == '"' || c == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, text[i])
	}
	return append(dst, '"')
}

// appendTexts appends a set of texts as an array.
func appendTexts(dst []byte, list []string) []byte {
	dst = append(dst, '{')
	for i, text := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, text)
	}
	return append(dst, '}')
}

// appendTerms appends terms as an array.
func appendTerms(dst []byte, terms []int64) []byte {
	dst = append(dst, '{')
	for i, term := range terms {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, term, 10)
	}
	return append(dst, '}')
}

// ids returns the text form of an array of ids.
func idArray(ids []uuid.UUID) string {
	a := newArray(2 + 37*len(ids))
	for _, id := range ids {
		a.next()
		a.text = appendID(a.text, id)
	}
	return a.String()
}

// arrayOf returns the text form of an array of constants.
func arrayOf(values []any) string {
	a := newArray(0)
	for _, v := range values {
		text, _ := parameter(v).(string)
		a.next()
		a.text = appendQuoted(a.text, text)
	}
	return a.String()
}

// texts returns the text form of an array of texts.
func texts(list []string) string { return string(appendTexts(nil, list)) }

// textKeys returns a JSON object that has texts for its keys.
func textKeys(list []string) string {
	dst := append(make([]byte, 0, 2+24*len(list)), '{')
	for i, text := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSON(dst, text), ":0"...)
	}
	return string(append(dst, '}'))
}

// appendJSON appends a text as a JSON string.
func appendJSON(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // a string never fails
	return append(dst, quoted...)
}

// quotable reports whether the text forms of a type may hold characters that
// mean something in an array.
func quotable(t criteria.Type) bool {
	return t == criteria.Text || t == criteria.Texts || t == criteria.JSON
}
