package storagetest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newMemory() (storage.Driver, error) { return memory.New(), nil }

// A round trip proves nothing for a field that the fixture leaves at zero.
func TestFullAccountHasNoZeroField(t *testing.T) {
	t.Parallel()
	v := reflect.ValueOf(fullAccount()).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		require.True(t, name == "Meta" || !v.Field(i).IsZero(), "the field %s is zero", name)
	}
	require.Len(t, accounts.Schema().Fields, v.NumField()-1, "every field of the struct is described")
}

// Every type of field, optional or not, occurs in an account.
func TestAccountHasEveryType(t *testing.T) {
	t.Parallel()
	types := map[string]bool{}
	for _, f := range accounts.Schema().Fields {
		name := f.Type.String()
		if f.Optional {
			name = "optional " + name
		}
		types[name] = true
	}
	for _, want := range strings.Split("text,integer,optional integer,decimal,optional decimal,bool,optional bool,time,date,ref,texts,json", ",") {
		require.True(t, types[want], "no field is a %s", want)
	}
}

func TestCasesAreNamedAndExplained(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Cases() {
		require.Regexp(t, `^[a-z]+/[a-z0-9-]+$`, c.Name)
		require.False(t, seen[c.Name], "two cases are named %s", c.Name)
		require.Greater(t, len(c.Demand), 20, "%s does not say what it demands", c.Name)
		seen[c.Name] = true
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"an unknown case":   {Cannot: map[string]string{"records/nothing": "because"}},
		"an empty reason":   {Cannot: map[string]string{"records/stale": " "}},
		"an unknown choice": {Only: []string{"nothing"}},
	} {
		require.Error(t, Check(t.Context(), newMemory, o), name)
	}
	require.Error(t, Check(t.Context(), newMemory, Options{}, Options{}), "two options")
	require.NoError(t, Check(t.Context(), newMemory, Options{Only: []string{"records/meta", "unique"}}))
}

// Outside of tests the kit says the same.
func TestSTO02_CheckPasses(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	require.NoError(t, Check(t.Context(), newMemory))
}

// A case that the driver cannot do is skipped, and no other.
func TestCannotSkips(t *testing.T) {
	t.Parallel()
	broken := func() (storage.Driver, error) { return faults()[0].wrap(memory.New()), nil }
	only := Options{Only: []string{faults()[0].caught}}
	require.Error(t, Check(t.Context(), broken, only))
	only.Cannot = map[string]string{faults()[0].caught: "the test says so"}
	require.NoError(t, Check(t.Context(), broken, only))
}

// joined is a driver that says it joins a transaction of the host.
type joined struct{ storage.Driver }

func (joined) Traits() storage.Traits { return storage.Traits{Joined: true} }

func TestUnfitDriversAreRefused(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, Check(t.Context(), func() (storage.Driver, error) { return joined{memory.New()}, nil }), "Joined")
	require.ErrorContains(t, Check(t.Context(), func() (storage.Driver, error) { return nil, nil }), "nil")
	require.ErrorIs(t, Check(t.Context(), func() (storage.Driver, error) { return nil, errStop }), errStop)
	require.Error(t, RandomWrites(t.Context(), joined{memory.New()}, func(int) int { return 0 }))
}

func TestEndedContextFailsTheCases(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var f *Failure
	require.ErrorAs(t, Check(ctx, newMemory, Options{Only: []string{"records"}}), &f)
	require.Contains(t, f.Text, "canceled")
}

// panicking is a driver that panics.
type panicking struct{ storage.Driver }

func (panicking) Begin(context.Context, string, storage.Mode) (storage.Transaction, error) {
	panic("broken")
}

func TestPanicIsAFailure(t *testing.T) {
	t.Parallel()
	err := Check(t.Context(), func() (storage.Driver, error) { return panicking{memory.New()}, nil }, Options{Only: []string{"records/stale"}})
	var f *Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, "records/stale", f.Case.Name)
	require.Contains(t, err.Error(), "panic: broken")
	require.Contains(t, err.Error(), f.Case.Demand)
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	require.Empty(t, differences(fullAccount(), fullAccount()))
	require.Empty(t, differences([]string(nil), []string{}))
	require.Empty(t, differences(number("1.10"), number("1.1")))
	require.NotEmpty(t, differences(number("1.10"), number("1.11")))
	require.NotEmpty(t, differences(1, int64(1)))
	require.NotEmpty(t, differences(nil, fullAccount()))
	require.NotEmpty(t, differences(start, start.In(time.FixedZone("x", 3600))), "a time that is not in UTC")
	v := reflect.ValueOf(fullAccount()).Elem()
	for i := 1; i < v.NumField(); i++ {
		changed := fullAccount()
		reflect.ValueOf(changed).Elem().Field(i).SetZero()
		require.NotEmpty(t, differences(fullAccount(), changed), "the field %s", v.Type().Field(i).Name)
	}
}

// operation is a call of a history, from one moment to another.
func operation(s step, r result, from, to int64) porcupine.Operation {
	return porcupine.Operation{Input: s, Output: r, Call: from, Return: to}
}

// The checker finds histories that no order explains.
func TestBrokenHistoriesAreRejected(t *testing.T) {
	t.Parallel()
	ok := result{outcome: "ok"}
	create := operation(step{op: "put", value: 1}, ok, 1, 2)
	good := []porcupine.Operation{create, operation(step{op: "get"}, result{"ok", 1, 1}, 3, 4)}
	require.True(t, linearizable(good))
	for name, bad := range map[string][]porcupine.Operation{
		"a lost update":   {create, operation(step{op: "put", version: 1, value: 2}, ok, 3, 5), operation(step{op: "put", version: 1, value: 3}, ok, 4, 6)},
		"a stale read":    {create, operation(step{op: "put", version: 1, value: 2}, ok, 3, 4), operation(step{op: "get"}, result{"ok", 1, 1}, 5, 6)},
		"a lost record":   {create, operation(step{op: "get"}, result{outcome: "absent"}, 3, 4)},
		"two creations":   {create, operation(step{op: "put", value: 2}, ok, 1, 3)},
		"a ghost":         {operation(step{op: "get"}, result{"ok", 1, 1}, 1, 2), operation(step{op: "put", value: 1}, ok, 3, 4)},
		"a false refusal": {create, operation(step{op: "put", version: 1, value: 2}, result{outcome: "conflict"}, 3, 4)},
		"an undead":       {create, operation(step{op: "delete", version: 1}, ok, 3, 4), operation(step{op: "get"}, result{"ok", 1, 1}, 5, 6)},
	} {
		require.False(t, linearizable(bad), name)
	}
}

// The random rounds hold under a property-testing library, which shrinks.
func TestSTO02_RandomConditions(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	driver := memory.New()
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") }
		require.NoError(rt, RandomConditions(t.Context(), driver, draw))
	})
}

func TestSTO02_RandomWrites(t *testing.T) {
	t.Parallel()
	driver := memory.New()
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") }
		require.NoError(rt, RandomWrites(t.Context(), driver, draw))
	})
}

// The random rounds find what they are for.
func TestRandomRoundsFindFaults(t *testing.T) {
	t.Parallel()
	find := func(driver storage.Driver, round func(context.Context, storage.Driver, Draw) error) error {
		for seed := range 300 {
			if err := round(t.Context(), driver, counting(seed)); err != nil {
				return err
			}
		}
		return nil
	}
	require.Error(t, find(faultNamed("Not as in SQL").wrap(memory.New()), RandomConditions))
	require.Error(t, find(faultNamed("rollback commits").wrap(memory.New()), RandomWrites))
	require.NoError(t, find(memory.New(), RandomWrites))
}

// counting is a source of choices that differs from seed to seed.
func counting(seed int) Draw {
	state := uint64(seed)*2654435761 + 12345
	return func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % n
	}
}

func TestFailureUnwrapsFromCheck(t *testing.T) {
	t.Parallel()
	err := Check(t.Context(), func() (storage.Driver, error) { return faultNamed("ignores versions").wrap(memory.New()), nil },
		Options{Only: []string{"driver/update", "driver/late-conflict"}})
	var f *Failure
	require.True(t, errors.As(err, &f))
	require.Contains(t, err.Error(), "driver/update: ")
	require.Contains(t, err.Error(), "driver/late-conflict: ")
}
