package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/clientele-go/clientele/dedupe/form"
)

// runBrands judges how well names of companies are taken apart: by the brand, which
// stands behind the name in each line where it has one. It returns the line of the
// table, without what only a match has.
func (s set) runBrands() (string, error) {
	text, err := os.ReadFile(s.files[0])
	if err != nil {
		return "", err
	}
	names, right, told, there := 0, 0, 0, 0
	began := cpu()
	for line := range strings.Lines(string(text)) {
		name, brand, _ := strings.Cut(strings.TrimSpace(line), " ")
		got := form.Company(name).Brand
		names++
		if brand != "" {
			there++
		}
		if got != "" {
			told++
		}
		if got != "" && got == form.Simplify(brand) {
			right++
		}
	}
	took := cpu() - began
	precision, recall := float64(right)/float64(max(told, 1)), float64(right)/float64(max(there, 1))
	f1 := 2 * float64(right) / float64(max(told+there, 1))
	return fmt.Sprintf(shortLine, s.name, names, precision, recall, f1, "", "", took.Seconds(), peak()>>20), nil
}
