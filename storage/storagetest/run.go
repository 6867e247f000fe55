package storagetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage"
)

// Options change how a driver is examined. The zero value runs every case in
// its quick form.
type Options struct {
	// Cannot names what the driver does not do, by its own documentation, and
	// why: the name of a case, or of a theme for all cases of it, with the reason. Those cases
	// are skipped. A name that does not exist and an empty reason are errors,
	// so that a list does not outlive what it excuses.
	Cannot map[string]string
	// Only restricts the run to cases and themes of these names; none: all.
	Only []string
	// Soak repeats the random and the concurrent cases ten to a hundred times
	// as often, for a nightly run.
	Soak bool
}

// A Case is one thing that a driver is asked to do.
type Case struct {
	Name   string // "theme/case", lower case
	Demand string // what the case demands, and why it matters

	run func(t *trial)
}

// Theme returns the part of the name that comes before the slash.
func (c Case) Theme() string {
	theme, _, _ := strings.Cut(c.Name, "/")
	return theme
}

// Cases returns all cases in the order in which they run.
func Cases() []Case { return slices.Concat(themes()...) }

// Run examines a driver within a test, one sub-test for each theme and below
// it one for each case. newDriver returns a driver with the tables of Kinds
// and storage.OwnKinds; it is called once for the whole run, and once more for
// each case that needs a second database. It may return the same database
// again. The cases of a theme run in parallel.
func Run(t *testing.T, newDriver func(t *testing.T) storage.Driver, options ...Options) {
	o, err := merge(options)
	if err != nil {
		t.Fatal(err)
	}
	driver := newDriver(t)
	if err := suits(driver); err != nil {
		t.Fatal(err)
	}
	for _, theme := range themes() {
		t.Run(theme[0].Theme(), func(t *testing.T) {
			for _, c := range theme {
				t.Run(strings.TrimPrefix(c.Name, c.Theme()+"/"), func(t *testing.T) {
					runOne(t, c, o, driver, func() (storage.Driver, error) { return newDriver(t), nil })
				})
			}
		})
	}
}

// runOne runs one case as a parallel sub-test.
func runOne(t *testing.T, c Case, o Options, driver storage.Driver, another func() (storage.Driver, error)) {
	if !o.wanted(c) {
		t.SkipNow()
	}
	if reason := o.excuse(c); reason != "" {
		t.Skip("the driver does not do this: " + reason)
	}
	t.Parallel()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s demands: %s", c.Name, c.Demand)
		}
	})
	c.run(newTrial(t.Context(), t, driver, another, o.Soak))
}

// suits refuses drivers that the kit cannot examine.
func suits(d storage.Driver) error {
	if d == nil {
		return errors.New("storagetest: newDriver returned nil")
	}
	if d.Traits().Joined {
		return errors.New("storagetest: the driver joins a transaction of the host (Traits.Joined); examine the one that begins its own")
	}
	return nil
}

// merge returns the options of a call, of which there is one at most.
func merge(options []Options) (Options, error) {
	if len(options) == 0 {
		return Options{}, nil
	}
	if len(options) > 1 {
		return Options{}, errors.New("storagetest: more than one Options")
	}
	return options[0], options[0].check()
}

// check reports names that do not exist and excuses without a reason.
func (o Options) check() error {
	names := map[string]bool{}
	for _, c := range Cases() {
		names[c.Name], names[c.Theme()] = true, true
	}
	for _, name := range append(slices.Sorted(maps.Keys(o.Cannot)), o.Only...) {
		if !names[name] {
			return fmt.Errorf("storagetest: there is no case and no theme %q", name)
		}
	}
	for name, reason := range o.Cannot {
		if strings.TrimSpace(reason) == "" {
			return fmt.Errorf("storagetest: say why the driver cannot do %q", name)
		}
	}
	return nil
}

func (o Options) wanted(c Case) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, c.Name) || slices.Contains(o.Only, c.Theme())
}

// excuse returns why the driver cannot do a case, or "".
func (o Options) excuse(c Case) string {
	if reason := o.Cannot[c.Name]; reason != "" {
		return reason
	}
	return o.Cannot[c.Theme()]
}

// Check examines a driver like Run, outside of a test and one case after
// another. It returns nil when every case passes, and otherwise the *Failure of each case
// that did not, joined by errors.Join. newDriver is called as Run does.
// When ctx ends, the cases that are left fail with its error.
func Check(ctx context.Context, newDriver func() (storage.Driver, error), options ...Options) error {
	o, err := merge(options)
	if err != nil {
		return err
	}
	driver, err := newDriver()
	if err != nil {
		return fmt.Errorf("storagetest: %w", err)
	}
	if err := suits(driver); err != nil {
		return err
	}
	var failures []error
	for _, c := range Cases() {
		if !o.wanted(c) || o.excuse(c) != "" {
			continue
		}
		if text := runAlone(ctx, c, o, driver, newDriver); text != "" {
			failures = append(failures, &Failure{Case: c, Text: text})
		}
	}
	return errors.Join(failures...)
}

// A Failure is a case that a driver failed.
type Failure struct {
	Case Case
	Text string // what was seen
}

// Error says what was seen and what the case demands.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s: %s\n\tdemanded: %s", f.Case.Name, f.Text, f.Case.Demand)
}
