package intake

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzCSV reads, maps and parses any bytes: nothing panics, every row is
// accounted for, and whatever ends the run is an error that can be told apart.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("姓名,手机,生日\n王丽,138-0013-8000,1990-05-01\n,1.38E+10,x\n"), "")
	f.Add([]byte("name;phone\r\n\"a\r\nb\";12345\r\n"), "UTF-8")
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00\n\x00x\x00\n\x00"), "")
	f.Add([]byte("name\n\xcd\xf5\xc0\xf6\n\xff"), "GB18030")
	f.Add([]byte("name,x\n\"cut"), "")
	f.Add([]byte("name\n\x00\n"), "UTF-16BE")
	f.Fuzz(func(t *testing.T, raw []byte, encoding string) {
		file, err := NewCSV(bytes.NewReader(raw), TextOptions{Encoding: Encoding(encoding), Limits: Limits{Row: 1 << 16, Field: 100, Columns: 50}})
		if err != nil {
			return
		}
		targets := CustomerTargets(Format{})
		targets[1].Synonyms = append(targets[1].Synonyms, file.Header()[0])
		m, err := Map(file.Header(), targets, nil)
		if err != nil {
			return
		}
		delivered, seen := int64(0), int64(0)
		report, err := Run(t.Context(), file, m, Options{Batch: 3, MaxRejectedShare: 1, OnRejection: func(Rejection) error { seen++; return nil }},
			func(_ context.Context, batch []Record) ([]Rejection, error) {
				delivered += int64(len(batch))
				return nil, nil
			})
		require.Equal(t, report.Read, report.Accepted+report.Rejected)
		require.Equal(t, delivered, report.Accepted)
		require.Equal(t, seen, report.Found)
		require.GreaterOrEqual(t, seen, report.Rejected)
		if err != nil {
			var at *FileError
			require.ErrorAs(t, err, &at)
			require.NotEmpty(t, at.Advice)
		}
	})
}

// FuzzColumns does the same for whitespace columns.
func FuzzColumns(f *testing.F) {
	f.Add([]byte(" customer_id date number_of_cds dollar_value\r\n 00001 19970101 1 11.77\r\n"))
	f.Add([]byte(" 00004 0001 19970101  2   29.33\n1 2"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := NewCDNOW(bytes.NewReader(raw), Limits{Row: 1 << 16, Columns: 50})
		if err != nil {
			return
		}
		m, err := Map(file.Header(), []Target{{Name: "zzz"}}, nil)
		if err != nil {
			return
		}
		report, _ := Run(t.Context(), file, m, Options{Batch: 3, MaxRejectedShare: 1}, nil)
		require.Equal(t, report.Read, report.Accepted+report.Rejected)
	})
}

// FuzzDate reads any cell: a date that is accepted has a year that can be
// written, and reads the same when it is written out and read again.
func FuzzDate(f *testing.F) {
	for _, cell := range []string{"2025-01-31", "2025年1月2日15:04:05", "31-Jan-25 1:02", "46027.5", "1767571200", "03/04/2025", "2025-01-02T03:04:05.678+08:00"} {
		f.Add(cell, uint8(0), true)
	}
	loc := time.FixedZone("", 8*3600)
	f.Fuzz(func(t *testing.T, cell string, order uint8, numbers bool) {
		format := Format{Location: loc, Order: DayOrder(order % 3), Serial: numbers, Unix: numbers}
		got, err := format.Time(cell)
		day, dayErr := format.Day(cell)
		require.Equal(t, err == nil, dayErr == nil)
		if err != nil || got.Year() < 1 || got.Year() > 9999 {
			return
		}
		again, err := format.Time(got.Format(time.RFC3339Nano))
		require.NoError(t, err, cell)
		require.True(t, got.Equal(again), cell)
		require.Equal(t, got.Format(time.DateOnly), day.Format(time.DateOnly), cell)
	})
}

// FuzzAmount reads any cell: an amount that is accepted reads the same when it
// is written out and read again, and its currency is one.
func FuzzAmount(f *testing.F) {
	for _, cell := range []string{"1,234.50", "¥99.00", "￥1,200", "$12.30", "USD 12.30", "(12.00)", "１２元", "1.38E+10", "−5"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		got, err := ParseAmount(cell)
		if err != nil {
			return
		}
		if got.Currency != "" {
			code, err := parseCurrency(got.Currency)
			require.NoError(t, err, cell)
			require.Equal(t, code, got.Currency)
		}
		text := strings.TrimSpace(got.Currency + " " + got.Value.String())
		if len(text) > maxAmount {
			return
		}
		again, err := ParseAmount(text)
		require.NoError(t, err, cell)
		require.True(t, got.Value.Equal(again.Value), cell)
		require.Equal(t, got.Currency, again.Currency)
	})
}
