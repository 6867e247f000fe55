package postgres_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/postgres"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A hook sees all that is sent, begin and end of transactions included.
func TestHook_SeesEveryStatement(t *testing.T) {
	t.Parallel()
	var seen tape
	_, _, acme := workshop(t, postgres.Config{Hook: seen.hook})
	putGadgets(t, acme, gadgetsOf(1)...)
	names := seen.names()
	require.Equal(t, "begin", names[0])
	require.Equal(t, "commit", names[len(names)-1])
	require.Contains(t, names, "insert gadget")
	require.Contains(t, names, "insert change")

	stop := errors.New("stop")
	require.ErrorIs(t, acme.Update(t.Context(), author, func(*storage.Tx) error { return stop }), stop)
	require.Equal(t, []string{"begin", "rollback"}, seen.names())

	putGadgets(t, acme, gadgetsOf(500)...)
	require.Contains(t, seen.names(), "copy gadget")

	countGadgets(t, acme)
	_, _ = gadgets.Get(t.Context(), acme, uuid.New())
	names = seen.names()
	require.Contains(t, names, "aggregate gadget")
	require.Contains(t, names, "get gadget")
	require.NotContains(t, names, "begin", "a single read is one statement")

	for range gadgets.Find(t.Context(), acme, storage.Query{}) {
	}
	require.Contains(t, seen.names(), "find gadget")
	require.NoError(t, acme.View(t.Context(), func(tx *storage.Tx) error {
		for range gadgets.Find(t.Context(), tx, storage.Query{}) {
		}
		return nil
	}))
	names = seen.names()
	for _, want := range []string{"begin", "declare gadget", "fetch gadget", "close gadget", "rollback"} {
		require.Contains(t, names, want)
	}
}

// Errors reach the hook with the statement that failed.
func TestHook_Errors(t *testing.T) {
	t.Parallel()
	var seen tape
	pg := driverOf(t, emptyDB(t), postgres.Config{Hook: seen.hook})
	acme := storeOf(t, pg, gadgets).Tenant("acme")
	_, err := gadgets.Get(t.Context(), acme, uuid.New())
	require.Error(t, err)
	require.Len(t, seen.errs, 1)
	require.ErrorContains(t, seen.errs[0], "42P01")
	require.Equal(t, "get gadget", seen.seen[0].Name)
}

type contextKey struct{}

// Each hook gets the context of the one before it, and is told the end in the
// opposite order.
func TestHooks_OrderAndContext(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var calls []string
	note := func(name string) postgres.Hook {
		return func(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
			mu.Lock()
			defer mu.Unlock()
			if s.Name != "get gadget" {
				return ctx, func(error) {}
			}
			before, _ := ctx.Value(contextKey{}).(string)
			calls = append(calls, name+" after "+before)
			return context.WithValue(ctx, contextKey{}, before+name), func(error) {
				mu.Lock()
				defer mu.Unlock()
				calls = append(calls, name+" ends")
			}
		}
	}
	_, _, acme := workshop(t, postgres.Config{Hook: postgres.Hooks(note("a"), note("b"), note("c"))})
	ctx := context.WithValue(t.Context(), contextKey{}, "host ")
	_, err := gadgets.Get(ctx, acme, uuid.New())
	require.ErrorIs(t, err, storage.ErrNotFound)
	require.Equal(t, []string{"a after host ", "b after host a", "c after host ab", "c ends", "b ends", "a ends"}, calls)
	same, done := postgres.Hooks()(ctx, postgres.Statement{})
	done(nil)
	require.Equal(t, ctx, same)
}

// The statement runs with the context that the hook returns.
func TestHook_ItsContextIsTheStatements(t *testing.T) {
	t.Parallel()
	_, _, acme := workshop(t, postgres.Config{Hook: func(ctx context.Context, s postgres.Statement) (context.Context, func(error)) {
		if s.Name != "get gadget" {
			return ctx, func(error) {}
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return ended, func(error) {}
	}})
	_, err := gadgets.Get(t.Context(), acme, uuid.New())
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, tryGadgets(t, acme, gadgetsOf(1)...))
}

// A stepper is a clock whose readings the test sets.
type stepper struct {
	mu  sync.Mutex
	at  time.Time
	add time.Duration // with each reading
}

func (c *stepper) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(c.add)
	return c.at
}

func TestSlowLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	clock := &stepper{at: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC), add: 10 * time.Millisecond}
	log := slog.New(slog.NewJSONHandler(&out, nil))
	hook := postgres.SlowLog(log, 50*time.Millisecond, clock.now)
	run := func(took time.Duration, err error) map[string]any {
		out.Reset()
		clock.add = took
		_, done := hook(context.Background(), postgres.Statement{Name: "find gadget", SQL: "SELECT 1"})
		done(err)
		line := map[string]any{}
		if out.Len() > 0 {
			require.NoError(t, json.Unmarshal(out.Bytes(), &line))
			delete(line, "time")
		}
		return line
	}
	slow := map[string]any{"level": "WARN", "msg": "slow or failed statement", "statement": "find gadget", "sql": "SELECT 1", "took": float64(50 * time.Millisecond)}
	require.Equal(t, slow, run(50*time.Millisecond, nil), "slow")
	require.Empty(t, run(49*time.Millisecond, nil), "quick")
	failed := run(time.Millisecond, errors.New("secret of Ms Smith"))
	require.Contains(t, failed, "sqlstate")
	require.NotContains(t, out.String(), "Smith")
}

// Neither the statements that a hook gets nor what SlowLog writes hold a value
// of a record, whatever is done and whatever fails.
func TestHook_NoValueIsEverShown(t *testing.T) {
	t.Parallel()
	const secret = "Wáng-Secret-8613800138000"
	var out bytes.Buffer
	var mu sync.Mutex
	log := slog.New(slog.NewTextHandler(lockedWriter{&mu, &out}, nil))
	var seen tape
	db, _, _ := workshop(t, postgres.Config{})
	pg := driverOf(t, db, postgres.Config{Savepoints: true, RowSecurity: true,
		Hook: postgres.Hooks(seen.hook, postgres.SlowLog(log, 0, time.Now))})
	acme := storeOf(t, pg, gadgets).Tenant(secret + uuid.NewString())
	ctx := t.Context()
	require.NoError(t, acme.Update(ctx, author, func(tx *storage.Tx) error {
		return storage.CustomFields.Put(ctx, tx, &storage.CustomField{Kind: "gadget", Name: "phone", Type: "text", Unique: true})
	}))
	list := gadgetsOf(300)
	list[0].Name, list[0].Code, list[0].Tags = secret, secret, []string{secret}
	list[0].Custom.Set("phone", secret)
	putGadgets(t, acme, list...)
	for _, where := range []criteria.Criterion{
		criteria.Eq("name", secret), criteria.In("code", secret, "x"), criteria.Search("name", secret), criteria.Prefix("name", secret),
		criteria.Contains("name", secret), criteria.HasAny("tags", secret), criteria.Eq("custom.phone", secret), criteria.In("custom.phone", secret),
	} {
		page, err := gadgets.Page(ctx, acme, storage.Query{Where: where, Order: []storage.Order{{Field: "name"}}, Limit: 1})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
	}
	pages := storage.Query{Order: []storage.Order{{Field: "name"}, {Field: "custom.phone"}}, Limit: 1}
	page, err := gadgets.Page(ctx, acme, pages)
	require.NoError(t, err)
	require.Equal(t, secret, page.Items[0].Name)
	pages.After = page.Next // which carries the values
	_, err = gadgets.Page(ctx, acme, pages)
	require.NoError(t, err)
	require.ErrorIs(t, tryGadgets(t, acme, &gadget{Code: secret}), storage.ErrDuplicate)
	list[1].Code = secret
	require.ErrorIs(t, tryGadgets(t, acme, list[1]), storage.ErrDuplicate)
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	joined := acme.With(pg.InTx(tx))
	require.ErrorIs(t, tryGadgets(t, joined, &gadget{Code: secret}), storage.ErrDuplicate)
	for _, err := range gadgets.Find(ctx, joined, storage.Query{Where: criteria.Eq("name", secret)}) {
		require.NoError(t, err)
	}
	_, err = tx.Exec("SET LOCAL statement_timeout = 1; SET LOCAL lock_timeout = 1")
	require.NoError(t, err)
	_, _ = gadgets.Count(ctx, joined, storage.Query{Where: criteria.Eq("name", secret)})
	require.NoError(t, tx.Rollback())
	statements := seen.take()
	require.Greater(t, len(statements), 30)
	for _, s := range statements {
		require.NotContains(t, s.Name+s.SQL, "Secret")
	}
	mu.Lock()
	defer mu.Unlock()
	require.Greater(t, strings.Count(out.String(), "\n"), 30)
	require.NotContains(t, out.String(), "Secret")
}

type lockedWriter struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
