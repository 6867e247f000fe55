package dedupe

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// Sizes of the picture, in pixels.
const (
	fallRow   = 30
	fallTop   = 56
	fallLabel = 300 // room for the names and levels
	fallWidth = 420 // room for the bars
	fallEdge  = 64  // room for figures behind the last bar
)

// Colours of the bars.
const (
	fallFor     = "#2e7d32"
	fallAgainst = "#c62828"
	fallNeutral = "#9e9e9e"
	fallSum     = "#1565c0"
)

// SVG draws the explanation as a waterfall: where each bar ends, the next one
// begins, from the odds of any two records to those of these two. Bits to the right
// speak for one entity. Above them stand the probability, what proposed the pair, and what
// bars it. say puts names, levels and passes into the reader's language; nil: they stay
// as they are. All text is escaped; there are no scripts and no
// references to other files.
func (e Explanation) SVG(say func(text string) string) []byte {
	if say == nil {
		say = func(text string) string { return text }
	}
	w := &waterfall{say: say}
	w.fit(e)
	height := fallTop + fallRow*(len(e.Parts)+2) + 16
	fmt.Fprintf(&w.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" font-family="system-ui, sans-serif" font-size="13">`+"\n",
		fallLabel+fallWidth+fallEdge, height, fallLabel+fallWidth+fallEdge, height)
	title := e.A + " / " + e.B
	fmt.Fprintf(&w.b, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n", escape(title))
	w.text(16, 26, "start", "#111111", title)
	sum := Pair{Weight: e.Weight, Pass: e.Pass}.describe(say)
	if e.Barred != "" {
		sum += "; " + say(string(e.Barred))
	}
	w.text(16, 44, "start", "#555555", sum)
	fmt.Fprintf(&w.b, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#bbbbbb"/>`+"\n", w.x(0), fallTop, w.x(0), height-12)
	w.bar("any two records", "", 0, e.Prior, fallNeutral)
	at := e.Prior
	for _, p := range e.Parts {
		colour := fallFor
		if p.Weight < 0 {
			colour = fallAgainst
		}
		w.bar(p.Name, p.Level, at, at+p.Weight, colour)
		at += p.Weight
	}
	w.bar("together", "", 0, e.Weight, fallSum)
	w.b.WriteString("</svg>\n")
	return w.b.Bytes()
}

// A waterfall is a picture on its way.
type waterfall struct {
	b         bytes.Buffer
	say       func(string) string
	low, high float64 // bits at the edges
	rows      int
}

// fit finds the range of the bars.
func (w *waterfall) fit(e Explanation) {
	w.low, w.high = min(0, e.Prior, e.Weight), max(0, e.Prior, e.Weight)
	at := e.Prior
	for _, p := range e.Parts {
		at += p.Weight
		w.low, w.high = min(w.low, at), max(w.high, at)
	}
	w.high = max(w.high, w.low+1)
}

// x is the place of a number of bits.
func (w *waterfall) x(bits float64) float64 {
	return fallLabel + (bits-w.low)/(w.high-w.low)*fallWidth
}

// bar draws the next row.
func (w *waterfall) bar(name, level string, from, to float64, colour string) {
	y := fallTop + fallRow*w.rows
	w.rows++
	label := w.say(name)
	if level != "" {
		label += ": " + w.say(level)
	}
	left, right := w.x(min(from, to)), w.x(max(from, to))
	w.text(fallLabel-10, y+fallRow/2+4, "end", "#333333", shortened(label))
	fmt.Fprintf(&w.b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s %+.1f</title></rect>`+"\n",
		left, y+5, max(right-left, 1), fallRow-10, colour, escape(label), to-from)
	w.text(int(right)+6, y+fallRow/2+4, "start", "#555555", fmt.Sprintf("%+.1f", to-from))
}

func (w *waterfall) text(x, y int, anchor, colour, text string) {
	fmt.Fprintf(&w.b, `<text x="%d" y="%d" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, colour, escape(text))
}

// shortened is a label that has room; the whole one is the title of its bar.
func shortened(label string) string {
	const most = 44
	if runes := []rune(label); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return label
}

func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a Buffer takes everything
	return b.String()
}
