package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/stretchr/testify/require"
)

// The judge's figures are right on a small case worked out by hand.
func TestJudge(t *testing.T) {
	t.Parallel()
	v := judge([][]string{{"1", "2", "3"}, {"4"}}, map[string]string{"1": "a", "2": "a", "3": "b", "4": "b"})
	require.InDelta(t, 1.0/3, v.precision, 1e-9)
	require.InDelta(t, 1.0/2, v.recall, 1e-9)
	require.InDelta(t, 0.4, v.f1, 1e-9)
	// precision (2/3+2/3+1/3+1)/4 = 2/3, recall (1+1+1/2+1/2)/4 = 3/4
	require.InDelta(t, 2*(2.0/3)*(3.0/4)/(2.0/3+3.0/4), v.bCubed, 1e-9)
}

// Records that are made up are the same every time, and their truth is found.
func TestMatching_Synthetic(t *testing.T) {
	adapters.WithoutDetector(t)
	t.Parallel()
	records, truth := synthetic(3000, false)
	again, _ := synthetic(3000, false)
	require.Equal(t, records, again)
	require.Len(t, truth, 3000, "an id comes twice")
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"-synthetic", "500,3000"}, &out))
	require.Regexp(t, `(?s)synthetic +500 .*synthetic +3000 +(0\.9[789]|1)\d* +(0\.9[789]|1)`, out.String())
	out.Reset()
	require.NoError(t, command(t.Context(), []string{"-easy", "-synthetic", "3000"}, &out))
	require.Regexp(t, `synthetic, easy +3000 +(0\.99|1)\d* +(0\.9[89]|1)`, out.String())
	for _, numbers := range []string{"0", "x", "10,", "99999999999"} {
		require.Error(t, command(t.Context(), []string{"-synthetic", numbers}, &out), numbers)
	}
}

func TestMatching_OwnFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(file, []byte(people()), 0o600))
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"-set", file, "-truth", "person", "-type", "note="}, &out))
	require.Regexp(t, `people\.csv +40 +1\.0000 +1\.0000 +1\.0000 +1\.0000`, out.String())
	for _, args := range [][]string{
		nil, {"-set", file}, {"-set", file, "-data", "x"}, {"-set", file, "-truth", "none"}, {"-set", file, "-truth", "person", "-type", "note=colour"},
		{"-set", file, "-truth", "person", "-type", "note"}, {"-data", t.TempDir()}, {"-data", "x", "-synthetic", "5"},
	} {
		require.Error(t, command(t.Context(), args, &out), args)
	}
}

// people are 30 persons, ten of them twice, the second time with the number
// written in another way and without the birthday.
func people() string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("person,姓名,手机,生日,note\n")
	pick := func(from string) string { list := []rune(from); return string(list[random.IntN(len(list))]) }
	for i := range 30 {
		name := pick("王李张刘陈杨黄周吴徐孙马朱胡郭何林高罗郑") + pick("伟芳娜敏静丽强磊洋艳") + pick("明华东建志文玉国春梅")
		phone := fmt.Sprintf("1%d%08d", 30+random.IntN(60), random.IntN(100_000_000))
		fmt.Fprintf(&b, "%d,%s,%s,%d-%02d-%02d,x\n", i, name, phone, 1950+random.IntN(50), 1+random.IntN(12), 1+random.IntN(28))
		if i%3 == 0 {
			fmt.Fprintf(&b, "%d,%s,+86 %s %s,,x\n", i, name, phone[:3], phone[3:])
		}
	}
	return b.String()
}

// Two files are two lists of which none has duplicates of its own; columns that one of
// them lacks are not compared.
func TestMatching_TwoFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ours, theirs := filepath.Join(folder, "ours.csv"), filepath.Join(folder, "theirs.csv")
	var a, b strings.Builder
	a.WriteString("person,name,mail,note\n")
	b.WriteString("mail,name,person\n")
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 40 {
		given, surname := givenNames[random.IntN(40)], strings.Fields(commonSurnames)[random.IntN(60)]
		mail := fmt.Sprintf("%s%d@example.com", surname, random.IntN(10_000))
		fmt.Fprintf(&a, "%d,%s %s,%s,x%d\n", i, given, surname, mail, i%3)
		if i%2 == 0 {
			fmt.Fprintf(&b, "%s,%s %s,%d\n", mail, given[:1], surname, i)
		}
	}
	require.NoError(t, os.WriteFile(ours, []byte(a.String()), 0o600))
	require.NoError(t, os.WriteFile(theirs, []byte(b.String()), 0o600))
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"-set", ours, "-set", theirs, "-truth", "person"}, &out))
	require.Regexp(t, `ours\.csv and theirs\.csv +60 +1\.0000 +1\.0000 +1\.0000 +1\.0000`, out.String())
	require.Regexp(t, `(?s)name: person.*mail: email.*person: left out`, out.String())
	require.NotContains(t, out.String(), "note")
	require.Error(t, command(t.Context(), []string{"-set", ours, "-set", theirs, "-truth", "note"}, &out), "the truth of one list alone")
}

// Ids as Febrl writes them name the entity by their number.
func TestEntities(t *testing.T) {
	t.Parallel()
	entity := entities([][][]string{{{"rec-7-org"}, {"rec-7-dup-0"}}, {{"rec-8-dup-12"}}}, 0)
	require.Equal(t, "7", entity("rec-7-dup-0"))
	entity = entities([][][]string{{{"rec-7-org"}, {"q-7-1"}}}, 0)
	require.Equal(t, "q-7-1", entity("q-7-1"))
}

// A set whose files are not there is said to be missing.
func TestMatching_Missing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "zh_company_parts"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "zh_company_parts", "groundtruth.txt"), []byte("柳州国联运输集团有限公司 国联\n湖北塑胶跑道工程公司\n珠海路畅机电设备有限公司 畅路\n"), 0o600))
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"-data", folder, "-only", "zh_company_parts,fake_1000"}, &out))
	require.Regexp(t, `fake_1000 +not judged: there is no .*fake_1000\.csv`, out.String())
	require.Regexp(t, `zh_company_parts +3 +0\.5000 +0\.5000 +0\.5000`, out.String())
	require.ErrorContains(t, command(t.Context(), []string{"-data", folder, "-only", "fake"}, &out), "fake")
	require.Error(t, command(t.Context(), []string{"-data", folder, "-only", "febrl1"}, &out))
}

func TestMatching_RealData(t *testing.T) {
	adapters.WithoutDetector(t)
	folder := filepath.Join("..", "..", "..", "shared", "data", "dedupe")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data is not beside the project: ", err)
	}
	var out bytes.Buffer
	require.NoError(t, command(t.Context(), []string{"-data", folder, "-only", "febrl1,fake_1000,zh_company_parts"}, &out))
	require.Equal(t, 4, strings.Count(out.String(), "\n"))
	require.Regexp(t, `zh_company_parts +500 +0\.9[6-9]\d* +0\.9[6-9]`, out.String())
	require.Regexp(t, `febrl1 +1000 +1\.0000 +1\.0000`, out.String())
}
