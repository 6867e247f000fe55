package pgtest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// supervision is the shell that holds a program and a folder. It reads orders
// from its standard input and answers each with a number on its standard
// output. The end of the input, which is also that of the test process, makes
// it end the program and remove the folder.
//
//	$1   the folder
//	$2   the signal that ends the program at once
//	$3.. the program
//
// A program that was stopped acts on the signal after CONT. After a crash that
// no restart followed, line 7 of postmaster.pid names the System V memory
// segment that the server left. Files may still be written for a moment by
// children that outlive their parent, hence the second rm.
const supervision = `
folder=$1 ending=$2 pid=
shift 2
while read -r order argument; do
	case $order in
	copy) cp -a "$argument" data </dev/null >>log 2>&1; echo $? ;;
	start) "$@" </dev/null >>log 2>&1 & pid=$!; echo "$pid" ;;
	wait) wait "$pid"; echo $?; pid= ;;
	esac
done
if [ -n "$pid" ]; then
	kill -s "$ending" "$pid"
	kill -s CONT "$pid"
	wait "$pid"
fi
if [ -f data/postmaster.pid ]; then
	set -- $(sed -n 7p data/postmaster.pid)
	ipcrm -m "$2"
fi
cd /
rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }
`

// A supervisor is a shell that runs supervision. It is not safe for concurrent use.
type supervisor struct {
	folder  string // the program's, below baseFolder, and the account's
	shell   *exec.Cmd
	orders  *os.File // must stay open, and so reachable
	pipe    *os.File
	replies *bufio.Reader
}

// supervise starts a supervisor with a new folder for the program that command
// returns; the program itself is not started.
func supervise(a account, ending string, command func(folder string) []string) (*supervisor, error) {
	folder, err := a.newFolder()
	if err != nil {
		return nil, err
	}
	s := &supervisor{folder: folder}
	s.shell = a.command(folder, "/bin/sh", append([]string{"-c", supervision, "sh", folder, ending}, command(folder)...)...)
	if err := s.open(); err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("pgtest: start a shell in %s as %s: %w%s", folder, a.name, err, a.advice())
	}
	return s, nil
}

// open starts the shell. Its streams are files, which take no goroutines, and
// none of them is the tests' own output, whose end "go test" waits for.
func (s *supervisor) open() error {
	in, orders, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	pipe, out, err := os.Pipe()
	if err != nil {
		_ = orders.Close()
		return err
	}
	defer func() { _ = out.Close() }()
	s.orders, s.pipe, s.replies = orders, pipe, bufio.NewReader(pipe)
	s.shell.Stdin, s.shell.Stdout = in, out
	if err := s.shell.Start(); err != nil {
		_, _ = orders.Close(), pipe.Close()
		return err
	}
	return nil
}

// order gives an order and returns the answer: a process id of start, the
// status of copy and wait.
func (s *supervisor) order(line string) (int, error) {
	if _, err := fmt.Fprintln(s.orders, line); err != nil {
		return 0, fmt.Errorf("pgtest: the supervising shell has ended: %w", err)
	}
	if err := s.pipe.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return 0, fmt.Errorf("pgtest: the supervising shell: %w", err)
	}
	reply, err := s.replies.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("pgtest: the supervising shell does not answer %q: %w", line, err)
	}
	return strconv.Atoi(strings.TrimSpace(reply))
}

// succeed gives an order whose answer is a status, and returns an error unless it is 0.
func (s *supervisor) succeed(line string) error {
	status, err := s.order(line)
	if err == nil && status != 0 {
		err = fmt.Errorf("status %d\n%s", status, s.logTail())
	}
	return err
}

// end makes the shell end the program, if it runs, and remove the folder, and
// waits until both is done.
func (s *supervisor) end() error {
	_, _ = s.orders.Close(), s.pipe.Close()
	if err := s.shell.Wait(); err != nil {
		return fmt.Errorf("pgtest: end the server and remove %s: %w", s.folder, err)
	}
	return nil
}

// logTail returns the last lines of what the program wrote, or a remark that it wrote nothing.
func (s *supervisor) logTail() string {
	const most = 4000
	out, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	if len(out) == 0 {
		return "(its log is empty)"
	}
	return strings.TrimSpace(string(out[max(0, len(out)-most):]))
}
