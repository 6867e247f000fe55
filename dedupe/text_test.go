package dedupe

import (
	"strings"
	"testing"

	"github.com/clientele-go/clientele/dedupe/form"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A plain text takes the short way, to the same words.
func TestPlain_Property_IsTheNormalForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ab17 é王.A]{0,9}`).Draw(t, "text")
		if isPlain(text) {
			var long []string
			for _, word := range form.Latin(form.Simplify(text)) {
				long = appendRuns(long, word)
			}
			require.Len(t, appendWords(nil, text), len(long))
			for i := range long {
				require.Equal(t, long[i], appendWords(nil, text)[i])
			}
			require.Equal(t, text, strings.Join(form.Latin(form.Simplify(text)), " "))
		}
	})
	for text, want := range map[string]bool{"": true, "a1 b": true, " a": false, "a ": false, "a  b": false, "A": false, "a.b": false, "é": false} {
		require.Equal(t, want, isPlain(text), text)
	}
}
