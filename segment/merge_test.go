package segment_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/clientele-go/clientele/segment"
)

func accumulator(t *testing.T, options segment.Options, purchases ...segment.Purchase[string]) *segment.Accumulator[string] {
	t.Helper()
	a, err := segment.NewAccumulator[string](options)
	require.NoError(t, err)
	for _, p := range purchases {
		require.NoError(t, a.Add(p))
	}
	return a
}

func TestMergeLeavesTheOtherUsable(t *testing.T) {
	t.Parallel()
	options := segment.Options{AsOf: noon}
	whole := accumulator(t, options, order("ann", 5, 100))
	part := accumulator(t, options, order("bob", 1, 7), order("ann", 2, 30), refund("ann", 1, 10))
	require.NoError(t, whole.Merge(part))
	require.NoError(t, part.Add(order("ann", 1, 1000)))

	result, err := whole.Result()
	require.NoError(t, err)
	require.Equal(t, segment.Metrics{Recency: 2, Orders: 2, Total: 120, Last: daysAgo(2)}, byCustomer(result)["ann"].Metrics)
	require.Equal(t, []string{"ann", "bob"}, []string{result.Rows[0].Customer, result.Rows[1].Customer})
	require.Equal(t, segment.Counts{Purchases: 4, Orders: 3, Refunds: 1}, result.Counts)

	result, err = part.Result()
	require.NoError(t, err)
	require.Equal(t, int64(1020), byCustomer(result)["ann"].Total)
}

func TestMergeRefusesOtherSettings(t *testing.T) {
	t.Parallel()
	whole := accumulator(t, segment.Options{AsOf: noon}, segment.Purchase[string]{Customer: "a", At: noon, Currency: "CNY"})
	require.ErrorIs(t, whole.Merge(nil), segment.ErrInvalid)
	require.ErrorIs(t, whole.Merge(whole), segment.ErrInvalid)
	require.ErrorIs(t, whole.Merge(&segment.Accumulator[string]{}), segment.ErrInvalid)
	for _, options := range []segment.Options{
		{AsOf: noon.Add(1)}, {AsOf: noon, WindowDays: 3}, {AsOf: noon, Zone: time.UTC}, {AsOf: noon, SkipZero: true},
	} {
		require.ErrorIs(t, whole.Merge(accumulator(t, options)), segment.ErrInvalid, "%+v", options)
	}
	zoned := func(offset int) *segment.Accumulator[string] {
		return accumulator(t, segment.Options{AsOf: noon, Zone: time.FixedZone("local", offset)})
	}
	require.NoError(t, zoned(3600).Merge(zoned(3600)))
	require.ErrorIs(t, zoned(3600).Merge(zoned(7200)), segment.ErrInvalid)
	dollars := accumulator(t, segment.Options{AsOf: noon}, segment.Purchase[string]{Customer: "a", At: noon, Currency: "USD"})
	require.ErrorIs(t, whole.Merge(dollars), segment.ErrCurrency)
	big := accumulator(t, segment.Options{AsOf: noon}, order("a", 1, math.MaxInt64-1))
	require.NoError(t, whole.Merge(big))
	require.ErrorIs(t, whole.Merge(big), segment.ErrOverflow)
	require.ErrorIs(t, whole.Merge(big), segment.ErrOverflow, "of no use any more")
	require.ErrorIs(t, accumulator(t, segment.Options{AsOf: noon}).Merge(whole), segment.ErrOverflow)
}

func TestZeroAccumulatorIsRefused(t *testing.T) {
	t.Parallel()
	var a segment.Accumulator[string]
	require.ErrorIs(t, a.Add(order("ann", 1, 1)), segment.ErrInvalid)
	require.ErrorIs(t, a.AddSummed("ann", segment.Metrics{}), segment.ErrInvalid)
	_, err := a.Result()
	require.ErrorIs(t, err, segment.ErrInvalid)
}

func TestAddSummedEqualsPurchases(t *testing.T) {
	t.Parallel()
	options := segment.Options{AsOf: noon, WindowDays: 30}
	single := accumulator(t, options, order("ann", 3, 100), order("ann", 4, 50), order("bob", 9, 20), refund("cyd", 1, 5))
	summed := accumulator(t, options)
	require.NoError(t, summed.AddSummed("ann", segment.Metrics{Orders: 1, Total: 100, Last: daysAgo(3)}))
	require.NoError(t, summed.AddSummed("bob", segment.Metrics{Orders: 1, Total: 20, Last: daysAgo(9)}))
	require.NoError(t, summed.AddSummed("cyd", segment.Metrics{Total: -5}))
	require.NoError(t, summed.AddSummed("ann", segment.Metrics{Orders: 1, Total: 50, Last: daysAgo(4)}))
	want, err := single.Result()
	require.NoError(t, err)
	got, err := summed.Result()
	require.NoError(t, err)
	require.Equal(t, want.Rows, got.Rows)
	require.Equal(t, segment.Counts{Summed: 4, Unscored: 1}, got.Counts)
}

func TestAddSummedRefusesContradictions(t *testing.T) {
	t.Parallel()
	a := accumulator(t, segment.Options{AsOf: noon, WindowDays: 30})
	for why, m := range map[string]segment.Metrics{
		"negative":       {Orders: -1, Last: daysAgo(1)},
		"with orders":    {Orders: 1},
		"only with":      {Last: daysAgo(1)},
		"after AsOf":     {Orders: 1, Last: daysAgo(-1)},
		"before the win": {Orders: 1, Last: daysAgo(30)},
	} {
		err := a.AddSummed("ann", m)
		require.ErrorIs(t, err, segment.ErrInvalid)
		require.ErrorContains(t, err, "customer ann")
		require.ErrorContains(t, err, why)
	}
	require.NoError(t, a.AddSummed("ann", segment.Metrics{Orders: 1, Total: math.MaxInt64, Last: daysAgo(1)}))
	require.ErrorIs(t, a.AddSummed("ann", segment.Metrics{Total: 1}), segment.ErrOverflow)
}
