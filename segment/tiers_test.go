package segment_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

func TestSEG08_HighMediumLow(t *testing.T) {
	t.Parallel()
	tiers, err := segment.HighMediumLow(decimal.NewFromInt(80), decimal.NewFromInt(40))
	require.NoError(t, err)
	for score, want := range map[string]string{
		"100": "high", "80": "high", "80.00": "high", "79.99": "medium", "79.999999999999999999999999": "medium",
		"40": "medium", "39.99": "low", "0": "low",
	} {
		name, ok := tiers.Of(decimal.RequireFromString(score))
		require.True(t, ok, score)
		require.Equal(t, want, name, score)
	}
	_, ok := tiers.Of(decimal.RequireFromString("-0.01"))
	require.False(t, ok, "below the scale")
}

func TestTiersCheck(t *testing.T) {
	t.Parallel()
	tier := func(name string, from int64) segment.Tier {
		return segment.Tier{Name: name, From: decimal.NewFromInt(from)}
	}
	require.NoError(t, segment.Tiers{tier("黄金", 1000), tier("白银", 100), tier("普通", -5)}.Check())
	for why, tiers := range map[string]segment.Tiers{
		"none given":   {},
		"needs a name": {tier("a", 3), tier("", 2)},
		"From 3 must be below the 3 of the tier before": {tier("a", 3), tier("b", 3)},
	} {
		err := tiers.Check()
		require.ErrorIs(t, err, segment.ErrInvalid)
		require.ErrorContains(t, err, why)
	}
	_, err := segment.HighMediumLow(decimal.NewFromInt(40), decimal.NewFromInt(80))
	require.ErrorIs(t, err, segment.ErrInvalid)
}
