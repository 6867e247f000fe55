package pgtest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// initdbArgs make a cluster whose order of text is that of bytes and whose
// superuser is postgres. Only the folder is missing.
var initdbArgs = []string{
	"--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C", "--auth=trust", "--username=postgres", "--pgdata",
}

// A template is a folder with the files of a new cluster, to be copied. It is
// made once for a machine, an account and a build of PostgreSQL:
//
//	data/   what initdb made, never started
//	entries the number of files and folders in data
type template struct {
	binaries
	account
}

// path is the template's, the same for all who may share it.
func (m template) path() string {
	sum := sha256.Sum256([]byte(m.folder + "\n" + m.version + "\n" + strings.Join(initdbArgs, " ")))
	return filepath.Join(baseFolder(), fmt.Sprintf("clientele-pgtest-%s-%d-%x", m.major, m.uid, sum[:4]))
}

// data returns the folder to copy, which it makes if need be. Any number of
// processes may race for it.
func (m template) data() (string, error) {
	usable, err := m.check()
	if err == nil && !usable {
		err = m.make()
	}
	return filepath.Join(m.path(), "data"), err
}

// check tells whether the template is there and whole, for those who clean
// temporary folders remove files one by one. One that is another user's is
// refused: its settings name commands that the server runs.
func (m template) check() (bool, error) {
	info, err := os.Lstat(m.path())
	if err != nil {
		return false, nil
	}
	if !info.IsDir() || !ownedBy(info, m.account) {
		return false, fmt.Errorf("pgtest: %s is not a folder of the user %s: remove it", m.path(), m.name)
	}
	major, err := os.ReadFile(filepath.Join(m.path(), "data", "PG_VERSION"))
	if err != nil || strings.TrimSpace(string(major)) != m.major {
		return false, nil
	}
	recorded, err := os.ReadFile(filepath.Join(m.path(), "entries"))
	return err == nil && string(recorded) == entries(m.path()), nil
}

// entries counts the files and folders in a template's data.
func entries(path string) string {
	n := 0
	_ = filepath.WalkDir(filepath.Join(path, "data"), func(_ string, _ fs.DirEntry, err error) error {
		n++
		return err
	})
	return strconv.Itoa(n)
}

// make makes the template in a fresh folder and moves it into its place as a whole.
func (m template) make() (err error) {
	s, err := supervise(m.account, "KILL", func(folder string) []string {
		return append(append([]string{filepath.Join(m.folder, "initdb")}, initdbArgs...), filepath.Join(folder, "template", "data"))
	})
	if err != nil {
		return err
	}
	defer func() {
		if ending := s.end(); err == nil {
			err = ending
		}
	}()
	if _, err := s.order("start"); err != nil {
		return err
	}
	if err := s.succeed("wait"); err != nil {
		return fmt.Errorf("pgtest: initdb of %s: %w%s", m.folder, err, m.advice())
	}
	return m.place(filepath.Join(s.folder, "template"))
}

// place moves a fresh template to its path. One that is there by then is kept
// if it is whole, and replaced if it is not.
func (m template) place(fresh string) error {
	if err := os.WriteFile(filepath.Join(fresh, "entries"), []byte(entries(fresh)), 0o600); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	failed := os.Rename(fresh, m.path())
	if failed == nil {
		return nil
	}
	if usable, err := m.check(); usable || err != nil {
		return err
	}
	if err := os.Rename(m.path(), fresh+".broken"); err != nil {
		return fmt.Errorf("pgtest: %w (after: %w)", err, failed)
	}
	if err := os.Rename(fresh, m.path()); err != nil {
		return fmt.Errorf("pgtest: %w", err)
	}
	return nil
}
