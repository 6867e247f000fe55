package dedupe

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every explanation is a well-formed picture that holds its texts and figures, and
// nothing that could run or load.
func TestWaterfall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := Explanation{A: rapid.String().Draw(t, "a"), B: `<script>alert("1")</script>`, Prior: rapid.Float64Range(-40, 0).Draw(t, "prior")}
		e.Weight = e.Prior
		for range rapid.IntRange(0, 6).Draw(t, "parts") {
			p := Part{Name: "name&co", Level: rapid.String().Draw(t, "level"), Weight: rapid.Float64Range(-30, 30).Draw(t, "weight")}
			e.Parts, e.Weight = append(e.Parts, p), e.Weight+p.Weight
		}
		picture := string(e.SVG(nil))
		require.NotContains(t, picture, "<script")
		rects := 0
		for d := xml.NewDecoder(strings.NewReader(picture)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
				rects++
			}
		}
		require.Equal(t, 1+len(e.Parts)+2, rects, "the ground, a bar for each part, the first and the last")
	})
	chinese := Explanation{A: "1", B: "2", Parts: []Part{{"name", "the same", 5}}, Weight: 5}.SVG(func(text string) string { return "《" + text + "》" })
	require.Contains(t, string(chinese), "《name》: 《the same》")
	require.Contains(t, string(chinese), "《together》")
	require.Contains(t, string(chinese), "+5.0")
}
