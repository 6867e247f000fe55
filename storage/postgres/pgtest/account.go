package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
)

// An account is the user that servers run as.
type account struct {
	name     string
	uid, gid uint32
	other    bool // not the user of the tests, which then is root
}

// serverAccount returns the tests' own user, or for root, as which postgres
// refuses to run, the user postgres, or else nobody.
func serverAccount() (account, error) {
	if uid := os.Geteuid(); uid < 0 {
		return account{}, fmt.Errorf("pgtest: PostgreSQL is %w: servers are started on Unix only; set CLIENTELE_POSTGRES_DSN to a server", errMissing)
	} else if uid != 0 {
		return account{name: strconv.Itoa(uid), uid: uint32(uid), gid: uint32(os.Getegid())}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("pgtest: the user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return account{}, fmt.Errorf("pgtest: the user %s: %w", name, err)
		}
		return account{name, uint32(uid), uint32(gid), true}, nil
	}
	return account{}, fmt.Errorf("pgtest: postgres does not run as root, and neither a user postgres nor nobody exists: run the tests as another user")
}

// command returns a program's run as this account in a folder, in a session of
// its own, so that an interrupt from the terminal does not reach it. Of the
// variables that would change the server's ways none is passed on.
func (a account) command(folder, path string, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.Dir = folder
	cmd.SysProcAttr = runAs(a)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PG") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "LC_ALL=C", "TZ=UTC")
	return cmd
}

// newFolder makes a folder for a server that the account alone can enter.
func (a account) newFolder() (string, error) {
	folder, err := os.MkdirTemp(baseFolder(), "pgt")
	if err != nil {
		return "", fmt.Errorf("pgtest: a folder for the server: %w", err)
	}
	if a.other {
		err = os.Chown(folder, int(a.uid), int(a.gid))
	}
	if err != nil {
		_ = os.Remove(folder)
		return "", fmt.Errorf("pgtest: a folder for the server: %w", err)
	}
	return folder, nil
}

// advice ends an error that may come from files which the account cannot read.
func (a account) advice() string {
	if !a.other {
		return ""
	}
	return fmt.Sprintf("\n(root's tests run PostgreSQL as the user %s, who must be able to read the binaries, the share folder beside them, and %s: grant it, or run the tests as another user)", a.name, baseFolder())
}

// baseFolder is os.TempDir, or /tmp where that is too long for the path of a
// Unix socket, of which systems take 103 bytes or more, or would need quotes.
func baseFolder() string {
	if folder := os.TempDir(); len(folder) <= 60 && !strings.ContainsAny(folder, " ,'\"\\") {
		return folder
	}
	return "/tmp"
}
