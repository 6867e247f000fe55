package postgres

import (
	"context"
	"database/sql"
)

// A runner is where statements run: on any connection of the pool, or in a
// transaction.
type runner interface {
	query(ctx context.Context, s Statement, args ...any) (*sql.Rows, error)
	exec(ctx context.Context, s Statement, args ...any) (int64, error)
}

// onDB runs each statement on any connection.
type onDB struct{ db *DB }

func (o onDB) query(ctx context.Context, s Statement, args ...any) (rows *sql.Rows, err error) {
	ctx, done := o.db.config.before(ctx, s)
	defer func() { done(err) }()
	stmt, err := o.db.statements.get(ctx, s.SQL, false)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return o.db.db.QueryContext(ctx, s.SQL, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

func (o onDB) exec(ctx context.Context, s Statement, args ...any) (n int64, err error) {
	ctx, done := o.db.config.before(ctx, s)
	defer func() { done(err) }()
	return affected(o.db.db.ExecContext(ctx, s.SQL, args...))
}

// onTx runs statements in a transaction, ours or the host's. It keeps the
// transaction's own form of each prepared statement.
type onTx struct {
	db    *DB
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
	whole bool // nothing is prepared
}

func newOnTx(db *DB, tx *sql.Tx) *onTx { return &onTx{db: db, tx: tx, stmts: map[string]*sql.Stmt{}} }

func (o *onTx) query(ctx context.Context, s Statement, args ...any) (rows *sql.Rows, err error) {
	ctx, done := o.db.config.before(ctx, s)
	defer func() { done(err) }()
	stmt, err := o.stmt(ctx, s.SQL)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return o.tx.QueryContext(ctx, s.SQL, args...)
	}
	return stmt.QueryContext(ctx, args...)
}

func (o *onTx) exec(ctx context.Context, s Statement, args ...any) (n int64, err error) {
	ctx, done := o.db.config.before(ctx, s)
	defer func() { done(err) }()
	stmt, err := o.stmt(ctx, s.SQL)
	if err != nil {
		return 0, err
	}
	if stmt == nil {
		return affected(o.tx.ExecContext(ctx, s.SQL, args...))
	}
	return affected(stmt.ExecContext(ctx, args...))
}

func (o *onTx) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt := o.stmts[text]; stmt != nil || o.whole {
		return stmt, nil
	}
	stmt, err := o.db.statements.get(ctx, text, true)
	if stmt == nil || err != nil {
		return nil, err
	}
	own := o.tx.StmtContext(ctx, stmt)
	o.stmts[text] = own
	return own, nil
}

// unprepared returns a runner in the same transaction that sends statements
// whole, for those that are not worth preparing.
func unprepared(db *DB, tx *sql.Tx) *onTx { return &onTx{db: db, tx: tx, whole: true} }

func affected(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}
