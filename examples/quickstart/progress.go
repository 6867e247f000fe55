package main

import (
	"fmt"
	"os"

	"github.com/clientele-go/clientele/customer/intake"
)

// A progress shows how far the reading of a file has come: one line that is
// kept up to date on a terminal, elsewhere a line every 100,000 rows.
type progress struct {
	out      *os.File
	terminal bool
	step     string
	shown    int64
}

func newProgress(out *os.File) *progress {
	info, err := out.Stat()
	return &progress{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// tell takes the state of a step.
func (p *progress) tell(step string, c intake.Counts) {
	if p.step != step {
		p.end()
		p.step, p.shown = step, 0
	}
	line := fmt.Sprintf("%s: %d rows, %d rejected, %.1f MB", step, c.Read, c.Rejected, float64(c.Bytes)/1e6)
	switch {
	case p.terminal:
		fmt.Fprint(p.out, "\r", line)
	case c.Read-p.shown >= 100_000:
		p.shown = c.Read
		fmt.Fprintln(p.out, line)
	}
}

// end ends the line of the last step.
func (p *progress) end() {
	if p.terminal && p.step != "" {
		fmt.Fprintln(p.out)
	}
	p.step = ""
}
