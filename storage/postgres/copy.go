package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/clientele-go/clientele/storage"
)

// copies reports whether records may go in by COPY: the driver must be lib/pq,
// whose COPY is known, and the transaction ours, for COPY works on its connection.
func (t *transaction) copies() bool { return t.db.copies && t.conn != nil }

// copyIn inserts records by COPY, which ends with an error at the first
// duplicate. So it stands behind a savepoint, and if there is one the records
// go the way that can tell which, as they all do where there is no COPY.
func (t *transaction) copyIn(ctx context.Context, of *table, list []storage.Record) error {
	name := "copy " + of.schema.Name
	if err := t.savepoint(ctx, name, "SAVEPOINT "+copySavepoint); err != nil {
		return err
	}
	err := t.copy(ctx, Statement{Name: name, SQL: of.copyText}, of, list)
	if sqlState(err) == uniqueViolation {
		err := t.savepoint(ctx, name, "ROLLBACK TO SAVEPOINT "+copySavepoint, "RELEASE SAVEPOINT "+copySavepoint)
		if err != nil {
			return err
		}
		return t.insert(ctx, of, list)
	}
	if err != nil {
		return t.fail(ctx, name, err)
	}
	if t.copied == nil {
		t.copied = map[*table]int{}
	}
	t.copied[of] += len(list)
	return t.savepoint(ctx, name, "RELEASE SAVEPOINT "+copySavepoint)
}

const (
	copySavepoint   = "clientele_copy"
	uniqueViolation = "23505"
)

// savepoint runs statements about a savepoint.
func (t *transaction) savepoint(ctx context.Context, name string, texts ...string) error {
	for _, text := range texts {
		if _, err := unprepared(t.db, t.tx).exec(ctx, Statement{Name: name, SQL: text}); err != nil {
			return t.fail(ctx, name, err)
		}
	}
	return nil
}

// copy sends the rows over the transaction's own connection.
func (t *transaction) copy(ctx context.Context, st Statement, table *table, list []storage.Record) error {
	under, done := t.db.config.before(ctx, st)
	var failed error // not for Raw, which would end a lost connection, and so wait for the end of the transaction that waits for it
	err := t.conn.Raw(func(conn any) error {
		failed = copyRaw(under, conn, st.SQL, table, t.tenant, list)
		return nil
	})
	err = errors.Join(err, failed)
	done(err)
	return err
}

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
