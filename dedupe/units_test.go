package dedupe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var firms = []Field{{Name: "name", Type: Company}, {Name: "code", Type: Identifier}, {Name: "phone", Type: Phone}, {Name: "address", Type: Address}}

// market makes n companies, in Chinese or in English, of which every fourth has a
// second record with a fault, and every tenth a branch of which nothing else is the
// same.
func market(n int, chinese bool, random *rand.Rand) (list []Record) {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	for i := range n {
		city := pick("杭州", "宁波", "南京", "成都", "武汉", "长沙")
		name := city + string([]rune{rune(0x4e00 + random.IntN(3000)), rune(0x5200 + random.IntN(3000))}) + pick("阀门", "电器", "食品", "科技") + "有限公司"
		branch, street := name+"上海分公司", city+"市"+pick("解放", "人民", "中山", "建设")+"路"+fmt.Sprint(1+random.IntN(900))+"号"
		if !chinese {
			name = fmt.Sprintf("%c%s%s %s Ltd", 'A'+rune(random.IntN(26)), pick("ar", "el", "on", "ub"), pick("mont", "dale", "wick", "ster", "field"), pick("Valves", "Foods", "Tools", "Paper"))
			branch, street = name+", Leeds branch", fmt.Sprintf("%d %s Street", 1+random.IntN(900), pick("High", "Mill", "Church", "Station"))
		}
		add := func(id, name, phone, street string) {
			list = append(list, Record{ID: fmt.Sprintf("%04d %s", i, id), Values: []string{name, "", phone, street}})
		}
		phone := func() string { return fmt.Sprintf("0571-8%07d", random.IntN(9_000_000)) }
		own := phone()
		add("a", name, own, street)
		if i%4 == 0 {
			add("b", name, own, "")
		}
		if i%10 == 0 {
			add("c", branch, phone(), "上海市浦东新区世纪大道"+fmt.Sprint(1+random.IntN(900))+"号")
		}
	}
	return list
}

// A branch is not its parent, nor another branch, whatever else they have in common;
// and a branch is itself, however it is written.
func TestMatch_Branches(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	const hotline, street = "400-820-1234", "杭州市西湖区文三路12号"
	for _, c := range []struct {
		chinese bool
		a, b    []string
		one     bool
	}{
		{true, []string{"杭州华星阀门有限公司", "", "", ""}, []string{"杭州华星阀门有限公司北京分公司", "", "", ""}, false},
		{true, []string{"杭州华星阀门有限公司", "", hotline, ""}, []string{"杭州华星阀门有限公司北京分公司", "", hotline, ""}, false},
		{true, []string{"杭州华星阀门有限公司", "", hotline, street}, []string{"杭州华星阀门有限公司BJ分部", "", hotline, street}, false},
		{true, []string{"杭州华星阀门有限公司北京分公司", "", hotline, street}, []string{"杭州华星阀门有限公司上海分公司", "", hotline, street}, false},
		{true, []string{"杭州华星阀门有限公司第一分公司", "", hotline, street}, []string{"杭州华星阀门有限公司第二分公司", "", hotline, street}, false},
		{true, []string{"杭州华星阀门有限公司鞍山分公司", "", hotline, street}, []string{"杭州华星阀门有限公司马鞍山分公司", "", hotline, street}, false},
		{false, []string{"Zorin Pumps Ltd, London branch", "", hotline, street}, []string{"Zorin Pumps Ltd Munich", "", hotline, street}, false},
		{false, []string{"Zorin Pumps Ltd, London branch", "", hotline, street}, []string{"Zorin Pumps Ltd", "", hotline, street}, false},
		{false, []string{"Zorin Pumps #3", "", hotline, street}, []string{"Zorin Pumps #4", "", hotline, street}, false},

		{true, []string{"杭州华星阀门有限公司北京分公司", "", "", ""}, []string{"杭州华星阀门有限公司BJ分部", "", "", ""}, true},
		{true, []string{"华星(杭州)阀门有限公司北京分公司", "", "", ""}, []string{"杭州市华星阀门有限责任公司北京市分公司", "", "", ""}, true},
		{true, []string{"杭州华星阀门有限公司海口分公司", "", hotline, ""}, []string{"杭州华星阀门有限公司海扣分公司", "", hotline, ""}, true},
		{true, []string{"杭州华星阀门有限公司", "91330106MA2B1CDE01", hotline, ""}, []string{"杭州华星阀门有限公司北京分公司", "91330106MA2B1CDE01", hotline, ""}, true},
		{false, []string{"Zorin Pumps Ltd, London branch", "", hotline, ""}, []string{"ZORIN PUMPS Limited (London Office)", "", hotline, ""}, true},
		{false, []string{"Zorin Pumps Ltd", "", hotline, ""}, []string{"Zorin Pumps Ltd Munich", "", hotline, ""}, true},
		{false, []string{"Zorin Pumps Ltd", "", hotline, ""}, []string{"Zorin Pumps (Head Office)", "", hotline, ""}, true},
	} {
		records := append(market(240, c.chinese, rand.New(rand.NewPCG(5, 5))), Record{ID: "x", Values: c.a}, Record{ID: "y", Values: c.b})
		found := match(t, firms, records...)
		e, known := found.Explain("x", "y")
		require.True(t, known)
		together := slices.ContainsFunc(found.Clusters, func(ids []string) bool { return slices.Contains(ids, "x") && slices.Contains(ids, "y") })
		require.Equal(t, c.one, together, "%v\n%v\n%v", c.a, c.b, e)
		if !c.one {
			require.Equal(t, "another branch, or a branch and the whole", e.Parts[0].Level)
			require.Less(t, e.Probability(), .02)
			require.LessOrEqual(t, e.Parts[0].Weight, .0, "much else of the name is the same")
		}
		p := stored(t, found.Profile(ProfileOptions{}))
		rows := prepared(t, p, records)
		equalWeights(t, found, p, rows)
		require.InDelta(t, e.Weight, p.Explain(rows["x"], rows["y"]).Weight, 1e-3)
	}
}

// No pair of a company and its branch is found in a market, and those who are there
// twice are.
func TestMatch_BranchesOfAMarket(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	for _, chinese := range []bool{true, false} {
		records := market(600, chinese, rand.New(rand.NewPCG(8, 8)))
		for i := range records { // half of the branches answer the telephone of the whole
			if r := records[i]; r.ID[5:] == "c" && i%2 == 0 {
				r.Values[2] = records[i-1].Values[2]
			}
		}
		found := match(t, firms, records...)
		pairs := 0
		for _, ids := range found.Clusters {
			for _, id := range ids {
				require.Equal(t, id[5:] == "c", ids[0][5:] == "c", "%v", ids)
			}
			pairs += len(ids) - 1
		}
		require.GreaterOrEqual(t, pairs, 145, "of 150")
	}
}

// Of records of which none was ever seen, a branch is none of its parent either.
func TestDefaultProfile_Branches(t *testing.T) {
	t.Parallel()
	p, err := DefaultProfile(firms)
	require.NoError(t, err)
	rows := prepared(t, p, []Record{
		{ID: "whole", Values: []string{"杭州华星阀门有限公司", "", "0571-88990011", "杭州市西湖区文三路12号"}},
		{ID: "branch", Values: []string{"杭州华星阀门有限公司北京分公司", "", "0571-88990011", "杭州市西湖区文三路12号"}},
		{ID: "again", Values: []string{"杭州华星阀门有限责任公司BJ分部", "", "0571-88990011", ""}},
	})
	w := p.Weigh(rows["branch"], rows["whole"], rows["again"])
	require.Less(t, w[0], -5.0)
	require.Greater(t, w[1], 5.0)
	require.Equal(t, "the same in all its parts", p.Explain(rows["branch"], rows["again"]).Parts[0].Level)

	// Rows that an earlier version prepared have no parts: they are read again.
	forms := rows["branch"].forms(nil)
	forms[0] = "杭州华星阀门有限公司北京分公司"
	old := preparedOf(rows["branch"].codes(), forms)
	require.InDelta(t, w[0], p.Weigh(old, rows["whole"])[0], 1e-6)
}

// The chance that two companies have one name follows from how often their parts are the
// same, and hardly changes where some of them are there twice.
func TestUnits_ByChance(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	var records []Record
	for i := range 4000 {
		pick := func(words string) string { all := []rune(words); return string(all[random.IntN(len(all))]) }
		city, trade := []string{"杭州", "宁波", "南京", "成都"}[random.IntN(4)], []string{"电器", "食品", "科技", "贸易"}[random.IntN(4)]
		brand := pick("华星天宇蓝海金鼎") + pick("通恒达瑞丰博远新")
		records = append(records, Record{ID: fmt.Sprintf("%05d", i), Values: []string{city + brand + trade + "有限公司"}})
	}
	chances := func(records []Record) (same, chance float64) {
		tb := newTable(records, nil, &work{ctx: t.Context()})
		tb.read(firms[:1])
		c := tb.comparisons[0]
		return c.equal, c.byChance() / fashion
	}
	same, chance := chances(records)
	require.InEpsilon(t, same, chance, 0.5)
	twice := slices.Clone(records)
	for i := range 1000 {
		twice = append(twice, Record{ID: "again " + records[i].ID, Values: records[i].Values})
	}
	sameTwice, chanceTwice := chances(twice)
	require.Greater(t, sameTwice, 0.9*(same+2*1000.0/5000/5000))
	require.InEpsilon(t, chance, chanceTwice, 0.5)
}
