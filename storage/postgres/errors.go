package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/lib/pq"
)

// An Error is what the server or the way to it refused. It matches
// storage.ErrConflict where another attempt may succeed (a deadlock, a failed
// serialization, a lock that was not to be had), storage.ErrUnavailable where
// the database is out of reach or gave up, storage.ErrUncertain where the
// connection was lost during a commit, and the error of the context when that
// has ended. Everything else is a fault: a missing table, a missing right.
type Error struct {
	Op   string // what was being done, such as "find customer"
	Code string // the SQLSTATE; empty when the server did not answer
	Err  error  // of the database driver

	kind error // the sentinel, or nil
	end  error // of the context, or nil
}

func (e *Error) Error() string {
	text := "postgres: " + e.Op + ": "
	if e.kind != nil {
		text += e.kind.Error() + ": "
	}
	if e.end != nil {
		return text + e.end.Error()
	}
	return text + e.Err.Error() + advice(e.Code)
}

// Is matches the sentinel that the error stands for.
func (e *Error) Is(target error) bool { return e.kind != nil && e.kind == target }

// Unwrap returns the driver's error and that of the context.
func (e *Error) Unwrap() []error {
	if e.end != nil {
		return []error{e.end, e.Err}
	}
	return []error{e.Err}
}

// advice says what to do about an error that is not the caller's.
func advice(code string) string {
	switch code {
	case "42P01", "42703", "3F000":
		return ": run Migrate with the kinds of the store first"
	case "42501":
		return ": grant the role the right, or use another role"
	case "26000", "42P05":
		return ": behind a pooler that changes connections, set Config.Unprepared"
	}
	return ""
}

// fail tells what an error means.
func (d *DB) fail(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return err
	}
	e := &Error{Op: op, Code: sqlState(err), Err: err}
	if end := ctx.Err(); end != nil {
		e.end = end
		return e
	}
	e.kind = meaning(e.Code, err)
	return e
}

// sqlState returns the SQLSTATE of a server's error; both well-known drivers
// have it under this name.
func sqlState(err error) string {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return state.SQLState()
	}
	return ""
}

// meaning returns the sentinel that an error stands for, or nil.
func meaning(code string, err error) error {
	switch {
	case code == "40001" || code == "40P01" || code == "55P03":
		return storage.ErrConflict
	case code == "57014": // a timeout of the server, for the context has not ended
		return storage.ErrUnavailable
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), strings.HasPrefix(code, "25P03"):
		return storage.ErrUnavailable
	case code == "" && lost(err):
		return storage.ErrUnavailable
	}
	return nil
}

// lost reports an error of the way to the server.
func lost(err error) bool {
	var network net.Error
	return isBadConn(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

func isBadConn(err error) bool { return errors.Is(err, driver.ErrBadConn) }

// failCommit tells what an error of COMMIT means: when the server answered, it
// said that nothing happened; when it did not, nobody knows.
func (d *DB) failCommit(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: "commit", Code: sqlState(err), Err: err}
	switch {
	case e.Code != "" && !strings.HasPrefix(e.Code, "57P") && !strings.HasPrefix(e.Code, "08"):
		e.kind = meaning(e.Code, err)
		if e.Code == "57014" {
			e.end = ctx.Err()
		}
	case errors.Is(err, pq.ErrInFailedTransaction): // a statement had failed, and the caller went on
	case errors.Is(err, sql.ErrTxDone): // rolled back when the context ended
		e.kind, e.end = storage.ErrUnavailable, ctx.Err()
	default:
		e.kind, e.end = storage.ErrUncertain, ctx.Err()
	}
	return e
}

// conflict is an error that makes the transaction be tried again.
func conflict(op, format string, args ...any) error {
	return &Error{Op: op, Err: fmt.Errorf(format, args...), kind: storage.ErrConflict}
}
