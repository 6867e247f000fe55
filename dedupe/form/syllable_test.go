package form

import (
	"strings"
	"testing"
	"unicode/utf8"

	dict "github.com/mozillazg/go-pinyin"
	"github.com/stretchr/testify/require"
)

func spelled(list []Syllable) string {
	var words []string
	for _, s := range list {
		words = append(words, s.String())
	}
	return strings.Join(words, " ")
}

func TestSyllables(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"曾小明": "zeng xiao ming", "单雄信": "shan xiong xin", "單雄信": "shan xiong xin", "区伟": "ou wei", "仇英": "qiu ying", "查良镛": "zha liang yong",
		"尉迟恭": "yu chi gong", "万俟卨": "mo qi xie", "欧阳修": "ou yang xiu", "朴树": "piao shu", "翟志刚": "zhai zhi gang", "解缙": "xie jin", "盖叫天": "ge jiao tian",
		"任正非": "ren zheng fei", "吕布": "lv bu", "长孙无忌": "zhang sun wu ji", "乐毅": "yue yi", "澹台灭明": "tan tai mie ming", "": "", "Bob": "", "尉迟": "yu chi",
	} {
		require.Equal(t, want, spelled(Syllables(name, true)), name)
	}
	require.Equal(t, "dan wei", spelled(Syllables("单位", false)))
	require.Equal(t, "qu kuai lian", spelled(Syllables("区块链", false)))
	require.Equal(t, "le yue", spelled(Readings('乐')), "the most common first")
	require.Empty(t, Readings('a'))
	require.Empty(t, Syllable(9999).String())
}

// Each character of the dictionary has all its readings, and no reading but
// those; the table fits its numbers.
func TestReadings_OfTheDictionary(t *testing.T) {
	t.Parallel()
	table := sounds()
	require.Less(t, len(table.flat), 1<<16)
	require.NotContains(t, table.flat, Syllable(0))
	characters := 0
	for code, tones := range dict.PinyinDict {
		r := rune(code)
		if !isCommonHan(r) {
			require.Empty(t, Readings(r))
			continue
		}
		characters++
		require.GreaterOrEqual(t, len(strings.Split(tones, ","))+1, len(Readings(r)), "%c", r)
	}
	require.Greater(t, characters, 26_000)
	silent := 0 // characters of Japan that have no reading in Chinese
	for r := rune(0x4E00); r < 0x9FA5; r++ {
		if len(Readings(r)) == 0 {
			silent++
		}
	}
	require.Less(t, silent, 50)
}

// Surnames are one character or two, and each has a reading.
func TestSurnames(t *testing.T) {
	t.Parallel()
	table := sounds()
	require.Greater(t, len(table.surnames), 500)
	for name, readings := range table.surnames {
		n := utf8.RuneCountInString(name)
		require.NotEmpty(t, readings, name)
		require.True(t, n == 1 || n == 2 && len(readings) == 2, name)
	}
}
