package pinyin

// simple returns the simple form of a traditional character that occurs in the
// tables of this package, and any other as it is.
func simple(r rune) rune {
	if s, ok := simpleForms[r]; ok {
		return s
	}
	return r
}

// simpleForms are pairs of a traditional and a simple character. The dictionary
// knows the readings of the others.
var simpleForms = pairs("單单區区樂乐華华樸朴萬万長长孫孙遲迟蓋盖繆缪車车寧宁員员種种祕秘諶谌闞阚費费紀纪過过應应歐欧陽阳諸诸東东鍾钟離离聞闻閭闾穀谷夾夹" +
	"慶庆銀银廈厦臺台會会計计麗丽渦涡莊庄縣县黃黄鉛铅滎荥連连傳传藥药寶宝調调節节試试協协業业農农發发總总興兴貿贸參参號号稱称彈弹還还" +
	"蘭兰爾尔賀贺納纳強强檢检詢询隊队團团務务軋轧經经雋隽鮮鲜糧粮匯汇頡颉綸纶圖图雙双統统對对決决聲声歡欢購购園园樅枞魯鲁徵征學学書书" +
	"滌涤綠绿輛辆膠胶賣卖電电貨货遠远動动榖谷龜龟茲兹駟驷顏颜啟启組组給给補补" +
	"門门馬马魚鱼塊块當当絨绒羅罗軒轩轅辕獨独宮宫記记娛娱剝剥禪禅裡里")

func pairs(list string) map[rune]rune {
	forms := map[rune]rune{}
	traditional := rune(0)
	for _, r := range list {
		if traditional == 0 {
			traditional = r
			continue
		}
		if traditional != r {
			forms[traditional] = r
		}
		traditional = 0
	}
	return forms
}
