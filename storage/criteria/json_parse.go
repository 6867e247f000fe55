package criteria

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// The limits of Parse. A level of criteria is two levels of JSON at most, and
// a constant is one more.
const (
	maxSize      = 4 << 20
	maxObjects   = 2 * maxNodes
	maxJSONDepth = 2*maxDepth + 2
)

// parseJSON reads one JSON value as map[string]any, []any, string,
// json.Number, bool or nil. Other than json.Unmarshal it refuses repeated
// names and invalid UTF-8, and it keeps the limits.
func parseJSON(data []byte) (any, error) {
	if len(data) > maxSize {
		return nil, tooLarge("%d bytes of JSON are more than %d", len(data), maxSize)
	}
	if !utf8.Valid(data) {
		return nil, syntax("the JSON is not valid UTF-8")
	}
	t := &tokens{decoder: json.NewDecoder(bytes.NewReader(data))}
	t.decoder.UseNumber()
	v, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := t.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, syntax("there is more after the end of the JSON value")
	}
	return v, nil
}

// syntax makes an error for the JSON as a whole.
func syntax(format string, args ...any) error {
	return place{}.refuse(ErrSyntax, "", format, args...)
}

// tooLarge makes an error for JSON beyond a limit.
func tooLarge(format string, args ...any) error {
	return place{}.refuse(ErrTooLarge, "", format, args...)
}

// tokens puts values together from the tokens of JSON.
type tokens struct {
	decoder *json.Decoder
	objects int
}

// next returns the next token; the end of the data is an error.
func (t *tokens) next() (json.Token, error) {
	token, err := t.decoder.Token()
	if err != nil {
		return nil, syntax("this is not JSON: %v (at byte %d)", err, t.decoder.InputOffset())
	}
	return token, nil
}

// value reads a value that lies within depth others.
func (t *tokens) value(depth int) (any, error) {
	token, err := t.next()
	if err != nil {
		return nil, err
	}
	if depth > maxJSONDepth {
		return nil, tooLarge("the JSON is more than %d levels deep", maxJSONDepth)
	}
	switch token {
	case json.Delim('{'):
		return t.object(depth)
	case json.Delim('['):
		return t.array(depth)
	default:
		return token, nil
	}
}

// object reads the members of an object that was opened.
func (t *tokens) object(depth int) (any, error) {
	if t.objects++; t.objects > maxObjects {
		return nil, tooLarge("the JSON has more than %d objects", maxObjects)
	}
	members := map[string]any{}
	for t.decoder.More() {
		token, err := t.next()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if _, ok := members[name]; ok {
			return nil, syntax("the name %q stands twice in one object (at byte %d)", name, t.decoder.InputOffset())
		}
		if members[name], err = t.value(depth + 1); err != nil {
			return nil, err
		}
	}
	_, err := t.next()
	return members, err
}

// array reads the elements of an array that was opened.
func (t *tokens) array(depth int) (any, error) {
	list := []any{}
	for t.decoder.More() {
		v, err := t.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := t.next()
	return list, err
}
