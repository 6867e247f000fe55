package postgres

import (
	"context"
	"database/sql"
	"sync"
	"sync/atomic"
	"time"
)

// statements keeps prepared statements by their text, which is the same for
// all queries of one form. lib/pq keeps none itself, and planning costs twice
// the work of a point read.
//
// A statement that is kept is never closed: database/sql would wait for every
// connection that it was prepared on, and one of them may be waiting for a row
// that the caller has locked. So the number is bounded, a form is kept when it comes
// for the second time, and when the room is taken further forms are sent whole.
type statements struct {
	db  *sql.DB
	off bool
	max int // how many are kept

	mu   sync.Mutex
	of   map[string]*prepared
	once map[string]bool // came once
}

// maxStatements bounds how many are kept: each costs the server some memory on
// each connection.
const maxStatements = 1000

// A prepared statement, or one that somebody is preparing.
type prepared struct {
	making sync.Mutex
	stmt   atomic.Pointer[sql.Stmt]
}

func newStatements(db *sql.DB, c Config) *statements {
	return &statements{db: db, off: c.Unprepared, max: maxStatements, of: map[string]*prepared{}, once: map[string]bool{}}
}

// get returns the prepared statement, or nil if it is to be sent whole. inTx
// says that the caller holds a connection: it must not wait for a second one to
// prepare on when all are taken, perhaps by callers that wait likewise.
func (s *statements) get(ctx context.Context, text string, inTx bool) (*sql.Stmt, error) {
	if s.off {
		return nil, nil
	}
	p := s.entry(text)
	if p == nil {
		return nil, nil
	}
	if stmt := p.stmt.Load(); stmt != nil {
		return stmt, nil
	}
	if inTx && s.exhausted() || !p.making.TryLock() { // nor for another who prepares it
		return nil, nil
	}
	defer p.making.Unlock()
	if stmt := p.stmt.Load(); stmt != nil {
		return stmt, nil
	}
	stmt, err := s.prepare(ctx, text, inTx)
	if stmt != nil {
		p.stmt.Store(stmt)
	}
	return stmt, err
}

// patience is how long one who holds a connection waits for a second one to
// prepare on: what it waits for may wait for its own transaction, as when the
// pool is taken just now by others that want its locks, or when the host's
// transaction has altered the table.
const patience = 100 * time.Millisecond

// prepare prepares a statement for all connections. In a transaction a failure
// only means that it is to be sent whole, which tells the true error.
func (s *statements) prepare(ctx context.Context, text string, inTx bool) (*sql.Stmt, error) {
	if !inTx {
		return s.db.PrepareContext(ctx, text)
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stmt, err := s.db.PrepareContext(short, text)
	if err != nil {
		s.forget(text)
		return nil, ctx.Err()
	}
	return stmt, nil
}

// forget gives the place of a statement back that could not be prepared.
func (s *statements) forget(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, text)
}

func (s *statements) exhausted() bool {
	stats := s.db.Stats()
	return stats.MaxOpenConnections > 0 && stats.InUse >= stats.MaxOpenConnections
}

// entry returns the place of a statement, or nil when it has none.
func (s *statements) entry(text string) *prepared {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.of[text]; p != nil {
		return p
	}
	if !s.once[text] {
		if len(s.once) >= 4*s.max {
			clear(s.once)
		}
		s.once[text] = true
		return nil
	}
	if len(s.of) >= s.max {
		return nil
	}
	delete(s.once, text)
	p := &prepared{}
	s.of[text] = p
	return p
}
