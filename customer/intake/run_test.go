package intake

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// numbers are the targets of the files in these tests: a required whole
// number, a text, and a column "c" that nothing takes.
func numbers() []Target {
	return []Target{{Name: "a", Required: true, Parse: parser(ParseInteger)}, {Name: "b"}}
}

// numberFile opens n rows of which those that bad names hold no number.
func numberFile(t require.TestingT, n int, bad ...int) (*File, *Mapping) {
	var b strings.Builder
	b.WriteString("a,b,c\n")
	for i := range n {
		cell := strconv.Itoa(i)
		for _, j := range bad {
			if i == j {
				cell = "x"
			}
		}
		fmt.Fprintf(&b, "%s,t%d,u%d\n", cell, i, i)
	}
	f := openCSV(t, b.String())
	return f, mapped(t, f, numbers())
}

func TestDED14_DatesInFiveFormatsLoseNoRow(t *testing.T) {
	t.Parallel()
	forms := []string{"2026-01-05", "2026/1/5", "05-Jan-26", "1767571200", "46027"}
	rows := [][]string{{"客户编号", "日期", "金额"}}
	for i := range 100 {
		rows = append(rows, []string{strconv.Itoa(i), forms[i%5], "1"})
	}
	rows[10][1], rows[50][1], rows[90][1] = "2026-02-30", "soon", "03/04/2026"
	text := writeCSV(t, rows...)
	targets := OrderTargets(Format{Serial: true, Unix: true})

	var errorFile strings.Builder
	out := NewRejectionWriter(&errorFile)
	var got []Record
	f := openCSV(t, text)
	report, err := Run(t.Context(), f, mapped(t, f, targets), Options{OnRejection: out.Write}, collect(&got))
	require.NoError(t, err)
	require.NoError(t, out.Flush())
	require.Equal(t, Counts{Read: 100, Accepted: 97, Rejected: 3, Bytes: int64(len(text))}, report.Counts)
	for _, rec := range got {
		placed, _ := Get[time.Time](rec, "placed_at")
		require.Equal(t, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), placed)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(errorFile.String(), "\uFEFF"))).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 4)
	require.Equal(t, []string{"row", "column", "value", "reason"}, lines[0])
	require.Equal(t, []string{"11", "日期", "2026-02-30", "does not exist: February 2026 has the days 1 to 28"}, lines[1])

	f = openCSV(t, text)
	_, err = Run(t.Context(), f, mapped(t, f, targets), Options{MaxRejectedShare: 0.02}, nil)
	require.ErrorIs(t, err, ErrTooManyRejected)
}

func TestDED15_DryRunCountsMatchTheRun(t *testing.T) {
	t.Parallel()
	raw := encode(t, "客户名称,手机,生日\n王丽,138-0013-8000,1990年5月1日\n张三,1.38E+10,\n李四,,1991-02-30\n", GB18030)
	counts := func(sink Sink) Counts {
		f, err := NewCSV(strings.NewReader(raw), TextOptions{})
		require.NoError(t, err)
		report, err := Run(t.Context(), f, mapped(t, f, CustomerTargets(Format{})), Options{MaxRejectedShare: 1}, sink)
		require.NoError(t, err)
		return report.Counts
	}
	var got []Record
	dry, wet := counts(nil), counts(collect(&got))
	require.Equal(t, dry, wet)
	require.Equal(t, Counts{Read: 3, Accepted: 1, Rejected: 2, Bytes: int64(len(raw))}, dry)
	require.Equal(t, "王丽", got[0].Text("name"))
}

func TestRun_RecordsCarryEveryColumn(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "a,b,c,d\n 1 ,x , y ,\n")
	var got []Record
	report, err := Run(t.Context(), f, mapped(t, f, numbers()), Options{}, collect(&got))
	require.NoError(t, err)
	require.Equal(t, []string{"c", "d"}, report.Unmapped)
	rec := got[0]
	require.EqualValues(t, 2, rec.Row)
	require.EqualValues(t, 2, rec.Line)
	n, ok := Get[int64](rec, "a")
	require.True(t, ok)
	require.EqualValues(t, 1, n)
	require.Equal(t, "1", rec.Text("a"))
	require.Equal(t, "x", rec.Value("b"))
	require.Equal(t, "y", rec.Cell("c"))
	require.Empty(t, rec.Cell("d"))
	require.Empty(t, rec.Cell("no such column"))
	require.Nil(t, rec.Value("c"))
	require.Empty(t, rec.Text("c"))
	_, ok = Get[string](rec, "a")
	require.False(t, ok, "another type")
}

func TestRun_BadCellsAreAllNamed(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "姓名,手机,生日,邮箱\n,1.38E+10,1990-02-30,x\n")
	report, err := Run(t.Context(), f, mapped(t, f, CustomerTargets(Format{})), Options{MaxRejectedShare: 1}, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, report.Rejected)
	require.EqualValues(t, 4, report.Found)
	columns := []string{}
	for _, r := range report.Rejections {
		columns = append(columns, r.Column)
	}
	require.Equal(t, []string{"姓名", "手机", "邮箱", "生日"}, columns)
	require.ErrorIs(t, report.Rejections[1], ErrSpreadsheetNumber)
	require.EqualError(t, report.Rejections[0], `intake: row 2, column "姓名": is empty and must not be; fill it in`)
}

func TestRun_CheckRejects(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "customer,date,amount,currency\n1,2025-01-01,USD 1,EUR\n1,2025-01-01,USD 1,USD\n")
	check := func(rec Record) error { _, err := OrderAmount(rec); return err }
	report, err := Run(t.Context(), f, mapped(t, f, OrderTargets(Format{})), Options{Check: check, MaxRejectedShare: 1}, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, report.Rejected)
	require.EqualError(t, report.Rejections[0], "intake: row 2: the amount is in USD and the currency column says EUR; make them agree")
}

func TestRun_MaxRejectedEndsTheRun(t *testing.T) {
	t.Parallel()
	cases := []struct {
		max   int64
		fails bool
	}{{0, false}, {3, false}, {2, true}, {-1, true}}
	for _, c := range cases {
		f, m := numberFile(t, 100, 10, 20, 30)
		var got []Record
		report, err := Run(t.Context(), f, m, Options{Batch: 8, MaxRejected: c.max, MaxRejectedShare: 1}, collect(&got))
		require.Equal(t, c.fails, errors.Is(err, ErrTooManyRejected), c.max)
		require.Equal(t, report.Read, report.Accepted+report.Rejected)
		require.EqualValues(t, len(got), report.Accepted)
		if c.fails {
			var at *LimitError
			require.ErrorAs(t, err, &at)
			require.Equal(t, max(c.max, 0), at.Max)
			require.Equal(t, at.Max+1, at.Rejected)
		}
	}
}

func TestRun_ShareIsLookedAtBeforeTheLastBatch(t *testing.T) {
	t.Parallel()
	f, m := numberFile(t, 19, 5)
	var got []Record
	_, err := Run(t.Context(), f, m, Options{}, collect(&got))
	require.EqualError(t, err, "intake: too many rows are rejected: 1 of 19, and at most 0 may be; correct them or raise the limit")
	require.Empty(t, got)

	f, m = numberFile(t, 20, 5)
	_, err = Run(t.Context(), f, m, Options{}, nil)
	require.NoError(t, err, "5 % is the limit, not beyond it")

	f, m = numberFile(t, 100, 1, 2, 3, 4, 5, 6, 7)
	_, err = Run(t.Context(), f, m, Options{MaxRejectedShare: 0.07}, nil)
	require.NoError(t, err)

	f, m = numberFile(t, 20, 5)
	_, err = Run(t.Context(), f, m, Options{MaxRejectedShare: -1}, nil)
	require.ErrorIs(t, err, ErrTooManyRejected)
}

func TestRun_SinkRejects(t *testing.T) {
	t.Parallel()
	f, m := numberFile(t, 10)
	closed := errors.New("the account is closed")
	sink := func(_ context.Context, batch []Record) ([]Rejection, error) {
		last := batch[len(batch)-1].Row
		return []Rejection{{Row: last, Column: "a", Err: closed}, {Row: batch[0].Row, Reason: "one"}, {Row: last, Reason: "two"}}, nil
	}
	report, err := Run(t.Context(), f, m, Options{Batch: 5, MaxRejectedShare: 1}, sink)
	require.NoError(t, err)
	require.Equal(t, [3]int64{10, 6, 4}, [3]int64{report.Read, report.Accepted, report.Rejected})
	require.EqualValues(t, 6, report.Found)
	require.Equal(t, "one", report.Rejections[0].Reason)
	require.EqualError(t, report.Rejections[1], `intake: row 6, column "a": the account is closed`)
	require.EqualValues(t, 6, report.Rejections[1].Line)
	require.ErrorIs(t, report.Rejections[1], closed)

	f, m = numberFile(t, 10)
	_, err = Run(t.Context(), f, m, Options{}, sink)
	require.ErrorIs(t, err, ErrTooManyRejected, "the share holds for the sink's rejections too")
}

func TestRun_SinkMayOnlyRejectWhatItGot(t *testing.T) {
	t.Parallel()
	f, m := numberFile(t, 10)
	report, err := Run(t.Context(), f, m, Options{Batch: 5}, func(context.Context, []Record) ([]Rejection, error) {
		return []Rejection{{Row: 7, Reason: "not yet seen"}}, nil
	})
	require.ErrorContains(t, err, "rejected row 7, which is not in the batch of rows 2 to 6")
	require.Zero(t, report.Read)
}

func TestRun_SinkFails(t *testing.T) {
	t.Parallel()
	f, m := numberFile(t, 10)
	full := errors.New("disk full")
	calls := 0
	report, err := Run(t.Context(), f, m, Options{Batch: 4}, func(context.Context, []Record) ([]Rejection, error) {
		if calls++; calls == 2 {
			return nil, full
		}
		return nil, nil
	})
	require.ErrorIs(t, err, full)
	require.EqualError(t, err, "intake: rows 6 to 9: disk full")
	require.Equal(t, [2]int64{4, 4}, [2]int64{report.Read, report.Accepted})
}

func TestRun_ContextIsLookedAtBetweenBatches(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	f, m := numberFile(t, 10)
	report, err := Run(ctx, f, m, Options{Batch: 4}, func(context.Context, []Record) ([]Rejection, error) {
		cancel()
		return nil, nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.EqualValues(t, 4, report.Accepted)

	_, err = Run(ctx, f, m, Options{}, nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestRun_DamagedFileDeliversNoPartOfItsLastBatch(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "a,b\n1,x\n2,x\n3,x\n4,\"x")
	var got []Record
	report, err := Run(t.Context(), f, mapped(t, f, numbers()), Options{Batch: 2}, collect(&got))
	require.ErrorIs(t, err, ErrTruncated)
	require.Len(t, got, 2)
	require.EqualValues(t, 2, report.Accepted)
}

func TestRun_BlankRowsAreCountedApart(t *testing.T) {
	t.Parallel()
	f := openCSV(t, "a,b\n1,x\n,\n \t,\u3000\n2,y\n,,\n")
	report, err := Run(t.Context(), f, mapped(t, f, numbers()), Options{MaxRejectedShare: 1}, nil)
	require.NoError(t, err)
	require.Equal(t, Counts{Read: 3, Accepted: 2, Rejected: 1, Blank: 2, Bytes: f.Bytes()}, report.Counts)
}

func TestRun_MappingOfAnotherHeader(t *testing.T) {
	t.Parallel()
	_, m := numberFile(t, 1)
	_, err := Run(t.Context(), openCSV(t, "a,b\n1,2\n"), m, Options{}, nil)
	require.ErrorContains(t, err, "another header")
}

func TestRun_OnRejectionFails(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	f, m := numberFile(t, 10, 3)
	_, err := Run(t.Context(), f, m, Options{OnRejection: func(Rejection) error { return full }}, nil)
	require.ErrorIs(t, err, full)
	require.ErrorContains(t, err, "row 5")
}

func TestRun_Progress(t *testing.T) {
	t.Parallel()
	f, m := numberFile(t, 10, 3, 4, 5, 6)
	var seen []Counts
	_, err := Run(t.Context(), f, m, Options{Batch: 4, MaxRejectedShare: 1, Progress: func(c Counts) { seen = append(seen, c) }}, nil)
	require.NoError(t, err)
	size := f.Bytes()
	require.Equal(t, []Counts{
		{Read: 4, Accepted: 3, Rejected: 1, Bytes: size},
		{Read: 8, Accepted: 4, Rejected: 4, Bytes: size},
		{Read: 10, Accepted: 6, Rejected: 4, Bytes: size},
	}, seen)
}

func TestRun_SampleIsBoundedAndOnRejectionIsNot(t *testing.T) {
	t.Parallel()
	for sample, kept := range map[int]int{0: 50, 3: 3, -1: 0} {
		var bad []int
		for i := range 50 {
			bad = append(bad, i)
		}
		f, m := numberFile(t, 60, bad...)
		seen := 0
		report, err := Run(t.Context(), f, m, Options{Sample: sample, MaxRejectedShare: 1,
			OnRejection: func(Rejection) error { seen++; return nil }}, nil)
		require.NoError(t, err)
		require.Len(t, report.Rejections, kept)
		require.EqualValues(t, 50, report.Found)
		require.Equal(t, 50, seen)
	}
}

// badRows is a file without an end that consists of bad rows.
type badRows struct{ rest string }

func (b *badRows) Read(p []byte) (int, error) {
	if b.rest == "" {
		b.rest = strings.Repeat("bad,"+strings.Repeat("x", 400)+",1\n", 100)
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Not parallel: it looks at the heap.
func TestRun_MemoryDoesNotGrowWithTheFile(t *testing.T) {
	live := func() uint64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	f, err := NewCSV(&badRows{}, TextOptions{Header: []string{"a", "b", "c"}})
	require.NoError(t, err)
	var early, late uint64
	stop := errors.New("enough")
	rejected := 0
	_, err = Run(t.Context(), f, mapped(t, f, numbers()), Options{MaxRejectedShare: 1, OnRejection: func(r Rejection) error {
		switch rejected++; rejected {
		case 5_000:
			early = live()
		case 100_000:
			late = live()
			return stop
		}
		return nil
	}}, nil)
	require.ErrorIs(t, err, stop)
	require.Less(t, late, early+2<<20, "40 MB later")
}

// Run agrees with a naive reading of the same file, and always
// Read = Accepted + Rejected.
func TestRun_Property_AccountsForEveryRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`([0-9]{1,3}|[a-z,"\n]{0,4}| )`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 4), 0, 40).Draw(t, "rows")
		text := writeCSV(t, append([][]string{{"a", "b", "c"}}, rows...)...)
		refused := rapid.IntRange(1, 9).Draw(t, "sink refuses")
		wantAccepted, wantRejected, wantBlank := naive(rows, refused)

		f, err := NewCSV(strings.NewReader(text), TextOptions{Comma: ','})
		require.NoError(t, err)
		var got []string
		report, err := Run(context.Background(), f, mapped(t, f, numbers()), Options{
			Batch: rapid.IntRange(1, 7).Draw(t, "batch"), MaxRejectedShare: 1,
			Progress: func(c Counts) { require.Equal(t, c.Read, c.Accepted+c.Rejected) },
		}, func(_ context.Context, batch []Record) (out []Rejection, err error) {
			for _, rec := range batch {
				if n, _ := Get[int64](rec, "a"); n%10 == int64(refused) {
					out = append(out, Rejection{Row: rec.Row, Reason: "refused"})
				} else {
					got = append(got, rec.Text("a"))
				}
			}
			return out, nil
		})
		require.NoError(t, err)
		require.Equal(t, wantAccepted, got)
		require.Equal(t, [4]int{len(rows) - wantBlank, len(wantAccepted), wantRejected, wantBlank},
			[4]int{int(report.Read), int(report.Accepted), int(report.Rejected), int(report.Blank)})
		require.Len(t, report.Rejections, wantRejected)
	})
}

// naive decides the fate of rows one by one.
func naive(rows [][]string, refused int) (accepted []string, rejected, blank int) {
	for _, row := range rows {
		n, err := strconv.Atoi(strings.TrimSpace(row[0]))
		switch {
		case len(row) == 3 && strings.TrimSpace(strings.Join(row, "")) == "":
			blank++
		case len(row) != 3 || err != nil || n%10 == refused:
			rejected++
		default:
			accepted = append(accepted, strings.TrimSpace(row[0]))
		}
	}
	return accepted, rejected, blank
}
