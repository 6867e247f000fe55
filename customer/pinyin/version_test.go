package pinyin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVersion notices that names have other keys than those that hosts have
// stored. When it fails and the new keys are meant, give Version another value
// and put down the new sum under it.
func TestVersion(t *testing.T) {
	t.Parallel()
	sums := map[string]string{
		"1": "361a9db0d91bda3c9412f3104a8c2c1cd03196aa104b3556b76b8a3904d67086",
		"2": "f3736db34c0d1d977ee9aa822bb36419daf3d0a137728b4c197a23cadff77811",
	}
	h := sha256.New()
	keys := func(name string) { fmt.Fprintln(h, name, Keys(name)) }
	for r := rune(0x3400); r < 0xa000; r++ { // the characters of Unicode's first plane
		keys(string(r))
		keys(string(r) + "小明")
	}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		keys(word)
		keys(word + "有限公司")
	}
	for _, surname := range slices.Sorted(maps.Keys(compounds)) {
		keys(surname + "明")
	}
	for _, name := range []string{"ABC科技", "José", "O’Brien-Lee", "Müller", "Анна", "Lü", "會計", "乐乐乐乐乐乐乐乐乐"} {
		keys(name)
	}
	require.Equal(t, sums[Version], hex.EncodeToString(h.Sum(nil)), "the sum of version %s", Version)
}
