package segment

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
)

// Sizes of the picture, in pixels.
const (
	svgCellWidth  = 116
	svgCellHeight = 64
	svgLeft       = 96 // room for the labels of the vertical axis
	svgTop        = 84 // room for the heading
	svgBottom     = 118
	svgRight      = 28
	svgMinGrid    = 3 * svgCellWidth // the heading needs this much
)

// svgFonts begins with what the reader's system uses and names fonts that have
// Chinese characters.
const svgFonts = `system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif`

// SVG draws the map as a picture that stands alone: recency to the right,
// frequency upwards, in each cell the number of customers and their mean spend,
// which a tooltip repeats in full. The darker, the more customers. All text is
// escaped; there are no scripts and no references to other files.
func (h *HeatMap) SVG(language Language) []byte {
	s := &svg{words: wordsIn(language), language: language}
	s.most, s.all = h.largest()
	grid := max(h.Bins*svgCellWidth, svgMinGrid)
	s.width = svgLeft + grid + svgRight
	s.height = svgTop + h.Bins*svgCellHeight + svgBottom
	s.open(h)
	for f := h.Bins; f >= 1; f-- {
		y := svgTop + (h.Bins-f)*svgCellHeight
		s.text(svgLeft-12, y+svgCellHeight/2+5, "end", 14, "#333333", fmt.Sprint(f))
		for r := 1; r <= h.Bins; r++ {
			s.cell(h, r, f, svgLeft+(r-1)*svgCellWidth, y)
		}
	}
	s.axes(h.Bins)
	s.legend(svgLeft, s.height-42)
	s.buffer.WriteString("</svg>\n")
	return s.buffer.Bytes()
}

// svg is a picture while it is drawn.
type svg struct {
	buffer        bytes.Buffer
	words         words
	language      Language
	width, height int
	most, all     int // customers in the fullest cell and in all
}

// open writes the root, a title and a description for screen readers, the
// background and the heading.
func (s *svg) open(h *HeatMap) {
	when := h.AsOf.Format(time.DateOnly)
	subtitle := fmt.Sprintf("%s %s · "+s.words.count, s.words.asOf, when, groupDigits(fmt.Sprint(s.all)))
	if h.Currency != "" {
		subtitle += fmt.Sprintf(" · %s %s", s.words.mean, h.Currency)
	}
	fmt.Fprintf(&s.buffer, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" lang="%s" font-family="%s">`+"\n",
		s.width, s.height, s.width, s.height, escape(string(s.language)), svgFonts)
	fmt.Fprintf(&s.buffer, "<title>%s</title>\n<desc>%s</desc>\n", escape(s.words.heading), escape(subtitle))
	fmt.Fprintf(&s.buffer, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", s.width, s.height)
	s.text(svgLeft, 36, "start", 20, "#111111", s.words.heading)
	s.text(svgLeft, 60, "start", 13, "#555555", subtitle)
}

// cell draws one pair of scores at a place. Empty cells stay blank.
func (s *svg) cell(h *HeatMap, r, f, x, y int) {
	cell := h.Cells[f-1][r-1]
	share := 0.0
	if s.most > 0 {
		share = float64(cell.Customers) / float64(s.most)
	}
	count, mean := groupDigits(fmt.Sprint(cell.Customers)), h.meanSpend(cell)
	fmt.Fprintf(&s.buffer, `<g><title>%s</title>`, escape(fmt.Sprintf("R %d · F %d · %s: %s · %s: %s %s",
		r, f, s.words.customers, count, s.words.mean, mean, h.Currency)))
	fmt.Fprintf(&s.buffer, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" stroke="#ffffff" stroke-width="2"/>`,
		x, y, svgCellWidth, svgCellHeight, shade(share))
	if cell.Customers > 0 {
		ink := "#1a1a1a"
		if share > 0.6 { // where both inks are equally easy to read
			ink = "#ffffff"
		}
		s.text(x+svgCellWidth/2, y+svgCellHeight/2-3, "middle", 18, ink, count)
		s.text(x+svgCellWidth/2, y+svgCellHeight/2+18, "middle", 12, ink, mean)
	}
	s.buffer.WriteString("</g>\n")
}

// axes writes scores and names along both sides. The name of the vertical axis
// is turned.
func (s *svg) axes(bins int) {
	bottom := svgTop + bins*svgCellHeight
	for r := 1; r <= bins; r++ {
		s.text(svgLeft+(r-1)*svgCellWidth+svgCellWidth/2, bottom+20, "middle", 14, "#333333", fmt.Sprint(r))
	}
	name := func(low, axis, high string) string { return fmt.Sprintf("%s ←  %s  → %s", low, axis, high) }
	s.text(svgLeft+bins*svgCellWidth/2, bottom+44, "middle", 13, "#333333",
		name(s.words.longAgo, s.words.recency, s.words.recent))
	fmt.Fprintf(&s.buffer, `<g transform="translate(40 %d) rotate(-90)">`, svgTop+bins*svgCellHeight/2)
	s.text(0, 0, "middle", 13, "#333333", name(s.words.rare, s.words.frequency, s.words.often))
	s.buffer.WriteString("</g>\n")
}

// legend draws the scale of colours.
func (s *svg) legend(x, y int) {
	const steps, step, height = 50, 4, 12
	for i := range steps {
		fmt.Fprintf(&s.buffer, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`,
			x+i*step, y, step, height, shade(float64(i)/(steps-1)))
	}
	s.buffer.WriteByte('\n')
	s.text(x, y+height+16, "start", 12, "#555555", "0")
	s.text(x+steps*step, y+height+16, "end", 12, "#555555", groupDigits(fmt.Sprint(s.most)))
	s.text(x+steps*step+12, y+height-1, "start", 12, "#555555", s.words.customers)
}

// text writes one line of text.
func (s *svg) text(x, y int, anchor string, size int, color, text string) {
	fmt.Fprintf(&s.buffer, `<text x="%d" y="%d" text-anchor="%s" font-size="%d" fill="%s">%s</text>`+"\n",
		x, y, anchor, size, color, escape(text))
}

// shade returns a colour from nearly white to dark blue. Its lightness falls
// evenly, so the map reads in grey and for the colour-blind too.
func shade(share float64) string {
	light, dark := [3]float64{240, 244, 250}, [3]float64{8, 48, 107}
	var c [3]int
	for i := range c {
		c[i] = int(light[i] + share*(dark[i]-light[i]) + 0.5)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// escape makes a text safe inside XML; characters that XML forbids become the
// replacement character.
func escape(text string) string {
	var b bytes.Buffer
	// Writing to a buffer cannot fail.
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
