package pgtest

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/lib/pq" // the driver "postgres"
)

// quick are the settings of the shared server, whose data nobody will miss.
var quick = []string{
	"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300", "shared_buffers=128MB",
}

// shared is the server of the process. It is started once and ends with the
// process: nothing in a test's life says which test is the last.
var shared = sync.OnceValues(func() (*cluster, error) { return newCluster(quick...) })

// Shared returns a DSN of a database that all tests of this process share. The
// first call starts the server. The tests must keep out of each other's way,
// by names or tenants of their own; those of other processes are elsewhere.
//
// With CLIENTELE_POSTGRES_DSN set it returns that DSN, whose database the tests
// of other processes may use at the same time.
func Shared(t testing.TB) (dsn string) {
	t.Helper()
	if dsn := os.Getenv("CLIENTELE_POSTGRES_DSN"); dsn != "" {
		return dsn
	}
	c, err := shared()
	if err != nil {
		giveUp(t, err)
	}
	return c.dsn("postgres")
}

// Database makes a new empty database on the server of Shared and returns its
// DSN. At the end of the test it is dropped, whoever is still connected.
func Database(t testing.TB) (dsn string) {
	t.Helper()
	server := Shared(t)
	name, err := create(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(server, name); err != nil {
			t.Error(err)
		}
	})
	dsn, err = withDatabase(server, name)
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// create makes a database with a name that no other has.
func create(server string) (name string, err error) {
	name = "pgtest_" + strings.ToLower(rand.Text())
	if err := execute(server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", fmt.Errorf("pgtest: make a database: %w", err)
	}
	return name, nil
}

func drop(server, name string) error {
	if err := execute(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("pgtest: drop a database: %w", err)
	}
	return nil
}

// execute runs a statement on a connection of its own.
func execute(dsn, statement string) (err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer func() {
		if closing := db.Close(); err == nil {
			err = closing
		}
	}()
	_, err = db.Exec(statement)
	return err
}

// withDatabase returns the DSN with another database, in the form it came:
// a URL, or words of which a later one overrides an earlier.
func withDatabase(dsn, name string) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " dbname=" + name, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("pgtest: the DSN is no URL: %w", err)
	}
	query := u.Query()
	query.Del("dbname")
	u.Path, u.RawQuery = "/"+name, query.Encode()
	return u.String(), nil
}
