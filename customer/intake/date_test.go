package intake

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// zone loads a location.
func zone(t require.TestingT, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func TestTime_Forms(t *testing.T) {
	t.Parallel()
	shanghai := zone(t, "Asia/Shanghai")
	cases := map[string]string{
		"2006-01-02":                     "2006-01-02T00:00:00+08:00",
		"2006/1/2":                       "2006-01-02T00:00:00+08:00",
		"2006.01.02":                     "2006-01-02T00:00:00+08:00",
		"20060102":                       "2006-01-02T00:00:00+08:00",
		"2006年1月2日":                      "2006-01-02T00:00:00+08:00",
		"2006年01月02日 15:04":              "2006-01-02T15:04:00+08:00",
		"2006年1月2日15:04:05":              "2006-01-02T15:04:05+08:00",
		" 2006-01-02 15:04:05 ":          "2006-01-02T15:04:05+08:00",
		"2006-1-2 9:04":                  "2006-01-02T09:04:00+08:00",
		"2006-01-02T15:04:05Z":           "2006-01-02T23:04:05+08:00",
		"2006-01-02T15:04:05.5-07:00":    "2006-01-03T06:04:05.5+08:00",
		"2006-01-02 15:04:05 +0100":      "2006-01-02T22:04:05+08:00",
		"2006-01-02t15:04:05.123456789z": "2006-01-02T23:04:05.123456789+08:00",
		"２００６／１／２　１５：０４":                 "2006-01-02T15:04:00+08:00",
		"05-Jan-26":                      "2026-01-05T00:00:00+08:00",
		"5 january 1969":                 "1969-01-05T00:00:00+08:00",
		"5/SEP/69":                       "1969-09-05T00:00:00+08:00",
		"5-May-68 10:00":                 "2068-05-05T10:00:00+08:00",
		"25/12/2025":                     "2025-12-25T00:00:00+08:00",
		"12.25.2025":                     "2025-12-25T00:00:00+08:00",
		"5/5/2025":                       "2025-05-05T00:00:00+08:00",
		"2024-02-29":                     "2024-02-29T00:00:00+08:00",
		"9999-12-31":                     "9999-12-31T00:00:00+08:00",
	}
	for cell, want := range cases {
		got, err := Format{Location: shanghai}.Time(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, got.Format(time.RFC3339Nano), cell)
	}
}

func TestTime_Refused(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                          "is not a date",
		"yesterday":                 "is not a date",
		"2025":                      "bare number",
		"2025-01":                   "is not a date",
		"2025-01-":                  "a year of four digits",
		"2025--01-01":               "is not a date",
		"2025-01/02":                "is not a date",
		"-2025-01-02":               "is not a date",
		"02025-01-02":               "a year of four digits",
		"2025 01 02":                "is not a date",
		"2025年1月":                   "is not a date",
		"25年1月2日":                   "is not a date",
		"2025-02-30":                "February 2025 has the days 1 to 28",
		"2025-13-01":                "month 13",
		"2025-00-10":                "month 0",
		"0000-01-01":                "year 0",
		"20251301":                  "month 13",
		"31-Apr-2025":               "April 2025 has the days 1 to 30",
		"31-Foo-2025":               "is not a date",
		"31-Jan-125":                "is not a date",
		"31-Jan":                    "is not a date",
		"03/04/25":                  "a year of four digits",
		"13/13/2025":                "month 13",
		"2025-01-02x":               "no time that can be read",
		"2025-01-02 25:00":          "no time that can be read",
		"2025-01-02 12:60":          "no time that can be read",
		"2025-01-02 12:00:60":       "no time that can be read",
		"2025-01-02 12":             "no time that can be read",
		"2025-01-02 12:5":           "no time that can be read",
		"2025-01-02 12:05 PM":       "no time that can be read",
		"2025-01-02T12:05:01+25:00": "no time that can be read",
		"2025-01-02T12:05:01+08":    "no time that can be read",
		"2025-01-02T12:05:01.":      "no time that can be read",
		"2025-01-02T12:05:01.1Zulu": "no time that can be read",
		"1.2.3.4":                   "is not a date",
		".5":                        "is not a date",
	}
	for cell, says := range cases {
		_, err := Format{}.Time(cell)
		require.ErrorContains(t, err, says, cell)
	}
}

func TestTime_DayOrMonthFirst(t *testing.T) {
	t.Parallel()
	_, err := Format{}.Time("03/04/2025")
	require.ErrorIs(t, err, ErrAmbiguousDate)
	require.ErrorContains(t, err, "state Format.Order")

	got, err := Format{Order: DayFirst}.Time("03/04/2025")
	require.NoError(t, err)
	require.Equal(t, time.Date(2025, 4, 3, 0, 0, 0, 0, time.UTC), got)

	got, err = Format{Order: MonthFirst}.Time("03/04/2025")
	require.NoError(t, err)
	require.Equal(t, time.Date(2025, 3, 4, 0, 0, 0, 0, time.UTC), got)

	_, err = Format{Order: MonthFirst}.Time("25/12/2025")
	require.ErrorContains(t, err, "month 25")
	_, err = Format{Order: DayFirst}.Time("12/25/2025")
	require.ErrorContains(t, err, "month 25")
}

func TestTime_NumbersOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"46027", "46027.5", "1767571200", "1767571200000"} {
		_, err := Format{}.Time(cell)
		require.ErrorIs(t, err, ErrAmbiguousDate, cell)
	}
	both := Format{Serial: true, Unix: true, Location: zone(t, "Asia/Shanghai")}
	cases := map[string]string{
		"46027":         "2026-01-05T00:00:00+08:00",
		"46027.0":       "2026-01-05T00:00:00+08:00",
		"46027.5":       "2026-01-05T12:00:00+08:00",
		"46027.999999":  "2026-01-06T00:00:00+08:00",
		"1":             "1900-01-01T00:00:00+08:05",
		"59":            "1900-02-28T00:00:00+08:05",
		"61":            "1900-03-01T00:00:00+08:05",
		"2958465":       "9999-12-31T00:00:00+08:00",
		"1767571200":    "2026-01-05T08:00:00+08:00",
		"1767571200123": "2026-01-05T08:00:00.123+08:00",
		"20260105":      "2026-01-05T00:00:00+08:00",
	}
	for cell, want := range cases {
		got, err := both.Time(cell)
		require.NoError(t, err, cell)
		require.Equal(t, want, got.Format("2006-01-02T15:04:05.999Z07:00"), cell)
	}
	for _, cell := range []string{"0", "60", "60.5", "2958466", "9999999", "2958465.999999"} {
		_, err := both.Time(cell)
		require.Error(t, err, cell)
	}
}

func TestTime_SkippedByAClockChange(t *testing.T) {
	t.Parallel()
	f := Format{Location: zone(t, "America/New_York")}
	_, err := f.Time("2025-03-09 02:30")
	require.ErrorContains(t, err, "does not exist in America/New_York")
	_, err = f.Time("2025-03-09T02:30:00Z")
	require.NoError(t, err)
	_, err = f.Time("2025-11-02 01:30")
	require.NoError(t, err, "occurs twice")
}

func TestDay_IsTheDayAsWritten(t *testing.T) {
	t.Parallel()
	f := Format{Location: zone(t, "Asia/Shanghai")}
	cases := map[string]string{
		"1990-05-01":           "1990-05-01",
		"1990-05-01 23:59:59":  "1990-05-01",
		"1990-04-30T16:00:00Z": "1990-05-01",
		"1986-05-04":           "1986-05-04",
	}
	for cell, want := range cases {
		got, err := f.Day(cell)
		require.NoError(t, err)
		require.Equal(t, want+" 00:00:00 +0000 UTC", got.String(), cell)
	}
	_, err := f.Day("1990-02-30")
	require.Error(t, err)
}

// Where midnight is skipped the day of a birthday stays what was written.
func TestDay_MidnightSkipped(t *testing.T) {
	t.Parallel()
	got, err := Format{Location: zone(t, "America/Sao_Paulo")}.Day("2018-11-04")
	require.NoError(t, err)
	require.Equal(t, time.Date(2018, 11, 4, 0, 0, 0, 0, time.UTC), got)
}

// Every moment, written in any form that can hold it, is read back.
func TestTime_Property_ReadsWhatTimeFormats(t *testing.T) {
	t.Parallel()
	layouts := []string{
		"2006-01-02", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2-Jan-2006", "02 January 2006",
		"2006-01-02 15:04:05", "2006/1/2 15:04", "2006年1月2日15:04:05", "2-Jan-2006 15:04:05",
		time.RFC3339, time.RFC3339Nano,
	}
	loc := zone(t, "Asia/Shanghai")
	rapid.Check(t, func(t *rapid.T) {
		moment := time.Unix(rapid.Int64Range(-60_000_000_000, 250_000_000_000).Draw(t, "unix"), 0).In(loc)
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		cell := moment.Format(layout)
		if moment.Year() < 1 || moment.Year() > 9999 || len(strings.TrimSpace(cell)) == 0 {
			t.Skip("outside the calendar")
		}
		want, err := time.ParseInLocation(layout, cell, loc)
		require.NoError(t, err)
		got, err := Format{Location: loc}.Time(cell)
		if err != nil && strings.Contains(err.Error(), "does not exist in") {
			require.NotEqual(t, cell, want.Format(layout), "only times that the clocks skip are refused")
			return
		}
		if strings.HasPrefix(layout, "2006-01-02T") && err != nil {
			_, offset := moment.Zone()
			require.NotZero(t, offset%60, cell) // local mean time cannot be written in RFC 3339
			return
		}
		require.NoError(t, err, cell)
		require.True(t, want.Equal(got), "%s: %s and %s", cell, want, got)
	})
}

// Days of Excel count on from a known one.
func TestTime_Property_SerialDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(61, excelEnd-1).Draw(t, "day")
		got, err := Format{Serial: true}.Time(fmt.Sprint(n))
		require.NoError(t, err)
		require.Equal(t, time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n-61), got)
	})
}
