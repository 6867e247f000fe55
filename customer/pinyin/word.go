package pinyin

// longestWord is how many characters the longest of the words has.
const longestWord = 4

// words are those in which a character has another reading than it has alone,
// and that names of companies, places and goods hold. Each is of characters of three bytes;
// a slash parts readings of which neither is wrong.
var words = map[string]string{
	// Places.
	"重庆": "chong qing", "长沙": "chang sha", "长春": "chang chun", "长江": "chang jiang", "长城": "chang cheng",
	"长安": "chang an", "长兴": "chang xing", "长乐": "chang le", "长治": "chang zhi", "长白": "chang bai",
	"长三角": "chang san jiao", "三角": "san jiao", "厦门": "xia men", "六安": "lu an", "六合": "lu/liu he", "蚌埠": "beng bu",
	"番禺": "pan yu", "洪洞": "hong tong", "东阿": "dong e", "浚县": "xun xian", "会稽": "kuai ji", "涡阳": "guo yang",
	"乐清": "yue qing", "乐亭": "lao ting", "乐山": "le shan", "莘庄": "xin zhuang", "莘县": "shen xian", "泌阳": "bi yang",
	"单县": "shan xian", "任丘": "ren qiu", "任县": "ren xian", "解州": "hai/xie zhou", "朝阳": "chao/zhao yang",
	"什邡": "shi fang", "牟平": "mu ping", "中牟": "zhong mu", "铅山": "yan shan", "荥经": "ying jing", "黄埔": "huang pu",
	"大埔": "da bu", "枞阳": "zong yang", "尉犁": "yu li", "柏林": "bo lin", "秘鲁": "bi lu", "筠连": "jun lian",
	"蔚县": "yu xian", "西藏": "xi zang", "青藏": "qing zang", "川藏": "chuan zang", "藏族": "zang zu", "藏药": "zang yao",
	"阿房": "e pang", "盖州": "gai zhou", "尉氏": "wei shi", "龟兹": "qiu ci", "十里堡": "shi li pu", "朝鲜": "chao xian",
	"吉林省": "ji lin sheng", "海参崴": "hai shen wai", "罗布泊": "luo bu po",

	// 行 as a trade and a house of trade.
	"银行": "yin hang", "行业": "hang ye", "商行": "shang hang", "分行": "fen hang", "支行": "zhi hang", "总行": "zong hang",
	"央行": "yang hang", "农行": "nong hang", "工行": "gong hang", "建行": "jian hang", "招行": "zhao hang", "中行": "zhong hang",
	"交行": "jiao hang", "投行": "tou hang", "车行": "che hang", "洋行": "yang hang", "琴行": "qin hang", "花行": "hua hang",
	"行长": "hang zhang", "行情": "hang qing", "同行": "tong hang/xing", "拍卖行": "pai mai hang", "五金行": "wu jin hang",
	"贸易行": "mao yi hang", "药行": "yao hang", "茶行": "cha hang", "米行": "mi hang", "鱼行": "yu hang", "粮行": "liang hang",
	"布行": "bu hang", "酒行": "jiu hang", "典当行": "dian dang hang", "电器行": "dian qi hang", "行家": "hang jia",
	"号行": "hao hang", "水果行": "shui guo hang", "百货行": "bai huo hang", "发行": "fa xing", "旅行": "lv xing",
	"行政": "xing zheng", "行者": "xing zhe", "行动": "xing dong", "自行车": "zi xing che", "出行": "chu xing",
	"远行": "yuan xing", "步行": "bu xing", "平行": "ping xing",

	// 长 as the head of something and as growing.
	"院长": "yuan zhang", "校长": "xiao zhang", "董事长": "dong shi zhang", "家长": "jia zhang", "店长": "dian zhang",
	"会长": "hui zhang", "成长": "cheng zhang", "增长": "zeng zhang", "生长": "sheng zhang", "长老": "zhang lao",
	"助长": "zhu zhang", "船长": "chuan zhang", "市长": "shi zhang", "长虹": "chang hong", "长青": "chang qing",
	"长征": "chang zheng", "长隆": "chang long", "长盛": "chang sheng", "长远": "chang yuan", "长发": "chang fa",

	// Other characters, alphabetically by the reading that matters.
	"曾经": "ceng jing", "朝晖": "zhao/chao hui", "朝霞": "zhao xia", "朝代": "chao dai", "查询": "cha xun", "查理": "cha li",
	"检查": "jian cha", "调查": "diao cha", "重阳": "chong yang", "重新": "chong xin", "重组": "chong zu", "重启": "chong qi",
	"双重": "shuang chong", "传奇": "chuan qi", "传媒": "chuan mei", "传统": "chuan tong", "传播": "chuan bo",
	"传承": "chuan cheng", "传感": "chuan gan", "自传": "zi zhuan", "传记": "zhuan ji", "出差": "chu chai", "对称": "dui chen",
	"大厦": "da sha", "大夫": "dai fu", "单位": "dan wei", "单元": "dan yuan", "单车": "dan che", "弹簧": "tan huang",
	"弹力": "tan li", "弹性": "tan xing", "阿胶": "e jiao", "咖喱": "ga li", "供给": "gong ji", "补给": "bu ji", "会计": "kuai ji",
	"解放": "jie fang", "解决": "jie jue", "主角": "zhu jue", "角色": "jue se", "校对": "jiao dui", "校准": "jiao zhun",
	"乐器": "yue qi", "音乐": "yin yue", "乐团": "yue tuan", "乐队": "yue dui", "声乐": "sheng yue", "民乐": "min yue/le",
	"快乐": "kuai le", "娱乐": "yu le", "乐园": "le yuan", "可乐": "ke le", "乐购": "le gou", "欢乐": "huan le", "百乐": "bai le",
	"率先": "shuai xian", "效率": "xiao lv", "利率": "li lv", "汇率": "hui lv", "模具": "mu ju", "模板": "mu ban",
	"模型": "mo xing", "便宜": "pian yi", "区块": "qu kuai", "区域": "qu yu", "特区": "te qu", "社区": "she qu", "园区": "yuan qu",
	"小区": "xiao qu", "地区": "di qu", "片区": "pian qu", "新区": "xin qu", "人参": "ren shen", "海参": "hai shen",
	"党参": "dang shen", "丹参": "dan shen", "参茸": "shen rong", "西洋参": "xi yang shen", "参考": "can kao", "空调": "kong tiao",
	"调味": "tiao wei", "调料": "tiao liao", "调节": "tiao jie", "调解": "tiao jie", "调试": "tiao shi", "调理": "tiao li",
	"协调": "xie tiao", "石化": "shi hua", "收藏": "shou cang", "珍藏": "zhen cang", "冷藏": "leng cang", "宝藏": "bao zang",
	"粘土": "nian tu", "省会": "sheng hui", "反省": "fan xing", "卡片": "ka pian", "发卡": "fa qia", "轧花": "ya hua",
	"呢绒": "ni rong", "薄荷": "bo he", "薄膜": "bo mo", "茂盛": "mao sheng", "昌盛": "chang sheng", "鼎盛": "ding sheng",
	"旺盛": "wang sheng", "盛世": "sheng shi", "盛大": "sheng da", "瑜伽": "yu jia", "伽马": "ga ma", "阿里": "a li",
	"阿姨": "a yi", "汽车": "qi che", "车辆": "che liang", "石油": "shi you", "石材": "shi cai", "绿色": "lv se", "绿化": "lv hua",
	"强大": "qiang da", "种植": "zhong zhi", "种子": "zhong zi", "种业": "zhong ye", "柏拉图": "bo la tu", "学校": "xue xiao",
	"高校": "gao xiao", "院校": "yuan xiao", "秘书": "mi shu", "重工": "zhong gong", "重型": "zhong xing", "洗涤": "xi di",
	"洗衣": "xi yi", "清洗": "qing xi", "任务": "ren wu", "古城堡": "gu cheng bao", "城堡": "cheng bao",
}
