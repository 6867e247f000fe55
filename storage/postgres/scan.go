package postgres

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A scanner reads rows of a table's columns into records.
type scanner struct {
	table *table
	cells []cell
	to    []any // pointers to the cells, for Scan
}

func (t *table) scanner() *scanner {
	n := len(t.fields)
	if t.custom {
		n++
	}
	s := &scanner{table: t, cells: make([]cell, n), to: make([]any, n)}
	for i := range s.cells {
		s.to[i] = &s.cells[i]
	}
	return s
}

// record reads the row at hand.
func (s *scanner) record(rows *sql.Rows) (storage.Record, error) {
	r := s.table.schema.New()
	for i, c := range s.table.fields {
		s.cells[i].to = c.field.Address(r)
	}
	if s.table.custom {
		s.cells[len(s.cells)-1].to = &storage.MetaOf(r).Custom
	}
	if err := rows.Scan(s.to...); err != nil {
		return nil, err
	}
	return r, nil
}

// A cell receives one column of a row.
type cell struct{ to any }

// Scan implements sql.Scanner. The destination is zero before, so NULL leaves it absent.
func (c *cell) Scan(src any) error {
	if src == nil {
		return nil
	}
	switch to := c.to.(type) {
	case *string:
		return scanText(to, src)
	case *int64:
		return scanInteger(to, src)
	case **int64:
		return scanOptional(to, src, scanInteger)
	case *decimal.Decimal:
		return scanDecimal(to, src)
	case **decimal.Decimal:
		return scanOptional(to, src, scanDecimal)
	case *bool:
		return scanBool(to, src)
	case **bool:
		return scanOptional(to, src, scanBool)
	case *time.Time:
		return scanTime(to, src)
	case *criteria.Date:
		return scanDay(to, src)
	case *uuid.UUID:
		return to.Scan(src)
	case *[]string:
		return scanTexts(to, src)
	case *json.RawMessage:
		*to = append(json.RawMessage(nil), bytesOf(src)...)
		return nil
	case *storage.Custom:
		*to = storage.StoredCustom(append([]byte(nil), bytesOf(src)...))
		return nil
	}
	return fmt.Errorf("a field of type %T cannot be read", c.to)
}

// scanOptional reads a value that may be absent.
func scanOptional[V any](to **V, src any, scan func(*V, any) error) error {
	v := new(V)
	*to = v
	return scan(v, src)
}

func scanText(to *string, src any) error {
	switch v := src.(type) {
	case string:
		*to = v
	case []byte:
		*to = string(v)
	default:
		return mismatch(src, "text")
	}
	return nil
}

func scanInteger(to *int64, src any) (err error) {
	if v, ok := src.(int64); ok {
		*to = v
		return nil
	}
	*to, err = strconv.ParseInt(textOf(src), 10, 64)
	return err
}

func scanDecimal(to *decimal.Decimal, src any) (err error) {
	if v, ok := src.(int64); ok {
		*to = decimal.NewFromInt(v)
		return nil
	}
	*to, err = decimal.NewFromString(textOf(src))
	return err
}

func scanBool(to *bool, src any) (err error) {
	if v, ok := src.(bool); ok {
		*to = v
		return nil
	}
	*to, err = strconv.ParseBool(textOf(src))
	return err
}

func scanTime(to *time.Time, src any) error {
	v, ok := src.(time.Time)
	if !ok {
		return mismatch(src, "a time")
	}
	*to = storage.NormalTime(v)
	return nil
}

func scanDay(to *criteria.Date, src any) (err error) {
	if v, ok := src.(time.Time); ok {
		*to = criteria.DateOf(v)
		return nil
	}
	*to, err = criteria.ParseDate(textOf(src))
	return err
}

// scanTexts reads an array of texts without NULL in it, as this package writes them.
func scanTexts(to *[]string, src any) error {
	list, err := parseTexts(textOf(src))
	*to = list
	return err
}

// parseTexts reads the text form of a one-dimensional array.
func parseTexts(text string) ([]string, error) {
	n := len(text)
	if n < 2 || text[0] != '{' || text[n-1] != '}' {
		return nil, fmt.Errorf("%q is not an array", text)
	}
	var list []string
	for i := 1; i < n-1; {
		element, end := elementAt(text[:n-1], i)
		if end < 0 || end < n-1 && text[end] != ',' || end == n-2 {
			return nil, fmt.Errorf("%q is not an array of texts", text)
		}
		list = append(list, element)
		i = end + 1
	}
	return list, nil
}

// elementAt reads the element of an array that begins at i, and returns where
// it ends; less than 0 when a quote is not closed.
func elementAt(text string, i int) (element string, end int) {
	if text[i] != '"' {
		if n := strings.IndexByte(text[i:], ','); n >= 0 {
			return text[i : i+n], i + n
		}
		return text[i:], len(text)
	}
	var unescaped []byte
	for i++; i < len(text); i++ {
		switch text[i] {
		case '"':
			return string(unescaped), i + 1
		case '\\':
			if i++; i == len(text) {
				return "", -1
			}
		}
		unescaped = append(unescaped, text[i])
	}
	return "", -1
}

func textOf(src any) string {
	switch v := src.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	default:
		return fmt.Sprint(v)
	}
}

func bytesOf(src any) []byte {
	switch v := src.(type) {
	case string:
		return []byte(v)
	case []byte:
		return v
	default:
		return nil
	}
}

func mismatch(src any, want string) error { return fmt.Errorf("a %T where %s belongs", src, want) }
