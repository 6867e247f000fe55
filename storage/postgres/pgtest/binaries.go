package pgtest

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// errMissing is wrapped by what a test may be skipped for: a program that the
// machine does not have.
var errMissing = errors.New("not installed")

// giveUp ends the test: it is skipped for a program that is missing, unless
// the variable CI is set, and fails for any other reason.
func giveUp(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, errMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	t.Fatal(err)
}

// A search tells where to look for the binaries of PostgreSQL.
type search struct {
	folder  string                       // the only place, when not empty
	look    func(string) (string, error) // finds a program on the PATH
	pattern string                       // folders by version, as Debian has them
}

// everywhere is the search that the package documents.
func everywhere() search {
	return search{os.Getenv("CLIENTELE_POSTGRES_BIN"), exec.LookPath, "/usr/lib/postgresql/*/bin"}
}

// find returns the first folder that holds postgres and initdb. That a folder
// which was asked for lacks them is no reason to skip, but an error.
func (s search) find() (string, error) {
	if s.folder != "" {
		if !holdsPostgres(s.folder) {
			return "", fmt.Errorf("pgtest: the folder CLIENTELE_POSTGRES_BIN=%s does not hold both postgres and initdb: name the bin folder of PostgreSQL 14 to 18", s.folder)
		}
		return filepath.Abs(s.folder)
	}
	for _, folder := range s.candidates() {
		if holdsPostgres(folder) {
			return folder, nil
		}
	}
	return "", fmt.Errorf("pgtest: PostgreSQL is %w: install it (Debian: apt-get install postgresql), or set CLIENTELE_POSTGRES_BIN to a folder that holds postgres and initdb, or CLIENTELE_POSTGRES_DSN to a server", errMissing)
}

func (s search) candidates() []string {
	var folders []string
	if path, err := s.look("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	return append(folders, newestFirst(s.pattern)...)
}

// newestFirst returns the folders that match a pattern .../VERSION/bin, by
// falling version. Those without a number come last.
func newestFirst(pattern string) []string {
	folders, _ := filepath.Glob(pattern) // the only error is that of a bad pattern
	version := func(folder string) float64 {
		v, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(folder)), 64)
		return v
	}
	slices.SortFunc(folders, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return folders
}

func holdsPostgres(folder string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// binaries are those of one build of PostgreSQL.
type binaries struct {
	folder  string
	version string // what "postgres --version" prints, without the line's end
	major   string // as in the file PG_VERSION of a cluster: "15"
}

var majorVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// findBinaries finds a PostgreSQL that the account can run.
func findBinaries(a account) (binaries, error) {
	folder, err := everywhere().find()
	if err != nil {
		return binaries{}, err
	}
	postgres := filepath.Join(folder, "postgres")
	out, err := a.command("/", postgres, "--version").CombinedOutput()
	if err != nil {
		return binaries{}, fmt.Errorf("pgtest: the user %s cannot run %s: %w %s%s", a.name, postgres, err, out, a.advice())
	}
	match := majorVersion.FindSubmatch(out)
	if match == nil {
		return binaries{}, fmt.Errorf("pgtest: %s tells no version of PostgreSQL: %q", postgres, out)
	}
	return binaries{folder, strings.TrimSpace(string(out)), string(match[1])}, nil
}
