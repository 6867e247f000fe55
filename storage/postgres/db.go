package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage"
	"github.com/lib/pq"
)

// Config says where the tables are and how statements reach the server. The
// zero value is good for a database of one's own.
type Config struct {
	// Schema is the schema of the tables; "public" when empty. Any name will
	// do, also one with spaces. Migrate makes it if it is missing.
	Schema string
	// Prefix begins the names of all tables and indexes, to live beside those
	// of the host or of another installation. At most 12 bytes.
	Prefix string
	// Unprepared sends every statement whole instead of preparing it once a
	// connection, and every read in a transaction: what a pooler needs that
	// gives each transaction another connection, such as PgBouncer in
	// transaction mode. Point reads take about three times as long.
	Unprepared bool
	// RowSecurity sets clientele.tenant at the begin of each transaction, for
	// the policies of RowSecurity. Many records then go in by arrays, for the
	// server refuses COPY to a role that policies bind.
	RowSecurity bool
	// WithoutCopy inserts many records by arrays instead of COPY, which stands
	// behind a savepoint: for a server that lacks one of them.
	WithoutCopy bool
	// Savepoints makes each Update inside a transaction of the host undo its
	// own writes when it fails, by a savepoint. Without it the host must roll
	// its transaction back then.
	Savepoints bool
	// Hook is told of every statement; nil: nobody is.
	Hook Hook

	partitions int // for tests: each table is split by a hash of the tenant
}

func (c Config) schema() string {
	if c.Schema == "" {
		return "public"
	}
	return c.Schema
}

func (c Config) check() error {
	for _, name := range []string{c.Schema, c.Prefix} {
		if !utf8.ValidString(name) || strings.Contains(name, "\x00") || len(name) > maxName {
			return fmt.Errorf("postgres: %w: name %q: use up to %d bytes of valid UTF-8 without NUL", storage.ErrInvalid, name, maxName)
		}
	}
	if len(c.Prefix) > maxPrefix {
		return fmt.Errorf("postgres: %w: prefix %q: use up to %d bytes, so that the names of tables fit", storage.ErrInvalid, c.Prefix, maxPrefix)
	}
	return nil
}

// maxPrefix leaves the name of every kind, of up to 48 bytes, whole.
const maxPrefix = 12

// A DB is a PostgreSQL database as a storage.Driver. It is safe for concurrent
// use. It does not close the *sql.DB, which is the host's: the size of its pool,
// too, which should keep as many connections idle as there are workers
// (SetMaxIdleConns), because statements are prepared once a connection.
type DB struct {
	config     Config
	db         *sql.DB
	copies     bool // the driver is lib/pq, whose COPY is known, and no policies forbid it
	statements *statements
	tables     *sync.Map // of *table by *storage.Schema
	cursors    *cursors
	seed       maphash.Seed
}

// New makes a driver over a database handle. It does not touch the database:
// Migrate makes the tables. lib/pq is the driver of database/sql that this
// package is tested with; others work but without COPY.
//
// It returns storage.ErrInvalid for a name that cannot be used.
func New(db *sql.DB, config Config) (*DB, error) {
	if db == nil {
		return nil, fmt.Errorf("postgres: %w: New needs a database handle", storage.ErrInvalid)
	}
	if err := config.check(); err != nil {
		return nil, err
	}
	_, copies := db.Driver().(*pq.Driver)
	return &DB{config: config, db: db, copies: copies && !config.RowSecurity && !config.WithoutCopy, statements: newStatements(db, config), tables: &sync.Map{}, cursors: &cursors{}, seed: maphash.MakeSeed()}, nil
}

// Traits implements storage.Driver.
func (d *DB) Traits() storage.Traits { return storage.Traits{} }

// table returns the description of a kind's table. Those of kinds defined at
// run time are made anew for each use, so they are not kept.
func (d *DB) table(s *storage.Schema) *table {
	if t, ok := d.tables.Load(s); ok {
		return t.(*table)
	}
	t := newTable(d.config, s)
	if s.Base == nil {
		d.tables.Store(s, t)
	}
	return t
}

// Begin implements storage.Driver. A Single read is one statement by itself;
// Snapshot reads at REPEATABLE READ; Write works at READ COMMITTED, where each
// version is compared under the lock of its row.
func (d *DB) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	t := &transaction{db: d, tenant: tenant, mode: mode}
	if mode == storage.Single && !d.config.Unprepared && !d.config.RowSecurity {
		t.on = onDB{d}
		return t, nil
	}
	if err := t.begin(ctx); err != nil {
		return nil, d.fail(ctx, "begin", err)
	}
	return t, nil
}

// options are those of BEGIN.
func options(mode storage.Mode) *sql.TxOptions {
	if mode == storage.Write {
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// begin takes a connection, for COPY needs to get at it, and begins.
func (t *transaction) begin(ctx context.Context) error {
	for {
		conn, err := t.db.db.Conn(ctx)
		if err != nil {
			return err
		}
		tx, err := t.beginOn(ctx, conn)
		if err == nil {
			t.conn, t.tx = conn, tx
			t.on = newOnTx(t.db, tx)
			return t.bindTenant(ctx)
		}
		_ = conn.Close()
		if !isBadConn(err) || ctx.Err() != nil {
			return err
		}
		// The pool had a connection that the server has closed; it is gone now.
	}
}

// beginOn begins on a connection. The transaction lives as long as the context,
// so that is not the hook's, which may end with the statement.
func (t *transaction) beginOn(ctx context.Context, conn *sql.Conn) (tx *sql.Tx, err error) {
	_, done := t.db.config.before(ctx, Statement{Name: "begin", SQL: "BEGIN"})
	defer func() { done(err) }()
	return conn.BeginTx(ctx, options(t.mode))
}

// bindTenant tells the policies of row security whose transaction it is.
func (t *transaction) bindTenant(ctx context.Context) error {
	if !t.db.config.RowSecurity {
		return nil
	}
	_, err := t.on.exec(ctx, Statement{Name: "bind tenant", SQL: "SELECT set_config('clientele.tenant', $1, true)"}, t.tenant)
	if err != nil && !t.joined {
		return errors.Join(err, t.Rollback())
	}
	return err
}
