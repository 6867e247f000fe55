package value_test

import (
	"testing"

	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// A table that is loaded converts as one of the same rates does.
func TestLoad(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		given := []*value.Rate{
			rate("USD", "CNY", "2025-12-01", "7"), rate("CNY", "USD", "2026-01-04", "0.125"),
			rate("JPY", "USD", "2025-06-01", "0.007"), rate("EUR", "JPY", "2025-06-01", "160"),
		}
		putRates(t, acme, given...)
		o := value.Options{Currency: "CNY", Via: "USD"}
		loaded, err := value.Load(t.Context(), acme, o)
		require.NoError(t, err)
		want, err := value.NewTable(o, given...)
		require.NoError(t, err)
		for _, m := range []string{"USD", "JPY"} {
			a, err := loaded.Convert(money("100", m), adapters.Now)
			require.NoError(t, err)
			b, err := want.Convert(money("100", m), adapters.Now)
			require.NoError(t, err)
			require.Equal(t, b, a)
		}
		_, err = loaded.Convert(money("1", "EUR"), adapters.Now)
		require.ErrorIs(t, err, value.ErrNoRate, "it has no rate to CNY or USD")
		_, err = value.Load(t.Context(), acme, value.Options{})
		require.Error(t, err)
	})
}
