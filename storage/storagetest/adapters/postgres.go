package adapters

import (
	"context"
	"database/sql"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
)

// shared is the database of the process, with the tables that its tests have
// asked for so far.
var shared struct {
	sync.Mutex
	driver *postgres.DB
	made   map[*storage.Schema]bool
}

// postgresDriver returns the driver of the shared database, with the tables of
// some kinds.
func postgresDriver(t *testing.T, kinds []storage.Described) storage.Driver {
	t.Helper()
	dsn := pgtest.Shared(t)
	shared.Lock()
	defer shared.Unlock()
	if shared.driver == nil {
		shared.driver, shared.made = openShared(t, dsn), map[*storage.Schema]bool{}
	}
	missing := false
	for _, k := range kinds {
		missing = missing || !shared.made[k.Schema()]
		shared.made[k.Schema()] = true
	}
	if missing {
		if err := shared.driver.Migrate(context.Background(), kinds...); err != nil {
			t.Fatal(err)
		}
	}
	return shared.driver
}

func openShared(t *testing.T, dsn string) *postgres.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxIdleConns(8)
	driver, err := postgres.New(db, postgres.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return driver
}
