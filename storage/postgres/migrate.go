package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/clientele-go/clientele/storage"
)

// Migrate makes the tables and indexes that a store with these kinds needs and
// the database lacks, those of package storage included. It may be called at
// every start, and by several processes at once: one does the work, the others
// wait for it. It only adds; a column that does not fit is an error. An index on a
// table that exists is made without stopping those who write to it. When a
// field has become searchable or an indexed set, the terms of stored records are
// made anew, which reads the whole table.
//
// It uses two connections. Never call it while a transaction of the host's has
// touched the tables and waits for it.
func (d *DB) Migrate(ctx context.Context, kinds ...storage.Described) error {
	if d.db.Stats().MaxOpenConnections == 1 {
		return fmt.Errorf("postgres: %w: Migrate needs two connections: allow at least two in SetMaxOpenConns", storage.ErrInvalid)
	}
	if err := d.prepareLayout(ctx); err != nil {
		return d.fail(ctx, "migrate", err)
	}
	lease, err := d.lease(ctx)
	if err != nil {
		return d.fail(ctx, "migrate", err)
	}
	defer lease.Rollback()
	pending, err := d.Pending(ctx, kinds...)
	if err != nil {
		return err
	}
	for _, step := range pending {
		if err := d.migrateExec(ctx, step.SQL); err != nil {
			return d.fail(ctx, "migrate: "+step.Name, err)
		}
	}
	return d.rebuildChanged(ctx, kinds)
}

// Pending returns the steps that a database lacks, for a host that applies
// them with a tool of its own. It changes nothing. A column of another type
// than the field's, or that may be NULL where the field may not be absent or the
// other way round, is storage.ErrInvalid.
//
// The steps do not make the terms of stored records anew, which searches find
// them by: call Migrate once they are done, which then does no more than that.
func (d *DB) Pending(ctx context.Context, kinds ...storage.Described) ([]Migration, error) {
	c, err := d.catalog(ctx)
	if err != nil {
		return nil, d.fail(ctx, "migrate", err)
	}
	m := &migrations{config: d.config}
	m.layout(c)
	for _, t := range d.tablesOf(kinds) {
		if err := c.missing(m, t); err != nil {
			return nil, err
		}
	}
	return m.list, nil
}

// prepareLayout makes the schema and the layout table, without a lease: the
// lease lies in it. Two that do so at once may stand in each other's way.
func (d *DB) prepareLayout(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		err := d.makeLayout(ctx)
		if !slices.Contains(races, sqlState(err)) || attempt == 20 {
			return err
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// races are the errors of CREATE IF NOT EXISTS when another session creates
// the same at the same moment: unique_violation in the catalog, duplicate
// table, schema and object, and a catalog row changed by both.
var races = []string{"23505", "42P07", "42P06", "42710", "XX000"}

func (d *DB) makeLayout(ctx context.Context) error {
	c, err := d.catalog(ctx)
	if err != nil {
		return err
	}
	m := &migrations{config: d.config}
	m.layout(c)
	m.add("layout lease", d.config.leaseRow())
	for _, step := range m.list {
		if err := d.migrateExec(ctx, step.SQL); err != nil {
			return err
		}
	}
	return nil
}

// lease waits for the row of the lease and keeps it locked until its
// transaction ends, be it because the process dies. It asks again and again
// instead of waiting in line: who waits in line holds a snapshot, and an index
// that is made concurrently waits for every snapshot.
func (d *DB) lease(ctx context.Context) (*transaction, error) {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		t := &transaction{db: d, mode: storage.Write}
		if err := t.begin(ctx); err != nil {
			return nil, err
		}
		got, err := t.takeLease(ctx)
		if got {
			return t, nil
		}
		if err := errors.Join(err, t.Rollback()); err != nil {
			return nil, err
		}
		if err := wait(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// takeLease reports whether the lease was free, and is the transaction's now.
func (t *transaction) takeLease(ctx context.Context) (bool, error) {
	text := "SELECT name FROM " + t.db.config.layout() + " WHERE name = " + literal(leaseName) + " FOR UPDATE SKIP LOCKED"
	rows, err := unprepared(t.db, t.tx).query(ctx, Statement{Name: "migrate lease", SQL: text})
	if err != nil {
		return false, err
	}
	defer rows.Close()
	return rows.Next(), rows.Err()
}

// wait pauses unless the context ends first.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rebuildChanged makes the terms of those kinds anew whose rules have changed.
func (d *DB) rebuildChanged(ctx context.Context, kinds []storage.Described) error {
	stored, err := d.rules(ctx)
	if err != nil {
		return d.fail(ctx, "migrate", err)
	}
	for _, t := range d.tablesOf(kinds) {
		if stored["terms "+t.base()] == t.rules() {
			continue
		}
		if err := d.rebuild(ctx, t); err != nil { // of a new table nothing
			return err
		}
		if err := d.setRules(ctx, t); err != nil {
			return d.fail(ctx, "migrate", err)
		}
	}
	return nil
}
