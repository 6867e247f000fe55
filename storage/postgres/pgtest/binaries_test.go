package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var errNoPath = errors.New("not on the PATH")

func nowhere(string) (string, error) { return "", errNoPath }

// install makes a folder with programs of no content.
func install(t *testing.T, folder string, names ...string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for _, name := range names {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o755))
	}
	return folder
}

func TestFindTakesTheFirstFolderWithBothPrograms(t *testing.T) {
	t.Parallel()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	pattern := filepath.Join(root, "*", "bin")
	install(t, filepath.Join(root, "9.6", "bin"), "postgres", "initdb")
	newest := install(t, filepath.Join(root, "14", "bin"), "postgres", "initdb")
	install(t, filepath.Join(root, "18", "bin"), "postgres")
	install(t, filepath.Join(root, "devel", "bin"), "postgres", "initdb")
	elsewhere := install(t, filepath.Join(root, "elsewhere"), "postgres", "initdb")
	half := install(t, filepath.Join(root, "half"), "postgres")
	link := filepath.Join(root, "postgres")
	require.NoError(t, os.Symlink(filepath.Join(elsewhere, "postgres"), link))

	for name, c := range map[string]struct {
		s    search
		want string
	}{
		"the one that is named":    {search{elsewhere, nowhere, pattern}, elsewhere},
		"the PATH, through links":  {search{"", func(string) (string, error) { return link, nil }, pattern}, elsewhere},
		"not half an installation": {search{"", func(string) (string, error) { return filepath.Join(half, "postgres"), nil }, pattern}, newest},
		"the newest":               {search{"", nowhere, pattern}, newest},
	} {
		got, err := c.s.find()
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
	}
}

func TestAMissingPostgreSQLIsToldWithWhatToInstall(t *testing.T) {
	t.Parallel()
	_, err := search{"", nowhere, filepath.Join(t.TempDir(), "*", "bin")}.find()
	require.ErrorIs(t, err, errMissing)
	require.EqualError(t, err, "pgtest: PostgreSQL is not installed: install it (Debian: apt-get install postgresql), "+
		"or set CLIENTELE_POSTGRES_BIN to a folder that holds postgres and initdb, or CLIENTELE_POSTGRES_DSN to a server")
}

func TestANamedFolderWithoutPostgreSQLIsAnError(t *testing.T) {
	t.Setenv("CLIENTELE_POSTGRES_BIN", filepath.Join(t.TempDir(), "absent"))
	_, err := newCluster()
	require.NotErrorIs(t, err, errMissing, "it is no reason to skip")
	require.EqualError(t, err, fmt.Sprintf("pgtest: the folder CLIENTELE_POSTGRES_BIN=%s does not hold both postgres and initdb: "+
		"name the bin folder of PostgreSQL 14 to 18", os.Getenv("CLIENTELE_POSTGRES_BIN")))
}

// A verdict is a test that notes how it was ended.
type verdict struct {
	testing.TB
	skipped, failed bool
}

func (v *verdict) Helper()      {}
func (v *verdict) Skip(...any)  { v.skipped = true; panic(v) }
func (v *verdict) Fatal(...any) { v.failed = true; panic(v) }

func TestWhatIsMissingSkipsButFailsInCI(t *testing.T) {
	missing := fmt.Errorf("it is %w", errMissing)
	for _, c := range []struct {
		ci   string
		err  error
		want verdict
	}{
		{"", missing, verdict{skipped: true}},
		{"1", missing, verdict{failed: true}},
		{"", errNoPath, verdict{failed: true}},
	} {
		t.Setenv("CI", c.ci)
		var got verdict
		require.Panics(t, func() { giveUp(&got, c.err) })
		require.Equal(t, c.want, got, "CI=%q, %v", c.ci, c.err)
	}
}

func TestBinariesThatTheAccountCannotRun(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "postgres"), []byte("#!/bin/sh\necho broken >&2\nexit 1\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "initdb"), nil, 0o644))
	t.Setenv("CLIENTELE_POSTGRES_BIN", folder)
	a, err := serverAccount()
	require.NoError(t, err)
	_, err = findBinaries(a)
	require.ErrorIs(t, err, os.ErrPermission)
	require.ErrorContains(t, err, "the user "+a.name+" cannot run "+folder+"/postgres")
	if a.other {
		require.ErrorContains(t, err, "grant it, or run the tests as another user")
	}
}
