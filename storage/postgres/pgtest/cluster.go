package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// port is the number in the name of every server's socket.
const port = 5432

// A cluster is a server with its data, which is up or down. It is not safe for
// concurrent use.
type cluster struct {
	*supervisor
	account account
	pid     int // 0 when it is down
}

// newCluster makes a cluster and starts its server with settings like "max_connections=50".
func newCluster(settings ...string) (*cluster, error) {
	a, err := serverAccount()
	if err != nil {
		return nil, err
	}
	b, err := findBinaries(a)
	if err != nil {
		return nil, err
	}
	data, err := template{b, a}.data()
	if err != nil {
		return nil, err
	}
	s, err := supervise(a, "QUIT", func(folder string) []string { return serverCommand(b, folder, settings) })
	if err != nil {
		return nil, err
	}
	c := &cluster{supervisor: s, account: a}
	if err := c.fill(data); err != nil {
		_ = s.end()
		return nil, err
	}
	return c, nil
}

// serverCommand is that of a server whose files, even those of its shared
// memory, lie in its folder. What says where it is found comes last and so
// cannot be set otherwise.
func serverCommand(b binaries, folder string, settings []string) []string {
	command := []string{filepath.Join(b.folder, "postgres"), "-D", filepath.Join(folder, "data")}
	all := append([]string{"dynamic_shared_memory_type=mmap"}, settings...)
	all = append(all, "unix_socket_directories="+folder, "listen_addresses=", "port="+strconv.Itoa(port))
	for _, s := range all {
		command = append(command, "-c", s)
	}
	return command
}

// fill copies a template's data and starts the server.
func (c *cluster) fill(data string) error {
	if err := c.succeed("copy " + data); err != nil {
		return fmt.Errorf("pgtest: copy %s: %w", data, err)
	}
	return c.start()
}

// start starts the server and waits until it accepts connections.
func (c *cluster) start() (err error) {
	if c.pid, err = c.order("start"); err != nil {
		return err
	}
	for end := time.Now().Add(patience); !c.ready(); time.Sleep(2 * time.Millisecond) {
		if !running(c.pid) {
			c.pid = 0
			_, _ = c.order("wait")
			return fmt.Errorf("pgtest: the server did not start:\n%s%s", c.logTail(), c.account.advice())
		}
		if time.Now().After(end) {
			return fmt.Errorf("pgtest: the server was not ready within %v:\n%s", patience, c.logTail())
		}
	}
	return nil
}

// ready tells whether the server says in postmaster.pid that it accepts
// connections: line 1 is its process id, line 8 its state.
func (c *cluster) ready() bool {
	text, _ := os.ReadFile(filepath.Join(c.folder, "data", "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	return len(lines) > 7 && lines[0] == strconv.Itoa(c.pid) && strings.TrimSpace(lines[7]) == "ready"
}

// down makes the server go down by means of bring, and waits until it is. A
// server that is down stays so.
func (c *cluster) down(bring func(pid int) error) error {
	if c.pid == 0 {
		return nil
	}
	if err := bring(c.pid); err != nil {
		return fmt.Errorf("pgtest: bring the server down: %w", err)
	}
	c.pid = 0
	_, err := c.order("wait")
	return err
}

// dsn is that of one of its databases.
func (c *cluster) dsn(database string) string { return socketDSN(c.folder, port, "postgres", database) }

func socketDSN(folder string, port int, user, database string) string {
	return fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", folder, port, quote(user), quote(database))
}

// quote writes a value for a DSN, in quotes if it needs them.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t\n'\\") {
		return value
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
