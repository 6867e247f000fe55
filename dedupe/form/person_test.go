package form

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPerson_Chinese(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]Name{
		"张伟":           {Surname: "张", Given: "伟"},
		"张 伟":          {Surname: "张", Given: "伟"},
		"　張偉　":         {Surname: "张", Given: "伟"},
		"欧阳娜娜女士":       {Surname: "欧阳", Given: "娜娜", Title: "女士"},
		"尉迟恭":          {Surname: "尉迟", Given: "恭"},
		"陈方安生":         {Surname: "陈", Given: "方安生"},
		"张总":           {Surname: "张", Title: "总", Partial: true},
		"王女士":          {Surname: "王", Title: "女士", Partial: true},
		"李先生":          {Surname: "李", Title: "先生", Partial: true},
		"欧阳经理":         {Surname: "欧阳", Title: "经理", Partial: true},
		"李副总经理":        {Surname: "李", Title: "副总经理", Partial: true},
		"张**":          {Surname: "张", Partial: true},
		"张＊＊":          {Surname: "张", Partial: true},
		"张某某":          {Surname: "张", Title: "某某", Partial: true},
		"张xx":          {Surname: "张", Partial: true},
		"*伟":           {Given: "伟"},
		"老李":           {Surname: "李", Title: "老", Partial: true},
		"小王":           {Surname: "王", Title: "小", Partial: true},
		"王工":           {Surname: "王", Title: "工", Partial: true},
		"王建工":          {Surname: "王", Given: "建工"},
		"张伟总":          {Surname: "张", Given: "伟", Title: "总"},
		"张伟（财务）":       {Surname: "张", Given: "伟"},
		"李明(Michael)":  {Surname: "李", Given: "明", Other: "michael"},
		"Michael (李明)": {Surname: "李", Given: "明", Other: "michael"},
		"阿凡提·买买提":      {Surname: "买买提", Given: "阿凡提"},
		"约翰·费·肯尼迪":     {Surname: "肯尼迪", Given: "约翰", Middle: "费"},
		"阿凡提买买提":       {Given: "阿凡提买买提"},
		"张":            {Surname: "张", Partial: true},
		"欧阳":           {Surname: "欧阳", Partial: true},
		"先生":           {Surname: "先", Given: "生"},
	} {
		want.Han = true
		require.Equal(t, want, Person(given), given)
	}
}

func TestPerson_Pinyin(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"Zhang Wei": "zhang wei", "Wei ZHANG": "zhang wei", "ZHANG Wei": "zhang wei", "Zhang, Wei": "zhang wei", "zhang wei": "zhang wei", "Wei Zhang": "zhang wei",
		"Wang Xiao Ming": "wang xiaoming", "Xiao-Ming Wang": "wang xiaoming", "Xiaoming Wang": "wang xiaoming", "Wang Xiaoming": "wang xiaoming",
		"Wáng Xiǎomíng": "wang xiaoming", "Ouyang Nana": "ouyang nana", "Nana Ouyang": "ouyang nana", "Ou Yang Na Na": "ouyang nana", "Zeng Xiaoming": "zeng xiaoming",
		"Ceng Xiaoming": "ceng xiaoming", "Lü Bu": "lv bu", "LYU Bu": "lv bu", "Lu Zhenyu": "lu zhenyu", "LI Nyu": "li nv", "Mr. Zhang Wei": "zhang wei", "WANG, Xiao Ming": "wang xiaoming",
	} {
		n := Person(given)
		require.True(t, n.Pinyin, given)
		require.Equal(t, want, n.Key(), given)
		require.Equal(t, want, n.Sound(), given)
	}
	for _, given := range []string{"Tom Hanks", "Zhang", "Wei Smith", "Xi Jin Ping Da Da", "Bob Li"} {
		require.False(t, Person(given).Pinyin, given)
	}
}

// A name in characters and in pinyin, in both orders, sounds the same.
func TestPerson_Sounds(t *testing.T) {
	t.Parallel()
	for han, latin := range map[string]string{
		"曾小明": "Zeng Xiaoming", "单雄信": "Xiongxin SHAN", "仇英": "Ying QIU", "区伟强": "Weiqiang Ou", "尉迟敬德": "Jingde Yuchi", "呂布": "LÜ Bu", "张伟": "Wei Zhang",
	} {
		require.Equal(t, Person(han).Sound(), Person(latin).Sound(), han)
	}
	require.Equal(t, []string{"zeng xiaoming", "ceng xiaoming"}, Person("曾小明").Sounds())
	require.Equal(t, []string{"wang wei", "wei wang"}, Person("Wei Wang").Sounds())
	require.Equal(t, []string{"wang wei"}, Person("王伟").Sounds())
	require.Contains(t, Person("曾小明").Sounds(), Person("Ceng Xiaoming").Sound())
	require.Equal(t, []string{"wang"}, Person("王女士").Sounds())
	require.Equal(t, Person("Catherine Smith").Sound(), Person("Smith, Katharine").Sound())
	require.Empty(t, Person("").Sounds())
}

func TestPerson_Western(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]Name{
		"John Smith":                   {Surname: "smith", Given: "john"},
		"Smith, John":                  {Surname: "smith", Given: "john"},
		"SMITH John":                   {Surname: "smith", Given: "john"},
		"Dr. John Q. Public Jr.":       {Surname: "public", Given: "john", Middle: "q", Title: "dr", Suffix: "jr"},
		"Public, John Q.":              {Surname: "public", Given: "john", Middle: "q"},
		"Smith, John, III":             {Surname: "smith", Given: "john", Suffix: "iii"},
		"John Smith, Jr":               {Surname: "smith", Given: "john", Suffix: "jr"},
		"Ludwig van Beethoven":         {Surname: "van beethoven", Given: "ludwig"},
		"Oscar de la Renta":            {Surname: "de la renta", Given: "oscar"},
		"Mary-Jane O'Brien":            {Surname: "obrien", Given: "mary jane"},
		"John Smith-Jones":             {Surname: "smith jones", Given: "john"},
		"J.R.R. Tolkien":               {Surname: "tolkien", Given: "j", Middle: "r r"},
		"José García":                  {Surname: "garcia", Given: "jose"},
		"Mr Smith":                     {Surname: "smith", Title: "mr", Partial: true},
		"Prof. Dr. Smith":              {Surname: "smith", Title: "prof dr", Partial: true},
		"Sir Elton":                    {Given: "elton", Title: "sir"},
		"rick":                         {Given: "rick"},
		"Robert (Bob) Smith":           {Surname: "smith", Given: "robert", Other: "bob"},
		"Sir Robert Peel, 2nd Baronet": {Surname: "peel", Given: "robert", Title: "sir", Suffix: "2nd baronet"},
		"":                             {},
		",":                            {},
	} {
		require.Equal(t, want, Person(given), given)
	}
	require.Equal(t, "smith john", Person("Mr John A. Smith PhD").Key())
}

func TestSameGiven(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{"bill william", "will bill", "tom thomas", "Nessie agnes", "bob Robert", "liz betty", "JIM James", "peggy margaret", "josé Jose", "张 张"} {
		a, b, _ := strings.Cut(pair, " ")
		require.True(t, SameGiven(a, b), pair)
		require.True(t, SameGiven(b, a), pair)
	}
	for _, pair := range []string{"edward theodore", "john james", "j john", "mary maria1", "伟 张"} {
		a, b, _ := strings.Cut(pair, " ")
		require.False(t, SameGiven(a, b), pair)
	}
}

// Each line of the table is of small letters and has two names or more, none
// of them twice.
func TestNicknames(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(nicknamesText) {
		names := strings.Fields(line)
		require.Greater(t, len(names), 1, line)
		require.Equal(t, strings.TrimSpace(line), latin(line))
		require.Len(t, set(line), len(names), line)
	}
}

// Width, spaces and traditional characters change nothing.
func TestPerson_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("张張欧阳伟总先生*·(）aBz. ,'ü老某")))).Draw(t, "s")
		n := Person(s)
		require.Equal(t, n, Person(" "+s+" "))
		require.False(t, n.Han && n.Pinyin)
		require.False(t, n.Partial && n.Given != "")
		if n.Han {
			require.Equal(t, n, Person(Simplify(s)))
		}
		for i, sound := range n.Sounds() {
			require.True(t, i > 0 || sound == n.Sound())
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		surname := rapid.SampledFrom([]string{"王", "曾", "欧阳", "尉迟", "单", "張"}).Draw(t, "surname")
		given := rapid.SampledFrom([]string{"伟", "小明", "娜娜", "麗"}).Draw(t, "given")
		title := rapid.SampledFrom([]string{"", "先生", "女士", "经理"}).Draw(t, "title")
		n := Person(surname + rapid.SampledFrom([]string{"", " ", "　"}).Draw(t, "space") + given + title)
		require.Equal(t, Name{Surname: Simplify(surname), Given: Simplify(given), Title: title, Han: true}, n)
		require.Equal(t, Name{Surname: Simplify(surname), Title: "总", Partial: true, Han: true}, Person(surname+"总"))
	})
}

// Of the sample of people, the names in pinyin sound as the names in characters
// of the same person do, in one of the ways of each. Some names of the sample
// have been changed by a character.
func TestPerson_Sample(t *testing.T) {
	t.Parallel()
	rows := sample(t, "zh_person", "zh_person.csv")
	at := map[string]Name{}
	pinyin, found := 0, 0
	for _, row := range rows {
		if n := Person(row["name"]); n.Han && !n.Partial {
			at[row["entity"]] = n
		}
	}
	for _, row := range rows {
		n, han := Person(row["name"]), at[row["entity"]]
		if n.Han || han.Given == "" || row["name"] == "" {
			continue
		}
		pinyin++
		for _, sound := range han.Sounds() {
			if slices.Contains(n.Sounds(), sound) {
				found++
				break
			}
		}
	}
	t.Logf("%d of %d names in pinyin sound as the name in characters", found, pinyin)
	require.Greater(t, pinyin, 100)
	require.Greater(t, found*100, pinyin*95)
}

// sample returns the rows of a file of the sample data, and skips the test
// where there is none.
func sample(t *testing.T, dir, name string) []map[string]string {
	file, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "dedupe", dir, name))
	if err != nil {
		t.Skip("the sample data is not here: ", err)
	}
	return rowsOf(t, file)
}

func FuzzPerson(f *testing.F) {
	for _, s := range []string{"张 伟", "Wei ZHANG", "Dr. John Q. Public Jr.", "张**", "\xff", "欧阳·", "(", "Smith, , Jr", "·张"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Person(s)
		require.LessOrEqual(t, len(n.Sounds()), 4)
		require.NotContains(t, n.Key(), "  ")
		require.False(t, n.Partial && n.Given != "", "%q: %+v", s, n)
	})
}
