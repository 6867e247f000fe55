package postgres

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/clientele-go/clientele/storage"
)

// InTx returns a driver that works inside a transaction of the host, which
// must be of the same *sql.DB: the host's own rows and the library's are
// committed or vanish together.
//
//	tx, err := db.BeginTx(ctx, nil)
//	...
//	err = acme.With(pg.InTx(tx)).Update(ctx, by, func(t *storage.Tx) error { ... })
//	_, err = tx.ExecContext(ctx, "INSERT INTO invoice ...")
//	err = tx.Commit()
//
// It never begins, commits or retries. A duplicate or a conflict is an error of
// the library alone: no statement fails, so the host's transaction goes on.
// Only what the server cannot do for anyone ends it: a deadlock, a failed
// serialization, a timeout, a lost connection.
//
// What an Update wrote before it failed stays in the host's transaction, which
// the host should roll back then; with Config.Savepoints it is undone. All
// reads see the state that the isolation level of the transaction gives them.
//
// With Config.RowSecurity one tenant is bound at a time: a loop over one tenant's
// records must not use another tenant in the same transaction.
//
// A *sql.Tx is for one goroutine at a time, and so is this driver. Inside a
// loop over Find the host may use its transaction.
func (d *DB) InTx(tx *sql.Tx) storage.Driver { return &joined{db: d, on: newOnTx(d, tx)} }

// joined is a driver inside a transaction of the host.
type joined struct {
	db    *DB
	on    *onTx
	saves int
}

// Traits implements storage.Driver.
func (j *joined) Traits() storage.Traits { return storage.Traits{Joined: true} }

// Begin implements storage.Driver.
func (j *joined) Begin(ctx context.Context, tenant string, mode storage.Mode) (storage.Transaction, error) {
	t := &transaction{db: j.db, tenant: tenant, mode: mode, tx: j.on.tx, joined: true, on: j.on}
	if err := t.bindTenant(ctx); err != nil {
		return nil, j.db.fail(ctx, "bind tenant", err)
	}
	if j.db.config.Savepoints && mode == storage.Write {
		j.saves++
		t.save = fmt.Sprintf("clientele_%d", j.saves)
		_, err := unprepared(j.db, j.on.tx).exec(ctx, Statement{Name: "savepoint", SQL: "SAVEPOINT " + t.save})
		if err != nil {
			return nil, j.db.fail(ctx, "savepoint", err)
		}
	}
	return t, nil
}
