package postgres_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/google/uuid"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

// A faulty way stands between lib/pq and the server. While it is on, it cuts
// each connection at a random place: between two messages, inside one, in
// either direction, or around a COMMIT. It understands the protocol just so far.
type faultyWay struct {
	on    atomic.Bool
	force int // cut each connection here, at the first occasion, instead of at random
	mu    sync.Mutex
	rand  *rand.Rand

	cuts, early, late atomic.Int64 // connections cut; of them before and after the server had a COMMIT
}

func (w *faultyWay) draw(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rand.IntN(n)
}

// open returns a pool whose connections take this way.
func (w *faultyWay) open(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	connector, err := pq.NewConnector(dsn)
	require.NoError(t, err)
	connector.Dialer(w)
	db := sql.OpenDB(connector)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// Dial and DialTimeout implement pq.Dialer.
func (w *faultyWay) Dial(network, address string) (net.Conn, error) {
	return w.DialTimeout(network, address, 0)
}

func (w *faultyWay) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	conn, err := net.DialTimeout(network, address, timeout)
	if err != nil {
		return nil, err
	}
	c := &faultyConn{Conn: conn, way: w}
	c.plan()
	return c, nil
}

// The places where a connection is cut.
const (
	nowhere      = iota
	betweenSent  // at the end of a message of the client
	insideSent   // after some bytes of the client's
	insideAnswer // after some bytes of the server's
	beforeCommit // instead of sending COMMIT
	afterCommit  // when the server has answered COMMIT, before the client knows
	beforeCopy   // instead of answering COPY
	places
)

// A faultyConn is a connection that is cut at its place.
type faultyConn struct {
	net.Conn
	way   *faultyWay
	place int
	after int // so many messages, bytes or commits

	mu     sync.Mutex
	sent   messages
	gotten int
	gone   bool
}

// plan draws where the connection will be cut.
func (c *faultyConn) plan() {
	if !c.way.on.Load() {
		return
	}
	if c.place = c.way.force; c.place != nowhere {
		return
	}
	c.place = c.way.draw(places)
	switch c.place {
	case betweenSent:
		c.after = 1 + c.way.draw(120)
	case insideSent, insideAnswer:
		c.after = 1 + c.way.draw(1<<(4+c.way.draw(13)))
	default:
		c.after = c.way.draw(4)
	}
}

// cut ends the connection.
func (c *faultyConn) cut() {
	if !c.gone {
		c.gone = true
		c.way.cuts.Add(1)
		_ = c.Conn.Close()
	}
}

// Write passes on what the client sends, up to the place.
func (c *faultyConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return 0, errBrokenPipe
	}
	before := c.sent.bytes
	commit, copying := c.sent.take(b)
	switch {
	case !c.way.on.Load():
	case c.place == insideSent && c.sent.bytes >= c.after:
		n, _ := c.Conn.Write(b[:max(0, c.after-before)])
		c.cut()
		return n, errBrokenPipe
	case c.place == betweenSent && c.sent.whole >= c.after:
		n, _ := c.Conn.Write(b)
		c.cut()
		return n, nil // the client will notice when it reads
	case commit && c.place == beforeCommit && c.lastOne():
		c.cut()
		c.way.early.Add(1)
		return 0, errBrokenPipe
	case copying && c.place == beforeCopy && c.lastOne():
		c.cut()
		return len(b), nil
	case commit && c.place == afterCommit && c.lastOne():
		return c.swallowAnswer(b)
	}
	return c.Conn.Write(b)
}

// lastOne counts occasions and reports whether this is the one to be cut.
func (c *faultyConn) lastOne() bool {
	c.after--
	return c.after < 0
}

// swallowAnswer sends COMMIT, waits until the server is ready for the next
// statement, and cuts.
func (c *faultyConn) swallowAnswer(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	var answer []byte
	part := make([]byte, 4096)
	for err == nil && !bytes.Contains(answer, readyForQuery) {
		var m int
		m, err = c.Conn.Read(part)
		answer = append(answer, part[:m]...)
	}
	c.cut()
	c.way.late.Add(1)
	return n, nil
}

var (
	errBrokenPipe = &net.OpError{Op: "write", Net: "unix", Err: syscall.EPIPE}
	readyForQuery = []byte{'Z', 0, 0, 0, 5}
)

// Read passes on what the server sends, up to the place.
func (c *faultyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.way.on.Load() && c.way.draw(50) == 0 {
		time.Sleep(time.Duration(c.way.draw(2000)) * time.Microsecond) // a slow network
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return 0, io.EOF
	}
	c.gotten += n
	if c.way.on.Load() && c.place == insideAnswer && c.gotten >= c.after {
		n = max(0, n-(c.gotten-c.after))
		c.cut()
		return n, io.EOF
	}
	return n, err
}

// messages follows the stream of a client: the first message has no type.
type messages struct {
	bytes, whole int
	started      bool
	rest         []byte
}

// take adds bytes and reports whether a COMMIT and the begin of a COPY are among them.
func (m *messages) take(b []byte) (commit, copying bool) {
	m.bytes += len(b)
	m.rest = append(m.rest, b...)
	for {
		head := 1
		if !m.started {
			head = 0
		}
		if len(m.rest) < head+4 {
			return commit, copying
		}
		size := head + int(binary.BigEndian.Uint32(m.rest[head:]))
		if len(m.rest) < size {
			return commit, copying
		}
		if m.started && m.rest[0] == 'Q' {
			commit = commit || bytes.HasPrefix(m.rest[5:size], []byte("COMMIT"))
			copying = copying || bytes.HasPrefix(m.rest[5:size], []byte("COPY"))
		}
		m.started, m.rest, m.whole = true, m.rest[size:], m.whole+1
	}
}

// A purse is a counter and an amount of which others take.
type purse struct {
	storage.Meta
	Count  int64
	Amount int64
}

var purses = storage.Define[purse]("fault_purse",
	storage.Integer("count", func(p *purse) *int64 { return &p.Count }),
	storage.Integer("amount", func(p *purse) *int64 { return &p.Amount }),
)

// A payment tells that an operation happened, in the same transaction.
type payment struct {
	storage.Meta
	Operation int64
	From, To  uuid.UUID
	Amount    int64
	Lines     int64 // how many lines came with it
}

var payments = storage.Define[payment]("fault_payment",
	storage.Integer("operation", func(p *payment) *int64 { return &p.Operation }).Indexed(),
	storage.Ref("from", func(p *payment) *uuid.UUID { return &p.From }),
	storage.Ref("to", func(p *payment) *uuid.UUID { return &p.To }),
	storage.Integer("amount", func(p *payment) *int64 { return &p.Amount }),
	storage.Integer("lines", func(p *payment) *int64 { return &p.Lines }),
)

// A line is one of many records of a payment, so that COPY is cut too.
type line struct {
	storage.Meta
	Operation int64
	Text      string
}

var lines = storage.Define[line]("fault_line",
	storage.Integer("operation", func(l *line) *int64 { return &l.Operation }).Indexed(),
	storage.Text("text", func(l *line) *string { return &l.Text }),
).Untracked().Fixed()

var faultKinds = []storage.Described{purses, payments, lines}

// faultStore makes the tables over one pool and a store over another.
func faultStore(t testing.TB, clean, db *sql.DB) *storage.Store {
	t.Helper()
	pg, err := postgres.New(clean, postgres.Config{})
	require.NoError(t, err)
	require.NoError(t, pg.Migrate(t.Context(), faultKinds...))
	pg, err = postgres.New(db, postgres.Config{})
	require.NoError(t, err)
	store, err := storage.New(pg, time.Now, faultKinds...)
	require.NoError(t, err)
	return store
}

// A cashier makes payments at random and remembers how they ended.
type cashier struct {
	acme   *storage.Tenant
	purses []uuid.UUID
	rand   *rand.Rand
	serial int64
	ended  map[int64]error
}

// pay moves an amount from one purse to another and counts in a third.
func (c *cashier) pay(ctx context.Context) error {
	c.serial++
	operation := c.serial
	order := c.rand.Perm(len(c.purses))
	amount := 1 + c.rand.Int64N(9)
	many := []int{0, 3, 250}[c.rand.IntN(3)]
	err := c.acme.Update(ctx, storage.By("user:cashier", "pay"), func(tx *storage.Tx) error {
		return c.transfer(ctx, tx, operation, order, amount, many)
	})
	c.ended[operation] = err
	return err
}

func (c *cashier) transfer(ctx context.Context, tx *storage.Tx, operation int64, order []int, amount int64, many int) error {
	from, to, counter := c.purses[order[0]], c.purses[order[1]], c.purses[order[2]]
	list := make([]*purse, 3)
	for i, id := range []uuid.UUID{from, to, counter} {
		var err error
		if list[i], err = purses.Get(ctx, tx, id); err != nil {
			return err
		}
	}
	list[0].Amount -= amount
	list[1].Amount += amount
	list[2].Count++
	if err := purses.Put(ctx, tx, list...); err != nil {
		return err
	}
	if err := lines.Put(ctx, tx, newLines(operation, many)...); err != nil {
		return err
	}
	return payments.Put(ctx, tx, &payment{Operation: operation, From: from, To: to, Amount: amount, Lines: int64(many)})
}

func newLines(operation int64, n int) []*line {
	list := make([]*line, n)
	for i := range list {
		list[i] = &line{Operation: operation, Text: fmt.Sprint("line ", i)}
	}
	return list
}

const (
	pursesAtHand = 24
	atFirst      = 1000 // in each purse
)

// fillPurses puts purses on the table, not yet through the faulty way.
func fillPurses(t testing.TB, acme *storage.Tenant) []uuid.UUID {
	t.Helper()
	list := make([]*purse, pursesAtHand)
	ids := make([]uuid.UUID, len(list))
	for i := range list {
		list[i] = &purse{Amount: atFirst}
	}
	require.NoError(t, acme.Update(t.Context(), storage.By("user:bank", "open"), func(tx *storage.Tx) error { return purses.Put(t.Context(), tx, list...) }))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}

// cashiers are several at work, whose operations have numbers of their own.
func cashiers(acme *storage.Tenant, ids []uuid.UUID, n int, seed uint64) []*cashier {
	list := make([]*cashier, n)
	for i := range list {
		list[i] = &cashier{acme: acme, purses: ids, rand: rand.New(rand.NewPCG(seed, uint64(i))), serial: int64(i+1) << 32, ended: map[int64]error{}}
	}
	return list
}

// audit reads everything in one state and holds it against itself. The error is that of reading.
func audit(t testing.TB, ctx context.Context, acme *storage.Tenant) error {
	var total, counts, paid int64
	err := acme.View(ctx, func(tx *storage.Tx) (err error) {
		for p, err := range purses.Find(ctx, tx, storage.Query{}) {
			if err != nil {
				return err
			}
			total, counts = total+p.Amount, counts+p.Count
		}
		paid, err = payments.Count(ctx, tx, storage.Query{})
		return err
	})
	if err == nil && (total != pursesAtHand*atFirst || counts != paid) {
		t.Errorf("one state has %d in the purses, not %d, and counts %d payments, not %d", total, pursesAtHand*atFirst, counts, paid)
	}
	return err
}

// checkPayments compares what happened with what the cashiers saw.
func checkPayments(t testing.TB, acme *storage.Tenant, all []*cashier) {
	t.Helper()
	ctx := t.Context()
	found := map[int64]*payment{}
	amounts := map[uuid.UUID]int64{}
	for p, err := range payments.Find(ctx, acme, storage.Query{}) {
		require.NoError(t, err)
		require.Nil(t, found[p.Operation], "operation %d happened twice", p.Operation)
		found[p.Operation] = p
		amounts[p.From] -= p.Amount
		amounts[p.To] += p.Amount
	}
	succeeded, failed, unknown := 0, 0, 0
	for _, c := range all {
		for operation, err := range c.ended {
			switch {
			case err == nil:
				succeeded++
				require.NotNil(t, found[operation], "operation %d succeeded and is gone", operation)
			case errors.Is(err, storage.ErrUncertain):
				unknown++
			default:
				failed++
				require.True(t, typed(err), "operation %d: an error that nobody can act on: %T %v", operation, err, err)
				require.Nil(t, found[operation], "operation %d failed and is there: %v", operation, err)
			}
		}
	}
	t.Logf("%d payments: %d operations succeeded, %d failed, %d uncertain", len(found), succeeded, failed, unknown)
	require.LessOrEqual(t, succeeded, len(found))
	require.LessOrEqual(t, len(found), succeeded+unknown)
	checkPurses(t, acme, found, amounts)
	checkPaymentLog(t, acme, found)
}

func checkPurses(t testing.TB, acme *storage.Tenant, found map[int64]*payment, amounts map[uuid.UUID]int64) {
	t.Helper()
	require.NoError(t, audit(t, t.Context(), acme))
	for p, err := range purses.Find(t.Context(), acme, storage.Query{}) {
		require.NoError(t, err)
		require.Equal(t, atFirst+amounts[p.ID], p.Amount, "the purse has what was paid")
	}
	rows, err := lines.Aggregate(t.Context(), acme, storage.Query{}, storage.Figures{By: []string{"operation"}})
	require.NoError(t, err)
	counted := map[int64]int64{}
	for _, row := range rows {
		operation := row.By[0].(int64)
		counted[operation] = row.Count
		require.NotNil(t, found[operation], "operation %d has lines but did not happen", operation)
	}
	for operation, p := range found {
		require.Equal(t, p.Lines, counted[operation], "operation %d has its lines", operation)
	}
}

// checkPaymentLog wants four changes of each payment, the first transaction aside.
func checkPaymentLog(t testing.TB, acme *storage.Tenant, found map[int64]*payment) {
	t.Helper()
	verdict, err := acme.Log().Verify(t.Context())
	require.NoError(t, err)
	require.True(t, verdict.OK(), verdict.Reason)
	require.Equal(t, int64(pursesAtHand+4*len(found)), verdict.Checked)
	of := map[uuid.UUID]int{}
	for c, err := range acme.Log().All(t.Context(), pursesAtHand) {
		require.NoError(t, err)
		of[c.Tx]++
	}
	require.Len(t, of, len(found))
	for _, n := range of {
		require.Equal(t, 4, n)
	}
}

// TestSTO01_FaultyConnections cuts connections at random places under writers
// and readers, restarts and kills the server, and ends contexts: nothing is lost,
// nothing happens twice, and every error says what a caller can decide on.
func TestSTO01_FaultyConnections(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	server := pgtest.Start(t, "fsync=off")
	clean, err := sql.Open("postgres", server.DSN())
	require.NoError(t, err)
	defer clean.Close()
	way := &faultyWay{rand: rand.New(rand.NewPCG(seed, 1))}
	db := way.open(t, server.DSN())
	db.SetMaxIdleConns(8)
	store := faultStore(t, clean, db)
	acme := store.Tenant("acme")
	all := cashiers(acme, fillPurses(t, acme), 8, seed)
	way.on.Store(true)
	done := payUnderFaults(t, server, acme, all, times(40, 3000))
	way.on.Store(false)
	require.Zero(t, db.Stats().InUse, "no connection is kept")
	require.NoError(t, all[0].pay(t.Context()), "the pool works again")
	require.Zero(t, db.Stats().InUse)
	require.Positive(t, way.cuts.Load())
	t.Logf("%d operations, %d readings in full; connections cut: %d, %d before a commit, %d after one", done.operations.Load(), done.audits.Load(),
		way.cuts.Load(), way.early.Load(), way.late.Load())
	cleanPG, err := postgres.New(clean, postgres.Config{})
	require.NoError(t, err)
	checkPayments(t, acme.With(cleanPG), all)
}

// progress counts what has been done.
type progress struct{ operations, audits atomic.Int64 }

// payUnderFaults lets the cashiers work, two auditors read, and the server go
// down twice, once in order and once not.
func payUnderFaults(t *testing.T, server *pgtest.Server, acme *storage.Tenant, all []*cashier, each int) *progress {
	t.Helper()
	var work, reading sync.WaitGroup
	done := &progress{}
	for _, c := range all {
		work.Go(func() {
			for n := 0; n < each; {
				ctx, cancel := c.context(t.Context())
				err := c.pay(ctx)
				cancel()
				if err != nil {
					pauseAfter(t.Context())
				}
				if err == nil || errors.Is(err, storage.ErrUncertain) {
					n++
					done.operations.Add(1)
				}
			}
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	for range 2 {
		reading.Go(func() {
			for ctx.Err() == nil {
				switch err := audit(t, ctx, acme); {
				case err == nil:
					done.audits.Add(1)
				case !typed(err):
					t.Errorf("an error of reading that nobody can act on: %T %v", err, err)
				default:
					pauseAfter(ctx)
				}
			}
		})
	}
	for i, down := range []func(){server.Stop, server.Kill} {
		at := int64((i + 1) * len(all) * each / 3)
		require.Eventually(t, func() bool { return done.operations.Load() >= at }, time.Hour, time.Millisecond)
		down()
		server.Restart()
	}
	work.Wait()
	stop()
	reading.Wait()
	return done
}

// context returns one that may end at a random moment.
func (c *cashier) context(parent context.Context) (context.Context, context.CancelFunc) {
	switch c.rand.IntN(6) {
	case 0:
		return context.WithTimeout(parent, time.Duration(c.rand.IntN(15))*time.Millisecond)
	case 1:
		ctx, cancel := context.WithCancel(parent)
		time.AfterFunc(time.Duration(c.rand.IntN(15))*time.Millisecond, cancel)
		return ctx, cancel
	}
	return context.WithCancel(parent)
}

// TestSTO01_LostCommit loses the connection just before and just after the
// server has a COMMIT: the caller is told that it is not known, and not that it failed.
func TestSTO01_LostCommit(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	clean, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer clean.Close()
	for _, c := range []struct {
		name   string
		place  int
		stored int64
	}{{"before", beforeCommit, 0}, {"after", afterCommit, 1}} {
		way := &faultyWay{force: c.place, rand: rand.New(rand.NewPCG(1, 1))}
		db := way.open(t, dsn)
		store := faultStore(t, clean, db)
		acme := store.Tenant(c.name)
		way.on.Store(true)
		calls := 0
		err := acme.Update(t.Context(), storage.By("user:cashier", "pay"), func(tx *storage.Tx) error {
			calls++
			return payments.Put(t.Context(), tx, &payment{Operation: 1})
		})
		require.ErrorIs(t, err, storage.ErrUncertain, c.name)
		require.NotErrorIs(t, err, storage.ErrUnavailable, c.name)
		require.Equal(t, 1, calls, "what may have happened is not repeated")
		require.Zero(t, db.Stats().InUse)
		way.on.Store(false)
		n, err := payments.Count(t.Context(), acme, storage.Query{})
		require.NoError(t, err)
		require.Equal(t, c.stored, n, c.name)
	}
}

// TestLostCopy loses the connection when COPY begins, which once made the
// transaction wait for itself.
func TestLostCopy(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	clean, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer clean.Close()
	way := &faultyWay{force: beforeCopy, rand: rand.New(rand.NewPCG(1, 1))}
	db := way.open(t, dsn)
	acme := faultStore(t, clean, db).Tenant("acme")
	write := func() error {
		return acme.Update(t.Context(), storage.By("user:cashier", "pay"), func(tx *storage.Tx) error {
			return lines.Put(t.Context(), tx, newLines(1, 250)...)
		})
	}
	way.on.Store(true)
	require.ErrorIs(t, write(), storage.ErrUnavailable)
	require.Zero(t, db.Stats().InUse)
	way.on.Store(false)
	require.NoError(t, write())
	n, err := lines.Count(t.Context(), acme, storage.Query{})
	require.NoError(t, err)
	require.Equal(t, int64(250), n)
}

// TestStatementTimeout lets the server's own timeout end a statement that waits
// for a lock: the database gave up, and the caller's context has not ended.
func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Database(t)
	clean, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	defer clean.Close()
	db, err := sql.Open("postgres", dsn+" statement_timeout=100")
	require.NoError(t, err)
	defer db.Close()
	store := faultStore(t, clean, db)
	acme := store.Tenant("acme")
	ids := fillPurses(t, acme)
	host, err := clean.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer host.Rollback()
	_, err = host.ExecContext(t.Context(), "SELECT FROM fault_purse WHERE tenant = 'acme' AND id = $1 FOR UPDATE", ids[1])
	require.NoError(t, err)
	all := cashiers(acme, ids[:3], 1, 1)
	err = all[0].pay(t.Context())
	require.ErrorIs(t, err, storage.ErrUnavailable)
	require.NotErrorIs(t, err, context.DeadlineExceeded)
	require.NotErrorIs(t, err, context.Canceled)
	var failed *postgres.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "57014", failed.Code)
	require.Zero(t, db.Stats().InUse)
	require.NoError(t, host.Rollback())
	require.NoError(t, all[0].pay(t.Context()))
	checkPayments(t, acme, all)
}

// TestSTO01_InjectedFailures makes the server fail every n-th statement, COPY or
// COMMIT with the errors that ask for another attempt: Update makes it, and
// nothing happens twice.
func TestSTO01_InjectedFailures(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"40001", "40P01"} {
		for _, c := range []struct{ name, trigger string }{
			{"update", "CREATE TRIGGER inject BEFORE UPDATE ON fault_purse FOR EACH STATEMENT EXECUTE FUNCTION inject()"},
			{"copy", "CREATE TRIGGER inject BEFORE INSERT ON fault_line FOR EACH ROW EXECUTE FUNCTION inject()"},
			{"insert", "CREATE TRIGGER inject BEFORE INSERT ON fault_payment FOR EACH ROW EXECUTE FUNCTION inject()"},
			{"log", "CREATE TRIGGER inject AFTER INSERT ON change FOR EACH STATEMENT EXECUTE FUNCTION inject()"},
			{"commit", "CREATE CONSTRAINT TRIGGER inject AFTER INSERT ON fault_payment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION inject()"},
		} {
			t.Run(state+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				every := 3
				if c.name == "copy" {
					every = 400 // rows, of which some payments copy 250
				}
				payWithFailures(t, state, every, c.trigger)
			})
		}
	}
}

func payWithFailures(t *testing.T, state string, every int, trigger string) {
	t.Helper()
	db, err := sql.Open("postgres", pgtest.Database(t))
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxIdleConns(4)
	store := faultStore(t, db, db)
	acme := store.Tenant("acme")
	all := cashiers(acme, fillPurses(t, acme), 4, 7)
	for _, text := range []string{
		"CREATE SEQUENCE turns", "CREATE SEQUENCE failures",
		fmt.Sprintf(`CREATE FUNCTION inject() RETURNS trigger LANGUAGE plpgsql AS $$
			BEGIN
				IF nextval('turns') %% %d = 0 THEN
					PERFORM nextval('failures');
					RAISE EXCEPTION 'injected' USING ERRCODE = '%s';
				END IF;
				RETURN NEW;
			END $$`, every, state),
		trigger,
	} {
		_, err := db.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	errs := make(chan error, len(all))
	for _, c := range all {
		go func() {
			var err error
			for range 10 {
				err = errors.Join(err, c.pay(t.Context()))
			}
			errs <- err
		}()
	}
	for range all {
		require.NoError(t, <-errs, "Update tries again")
	}
	var failures int64
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT last_value FROM failures WHERE is_called").Scan(&failures), "failures were injected")
	require.GreaterOrEqual(t, failures, int64(3))
	_, err = db.ExecContext(t.Context(), "ALTER TABLE change DISABLE TRIGGER USER")
	require.NoError(t, err)
	checkPayments(t, acme, all)
	require.Zero(t, db.Stats().InUse)
}
