package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/clientele-go/clientele/storage"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"
)

// Every code that the package knows, in a statement and in a COMMIT.
func TestErrors_Meaning(t *testing.T) {
	t.Parallel()
	d := &DB{}
	ctx := context.Background()
	server := func(code string) error {
		return fmt.Errorf("wrapped: %w", &pq.Error{Code: pqerror.Code(code), Message: "said"})
	}
	for _, c := range []struct {
		err               error
		statement, commit error // nil: none of the sentinels
	}{
		{server("40001"), storage.ErrConflict, storage.ErrConflict},
		{server("40P01"), storage.ErrConflict, storage.ErrConflict},
		{server("55P03"), storage.ErrConflict, storage.ErrConflict},
		{server("57014"), storage.ErrUnavailable, storage.ErrUnavailable},
		{server("53300"), storage.ErrUnavailable, storage.ErrUnavailable},
		{server("53100"), storage.ErrUnavailable, storage.ErrUnavailable},
		{server("25P03"), storage.ErrUnavailable, storage.ErrUnavailable},
		{server("57P01"), storage.ErrUnavailable, storage.ErrUncertain},
		{server("57P03"), storage.ErrUnavailable, storage.ErrUncertain},
		{server("08006"), storage.ErrUnavailable, storage.ErrUncertain},
		{driver.ErrBadConn, storage.ErrUnavailable, storage.ErrUncertain},
		{io.EOF, storage.ErrUnavailable, storage.ErrUncertain},
		{io.ErrUnexpectedEOF, storage.ErrUnavailable, storage.ErrUncertain},
		{net.ErrClosed, storage.ErrUnavailable, storage.ErrUncertain},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, storage.ErrUnavailable, storage.ErrUncertain},
		{sql.ErrConnDone, storage.ErrUnavailable, storage.ErrUncertain},
		{sql.ErrTxDone, nil, storage.ErrUnavailable},
		{pq.ErrInFailedTransaction, nil, nil},
		{server("42P01"), nil, nil},
		{server("23505"), nil, nil},
		{server("XX000"), nil, nil},
	} {
		for _, got := range []struct {
			err  error
			want error
		}{{d.fail(ctx, "op", c.err), c.statement}, {d.failCommit(ctx, c.err), c.commit}} {
			for _, kind := range []error{storage.ErrConflict, storage.ErrUnavailable, storage.ErrUncertain} {
				require.Equal(t, kind == got.want, errors.Is(got.err, kind), "%v: %v", kind, got.err)
			}
			require.ErrorIs(t, got.err, c.err, "the driver's error can be reached")
		}
	}
	require.NoError(t, d.fail(ctx, "op", nil))
	require.NoError(t, d.failCommit(ctx, nil))
}

// The end of the context is what the caller is told, however the driver puts it.
func TestErrors_ContextComesFirst(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	d := &DB{}
	for _, err := range []error{&pq.Error{Code: "57014"}, driver.ErrBadConn, io.EOF} {
		failed := d.fail(ended, "op", err)
		require.ErrorIs(t, failed, context.Canceled)
		require.NotErrorIs(t, failed, storage.ErrUnavailable)
		require.Equal(t, "postgres: op: context canceled", failed.Error())
	}
	require.ErrorIs(t, d.failCommit(ended, &pq.Error{Code: "57014"}), context.Canceled)
	require.ErrorIs(t, d.failCommit(ended, sql.ErrTxDone), context.Canceled)
	uncertain := d.failCommit(ended, io.EOF)
	require.ErrorIs(t, uncertain, storage.ErrUncertain)
	require.ErrorIs(t, uncertain, context.Canceled)
}

func TestErrors_AreWrappedOnce(t *testing.T) {
	t.Parallel()
	d := &DB{}
	first := d.fail(context.Background(), "get", io.EOF)
	require.Equal(t, first, d.fail(context.Background(), "find", first))
}
