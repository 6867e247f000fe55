package form

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSimplify(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "", "张三": "张三", "臺灣積體電路": "台湾积体电路", "ＡＢＣ實業": "abc实业", "Ａｃｍｅ　Ｌｔｄ": "acme ltd", "嶽 巖": "岳 岩", "㈱": "(株)",
		"乾 幹 干": "干 干 干", "後 后": "后 后", "裡 裏 里": "里 里 里", "É": "é", "ｱ": "ア", "国国": "国国", "鍾 鐘": "钟 钟", "（北京）": "(北京)",
	} {
		require.Equal(t, want, Simplify(given), given)
	}
}

// The quick way and the tables of Unicode agree on each character, and what
// comes out stays.
func TestSimplify_EveryRune(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	s := simplified()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		text := string(r)
		if got, want := Simplify(text), strings.Map(s.simple, criteria.Fold(text)); got != want || Simplify(got) != got {
			t.Fatalf("%U becomes %q and then %q, should be %q", r, got, Simplify(got), want)
		}
	}
}

func TestSimplify_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aÅß張张臺ｶ\u3099が・Ａ（𠵾㗲"))))
		s := text.Draw(t, "s")
		require.Equal(t, Simplify(s), Simplify(Simplify(s)))
		require.Equal(t, strings.Map(simplified().simple, criteria.Fold(s)), Simplify(s))
	})
}

func TestSimplify_Allocations(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(100, func() { Simplify("杭州网易云音乐科技有限公司 abc 123") }))
}

func FuzzSimplify(f *testing.F) {
	for _, s := range []string{"臺灣", "\xff張", "Ａ", "か\u3099"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		require.Equal(t, Simplify(s), Simplify(Simplify(s)), "%q", s)
	})
}
