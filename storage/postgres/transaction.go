package postgres

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
)

// A transaction works in one of the database, or for a single read on any
// connection.
type transaction struct {
	db      *DB
	tenant  string
	mode    storage.Mode
	on      runner
	conn    *sql.Conn                     // ours; nil in a transaction of the host and for a single read
	tx      *sql.Tx                       // nil for a single read
	joined  bool                          // tx is the host's
	save    string                        // the savepoint, if there is one
	held    map[string]map[uuid.UUID]hold // by kind
	copied  map[*table]int                // rows that went in by COPY
	doomed  error                         // why nothing can be committed any more
	over    bool
	scratch []byte
}

// Get implements storage.Transaction.
func (t *transaction) Get(ctx context.Context, s *storage.Schema, ids []uuid.UUID, lock storage.Lock) ([]storage.Record, error) {
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	table := t.db.table(s)
	st := Statement{Name: "get " + s.Name, SQL: table.getTexts[len(ids) > 1][lock]}
	var arg any
	if len(ids) == 1 {
		arg = parameter(ids[0])
	} else {
		arg = idArray(ids)
	}
	found, err := t.records(ctx, st, table, append(table.ownerArgs(t.tenant), arg)...)
	if err != nil {
		return nil, err
	}
	if lock == storage.ForUpdate || lock == storage.ForDelete {
		t.holdAll(table, found)
	}
	if len(ids) == 1 {
		if len(found) == 0 {
			found = []storage.Record{nil}
		}
		return found, nil
	}
	return inOrder(ids, found), nil
}

// inOrder puts records in the order of ids, nil where there is none.
func inOrder(ids []uuid.UUID, found []storage.Record) []storage.Record {
	by := make(map[uuid.UUID]storage.Record, len(found))
	for _, r := range found {
		by[storage.MetaOf(r).ID] = r
	}
	list := make([]storage.Record, len(ids))
	for i, id := range ids {
		list[i] = by[id]
	}
	return list
}

// kindArg is the parameter of the kind column, where there is one.
func (t *table) kindArg() []any {
	if t.kind == "" {
		return nil
	}
	return []any{t.kind}
}

// keyed is the condition on the first parameters: the tenant, and the kind
// where there is one. It returns the number of the next parameter.
func (t *table) keyed(alias string) (string, int) {
	if t.kind == "" {
		return alias + tenantColumn + " = $1", 2
	}
	return alias + tenantColumn + " = $1 AND " + alias + kindColumn + " = $2", 3
}

// records runs a query and reads its rows.
func (t *transaction) records(ctx context.Context, st Statement, table *table, args ...any) ([]storage.Record, error) {
	var list []storage.Record
	err := t.each(ctx, st, table, args, func(r storage.Record) bool {
		list = append(list, r)
		return true
	})
	return list, err
}

// each runs a query and hands out its rows until yield returns false.
func (t *transaction) each(ctx context.Context, st Statement, table *table, args []any, yield func(storage.Record) bool) error {
	return t.eachOn(ctx, t.on, st, table, args, yield)
}

func (t *transaction) eachOn(ctx context.Context, on runner, st Statement, table *table, args []any, yield func(storage.Record) bool) error {
	rows, err := on.query(ctx, st, args...)
	if err != nil {
		return t.fail(ctx, st.Name, err)
	}
	defer rows.Close()
	scan := table.scanner()
	for rows.Next() {
		r, err := scan.record(rows)
		if err != nil {
			return t.fail(ctx, st.Name, err)
		}
		if !yield(r) {
			return nil
		}
	}
	return t.fail(ctx, st.Name, rows.Err())
}

// idsOf runs a statement that returns ids.
func (t *transaction) idsOf(ctx context.Context, st Statement, args ...any) ([]uuid.UUID, error) {
	rows, err := t.on.query(ctx, st, args...)
	if err != nil {
		return nil, t.fail(ctx, st.Name, err)
	}
	defer rows.Close()
	var list []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, t.fail(ctx, st.Name, err)
		}
		list = append(list, id)
	}
	return list, t.fail(ctx, st.Name, rows.Err())
}

// fail tells what an error means. After one of the server's own our
// transaction is at its end: what the server has aborted cannot be committed.
func (t *transaction) fail(ctx context.Context, op string, err error) error {
	err = t.db.fail(ctx, op, err)
	if err != nil && t.conn != nil && t.doomed == nil {
		t.doomed = err
	}
	return err
}

// exec runs a statement and returns how many rows it touched.
func (t *transaction) exec(ctx context.Context, st Statement, args ...any) (int64, error) {
	n, err := t.on.exec(ctx, st, args...)
	return n, t.fail(ctx, st.Name, err)
}

// Commit implements storage.Transaction. In a transaction of the host it
// leaves the commit to the host.
func (t *transaction) Commit(ctx context.Context) error {
	if t.over {
		return storage.ErrFinished
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.doomed != nil {
		return t.doomed
	}
	t.over = true
	if t.tx == nil {
		return nil
	}
	if t.joined {
		return t.release(ctx)
	}
	_, done := t.db.config.before(ctx, Statement{Name: "commit", SQL: "COMMIT"})
	err := t.tx.Commit()
	done(err)
	_ = t.conn.Close()
	if err == nil {
		t.db.refresh(ctx, t.copied)
	}
	return t.db.failCommit(ctx, err)
}

// release ends the savepoint inside a transaction of the host.
func (t *transaction) release(ctx context.Context) error {
	if t.save == "" {
		return nil
	}
	_, err := unprepared(t.db, t.tx).exec(ctx, Statement{Name: "release savepoint", SQL: "RELEASE SAVEPOINT " + t.save})
	return t.fail(ctx, "release savepoint", err)
}

// Rollback implements storage.Transaction. In a transaction of the host it
// goes back to the savepoint, if there is one.
func (t *transaction) Rollback() error {
	if t.over || t.tx == nil {
		return nil
	}
	t.over = true
	if t.joined {
		if t.save == "" {
			return nil
		}
		ctx := context.Background()
		_, err := unprepared(t.db, t.tx).exec(ctx, Statement{Name: "rollback to savepoint", SQL: "ROLLBACK TO SAVEPOINT " + t.save})
		return errors.Join(err, t.release(ctx))
	}
	_, done := t.db.config.before(context.Background(), Statement{Name: "rollback", SQL: "ROLLBACK"})
	err := ignoreGone(t.tx.Rollback())
	done(err)
	return errors.Join(err, ignoreGone(t.conn.Close()))
}

// ignoreGone leaves out errors that say that the transaction has ended already
// or its connection is lost, and the server has rolled it back.
func ignoreGone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || errors.Is(err, sql.ErrConnDone) || isBadConn(err) || lost(err) {
		return nil
	}
	return err
}

// sorted returns a copy of ids in their order, in which all transactions take
// their locks, so that they do not wait for each other in a circle.
func sorted(ids []uuid.UUID) []uuid.UUID {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return ids
}
