package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// What a text is asked for follows from its characters.
func TestAsks(t *testing.T) {
	t.Parallel()
	all := []Look{CreditCode, ExternalID, Phone, Name}
	for text, want := range map[string][]Look{
		"曾":                     all,
		"小明":                    append(slices.Clone(all), NameInside, Company),
		"z":                     append(slices.Clone(all), Spelling),
		"zx":                    append(slices.Clone(all), Spelling),
		"zxm":                   append(slices.Clone(all), Spelling, EmailStart, NameInside, Company),
		"zeng xiao":             append(slices.Clone(all), Spelling, NameInside, Company),
		"曾xm":                   append(slices.Clone(all), Spelling, NameInside, Company),
		"800":                   append(slices.Clone(all), Spelling, EmailStart),
		"8000":                  append(slices.Clone(all), Spelling, PhoneTail, EmailStart),
		"138 0013":              append(slices.Clone(all), Spelling, PhoneTail),
		"８０００":                  append(slices.Clone(all), Spelling, PhoneTail, EmailStart),
		"a@b":                   {Email, EmailStart},
		"a@":                    {Email},
		"@acme":                 {Email, Domain},
		"@":                     {Email},
		"acme.com":              append(slices.Clone(all), Spelling, EmailStart, Domain, NameInside, Company),
		"12.5":                  append(slices.Clone(all), Spelling, EmailStart),
		"...":                   append(slices.Clone(all), EmailStart),
		strings.Repeat("1", 16): append(slices.Clone(all), Spelling, EmailStart),
	} {
		q, err := read(text)
		require.NoError(t, err)
		var got []Look
		for _, l := range Looks() {
			if q.asks(l) {
				got = append(got, l)
			}
		}
		require.Equal(t, want, got, "%q", text)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	f := Finder{Romanize: pinyin.Keys}
	for name, want := range map[string][]string{
		"曾小明":               {"曾小明", "zengxiaoming", "zxm"},
		"Bob O'Neill-Smith": {"boboneillsmith", "oneillsmith", "smith", "bos"},
		"ＡＢＣ 科技":            {"abc科技", "科技", "abckeji", "abckj"},
		"张三 (老张)":           {"张三老张", "老张", "zhangsanlaozhang", "zslz"},
		"！！":                {""},
		"José":              {"josé", "jose"},
		"a a":               {"aa"},
		"Zoë Müller-Weiß": {"zoëmüllerweiss", "müllerweiss", "weiss", "zoemullerweiss", "zmw",
			"zoemuellerweiss", "mullerweiss", "muellerweiss"},
		"Mu\u0308ller":         {"müller", "muller", "mueller"},
		"Đỗ Ngô":               {"đỗngô", "ngô", "đongo", "đn", "ngo"},
		"Йод か\u3099":          {"йодが", "が", "йが"},
		"吕布":                   {"吕布", "lvbu", "lyubu", "lubu", "lb"},
		strings.Repeat("x", 9): {"xxxxxxxxx"},
	} {
		require.Equal(t, want, f.forms(name), "%q", name)
	}
	require.Equal(t, []string{"曾小明"}, Finder{}.forms("曾小明"))
	require.LessOrEqual(t, len(f.forms(strings.Repeat("乐", 20)+strings.Repeat(" a b c", 20))), maxKeys)
	for n := range 200 {
		part := cut(strings.Repeat("曾", n))
		require.True(t, utf8.ValidString(part) && len(part) <= maxBytes && len(part) >= min(3*n, maxBytes-2))
	}
}

// A name that is longer than a key is found by a text that is, too.
func TestForms_Long(t *testing.T) {
	t.Parallel()
	f := Finder{}
	long := strings.Repeat("abc ", 60)
	for _, k := range number([16]byte{}, [16]byte{}, ofName, f.forms(long)) {
		require.LessOrEqual(t, len(k.Key), maxBytes)
	}
	text := strings.Repeat("abc", 33)
	require.True(t, f.spells(long, text))
	require.True(t, strings.HasPrefix(cut(f.forms(long)[0]), cut(text)))
}

// Any text is either refused as ErrInvalid or read; any cursor is either of this
// search or ErrCursor.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"曾小明", "zxm", "@acme", "138 0013 8000", "a\x00", "\xff", "ﷺ", "K-77"} {
		f.Add(text, "", "曾小明 138")
		f.Add(text, "AAAAAAAAAAA.0.", text)
	}
	f.Add("明", "0", "\xe5") // what a mask may leave
	finder := Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Sources: []string{"erp"}}
	f.Fuzz(func(t *testing.T, text, cursor, shown string) {
		q, err := read(text)
		if err != nil {
			require.ErrorIs(t, err, storage.ErrInvalid)
			return
		}
		if q.text == "" {
			return
		}
		s := &search{looks: finder.looks(q, Options{})}
		s.mark = fingerprint(q.text, s.looks)
		if err := s.start(storage.Cursor(cursor)); err != nil {
			require.ErrorIs(t, err, storage.ErrCursor)
		}
		for _, l := range s.looks {
			for _, span := range l.spans(shown) {
				require.True(t, 0 <= span.From && span.From < span.To && span.To <= len(shown), "%q of %q by %q: %v", l.name, shown, text, span)
			}
		}
	})
}
