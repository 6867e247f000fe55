package postgres_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/clientele-go/clientele/storage/storagetest"
	"github.com/stretchr/testify/require"
)

// shared is one database for all tests of the package, whose tenants are apart.
var shared struct {
	once sync.Once
	db   *sql.DB
}

// open returns the shared database with the tables of the kit.
func open(t testing.TB) *sql.DB {
	t.Helper()
	dsn := pgtest.Shared(t)
	shared.once.Do(func() {
		db, err := sql.Open("postgres", dsn)
		require.NoError(t, err)
		db.SetMaxIdleConns(16)
		db.SetMaxOpenConns(60)
		shared.db = db
		pg, err := postgres.New(db, postgres.Config{})
		require.NoError(t, err)
		require.NoError(t, pg.Migrate(context.Background(), storagetest.Kinds()...))
	})
	return shared.db
}

func TestSTO02_Conformance(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		pg, err := postgres.New(open(t), postgres.Config{})
		require.NoError(t, err)
		return pg
	})
}
