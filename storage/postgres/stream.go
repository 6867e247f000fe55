package postgres

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/storage"
)

// Stream implements storage.Streamer. When nothing else is read meanwhile, the
// records come straight from the wire, in pages that grow: leaving the loop
// early costs at most a few times what was read, for the rest of a page has to
// be taken off the wire. Otherwise few records are read at once, and many come
// through a cursor of the server, which leaves the connection free between two
// fetches. A cursor is planned for its first tenth, which few keys do not suit.
func (t *transaction) Stream(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	if t.tx == nil || p.Alone && !t.joined {
		return t.wire(ctx, p, yield)
	}
	if few(p) {
		return t.whole(ctx, p, yield)
	}
	parts, err := t.parts(p)
	if err != nil {
		return err
	}
	left := p.Limit
	for _, part := range parts {
		text, args, err := t.selectText(p, part, left)
		if err != nil {
			return err
		}
		n, done, err := t.cursor(ctx, p, text, args, yield)
		left -= n
		if err != nil || done || (p.Limit > 0 && left == 0) {
			return err
		}
	}
	return nil
}

// The sizes of the pages in which records come from the wire.
const (
	firstPage = 1000
	growth    = 8
)

func (t *transaction) wire(ctx context.Context, p *storage.Plan, yield func(storage.Record) bool) error {
	page := *p
	left := p.Limit
	for size := firstPage; ; size *= growth {
		if p.Limit > 0 {
			size = min(size, left)
		}
		n, going := 0, true
		var last storage.Record
		err := t.find(ctx, &page, size, func(r storage.Record) bool {
			n++
			if n == size {
				last = p.Schema.Clone(r) // the caller may change what it gets
			}
			going = yield(r)
			return going
		})
		left -= n
		if err != nil || !going || n < size || (p.Limit > 0 && left == 0) {
			return err
		}
		page.After = last
	}
}

// fetchSize is how many records a cursor is asked for at a time.
const fetchSize = 1000

// cursor reads a query through a cursor. It returns how many records there
// were and whether the consumer has had enough.
func (t *transaction) cursor(ctx context.Context, p *storage.Plan, text string, args []any, yield func(storage.Record) bool) (n int, done bool, err error) {
	serial := t.db.cursors.take()
	name := fmt.Sprintf("clientele_%d", serial)
	closed := !t.joined // ours end with their transaction
	defer func() {
		if closed {
			t.db.cursors.give(serial)
		}
	}()
	whole := unprepared(t.db, t.tx) // a prepared FETCH would be of another cursor the next time
	declare := Statement{Name: "declare " + p.Schema.Name, SQL: "DECLARE " + name + " NO SCROLL CURSOR FOR " + text}
	if _, err := whole.exec(ctx, declare, args...); err != nil {
		return 0, false, t.fail(ctx, declare.Name, err)
	}
	fetch := Statement{Name: "fetch " + p.Schema.Name, SQL: fmt.Sprintf("FETCH %d FROM %s", fetchSize, name)}
	for !done {
		list, err := t.fetch(ctx, whole, fetch, t.db.table(p.Schema))
		if err != nil {
			return n, false, err
		}
		for _, r := range list {
			n++
			if done = !yield(r); done {
				break
			}
		}
		if len(list) < fetchSize {
			break
		}
	}
	end := Statement{Name: "close " + p.Schema.Name, SQL: "CLOSE " + name}
	_, err = whole.exec(ctx, end)
	closed = closed || err == nil
	return n, done, t.fail(ctx, end.Name, err)
}

// fetch reads the next records of a cursor.
func (t *transaction) fetch(ctx context.Context, on runner, st Statement, table *table) ([]storage.Record, error) {
	var list []storage.Record
	err := t.eachOn(ctx, on, st, table, nil, func(r storage.Record) bool {
		list = append(list, r)
		return true
	})
	return list, err
}
