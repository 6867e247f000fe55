package storagetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/shopspring/decimal"
)

// differences returns where two values of one type differ, field by field.
// Decimals are compared by value, times by the moment, nil and empty slices
// are the same. A time that is not in UTC is a difference of its own. It shares
// no code with package storage, whose work it judges.
func differences(want, got any) []string {
	c := &comparison{}
	c.value("", reflect.ValueOf(want), reflect.ValueOf(got))
	return c.found
}

// A comparison gathers differences.
type comparison struct{ found []string }

func (c *comparison) add(path string, want, got any) {
	if path == "" {
		path = "value"
	}
	c.found = append(c.found, fmt.Sprintf("%s: want %#v, got %#v", strings.TrimPrefix(path, "."), want, got))
}

func (c *comparison) value(path string, want, got reflect.Value) {
	if !want.IsValid() || !got.IsValid() || want.Type() != got.Type() {
		if want.IsValid() || got.IsValid() {
			c.add(path, show(want), show(got))
		}
		return
	}
	if c.special(path, want.Interface(), got.Interface()) {
		return
	}
	switch want.Kind() {
	case reflect.Pointer:
		c.pointer(path, want, got)
	case reflect.Slice:
		c.slice(path, want, got)
	case reflect.Struct:
		for i := range want.NumField() {
			c.value(path+"."+want.Type().Field(i).Name, want.Field(i), got.Field(i))
		}
	default:
		if !reflect.DeepEqual(want.Interface(), got.Interface()) {
			c.add(path, want.Interface(), got.Interface())
		}
	}
}

func show(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	return v.Interface()
}

// special compares the types whose == is not their equality.
func (c *comparison) special(path string, want, got any) bool {
	same := true
	switch w := want.(type) {
	case decimal.Decimal:
		same = w.Equal(got.(decimal.Decimal))
		want, got = w.String(), got.(decimal.Decimal).String()
	case time.Time:
		g := got.(time.Time)
		same = w.Equal(g) && g.Location() == time.UTC
	case storage.Custom:
		x, _ := json.Marshal(w)
		y, _ := json.Marshal(got)
		same, want, got = bytes.Equal(x, y), string(x), string(y)
	case json.RawMessage:
		same, want, got = bytes.Equal(w, got.(json.RawMessage)), string(w), string(got.(json.RawMessage))
	default:
		return false
	}
	if !same {
		c.add(path, want, got)
	}
	return true
}

func (c *comparison) pointer(path string, want, got reflect.Value) {
	if want.IsNil() || got.IsNil() {
		if want.IsNil() != got.IsNil() {
			c.add(path, want.Interface(), got.Interface())
		}
		return
	}
	c.value(path, want.Elem(), got.Elem())
}

func (c *comparison) slice(path string, want, got reflect.Value) {
	if want.Len() != got.Len() {
		c.add(path, want.Interface(), got.Interface())
		return
	}
	for i := range want.Len() {
		c.value(fmt.Sprintf("%s[%d]", path, i), want.Index(i), got.Index(i))
	}
}

// list joins differences for an error text and cuts it to a readable length.
func list(d []string) string {
	text := strings.Join(d, "; ")
	if len(text) > 1500 {
		text = text[:1500] + " ..."
	}
	return text
}
