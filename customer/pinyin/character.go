package pinyin

// characters are those that the dictionary gives a reading first that is rare
// in names, and those that have two readings in given names, names of companies
// or of places; the most common first.
var characters = map[rune]string{
	// One reading, not the dictionary's first.
	'曾': "zeng", '卜': "bu", '都': "du", '翟': "zhai", '缪': "miao", '珩': "heng", '琢': "zhuo", '泊': "bo", '似': "si",
	'茄': "qie", '阚': "kan", '佴': "nai", '陂': "pi", '厦': "sha xia",

	// Two readings that both occur.
	'乐': "le yue", '长': "chang zhang", '行': "xing hang", '朝': "chao zhao", '茜': "qian xi", '晟': "sheng cheng",
	'重': "zhong chong", '隽': "juan jun", '筠': "yun jun", '莘': "xin shen", '颉': "jie xie", '伽': "jia ga",
	'薄': "bo bao", '藏': "cang zang", '蔚': "wei yu", '调': "diao tiao", '弹': "dan tan", '纶': "lun guan",
	'参': "can shen", '覃': "qin tan", '仔': "zai zi",
	'浚': "jun xun", '柏': "bai bo", '率': "shuai lv",
	'禅': "chan shan", '圩': "xu wei", '埔': "pu bu", '堡': "bao pu", '匙': "chi shi", '轧': "zha ya", '剥': "bo bao",
}
