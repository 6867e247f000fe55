package storage

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"hash/fnv"
)

// A Cursor marks a place in the results of a query: the record that a page
// ended with, by the values of the fields of the order. It is opaque text,
// safe in a URL, and holds those values unencrypted. The zero Cursor is the start. A
// cursor stays good while records come and go: no record that was there all the time is skipped or
// seen twice, unless its own order fields change.
type Cursor string

// cursorHeader is the version byte, the fingerprint of the query and the sum
// of the rest.
const (
	cursorVersion = 1
	cursorHeader  = 1 + 8 + 4
)

// cursorEncoding is strict, so that no two texts are the same cursor.
var cursorEncoding = base64.RawURLEncoding.Strict()

// encodeCursor marks the place of a record in a query.
func encodeCursor(tenant string, p *Plan, r Record) Cursor {
	body := []byte{'['}
	for i, key := range p.Order {
		if i > 0 {
			body = append(body, ',')
		}
		if key.Field.Absent(r) {
			body = append(body, "null"...)
			continue
		}
		body = key.Field.AppendJSON(body, r)
	}
	body = append(body, ']')
	head := make([]byte, cursorHeader, cursorHeader+len(body))
	head[0] = cursorVersion
	binary.BigEndian.PutUint64(head[1:], fingerprint(tenant, p))
	binary.BigEndian.PutUint32(head[9:], crc32.ChecksumIEEE(body))
	return Cursor(cursorEncoding.EncodeToString(append(head, body...)))
}

// decodeCursor returns a record that has the values of the order's fields.
func decodeCursor(tenant string, p *Plan, c Cursor) (Record, error) {
	data, err := cursorEncoding.DecodeString(string(c))
	if err != nil || len(data) < cursorHeader || data[0] != cursorVersion {
		return nil, fault(ErrCursor, "it is malformed: pass on what the page before returned, unchanged")
	}
	body := data[cursorHeader:]
	if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(data[9:]) {
		return nil, fault(ErrCursor, "it is damaged: pass on what the page before returned, unchanged")
	}
	if binary.BigEndian.Uint64(data[1:]) != fingerprint(tenant, p) {
		return nil, fault(ErrCursor, "it belongs to another query: kind, order and tenant must be those of the page before")
	}
	return parseCursor(p, body)
}

func parseCursor(p *Plan, body []byte) (Record, error) {
	var values []json.RawMessage
	if err := json.Unmarshal(body, &values); err != nil || len(values) != len(p.Order) {
		return nil, fault(ErrCursor, "it is malformed: pass on what the page before returned, unchanged")
	}
	probe := p.Schema.New()
	for i, key := range p.Order {
		if string(values[i]) == "null" {
			continue
		}
		if err := key.Field.ParseJSON(values[i], probe); err != nil {
			return nil, fault(ErrCursor, "its %s is unreadable", key.Field.Name)
		}
	}
	return probe, nil
}

// fingerprint tells queries apart whose cursors do not fit each other.
func fingerprint(tenant string, p *Plan) uint64 {
	h := fnv.New64a()
	h.Write([]byte(tenant + "\x00" + p.Schema.Name))
	for _, key := range p.Order {
		direction := "\x00+"
		if key.Desc {
			direction = "\x00-"
		}
		h.Write([]byte(direction + key.Field.Name))
	}
	return h.Sum64()
}
