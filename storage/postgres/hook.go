package postgres

import (
	"context"
	"log/slog"
	"time"
)

// A Statement is what is sent to the server, without its parameters, which may
// be personal data.
type Statement struct {
	Name string // what it does, such as "find customer": few different ones, fit for a metric
	SQL  string
}

// A Hook is called before each statement; what it returns is called when the
// statement has run, with the error if there is one. The context that it returns is
// the one that the statement runs with; it must live as long as the one given,
// for rows are read after the call. Begin, commit and rollback are statements
// too, which run with the context given. For a query, the time until its first
// row counts.
type Hook func(ctx context.Context, s Statement) (context.Context, func(error))

// before calls the hook, if there is one.
func (c Config) before(ctx context.Context, s Statement) (context.Context, func(error)) {
	if c.Hook == nil {
		return ctx, func(error) {}
	}
	return c.Hook(ctx, s)
}

// SlowLog returns a hook that logs statements that take at least as long as
// the limit, and those that fail, at level Warn. now is the clock.
func SlowLog(log *slog.Logger, limit time.Duration, now func() time.Time) Hook {
	return func(ctx context.Context, s Statement) (context.Context, func(error)) {
		began := now()
		return ctx, func(err error) {
			took := now().Sub(began)
			if err == nil && took < limit {
				return
			}
			attrs := []slog.Attr{slog.String("statement", s.Name), slog.Duration("took", took), slog.String("sql", s.SQL)}
			if err != nil { // not its text, which may hold values
				attrs = append(attrs, slog.String("sqlstate", sqlState(err)))
			}
			log.LogAttrs(ctx, slog.LevelWarn, "slow or failed statement", attrs...)
		}
	}
}

// Hooks joins several hooks: they are called in order, and told the end in the
// opposite order.
func Hooks(hooks ...Hook) Hook {
	return func(ctx context.Context, s Statement) (context.Context, func(error)) {
		ends := make([]func(error), len(hooks))
		for i, h := range hooks {
			ctx, ends[i] = h(ctx, s)
		}
		return ctx, func(err error) {
			for i := len(ends) - 1; i >= 0; i-- {
				ends[i](err)
			}
		}
	}
}
