package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// A form is kept when it comes for the second time, and no more than the bound;
// what is noted of forms that came once is bounded too.
func TestStatements_Bound(t *testing.T) {
	t.Parallel()
	s := newStatements(nil, Config{})
	require.Equal(t, maxStatements, s.max)
	s.max = 10
	require.Nil(t, s.entry("a"))
	first := s.entry("a")
	require.NotNil(t, first)
	require.Same(t, first, s.entry("a"))
	for i := range 1000 {
		s.entry(fmt.Sprint("once ", i))
		s.entry(fmt.Sprint("twice ", i))
		s.entry(fmt.Sprint("twice ", i))
		require.LessOrEqual(t, len(s.of), 10)
		require.LessOrEqual(t, len(s.once), 40)
	}
	require.Len(t, s.of, 10)
	require.Same(t, first, s.entry("a"), "what is kept stays")
	s.forget("a")
	require.Nil(t, s.entry("b"))
	require.NotNil(t, s.entry("b"), "its place is free for another")
	require.Len(t, s.of, 10)
}

func TestStatements_Off(t *testing.T) {
	t.Parallel()
	s := newStatements(nil, Config{Unprepared: true})
	for range 3 {
		stmt, err := s.get(context.Background(), "SELECT 1", false)
		require.NoError(t, err)
		require.Nil(t, stmt)
	}
	require.Empty(t, s.of)
	require.Empty(t, s.once)
}

// On the server there are not more than the bound either.
func TestStatements_BoundOnTheServer(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	d, err := New(db, Config{})
	require.NoError(t, err)
	d.statements.max = 5
	on := onDB{d}
	for range 3 {
		for i := range 20 {
			rows, err := on.query(t.Context(), Statement{SQL: fmt.Sprintf("SELECT %d + $1::integer", i)}, 1)
			require.NoError(t, err)
			require.NoError(t, rows.Close())
		}
	}
	var n int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM pg_prepared_statements").Scan(&n))
	require.Equal(t, 5, n)
}

// Many who want one form at once prepare it once, and nobody waits for another.
func TestStatements_ManyAtOnce(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("postgres", pgtest.Shared(t))
	require.NoError(t, err)
	defer db.Close()
	s := newStatements(db, Config{})
	s.entry("SELECT 1")
	found := make([]*sql.Stmt, 32)
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() {
			for found[i] == nil {
				stmt, err := s.get(context.Background(), "SELECT 1", i%2 == 0)
				if err != nil {
					t.Error(err)
					return
				}
				found[i] = stmt
			}
		})
	}
	all.Wait()
	for _, stmt := range found {
		require.Same(t, found[0], stmt)
	}
}
