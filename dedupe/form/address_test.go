package form

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Each line is one place in several spellings, all of which have equal parts.
func TestAddress_OnePlace(t *testing.T) {
	t.Parallel()
	for _, spellings := range [][]string{
		{"北京市朝阳区望京街10号3栋4楼09室", "北京朝阳望京街10号3号楼4层409", "北京市北京市朝阳区望京街十号3幢409", "中国北京 朝阳区 望京街10号 3座4F-09", "北京朝阳望京街１０号３－４０９",
			"北京朝陽區望京街10號3號樓4層409室"},
		{"湖南省永州市江华瑶族自治县加州路302号7座21F-10", "永州江华县加州路302号7栋21楼10室", "湖南江华瑶族自治县加州路302号7-2110", "江华瑶族自治县加州路302号7幢2110室"},
		{"新疆维吾尔自治区和田地区和田县中海东路24号", "新疆维吾尔和田地和田县中海东路24號", "新疆和田和田县中海东路24号"},
		{"上海市浦东新区张江路88弄12号301室", "上海浦东张江路88弄12号楼3楼01"},
		{"杭州市西湖区文三路1号2栋3单元401室", "浙江省杭州西湖区文三路1号2-3-401"},
		{"435 S. La Cienega Blvd., Los Angeles, CA 90048", "435 south la cienega boulevard, Los Angeles CA 90048-1234", "435 La Cienega Blvd S, los angeles, ca 90048"},
		{"1110 Third Avenue", "1110 3rd Ave."},
		{"5th Ave & Main St", "Main Street and Fifth Avenue", "fifth av at main st."},
		{"PO Box 123, Springfield", "P.O. Box 123, Springfield", "post office box 123, springfield"},
		{"12 High Street Apt 4B", "12 High St. #4B", "12 high st, unit 4b", "12 High Street, Suite 4B"},
		{"One Main Street", "1 Main St"},
	} {
		for _, s := range spellings[1:] {
			require.Equal(t, Address(spellings[0]), Address(s), s)
		}
	}
}

func TestAddress_Chinese(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]PostalAddress{
		"江苏省昆山市千灯镇南野路甲5号": {Province: "江苏", City: "苏州", District: "昆山", Road: "南野路", Number: "甲5", Rest: "千灯镇", Numbers: []string{"甲5"}},
		"北京市海淀区中关村大街1号海龙大厦15层1508室": {Province: "北京", City: "北京", District: "海淀", Road: "中关村大街", Number: "1", Floor: "15", Room: "1508",
			Rest: "海龙大厦", Numbers: []string{"1", "1508"}},
		"朝阳区望京街10号":           {District: "朝阳", Road: "望京街", Number: "10", Numbers: []string{"10"}},
		"四川北路12号":             {Road: "四川北路", Number: "12", Numbers: []string{"12"}},
		"北京路5号":               {Road: "北京路", Number: "5", Numbers: []string{"5"}},
		"信阳市平桥区快一街442号":       {Province: "河南", City: "信阳", District: "平桥", Road: "快一街", Number: "442", Numbers: []string{"442"}},
		"200120上海市浦东新区世纪大道8号": {Province: "上海", City: "上海", District: "浦东", Road: "世纪大道", Number: "8", Postcode: "200120", Numbers: []string{"8"}},
		"吉林市":                 {Province: "吉林", City: "吉林"},
		"吉林":                  {Province: "吉林"},
		"济源市":                 {Province: "河南", City: "济源"},
		"A座12层":               {Building: "a", Floor: "12", Numbers: []string{"a"}},
		"张江村":                 {Road: "张江村"},
		"单县园艺路1号":             {Province: "山东", City: "菏泽", District: "单县", Road: "园艺路", Number: "1", Numbers: []string{"1"}},
	} {
		require.Equal(t, want, Address(given), given)
	}
}

func TestAddress_Western(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]PostalAddress{
		"":                                       {},
		"1110 third ave. at 65th st.":            {Road: "3 ave", Number: "1110", Rest: "at 65 st", Numbers: []string{"1110"}},
		"28 1/2 bowery at bayard st.":            {Road: "bowery", Number: "28 1/2", Rest: "at bayard st", Numbers: []string{"28 1/2"}},
		"37-03 74th st.":                         {Road: "74 st", Number: "37-03", Numbers: []string{"37-03"}},
		"3rd st.":                                {Road: "3 st"},
		"4250 N. St. Louis":                      {Road: "n st louis", Number: "4250", Numbers: []string{"4250"}},
		"1318 W 95th St Chicago":                 {Road: "w 95 st", Number: "1318", City: "chicago", Numbers: []string{"1318"}},
		"27 Washington Oak Park IL 60302":        {Province: "il", Road: "washington oak park", Number: "27", Postcode: "60302", Numbers: []string{"27"}},
		"Flat 4, 12 High Street, London BS2 0EL": {City: "london", Road: "high st", Number: "12", Unit: "4", Postcode: "bs20el", Numbers: []string{"12", "4"}},
		"3/45 High St":                           {Road: "high st", Number: "45", Unit: "3", Numbers: []string{"45", "3"}},
		"200 Main St, 3rd Floor, Suite 5":        {Road: "main st", Number: "200", Unit: "5", Floor: "3", Numbers: []string{"200", "5"}},
		"950 8th ave between 16th and 17th":      {Road: "8 ave", Number: "950", Rest: "between 16 and 17", Numbers: []string{"950"}},
	} {
		require.Equal(t, want, Address(given), given)
	}
}

// The parts of an address in all spellings of its regions and numbers are the
// same.
func TestAddress_Properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
		region := of("region", "浙江省杭州市西湖区", "杭州西湖", "杭州市西湖区", "浙江杭州西湖区", "浙江省 杭州市 西湖区")
		number := of("number", "12号", "十二号", "１２号", "012号")
		building := of("building", "3栋", "3幢", "3座", "3号楼", "三号楼", "03栋")
		room := of("room", "4楼09室", "4层409", "409", "409室", "4F-09", "四楼9室")
		got := Address(region + of("space", "", " ") + "文三路" + number + building + room)
		require.Equal(t, PostalAddress{Province: "浙江", City: "杭州", District: "西湖", Road: "文三路", Number: "12", Building: "3", Floor: "4", Room: "409",
			Numbers: []string{"12", "3", "409"}}, got)
	})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("北京海淀路号楼3f-12甲 # Ave,/x镇")))).Draw(t, "s")
		a := Address(s)
		require.Equal(t, a, Address(Simplify(s)))
		require.Equal(t, a, Address(" "+s+" "))
	})
}

// Every address of the sample has its road and number, and those that tell a
// place, the province, city and district of it.
func TestAddress_Sample(t *testing.T) {
	t.Parallel()
	told, found := 0, 0
	for _, row := range sample(t, "zh_person", "zh_person.csv") {
		text := row["address"]
		if text == "" {
			continue
		}
		a := Address(text)
		require.NotEmpty(t, a.Number, text)
		require.True(t, strings.ContainsAny(a.Road, "路街道巷"), "%s: %+v", text, a)
		if told++; a.City != "" {
			found++
			require.NotEmpty(t, a.Province, text)
		}
	}
	t.Logf("%d of %d addresses have a city", found, told)
	require.Greater(t, found*100, told*98)
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"北京市朝阳区望京街10号3栋4楼09室", "12-3号", "---", "#", "435 S. La Cienega Blvd., CA 90048", "po box", "1/", "\xff号", "at and at", "一百号", "邮编123456中国"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { Address(s) })
}

// A plain text takes the short way, to the same parts; a comma sends it the long way.
func TestAddressParts_Property_ShortWay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`((po|p|o|box|post|office|[0-9]{1,3}|ab) ){0,5}(st|1)`).Draw(t, "text")
		require.True(t, isPlain(text))
		require.Equal(t, addressParts(text+","), addressParts(text))
	})
}
