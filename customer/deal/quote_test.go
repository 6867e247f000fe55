package deal_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// threeLines add up to 1133.04 CNY.
func threeLines() []deal.Line {
	return []deal.Line{
		{Product: "P1", Text: "主机", Quantity: dec("2"), UnitPrice: dec("499.99"), Total: dec("999.98")},
		{Product: "P2", Text: "电缆", Quantity: dec("3.5"), Unit: "m", UnitPrice: dec("9.99"), Discount: dec("5"), Tax: dec("3.9"), Total: dec("33.87")}, // 33.865
		{Product: "P3", Quantity: dec("1"), UnitPrice: dec("99.19"), Total: dec("99.19")},
	}
}

func newQuote(t *testing.T, d uuid.UUID, number string) *deal.Quote {
	t.Helper()
	q := &deal.Quote{Deal: d, Number: number, Decimals: 2, ValidUntil: t0.Add(24 * time.Hour)}
	q.Total.Currency = "CNY"
	require.NoError(t, q.SetLines(threeLines()...))
	return q
}

// call runs a change of a quote's status.
func (b *book) call(t *testing.T, fn func(*testing.T, *storage.Tx) error) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error { return fn(t, tx) })
}

func (b *book) draft(t *testing.T, q *deal.Quote) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error { return deal.Draft(t.Context(), tx, q) })
}

func (b *book) send(t *testing.T, id uuid.UUID) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error { _, err := deal.Send(t.Context(), tx, id); return err })
}

func (b *book) accept(t *testing.T, id uuid.UUID) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error { _, err := deal.Accept(t.Context(), tx, id); return err })
}

func (b *book) supersede(t *testing.T, old uuid.UUID, next *deal.Quote) error {
	t.Helper()
	return update(t, b.acme, func(tx *storage.Tx) error { return deal.Supersede(t.Context(), tx, old, next) })
}

// A quote of 3 lines from the host: the total equals the sum, and a superseded
// quote stays readable.
func TestCUS50_QuoteTotalAndSuperseded(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		first := newQuote(t, d.ID, "Q-1")
		require.NoError(t, b.draft(t, first))
		require.Equal(t, "1133.04", first.Total.Amount.String())
		require.NoError(t, b.send(t, first.ID))
		second := newQuote(t, d.ID, "Q-2")
		require.NoError(t, b.supersede(t, first.ID, second))

		old, err := deal.Quotes.Get(t.Context(), acme, first.ID)
		require.NoError(t, err)
		require.Equal(t, deal.QuoteSuperseded, old.Status)
		lines, err := old.Lines()
		require.NoError(t, err)
		require.Len(t, lines, 3)
		sum := decimal.Zero
		for i, l := range lines {
			require.True(t, l.Total.Equal(threeLines()[i].Total))
			sum = sum.Add(l.Total)
		}
		require.True(t, sum.Equal(old.Total.Amount))
		next, err := deal.Quotes.First(t.Context(), acme, storage.Query{Where: eq("supersedes", first.ID)})
		require.NoError(t, err)
		require.Equal(t, second.ID, next.ID)
		require.Equal(t, b.customer, next.Customer)
		require.Equal(t, deal.QuoteDraft, next.Status)
	})
}

// What was sent cannot be changed by anybody; what is superseded or accepted not
// even in its status.
func TestQuote_FrozenOnceSent(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		q := newQuote(t, d.ID, "Q-1")
		require.NoError(t, b.draft(t, q))
		put := func(change func(*deal.Quote)) error {
			return update(t, acme, func(tx *storage.Tx) error {
				q, err := deal.Quotes.Get(t.Context(), tx, q.ID)
				if err != nil {
					return err
				}
				change(q)
				return deal.Quotes.Put(t.Context(), tx, q)
			})
		}
		require.NoError(t, put(func(q *deal.Quote) { q.Notes = "含安装" }), "a draft may be changed")
		require.NoError(t, b.send(t, q.ID))
		changes := map[string]func(*deal.Quote){
			"notes":       func(q *deal.Quote) { q.Notes = "不含安装" },
			"valid until": func(q *deal.Quote) { q.ValidUntil = time.Time{} },
			"number":      func(q *deal.Quote) { q.Number = "Q-9" },
			"lines":       func(q *deal.Quote) { require.NoError(t, q.SetLines(threeLines()[:1]...)) },
			"sent at":     func(q *deal.Quote) { q.SentAt = t0.Add(-time.Hour) },
			"draft again": func(q *deal.Quote) { q.Status = deal.QuoteDraft },
		}
		for name, change := range changes {
			require.ErrorIs(t, put(change), deal.ErrQuoteStatus, "sent: "+name)
		}
		require.ErrorIs(t, update(t, acme, func(tx *storage.Tx) error {
			q, err := deal.Quotes.Get(t.Context(), tx, q.ID)
			require.NoError(t, err)
			return deal.Quotes.Delete(t.Context(), tx, q)
		}), deal.ErrQuoteStatus)
		require.NoError(t, b.supersede(t, q.ID, newQuote(t, d.ID, "Q-2")))
		changes["sent again"] = func(q *deal.Quote) { q.Status = deal.QuoteSent }
		for name, change := range changes {
			require.ErrorIs(t, put(change), deal.ErrQuoteStatus, "superseded: "+name)
		}
		other := &customer.Customer{Type: customer.Person, Name: "合并后"}
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return customer.Kind.Put(t.Context(), tx, other) }))
		require.NoError(t, put(func(q *deal.Quote) { q.Customer = other.ID }), "a merge of customers goes on")
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
			next, err := deal.Quotes.First(t.Context(), tx, storage.Query{Where: eq("number", "Q-2")})
			require.NoError(t, err)
			old, err := deal.Quotes.Get(t.Context(), tx, q.ID)
			require.NoError(t, err)
			return deal.Quotes.Purge(t.Context(), tx, next, old)
		}), "an erasure goes on")
	})
}

func TestQuote_Statuses(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, clock *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		q := newQuote(t, d.ID, "Q-1")
		require.NoError(t, b.draft(t, q))
		require.ErrorIs(t, b.accept(t, q.ID), deal.ErrQuoteStatus, "nobody has seen it")
		require.NoError(t, b.send(t, q.ID))
		require.ErrorIs(t, b.send(t, q.ID), deal.ErrQuoteStatus)
		clock.Set(q.ValidUntil.Add(-time.Microsecond))
		late := newQuote(t, d.ID, "Q-2")
		require.NoError(t, b.draft(t, late))
		require.NoError(t, b.send(t, late.ID))
		require.NoError(t, b.accept(t, q.ID))
		clock.Set(q.ValidUntil)
		err := b.accept(t, late.ID)
		require.ErrorIs(t, err, deal.ErrExpired)
		var refused *deal.QuoteError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, deal.QuoteSent, refused.Status)
		require.ErrorIs(t, b.supersede(t, q.ID, newQuote(t, d.ID, "Q-3")), deal.ErrQuoteStatus, "an accepted quote stands")
		require.NoError(t, b.call(t, func(t *testing.T, tx *storage.Tx) error {
			_, err := deal.Decline(t.Context(), tx, late.ID)
			return err
		}))
		require.NoError(t, b.supersede(t, late.ID, newQuote(t, d.ID, "Q-3")))
		require.ErrorIs(t, b.supersede(t, late.ID, newQuote(t, d.ID, "Q-4")), deal.ErrQuoteStatus)
		require.ErrorIs(t, b.draft(t, newQuote(t, d.ID, "Q-1")), storage.ErrDuplicate)
		require.ErrorIs(t, b.draft(t, newQuote(t, uuid.New(), "Q-5")), storage.ErrNotFound)
		require.ErrorIs(t, b.send(t, uuid.New()), storage.ErrNotFound)
	})
}

// Two replacements of one quote at the same time: one comes first.
func TestSupersede_Concurrent(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		q := newQuote(t, d.ID, "Q-0")
		require.NoError(t, b.draft(t, q))
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			next := newQuote(t, d.ID, fmt.Sprint("Q-", i+1))
			wg.Go(func() { errs[i] = b.supersede(t, q.ID, next) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				require.True(t, errors.Is(err, deal.ErrQuoteStatus) || errors.Is(err, storage.ErrConflict), "%v", err)
			}
		}
		require.Equal(t, 1, won)
		n, err := deal.Quotes.Count(t.Context(), acme, storage.Query{Where: eq("supersedes", q.ID)})
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

func TestQuote_WhatDoesNotAddUp(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant, _ *adapters.Clock) {
		b := newBook(t, acme, fiveStages()...)
		d := b.add(t, nil)
		lines := threeLines()
		lines[1].Total = dec("33.86")
		var wrong *deal.TotalError
		require.ErrorAs(t, (&deal.Quote{Decimals: 2}).SetLines(lines...), &wrong)
		require.Equal(t, 2, wrong.Line)
		require.Equal(t, "33.87", wrong.Sum.String())

		q := newQuote(t, d.ID, "Q-1")
		q.Total.Amount = dec("1133.05")
		require.ErrorIs(t, b.draft(t, q), deal.ErrTotal)
		for name, change := range map[string]func(*deal.Quote){
			"no lines":     func(q *deal.Quote) { q.LineData = json.RawMessage(`[]`) },
			"not lines":    func(q *deal.Quote) { q.LineData = json.RawMessage(`{"a":1}`) },
			"a huge price": func(q *deal.Quote) { q.LineData = json.RawMessage(`[{"unit_price":"1e999999","quantity":"1"}]`) },
			"decimals":     func(q *deal.Quote) { q.Decimals = 7 },
		} {
			q := newQuote(t, d.ID, "Q-1")
			change(q)
			require.ErrorIs(t, b.draft(t, q), storage.ErrInvalid, name)
		}
		q = newQuote(t, d.ID, "Q-1")
		q.Total.Currency = "¥"
		require.ErrorIs(t, b.draft(t, q), customer.ErrCurrency)
		q = newQuote(t, d.ID, "Q-1")
		q.Decimals = 0
		require.ErrorIs(t, b.draft(t, q), deal.ErrTotal, "whole units do not give 999.98")
	})
}

// The total of a line is the nearest amount of so many decimals: no further from
// the exact value than half a unit, and away from zero in the middle.
func TestLine_SumIsRoundedOnce(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1.005": "1.01", "-1.005": "-1.01", "1.0049999": "1", "2.675": "2.68"} {
		require.Equal(t, want, deal.Line{Quantity: dec("1"), UnitPrice: dec(text)}.Sum(2).String())
	}
	rapid.Check(t, func(t *rapid.T) {
		part := func(name string) decimal.Decimal {
			return decimal.New(rapid.Int64Range(-1e9, 1e9).Draw(t, name), -rapid.Int32Range(0, 5).Draw(t, name+" decimals"))
		}
		l := deal.Line{Quantity: part("quantity"), UnitPrice: part("price"), Discount: part("discount"), Tax: part("tax")}
		decimals := rapid.Int64Range(0, 6).Draw(t, "decimals")
		exact := l.Quantity.Mul(l.UnitPrice).Sub(l.Discount).Add(l.Tax)
		got := l.Sum(decimals)
		half := decimal.New(5, -int32(decimals)-1)
		diff := got.Sub(exact).Abs()
		require.True(t, diff.LessThan(half) || diff.Equal(half) && got.Abs().GreaterThan(exact.Abs()), "%s is %s", exact, got)
		require.True(t, got.Shift(int32(decimals)).IsInteger())
	})
}

// Whatever stands in the lines, a quote is refused or its total is their sum.
func FuzzQuote_Lines(f *testing.F) {
	f.Add([]byte(`[{"product":"P1","quantity":"2","unit_price":"9.99","total":"19.98"}]`))
	f.Add([]byte(`[{"quantity":1,"unit_price":1e3,"total":1000}]`))
	f.Add([]byte(`[{"quantity":"1e999999","unit_price":"1","total":"1"}]`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q := &deal.Quote{LineData: data, Decimals: 2}
		lines, err := q.Lines()
		if err != nil || q.SetLines(lines...) != nil {
			return
		}
		again, err := q.Lines()
		require.NoError(t, err)
		sum := decimal.Zero
		for _, l := range again {
			sum = sum.Add(l.Total)
		}
		require.True(t, sum.Equal(q.Total.Amount))
	})
}
