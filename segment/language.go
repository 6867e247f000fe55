package segment

// Language of headings and labels, as a BCP 47 tag. Maps may hold labels in any
// language; headings exist in these two, and any other gets English.
type Language string

const (
	// English is the language of headings by default.
	English Language = "en"

	// Chinese is simplified Chinese.
	Chinese Language = "zh"
)

// words are the texts of tables and pictures in one language.
type words struct {
	segment, customers, orders, revenue, perOrder string
	customerShare, revenueShare, total            string
	heading, recency, frequency, mean             string
	longAgo, recent, rare, often                  string
	asOf, count                                   string // count is a format for a number of customers
}

// wordsIn returns the texts of a language.
func wordsIn(language Language) words {
	if language == Chinese {
		return words{
			segment: "客户分群", customers: "客户数", orders: "订单数", revenue: "销售额", perOrder: "客单价",
			customerShare: "客户占比", revenueShare: "销售占比", total: "合计",
			heading: "客户分布热力图", recency: "最近消费得分 R", frequency: "消费频率得分 F", mean: "人均消费",
			longAgo: "久未消费", recent: "最近消费", rare: "低频", often: "高频",
			asOf: "截至", count: "%s 位客户",
		}
	}
	return words{
		segment: "Segment", customers: "Customers", orders: "Orders", revenue: "Revenue", perOrder: "Per order",
		customerShare: "Customers %", revenueShare: "Revenue %", total: "Total",
		heading: "Customers by recency and frequency", recency: "Recency score R", frequency: "Frequency score F",
		mean:    "mean spend",
		longAgo: "long ago", recent: "recent", rare: "rare", often: "often",
		asOf: "as of", count: "%s customers",
	}
}
