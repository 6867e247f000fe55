package main

import (
	"context"
	"database/sql"

	"github.com/clientele-go/clientele"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/postgres"
)

// openDatabase opens the database that the arguments name: PostgreSQL, whose tables
// are made when they are missing, or the memory of this process.
func openDatabase(ctx context.Context, c config) (db *clientele.DB, end func() error, err error) {
	if c.postgres == "" {
		db, err = clientele.Open(memory.New(), clientele.WithSearch(finder))
		return db, func() error { return nil }, err
	}
	pool, err := sql.Open("postgres", c.postgres)
	if err != nil {
		return nil, nil, err
	}
	driver, err := postgres.New(pool, postgres.Config{Schema: c.schema})
	if err == nil {
		err = driver.Migrate(ctx, clientele.Kinds()...)
	}
	if err == nil {
		db, err = clientele.Open(driver, clientele.WithSearch(finder))
	}
	if err != nil {
		_ = pool.Close()
	}
	return db, pool.Close, err
}
