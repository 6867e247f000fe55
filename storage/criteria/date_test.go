package criteria

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDate(t *testing.T) {
	t.Parallel()
	d, err := ParseDate("2024-02-29")
	require.NoError(t, err)
	require.Equal(t, Date{2024, 2, 29}, d)
	require.Equal(t, "2024-02-29", d.String())
	require.Equal(t, Date{2024, 3, 1}, d.AddDays(1))
	require.Equal(t, Date{2023, 2, 28}, d.AddDays(-366))
	require.True(t, d.Valid())
	require.False(t, d.IsZero())
	require.True(t, Date{}.IsZero())
	require.Equal(t, "", Date{}.String())
	for _, s := range []string{"", "2023-02-29", "2024-2-29", "0000-01-01", "10000-01-01", "2024-02-29T00:00:00Z"} {
		_, err := ParseDate(s)
		require.ErrorContains(t, err, "2006-01-02", s)
	}
	for _, d := range []Date{{}, {2023, 2, 29}, {2023, 13, 1}, {0, 1, 1}, {10000, 1, 1}, {2023, 1, 0}} {
		require.False(t, d.Valid(), "%v", d)
	}
}

func TestDateCompare(t *testing.T) {
	t.Parallel()
	sorted := []Date{{1999, 12, 31}, {2000, 1, 1}, {2000, 1, 2}, {2000, 2, 1}, {2001, 1, 1}}
	for i, a := range sorted {
		for j, b := range sorted {
			require.Equal(t, i < j, a.Compare(b) < 0)
			require.Equal(t, i == j, a.Compare(b) == 0)
		}
	}
}

func TestDateAddMonths(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from   Date
		months int
		want   Date
	}{
		{Date{2026, 3, 31}, -1, Date{2026, 2, 28}},
		{Date{2024, 3, 31}, -1, Date{2024, 2, 29}},
		{Date{2024, 2, 29}, 12, Date{2025, 2, 28}},
		{Date{2026, 1, 15}, -13, Date{2024, 12, 15}},
		{Date{2026, 12, 31}, 2, Date{2027, 2, 28}},
		{Date{2026, 5, 31}, 0, Date{2026, 5, 31}},
		{Date{2026, 8, 31}, 1, Date{2026, 9, 30}},
	} {
		require.Equal(t, tt.want, tt.from.AddMonths(tt.months), "%v %d", tt.from, tt.months)
	}
}

func TestDateIn(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	at := Date{2026, 3, 1}.In(shanghai)
	require.Equal(t, time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC), at.UTC())
	require.Equal(t, Date{2026, 3, 1}, DateOf(at))
	require.Equal(t, Date{2026, 2, 28}, DateOf(at.UTC()))
}

func TestDateJSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal([]Date{{2026, 3, 1}, {}})
	require.NoError(t, err)
	require.Equal(t, `["2026-03-01",""]`, string(data))
	back := []Date{{}, {1999, 1, 1}}
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, []Date{{2026, 3, 1}, {}}, back)
	require.Error(t, json.Unmarshal([]byte(`["tomorrow"]`), &back))
}

func TestTypeNames(t *testing.T) {
	t.Parallel()
	for typ := Text; typ <= JSON; typ++ {
		back, ok := ParseType(typ.String())
		require.True(t, ok)
		require.Equal(t, typ, back)
	}
	for _, name := range []string{"", "invalid", "Text"} {
		_, ok := ParseType(name)
		require.False(t, ok, name)
	}
	require.Equal(t, "invalid", Type(0).String())
	require.Equal(t, "invalid", Type(200).String())
	require.Equal(t, "", Op(200).String()+MatchMode(200).String()+Measure(200).String())
}
