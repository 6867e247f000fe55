//go:build unix

package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// patience bounds every wait for a process.
const patience = time.Minute

// runAs makes a command run as an account, in a session of its own.
func runAs(a account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.other {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// ownedBy tells whether a file is that account's.
func ownedBy(info fs.FileInfo, a account) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == a.uid
}

// interrupt asks a server for a fast shutdown.
func interrupt(pid int) error { return syscall.Kill(pid, syscall.SIGINT) }

// crash kills a process and its children, none of which gets to act on the
// death of another: the parent is stopped first.
func crash(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("pgtest: stop process %d: %w", pid, err)
	}
	if err := await("stop", []int{pid}, func(p process) bool { return p.stopped() || p.ended() }); err != nil {
		return err
	}
	all, err := processes()
	if err != nil {
		return err
	}
	victims := []int{pid}
	for child, p := range all {
		if p.parent == pid {
			victims = append(victims, child)
		}
	}
	for _, victim := range victims {
		if err := syscall.Kill(victim, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("pgtest: kill process %d: %w", victim, err)
		}
	}
	return await("die", victims, process.ended)
}

// running tells whether a process exists and is not a zombie.
func running(pid int) bool {
	all, err := processes(pid)
	return err == nil && !all[pid].ended()
}

// await looks at processes until a condition holds for each.
func await(what string, pids []int, done func(process) bool) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		all, err := processes(pids...)
		if err != nil || !slices.ContainsFunc(pids, func(pid int) bool { return !done(all[pid]) }) {
			return err
		}
	}
	return fmt.Errorf("pgtest: the server's processes did not %s within %v", what, patience)
}

// A process is what the system tells of one; the zero value is of one that does not exist.
type process struct {
	parent int
	state  byte // as ps prints it: R, S, D, T stopped, Z zombie, ...
}

func (p process) stopped() bool { return p.state == 'T' }
func (p process) ended() bool   { return p.state == 0 || p.state == 'Z' || p.state == 'X' }

// processes returns the processes that exist by id, of the machine, or those
// of the given ids at least: from /proc on Linux, where ps may be missing, and
// from ps elsewhere.
func processes(pids ...int) (map[int]process, error) {
	if runtime.GOOS == "linux" {
		return readProc(pids), nil
	}
	out, err := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "stat=").Output()
	if err != nil {
		return nil, fmt.Errorf("pgtest: list the processes: %w", err)
	}
	return parseProcesses(string(out)), nil
}

func readProc(pids []int) map[int]process {
	var paths []string
	for _, pid := range pids {
		paths = append(paths, fmt.Sprintf("/proc/%d/stat", pid))
	}
	if len(pids) == 0 {
		paths, _ = filepath.Glob("/proc/[0-9]*/stat") // the only error is that of a bad pattern
	}
	var lines strings.Builder
	for _, path := range paths {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// "PID (NAME) STATE PARENT ...", and the name may hold anything.
		pid, _, _ := strings.Cut(string(stat), " ")
		rest := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		fmt.Fprintln(&lines, pid, rest[1], rest[0])
	}
	return parseProcesses(lines.String())
}

// parseProcesses reads lines of process id, parent's id and state.
func parseProcesses(lines string) map[int]process {
	all := map[int]process{}
	for line := range strings.Lines(lines) {
		var pid, parent int
		var state string
		if n, _ := fmt.Sscan(line, &pid, &parent, &state); n == 3 {
			all[pid] = process{parent, state[0]}
		}
	}
	return all
}
