//go:build unix

package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// child is the variable that makes TestChild do something.
const child = "PGTEST_CHILD"

// TestChild is not a test: it is what a child process does, which starts the
// shared server, tells of it and waits to be ended.
func TestChild(t *testing.T) {
	if os.Getenv(child) == "" {
		t.Skip("it runs in a child process of TestNoServerOutlivesItsProcess only")
	}
	Shared(t)
	c, err := shared()
	require.NoError(t, err)
	fmt.Printf("\nserver %d %d %s\n", c.pid, c.shell.Process.Pid, c.folder)
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func TestNoServerOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	Shared(t) // skips where there is no PostgreSQL
	for name, end := range map[string]func(*exec.Cmd, io.Closer) error{
		"exits":              func(_ *exec.Cmd, in io.Closer) error { return in.Close() },
		"panics":             func(c *exec.Cmd, _ io.Closer) error { return c.Process.Signal(syscall.SIGQUIT) },
		"killed":             func(c *exec.Cmd, _ io.Closer) error { return c.Process.Kill() },
		"killed as a group":  func(c *exec.Cmd, _ io.Closer) error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) },
		"killed in a freeze": freezeAndKill,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, in, server := startChild(t)
			require.DirExists(t, server.folder)
			victims := append(backends(t, server.pid), server.shell)
			require.NoError(t, end(cmd, in))
			_ = cmd.Wait()
			require.NoError(t, await("end", victims, process.ended))
			require.NoDirExists(t, server.folder)
		})
	}
}

// freezeAndKill kills a child in the middle of a Kill, when the server is stopped.
func freezeAndKill(cmd *exec.Cmd, _ io.Closer) error {
	all, err := processes()
	if err != nil {
		return err
	}
	for shell, p := range all {
		if p.parent != cmd.Process.Pid {
			continue
		}
		for server, q := range all {
			if q.parent == shell {
				err = errors.Join(err, syscall.Kill(server, syscall.SIGSTOP))
			}
		}
	}
	return errors.Join(err, cmd.Process.Kill())
}

// served is what a child tells of its server.
type served struct {
	pid, shell int // the processes of the server and of its supervisor
	folder     string
}

// startChild starts a child process with a shared server of its own.
func startChild(t *testing.T) (cmd *exec.Cmd, in io.Closer, server served) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), child+"=1", "CLIENTELE_POSTGRES_DSN=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "server %d %d %s", &server.pid, &server.shell, &server.folder); n == 3 {
			return cmd, in, server
		}
	}
	require.FailNow(t, "the child did not start a server", "%v", cmd.Wait())
	return nil, nil, served{}
}
