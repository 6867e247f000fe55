package reconcile_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/dedupe/reconcile"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// The cases of testdata. Their golden files were written by hand: Shanghai is eight
// hours ahead of UTC; New York five behind and, from 8 March to 1 November 2026, four.
var cases = []struct {
	folder           string
	visits, payments reconcile.Source
	rules            reconcile.Rules
}{
	{
		"shanghai",
		reconcile.Source{Name: "visits", Zone: "Asia/Shanghai"},
		reconcile.Source{Name: "payments", Zone: "UTC", Unix: true},
		reconcile.Rules{Before: time.Hour, After: 24 * time.Hour, Amount: true},
	},
	{
		"new_york",
		reconcile.Source{Name: "visits", Zone: "America/New_York"},
		reconcile.Source{Name: "payments", Zone: "UTC", Layout: time.RFC3339},
		reconcile.Rules{After: 2 * time.Hour, Ref: true},
	},
	{
		"excel",
		reconcile.Source{Name: "visits", Zone: "Asia/Shanghai", Serial: true},
		reconcile.Source{Name: "payments", Zone: "UTC", Layout: "20060102150405"},
		reconcile.Rules{Before: 12 * time.Hour, After: 12 * time.Hour},
	},
}

// DED-18: visits in local time without a zone and payments in UTC are matched as the
// golden files say; a source without a zone is refused at configuration.
func TestDED18_VisitsAndPayments(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.folder, func(t *testing.T) {
			t.Parallel()
			r, err := reconcile.New(c.visits, c.payments, c.rules)
			require.NoError(t, err)
			result, err := r.Reconcile(t.Context(), rowsOf(t, c.folder, "visits"), rowsOf(t, c.folder, "payments"))
			require.NoError(t, err)
			golden, err := os.ReadFile(filepath.Join("testdata", c.folder, "golden.txt"))
			require.NoError(t, err)
			require.Equal(t, string(golden), told(result))

			for _, zone := range []string{"", "Local"} {
				nowhere := c.visits
				nowhere.Zone = zone
				_, err = reconcile.New(nowhere, c.payments, c.rules)
				require.ErrorIs(t, err, reconcile.ErrNoZone)
				var refused *reconcile.SourceError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, "visits", refused.Source)
				_, err = reconcile.New(c.payments, nowhere, c.rules)
				require.ErrorIs(t, err, reconcile.ErrNoZone)
			}
		})
	}
}

// rowsOf reads a file of testdata.
func rowsOf(t *testing.T, folder, name string) iter.Seq2[reconcile.Row, error] {
	f, err := os.Open(filepath.Join("testdata", folder, name+".csv"))
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return func(yield func(reconcile.Row, error) bool) {
		for _, r := range records[1:] {
			amount, err := decimal.NewFromString(cmp.Or(r[2], "0"))
			row := reconcile.Row{ID: r[0], Customer: r[1], Amount: customer.Money{Amount: amount, Currency: "CNY"}, Ref: r[3], Time: r[4]}
			if !yield(row, err) {
				return
			}
		}
	}
}

// told is a result in the form of the golden files.
func told(r *reconcile.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "visits %d, payments %d\n", r.LeftRead, r.RightRead)
	for _, m := range r.Matched {
		fmt.Fprintf(&b, "match %s %s %v\n", m.Left.ID, m.Right.ID, m.Apart)
	}
	for _, e := range r.LeftOnly {
		fmt.Fprintf(&b, "left %s %s\n", e.ID, e.At.Format(time.RFC3339))
	}
	for _, e := range r.RightOnly {
		fmt.Fprintf(&b, "right %s %s\n", e.ID, e.At.Format(time.RFC3339))
	}
	for _, d := range r.Doubtful {
		fmt.Fprintf(&b, "doubt %s %s %s", d.Source, d.ID, why(d.Err))
		for _, m := range d.Moments {
			b.WriteString(" " + m.Format(time.RFC3339))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func why(err error) string {
	for name, target := range map[string]error{
		"twice": reconcile.ErrTwice, "never": reconcile.ErrNever, "unreadable": reconcile.ErrUnreadable, "no key": reconcile.ErrNoKey,
	} {
		if errors.Is(err, target) {
			return name
		}
	}
	return err.Error()
}
