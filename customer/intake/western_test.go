package intake

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

// Files of Western Europe that GB18030 could read, too, are not taken for Chinese.
func TestEncoding_WesternFilesAreRefusedAsAmbiguous(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		in   encoding.Encoding
		text string
	}{
		"French":                     {charmap.Windows1252, "name,phone,city\nFrançois,+33612345678,Orléans\n"},
		"French, one name":           {charmap.Windows1252, "name\nHélène\n"},
		"French, first letter":       {charmap.Windows1252, "name\nÉmile\n"},
		"French, capitals":           {charmap.Windows1252, "name\nHÉLÈNE\nÉTIENNE\n"},
		"German":                     {charmap.Windows1252, "name,city\nMüller,Köln\nGröße,Düsseldorf\nÜnal,Fürth\n"},
		"German, capitals":           {charmap.Windows1252, "NAME\nMÜLLER\n"},
		"Spanish":                    {charmap.Windows1252, "name,city\nGarcía,Córdoba\nMuñoz,Málaga\nIbáñez,León\n"},
		"Portuguese":                 {charmap.Windows1252, "name\nJoão da Conceição\n"},
		"Portuguese, one name":       {charmap.Windows1252, "name\nConceição\n"},
		"Swedish":                    {charmap.Windows1252, "name\nÅsa Sjöström\nBjörn Håkansson\n"},
		"Polish":                     {charmap.Windows1250, "name,city\nJóźwiak,Kraków\nWójcik,Bełchatów\nStanisław Zieliński,Wąchock\n"},
		"Czech":                      {charmap.Windows1250, "name\nNěmec\nNovák\nŠtěpán\n"},
		"behind much ASCII":          {charmap.Windows1252, "name\n" + strings.Repeat("someone\n", 20_000) + "Zoëlle\n"},
		"a header that has accents":  {charmap.Windows1252, "prénom,téléphone\nAnn,1\n"},
		"a name in quotation marks":  {charmap.Windows1252, "\"prénom\"\n\"Céline\"\n"},
		"two letters behind another": {charmap.Windows1252, "name\nCréées\nFrédérique\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := c.in.NewEncoder().String(c.text)
			require.NoError(t, err)
			err = readError(raw)
			require.ErrorIs(t, err, ErrEncoding)
			require.ErrorIs(t, err, ErrAmbiguousEncoding)
			require.ErrorContains(t, err, "state the encoding, which is Windows1252 for Western Europe and GB18030 for Chinese")
			var at *FileError
			require.ErrorAs(t, err, &at)
			require.Positive(t, at.Line)
			if c.in != charmap.Windows1252 {
				return
			}
			f, err := NewCSV(strings.NewReader(raw), TextOptions{Encoding: Windows1252})
			require.NoError(t, err)
			good, bad, err := allRows(f)
			require.NoError(t, err)
			require.Empty(t, bad)
			want, _, err := allRows(openCSV(t, c.text))
			require.NoError(t, err)
			require.Equal(t, want, good)
		})
	}
}

// Where GB18030 does not have the bytes, the file is refused at the first of them.
func TestEncoding_WesternFilesThatAreNoGB18030AreRefused(t *testing.T) {
	t.Parallel()
	for text, in := range map[string]encoding.Encoding{
		"name\nAndré\n":       charmap.Windows1252,
		"name\nNúñez\n":       charmap.Windows1252,
		"name\nÁ. Smith\n":    charmap.Windows1252,
		"name\nDvořák\n":      charmap.Windows1250,
		"name\nŁukasz\n":      charmap.Windows1250,
		"name,p\nIrène,5 €\n": charmap.Windows1252,
	} {
		raw, err := in.NewEncoder().String(text)
		require.NoError(t, err)
		err = readError(raw)
		require.ErrorIs(t, err, ErrEncoding, text)
		require.ErrorContains(t, err, "Windows1252")
	}
}

// readError opens and reads a text, and returns what ended that early.
func readError(raw string) error {
	f, err := NewCSV(strings.NewReader(raw), TextOptions{})
	if err != nil {
		return err
	}
	_, _, err = allRows(f)
	return err
}

// Chinese text in GB18030 is read, however short, with rare characters whose second
// byte is a Latin letter, and among Latin letters.
func TestEncoding_ChineseIsNeverTakenForWestern(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"姓名\n", "name\n李\n", "name\n镕\n", "name\n朱镕基\n", "name\n喆\n", "name\n珺\n玥\n", "name\n翀\n犇\n",
		"name,city\nAnn,Oslo\n王丽,Bergen\nBob,Rome\n",
		"name\nMike王\n", "name\nLily李Lily\n", "name\n王Amy\n", "name\nVIP客户A\n", "name\nT恤shirt\n", "name\nK歌Bar\n", "name\nA座B\n",
		"name\nMike镕\n", "name\n镕Mike\n", "name\nfrank珺\n陈\n", "name\nabc中def\n",
		"name\n㐀㛃𠮷\n", "name\nJohn㐀\n", "name\nÀ la carte\n", "名称\n第1號Müller\n",
		"姓名,手机,城市\n陈喆,13800138000,深圳\n张玥,13900139000,杭州\n李珺,13700137000,上海\n",
		"備註\n繁體字的公司名稱：開發銀行，電話號碼與聯絡人\n",
		"公司\nABC科技(上海)有限公司\nIBM中国\nSAP软件\niPhone专卖店\n",
		"note\nα系数\nΩ欧姆\nпривет\n",
		"name\nロボット\n",
		"name,note\na,¥100\nb,20℃\n",
		"name\n“quoted”\n",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			f, err := NewCSV(strings.NewReader(encode(t, text, GB18030)), TextOptions{})
			require.NoError(t, err)
			good, bad, err := allRows(f)
			require.NoError(t, err)
			require.Empty(t, bad)
			want, _, err := allRows(openCSV(t, text))
			require.NoError(t, err)
			require.Equal(t, want, good)
			require.Equal(t, GB18030, f.Encoding())
		})
	}
}

func TestEncoding_Windows1252(t *testing.T) {
	t.Parallel()
	f, err := NewCSV(strings.NewReader("name,price\nFran\xE7ois \x96 O\x92Neil,\x80 5\n"), TextOptions{Encoding: Windows1252})
	require.NoError(t, err)
	good, _, err := allRows(f)
	require.NoError(t, err)
	require.Equal(t, [][]string{{"François – O’Neil", "€ 5"}}, good)
	require.Equal(t, Windows1252, f.Encoding())
	for _, c := range []byte{0x81, 0x8D, 0x8F, 0x90, 0x9D} {
		f, err := NewCSV(strings.NewReader("name\n\xFCber\nab"+string([]byte{c})+"c\n"), TextOptions{Encoding: Windows1252})
		require.NoError(t, err)
		good, _, err := allRows(f)
		require.ErrorIs(t, err, ErrEncoding, "a byte that the encoding does not have")
		require.NotErrorIs(t, err, ErrAmbiguousEncoding)
		var at *FileError
		require.ErrorAs(t, err, &at)
		require.Equal(t, []int64{3, 3, 3}, []int64{at.Row, at.Line, at.Column})
		require.Equal(t, [][]string{{"über"}}, good)
	}
	_, err = NewCSV(strings.NewReader("\uFEFFa\n"), TextOptions{Encoding: Windows1252})
	require.ErrorIs(t, err, ErrEncoding)
}

// Runs of Chinese characters of any kind between delimiters, among Latin words, never look Western.
func TestLooksWestern_Property_NotWhereChineseStandsAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		han := rapid.StringOfN(rapid.RuneFrom(nil, &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x4E00, Hi: 0x9FA5, Stride: 1}}}), 1, 12, -1)
		word := rapid.StringMatching(`[A-Za-z0-9]{0,6}`)
		var text strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "cells") {
			text.WriteString(han.Draw(t, "han") + "," + word.Draw(t, "word") + "\n")
		}
		require.False(t, looksWestern('\n', []byte(encode(t, text.String(), GB18030))), text.String())
	})
}
