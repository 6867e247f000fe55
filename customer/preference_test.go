package customer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// due returns the values of the preferences that come round on a day.
func due(t testing.TB, acme *storage.Tenant, day storage.Date, where criteria.Criterion) (values []string) {
	t.Helper()
	for p, err := range customer.DuePreferences(t.Context(), acme, day, where) {
		require.NoError(t, err)
		values = append(values, p.Value)
	}
	return values
}

func TestCUS04_Preferences(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c, other := person(t, acme, "王女士"), person(t, acme, "Bob")
		weekly, err := customer.ParseRecurrence("weekly on Wednesday")
		require.NoError(t, err)
		update(t, acme, func(tx *storage.Tx) error {
			_, err := customer.NotePreferences(t.Context(), tx,
				&customer.Preference{Customer: c.ID, Key: "drink", Value: "冰美式", Recurrence: weekly},
				&customer.Preference{Customer: c.ID, Key: "size", Value: "M"},
				&customer.Preference{Customer: c.ID, Key: "color", Value: "blue"},
				&customer.Preference{Customer: c.ID, Key: "taste", Value: "少糖多冰"},
				&customer.Preference{Customer: other.ID, Key: "drink", Value: "拿铁", Recurrence: weekly})
			return err
		})
		wednesday := storage.Date{Year: 2026, Month: 1, Day: 7}
		hers := criteria.Eq("customer", c.ID)
		require.Equal(t, []string{"冰美式"}, due(t, acme, wednesday, hers))
		require.Empty(t, due(t, acme, wednesday.AddDays(1), hers))
		require.Equal(t, []string{"冰美式", "拿铁"}, due(t, acme, wednesday, nil))

		values := map[string]string{}
		for _, p := range find(t, acme, customer.Preferences, storage.Query{Where: hers}) {
			values[p.Key] = p.Value
			require.Equal(t, t0, p.NotedAt)
			require.Equal(t, p.Key == "drink", p.DueOn(wednesday))
		}
		require.Equal(t, map[string]string{"drink": "冰美式", "size": "M", "color": "blue", "taste": "少糖多冰"}, values)
	})
}

func TestNotePreferences_Again(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, c := t.Context(), person(t, acme, "王女士")
		note := func(p customer.Preference) (stored *customer.Preference) {
			p.Customer = c.ID
			update(t, acme, func(tx *storage.Tx) error {
				list, err := customer.NotePreferences(ctx, tx, &p)
				if err == nil {
					stored = list[0]
				}
				return err
			})
			return stored
		}
		first := note(customer.Preference{Key: "drink", Value: "冰美式", Source: "till"})
		again := note(customer.Preference{Key: "drink", Value: "冰美式"})
		require.Equal(t, first.ID, again.ID)
		require.EqualValues(t, 1, again.Version, "nothing new, nothing written")
		habit := note(customer.Preference{Key: "drink", Value: "冰美式", Recurrence: "weekly on wed"})
		require.Equal(t, first.ID, habit.ID)
		require.Equal(t, "till", habit.Source)
		require.NotEqual(t, first.ID, note(customer.Preference{Key: "drink", Value: "拿铁"}).ID)

		for _, bad := range []*customer.Preference{
			nil,
			{Customer: c.ID, Key: "drink"},
			{Customer: c.ID, Value: "冰美式"},
			{Customer: uuid.New(), Key: "drink", Value: "冰美式"},
			{Customer: c.ID, Key: "drink", Value: strings.Repeat("冰", 300)},
			{Customer: c.ID, Key: "drink", Value: "茶", Recurrence: "now and then"},
			{Customer: c.ID, Key: "drink", Value: "茶", Recurrence: "Weekly on Wednesday"},
		} {
			err := acme.Update(ctx, ann, func(tx *storage.Tx) error {
				_, err := customer.NotePreferences(ctx, tx, bad)
				return err
			})
			require.ErrorIs(t, err, storage.ErrInvalid, "%+v", bad)
			if bad != nil && bad.Recurrence != "" {
				require.ErrorIs(t, err, customer.ErrRecurrence)
			}
		}
		for p, err := range customer.DuePreferences(ctx, acme, storage.Date{}, nil) {
			require.Nil(t, p)
			require.ErrorIs(t, err, storage.ErrInvalid)
		}
	})
}

// The query of what is due agrees with a look at every preference, on every day
// of some years.
func TestDuePreferences_AgreesWithDueOn(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		c := person(t, acme, "王女士")
		var list []*customer.Preference
		for i, r := range []customer.Recurrence{
			"", "weekly on mon, sun", "monthly on 1", "monthly on 29", "monthly on 30", "monthly on 31",
			"yearly on 02-28", "yearly on 02-29", "yearly on 12-31", "every 1 days from 2027-12-30", "every 45 days from 2027-01-01",
		} {
			list = append(list, &customer.Preference{Customer: c.ID, Key: "k", Value: fmt.Sprintf("%02d", i), Recurrence: r})
		}
		put(t, acme, customer.Preferences, list...)
		day, times := storage.Date{Year: 2027, Month: 12, Day: 1}, 0
		for ; day.Year < 2029; day = day.AddDays(1) {
			if day.Day > 5 && day.Day < 26 {
				continue // like any other
			}
			var want []string
			for _, p := range list {
				if p.DueOn(day) {
					want = append(want, p.Value)
				}
			}
			require.Equal(t, want, due(t, acme, day, nil), "%v", day)
			times += len(want)
		}
		require.Greater(t, times, 100)
	})
}

func TestParseRecurrence(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]customer.Recurrence{
		"weekly on Wednesday": "weekly on wed", " WEEKLY  on sun,Monday sun": "weekly on mon, sun",
		"monthly on 31": "monthly on 31", "monthly on 01": "monthly on 1", "yearly on 02-29": "yearly on 02-29",
		"every 14 days from 2026-01-05": "every 14 days from 2026-01-05", "every 1 day from 2026-01-05": "every 1 days from 2026-01-05", " ": "",
	} {
		got, err := customer.ParseRecurrence(given)
		require.NoError(t, err, given)
		require.Equal(t, want, got)
	}
	for given, reason := range map[string]string{
		"weekly": `use "weekly on`, "weekly on": `use "weekly on`, "weekly on wen": "mon to sun", "daily on mon": `use "weekly on`, "weekly at mon": `use "weekly on`,
		"monthly on 0": "1 to 31", "monthly on 32": "1 to 31", "monthly on 1 2": `use "weekly on`, "monthly on x": "1 to 31",
		"yearly on 02-30": "02-29", "yearly on 2-1": "02-29", "every 0 days from 2026-01-05": "1 to 36525", "every 36526 days from 2026-01-05": "1 to 36525",
		"every 2 weeks from 2026-01-05": `use "weekly on`, "every 2 days from 2026-02-30": "no date", "every 2 days since 2026-01-05": `use "weekly on`,
	} {
		_, err := customer.ParseRecurrence(given)
		require.ErrorIs(t, err, customer.ErrRecurrence, given)
		require.ErrorContains(t, err, reason, given)
		require.False(t, customer.Recurrence(given).DueOn(storage.Date{Year: 2026, Month: 1, Day: 5}), given)
	}
}

func TestRecurrence_DueOn(t *testing.T) {
	t.Parallel()
	for text, days := range map[customer.Recurrence]map[string]bool{
		"weekly on wed":                 {"2026-01-07": true, "2026-01-08": false, "2026-01-14": true},
		"weekly on sat, sun":            {"2026-01-10": true, "2026-01-11": true, "2026-01-12": false},
		"monthly on 31":                 {"2026-01-31": true, "2026-02-28": true, "2026-02-27": false, "2028-02-28": false, "2028-02-29": true, "2026-04-30": true, "2026-03-30": false},
		"monthly on 5":                  {"2026-01-05": true, "2026-01-31": false},
		"yearly on 02-29":               {"2028-02-29": true, "2028-02-28": false, "2026-02-28": true, "2026-03-01": false},
		"yearly on 12-24":               {"2026-12-24": true, "2026-11-24": false},
		"every 14 days from 2026-01-05": {"2026-01-05": true, "2026-01-19": true, "2026-01-12": false, "2025-12-22": false, "2036-01-07": true},
		"":                              {"2026-01-05": false},
	} {
		for day, want := range days {
			d, err := criteria.ParseDate(day)
			require.NoError(t, err)
			require.Equal(t, want, text.DueOn(d), "%s on %s", text, day)
		}
		require.False(t, text.DueOn(storage.Date{}))
	}
}

// Each recurrence comes round as often as it says: a weekly one on each of its
// days of the week, a monthly one once in a month, a yearly one once in a year.
func TestRecurrence_Property(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(1900, 2100).Draw(t, "year")
		count := func(r string, from storage.Date, days int) (n int) {
			for i := range days {
				if customer.Recurrence(r).DueOn(from.AddDays(i)) {
					n++
				}
			}
			return n
		}
		start := storage.Date{Year: year, Month: time.January, Day: 1}
		days := 365
		if (storage.Date{Year: year, Month: time.February, Day: 29}).Valid() {
			days = 366
		}
		month := rapid.IntRange(1, 12).Draw(t, "month")
		day := rapid.IntRange(1, 31).Draw(t, "day")
		require.Equal(t, 12, count(fmt.Sprintf("monthly on %d", day), start, days))
		if annual := (storage.Date{Year: 2000, Month: time.Month(month), Day: day}); annual.Valid() {
			require.Equal(t, 1, count("yearly on "+annual.String()[5:], start, days))
		}
		require.Equal(t, 2, count("weekly on tue, fri", start.AddDays(rapid.IntRange(0, 300).Draw(t, "shift")), 7))
		n := rapid.IntRange(1, 400).Draw(t, "n")
		require.Equal(t, (days+n-1)/n, count(fmt.Sprintf("every %d days from %s", n, start), start, days))
	})
}

func FuzzParseRecurrence(f *testing.F) {
	for _, seed := range []string{"", "weekly on mon, wed", "monthly on 31", "yearly on 02-29", "every 14 days from 2026-01-05", "every 9999999999999999999 days from 2026-01-05"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := customer.ParseRecurrence(text)
		if err != nil {
			return
		}
		if again, err := customer.ParseRecurrence(string(r)); err != nil || again != r {
			t.Fatalf("%q became %q and then %q, %v", text, r, again, err)
		}
	})
}

func ExampleRecurrence_DueOn() {
	habit := customer.Recurrence("monthly on 31")
	for _, day := range []storage.Date{{Year: 2026, Month: 1, Day: 31}, {Year: 2026, Month: 2, Day: 28}, {Year: 2026, Month: 3, Day: 30}} {
		fmt.Println(day, habit.DueOn(day))
	}
	// Output:
	// 2026-01-31 true
	// 2026-02-28 true
	// 2026-03-30 false
}
