package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Reasons why columns cannot be mapped. Each comes wrapped in a *MappingError.
var (
	// ErrAmbiguousColumn: more than one column means the target.
	ErrAmbiguousColumn = errors.New("more than one column for a target")
	// ErrMissingColumn: no column means a required target.
	ErrMissingColumn = errors.New("no column for a required target")
	// ErrUnknownColumn: the explicit map names a column or target that there is not.
	ErrUnknownColumn = errors.New("no such column or target")
)

// A MappingError says which target cannot be mapped and which columns are
// concerned. Err is ErrAmbiguousColumn, ErrMissingColumn or ErrUnknownColumn.
type MappingError struct {
	Target  string
	Columns []string
	Err     error
}

// Error names the target, the columns and what to do.
func (e *MappingError) Error() string {
	quoted := make([]string, len(e.Columns))
	for i, column := range e.Columns {
		quoted[i] = fmt.Sprintf("%q", column)
	}
	columns := strings.Join(quoted, ", ")
	switch e.Err {
	case ErrAmbiguousColumn:
		return fmt.Sprintf("intake: %v: %q could be %s; map one of them explicitly", e.Err, e.Target, columns)
	case ErrMissingColumn:
		return fmt.Sprintf("intake: %v: %q; the columns that are left are %s; map one of them explicitly", e.Err, e.Target, columns)
	}
	return fmt.Sprintf("intake: %v: %s is mapped to %q", e.Err, columns, e.Target)
}

// Unwrap returns the reason.
func (e *MappingError) Unwrap() error { return e.Err }

// A Mapping says which column of a header holds which target. It is immutable
// and safe for concurrent use. Map anew for every file: a Book remembers by the
// Mapping which orders of a file it has seen.
type Mapping struct {
	header  []string
	targets []Target
	columns []int          // by target: index of its column, or -1
	index   map[string]int // target by name
	places  map[string]int // column by name
	orders  *memory        // of a Book
}

// Map finds the columns of the targets. It guesses from the header; explicit
// overrules that, column by column: it maps the name of a column to the name
// of a target, or to "" so that the column stays unmapped. A target that
// explicit gives a column is not guessed for another.
//
// All *MappingErrors there are come joined into one error. An error that is not one
// says that the targets contradict each other.
func Map(header []string, targets []Target, explicit map[string]string) (*Mapping, error) {
	words, err := newVocabulary(targets)
	if err != nil {
		return nil, err
	}
	m := &Mapping{header: slices.Clone(header), targets: slices.Clone(targets),
		orders: &memory{}, index: make(map[string]int, len(targets)), places: make(map[string]int, len(header))}
	for i, t := range targets {
		m.index[t.Name] = i
	}
	for i, name := range header {
		m.places[name] = i
	}
	if err := m.checkNames(explicit); err != nil {
		return nil, err
	}
	if err := m.assign(m.candidates(words, explicit)); err != nil {
		return nil, err
	}
	return m, nil
}

// checkNames returns an error for names in the explicit map that do not exist.
func (m *Mapping) checkNames(explicit map[string]string) error {
	var errs []error
	for column, target := range explicit {
		_, knownColumn := m.places[column]
		_, knownTarget := m.index[target]
		if !knownColumn || !knownTarget && target != "" {
			errs = append(errs, &MappingError{Target: target, Columns: []string{column}, Err: ErrUnknownColumn})
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// candidates returns, by target, the columns that may hold it: those that
// explicit gives it, and only without them those that the header suggests.
func (m *Mapping) candidates(words vocabulary, explicit map[string]string) [][]int {
	stated, guessed := make([][]int, len(m.targets)), make([][]int, len(m.targets))
	for column, name := range m.header {
		target, ok := explicit[name]
		if ok && target != "" {
			i := m.index[target]
			stated[i] = append(stated[i], column)
		}
		if i, found := words.find(name); found && !ok {
			guessed[i] = append(guessed[i], column)
		}
	}
	for i := range stated {
		if len(stated[i]) == 0 {
			stated[i] = guessed[i]
		}
	}
	return stated
}

// assign gives every target its only candidate.
func (m *Mapping) assign(candidates [][]int) error {
	var missing []int
	var errs []error
	m.columns = make([]int, len(m.targets))
	for i, columns := range candidates {
		m.columns[i] = -1
		switch {
		case len(columns) == 1:
			m.columns[i] = columns[0]
		case len(columns) > 1:
			errs = append(errs, &MappingError{Target: m.targets[i].Name, Columns: m.names(columns), Err: ErrAmbiguousColumn})
		case m.targets[i].Required:
			missing = append(missing, i)
		}
	}
	for _, i := range missing {
		errs = append(errs, &MappingError{Target: m.targets[i].Name, Columns: m.Unmapped(), Err: ErrMissingColumn})
	}
	return errors.Join(errs...)
}

// names returns the names of columns.
func (m *Mapping) names(columns []int) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = m.header[c]
	}
	return names
}

// Column returns the name of the column that holds the target, and whether
// there is one.
func (m *Mapping) Column(target string) (string, bool) {
	i, ok := m.index[target]
	if !ok || m.columns[i] < 0 {
		return "", false
	}
	return m.header[m.columns[i]], true
}

// Unmapped returns the columns that no target takes, in the order of the file,
// and those of targets that say nothing without another one (Target.With).
func (m *Mapping) Unmapped() []string {
	var names []string
	for i, name := range m.header {
		if t := slices.Index(m.columns, i); t < 0 || !m.says(m.targets[t]) {
			names = append(names, name)
		}
	}
	return names
}

// says reports whether the target that a target goes with has a column.
func (m *Mapping) says(t Target) bool {
	with, ok := m.index[t.With]
	return !ok || m.columns[with] >= 0
}
