package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
)

// A vehicle is a record of the host's own.
type vehicle struct {
	storage.Meta
	Plate string
}

var vehicles = storage.Define[vehicle]("vehicle",
	storage.Text("plate", func(v *vehicle) *string { return &v.Plate }).Unique(),
)

// Open a store in a schema of its own, with a log of slow statements.
func ExampleNew() {
	ctx := context.Background()
	pool, err := sql.Open("postgres", "host=/var/run/postgresql dbname=shop")
	if err != nil {
		panic(err)
	}
	pool.SetMaxIdleConns(20) // statements are prepared once a connection
	pg, err := postgres.New(pool, postgres.Config{
		Schema: "crm",
		Hook:   postgres.SlowLog(slog.Default(), 200*time.Millisecond, time.Now),
	})
	if err != nil {
		panic(err)
	}
	if err := pg.Migrate(ctx, vehicles); err != nil {
		panic(err)
	}
	store, err := storage.New(pg, time.Now, vehicles)
	if err != nil {
		panic(err)
	}
	fmt.Println(store.Tenant("acme").Name())
}

// The host's own row and the library's record are committed together.
func ExampleDB_InTx() {
	register := func(ctx context.Context, pool *sql.DB, pg *postgres.DB, acme *storage.Tenant, plate string) error {
		tx, err := pool.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		by := storage.By("user:ann", "register")
		err = acme.With(pg.InTx(tx)).Update(ctx, by, func(t *storage.Tx) error {
			return vehicles.Put(ctx, t, &vehicle{Plate: plate})
		})
		if err != nil {
			return err // a plate that is taken is storage.ErrDuplicate
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO invoice (plate) VALUES ($1)`, plate); err != nil {
			return err
		}
		return tx.Commit()
	}
	_ = register
}

// Print the statements for a migration tool of the host's own.
func ExampleDB_Migrations() {
	pool, err := sql.Open("postgres", "dbname=shop") // connects to nothing yet
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	pg, err := postgres.New(pool, postgres.Config{Schema: "crm"})
	if err != nil {
		panic(err)
	}
	for _, m := range pg.Migrations(vehicles) {
		if m.Name == "table vehicle" {
			fmt.Println(m.SQL)
		}
	}
	// Output:
	// CREATE TABLE IF NOT EXISTS "crm"."vehicle" (
	// 	tenant text COLLATE "C" NOT NULL,
	// 	"id" uuid NOT NULL,
	// 	"version" bigint NOT NULL,
	// 	"created_at" timestamptz NOT NULL,
	// 	"updated_at" timestamptz NOT NULL,
	// 	"deleted_at" timestamptz,
	// 	"plate" text COLLATE "C",
	// 	custom jsonb,
	// 	_folded jsonb,
	// 	_terms bigint[],
	// 	PRIMARY KEY (tenant, id)
	// )
}
