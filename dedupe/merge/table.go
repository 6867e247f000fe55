package merge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"
)

// String shows the plan as tables for people: the fields in which somebody has a
// value, with what each has, what survives (after =>) and why, and ! where values are
// in conflict; then what is joined, what is allowed, and how many records move.
func (p *Plan) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d customers become %s\n", 1+len(p.Others), p.Survivor)
	table(&text, func(row func(cells ...string)) {
		for _, c := range p.Fields {
			row(c.cells()...)
		}
	})
	table(&text, func(row func(cells ...string)) {
		for _, j := range p.Joined {
			row(j.Kind, j.Text, j.How)
		}
	})
	table(&text, func(row func(cells ...string)) {
		for _, c := range p.Consents {
			row("consent", c.Channel+" / "+c.Purpose, strings.Join(named(c.States), " | "), "=> "+or(c.Chosen), c.Why)
		}
	})
	table(&text, func(row func(cells ...string)) {
		for _, kind := range slices.Sorted(maps.Keys(p.Records)) {
			row(kind, fmt.Sprint(p.Records[kind]), "moved")
		}
	})
	return text.String()
}

// told reports whether there is anything to tell of a field.
func (c Choice) told() bool {
	return slices.ContainsFunc(c.Values, func(v Value) bool { return !bytes.Equal(v.Value, null) })
}

func (c Choice) cells() []string {
	if !c.told() {
		return nil
	}
	mark := " "
	if c.Conflict {
		mark = "!"
	}
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		values[i] = plain(v.Value)
	}
	return []string{mark + " " + c.Field, strings.Join(values, " | "), "=> " + plain(c.Chosen), string(c.Rule) + ": " + c.Why}
}

// table writes rows in columns; an empty row is left out.
func table(text *strings.Builder, fill func(row func(cells ...string))) {
	w := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) {
		if len(cells) > 0 {
			fmt.Fprintln(w, strings.Join(cells, "\t"))
		}
	})
	_ = w.Flush() // a strings.Builder takes everything
}

func named(states []string) []string {
	list := make([]string, len(states))
	for i, s := range states {
		list[i] = or(s)
	}
	return list
}

func or(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// widest is how many characters of a value are shown.
const widest = 40

// plain shows a value on one line, texts without quotes.
func plain(value json.RawMessage) string {
	text := string(value)
	var s string
	switch {
	case text == string(null) || text == "":
		return "-"
	case json.Unmarshal(value, &s) == nil:
		text = strings.Join(strings.Fields(s), " ")
	}
	if utf8.RuneCountInString(text) > widest {
		text = string([]rune(text)[:widest-1]) + "…"
	}
	return text
}
