package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// copies reports whether records may go in by COPY: the driver must be lib/pq,
// and the transaction ours, because a duplicate that shows only then ends it.
func (t *transaction) copies() bool { return t.db.copies && t.conn != nil }

// copyIn inserts records by COPY, when nothing stored stands in their way. If
// another transaction inserts one of the keys at the same moment, this one
// fails as a conflict, so that the next attempt meets the duplicate here.
func (t *transaction) copyIn(ctx context.Context, table *table, list []storage.Record) error {
	found, err := t.collision(ctx, table, list, true)
	if err != nil {
		return err
	}
	if found != nil {
		return found
	}
	st := Statement{Name: "copy " + table.schema.Name, SQL: table.copyText}
	under, done := t.db.config.before(ctx, st)
	var failed error // not for Raw, which would end a lost connection, and so wait for the end of the transaction that waits for it
	err = t.conn.Raw(func(conn any) error {
		failed = copyRaw(under, conn, st.SQL, table, t.tenant, list)
		return nil
	})
	err = errors.Join(err, failed)
	done(err)
	if err == nil {
		return nil
	}
	if sqlState(err) == uniqueViolation {
		err = conflict(st.Name, "another transaction has inserted one of the keys just now")
	}
	t.doomed = t.fail(ctx, st.Name, err)
	return t.doomed
}

const uniqueViolation = "23505"

// A stream is a COPY of lib/pq that is under way.
type copyStream interface {
	driver.Stmt
	CopyData(ctx context.Context, line string) (driver.Result, error)
}

// copyRaw sends the rows over the driver's own connection, in blocks.
func copyRaw(ctx context.Context, conn any, text string, table *table, tenant string, list []storage.Record) (err error) {
	preparer, ok := conn.(driver.ConnPrepareContext)
	if !ok {
		return errors.New("the driver cannot prepare COPY")
	}
	stmt, err := preparer.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	stream, ok := stmt.(copyStream)
	if !ok {
		return errors.New("the driver's COPY takes no text")
	}
	w := newCopyWriter(table, tenant)
	for _, r := range list {
		w.row(r)
		if len(w.block) > copyBlock {
			if _, err := stream.CopyData(ctx, w.take()); err != nil {
				return err
			}
		}
	}
	if len(w.block) > 0 {
		if _, err := stream.CopyData(ctx, w.take()); err != nil {
			return err
		}
	}
	//lint:ignore SA1019 the end of the stream, as lib/pq wants it
	_, err = stmt.Exec(nil)
	return err
}

// copyBlock is how much text is sent at a time.
const copyBlock = 60_000

// A copyWriter writes rows in the text format of COPY.
type copyWriter struct {
	table   *table
	tenant  string
	lead    string // the columns before the data
	block   []byte
	scratch []byte
}

func newCopyWriter(table *table, tenant string) *copyWriter {
	w := &copyWriter{table: table, tenant: tenant}
	lead := appendCopied(nil, []byte(tenant))
	if table.kind != "" {
		lead = append(append(lead, '\t'), table.kind...)
	}
	w.lead = string(lead)
	return w
}

// row appends a record.
func (w *copyWriter) row(r storage.Record) {
	w.block = append(w.block, w.lead...)
	for _, d := range w.table.data {
		var present bool
		w.block = append(w.block, '\t')
		w.scratch, present = d.text(w.scratch[:0], w.tenant, r)
		switch {
		case !present:
			w.block = append(w.block, `\N`...)
		case d.quoted:
			w.block = appendCopied(w.block, w.scratch)
		default:
			w.block = append(w.block, w.scratch...)
		}
	}
	w.block = append(w.block, '\n')
}

// take returns the block without its last line end, which CopyData adds.
func (w *copyWriter) take() string {
	text := string(w.block[:len(w.block)-1])
	w.block = w.block[:0]
	return text
}

// appendCopied appends text with what COPY gives a meaning escaped.
func appendCopied(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '\\', '\t', '\n', '\r':
			dst = append(dst, '\\', escapes[c])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

var escapes = map[byte]byte{'\\': '\\', '\t': 't', '\n': 'n', '\r': 'r'}

// copyInText is the statement that begins a COPY.
func (t *table) copyInText() string {
	columns, _, _ := t.owner()
	return strings.Join([]string{"COPY", t.name, "(" + columns + ", " + names(t.data, "") + ")", "FROM STDIN"}, " ")
}
