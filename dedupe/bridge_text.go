package dedupe

import (
	"fmt"
	"slices"
	"strings"
)

// shownMembers is how many records of each part a text or picture of a bridge names.
const shownMembers = 12

// String is the bridge as lines of text: the best pair, all pairs, and the parts.
func (b Bridge) String() string { return b.Text(nil, nil) }

// Text is String in the reader's language: say puts words and passes into it, and name
// says who a record is. nil: words and ids stay as they are. Of large parts it names
// the first twelve, the one at the bridge before all.
func (b Bridge) Text(say, name func(string) string) string {
	say, name = itself(say), itself(name)
	left, right := b.ends()
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s  /  %s\n", say("weakest bridge"), name(left), name(right))
	fmt.Fprintf(&text, "%+7.1f  %s\n", b.Pair.Weight, b.Pair.describe(say))
	fmt.Fprintf(&text, "%+7.1f  %s: %d\n", b.Sum, say("all pairs between the parts"), b.Pairs)
	for _, part := range []struct {
		end string
		ids []string
	}{{left, b.A}, {right, b.B}} {
		fmt.Fprintf(&text, "%7d  %s\n", len(part.ids), strings.Join(shown(part.end, part.ids, name), ", "))
	}
	return text.String()
}

// describe is how probable a pair is and what proposed it.
func (p Pair) describe(say func(string) string) string {
	text := fmt.Sprintf("%s %.1f %%", say("probability"), 100*p.Probability())
	if p.Pass != "" {
		text += "; " + say("proposed by") + " " + say(p.Pass)
	}
	return text
}

// ends are the records of the best pair, that of A first.
func (b Bridge) ends() (left, right string) {
	if slices.Contains(b.A, b.Pair.A) {
		return b.Pair.A, b.Pair.B
	}
	return b.Pair.B, b.Pair.A
}

// shown are the names of a part, that of its end first, and how many are left out.
func shown(end string, ids []string, name func(string) string) []string {
	list := []string{name(end)}
	for _, id := range ids {
		if len(list) == shownMembers {
			break
		}
		if id != end {
			list = append(list, name(id))
		}
	}
	if left := len(ids) - len(list); left > 0 {
		list = append(list, fmt.Sprintf("… (%d)", left))
	}
	return list
}

func itself(say func(string) string) func(string) string {
	if say == nil {
		return func(text string) string { return text }
	}
	return say
}

// Sizes of the picture of a bridge, in pixels.
const (
	bridgeWidth = 300 // of each part
	bridgeSpan  = 120 // between them
	bridgeEdge  = 16
	bridgeRow   = 22
)

// SVG draws the two parts side by side, with the best pair between them: the wider
// the line, the more speaks for it; red is against it. say and name are those of Text.
// All text is escaped; there are no scripts and no references to other files.
func (b Bridge) SVG(say, name func(string) string) []byte {
	say, name = itself(say), itself(name)
	left, right := b.ends()
	parts := [2][]string{shown(left, b.A, name), shown(right, b.B, name)}
	width, height := 2*(bridgeEdge+bridgeWidth)+bridgeSpan, fallTop+bridgeRow*(max(len(parts[0]), len(parts[1]))+2)
	w := &waterfall{say: say}
	fmt.Fprintf(&w.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="system-ui, sans-serif" font-size="13">`+"\n", width, height, width, height)
	title := say("weakest bridge") + ": " + name(left) + " / " + name(right)
	fmt.Fprintf(&w.b, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n", escape(title))
	w.text(bridgeEdge, 26, "start", "#111111", b.Pair.describe(say))
	w.text(bridgeEdge, 44, "start", "#555555", fmt.Sprintf("%s: %d, %+.1f", say("all pairs between the parts"), b.Pairs, b.Sum))
	for i, part := range parts {
		w.part(bridgeEdge+i*(bridgeWidth+bridgeSpan), part)
	}
	w.span(b.Pair.Weight)
	w.b.WriteString("</svg>\n")
	return w.b.Bytes()
}

// part draws one side, the end of the bridge in its first row.
func (w *waterfall) part(x int, names []string) {
	fmt.Fprintf(&w.b, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="#f5f5f5" stroke="#bbbbbb"/>`+"\n", x, fallTop+6, bridgeWidth, bridgeRow*len(names)+10)
	for row, name := range names {
		w.text(x+10, fallTop+bridgeRow*(row+1), "start", "#333333", shortened(name))
	}
}

// span draws the bridge between the first rows.
func (w *waterfall) span(weight float64) {
	colour := fallFor
	if weight < 0 {
		colour = fallAgainst
	}
	from, y := bridgeEdge+bridgeWidth, fallTop+bridgeRow-4
	fmt.Fprintf(&w.b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="%.1f"/>`+"\n", from, y, from+bridgeSpan, y, colour, min(max(weight/2, 1), 8))
	w.text(from+bridgeSpan/2, y-8, "middle", "#555555", fmt.Sprintf("%+.1f", weight))
}
