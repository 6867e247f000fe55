package intake

import "fmt"

// CustomerTargets returns the targets of a customer file. Cells are kept as
// text unless the list says otherwise:
//
//	external_id    number of the customer in the system that the file is from
//	name           required
//	kind           person or company, in the words of the file
//	phone          checked by ParsePhone; several numbers, see SplitPhones, with "; " between them
//	email          checked for the form a@b.c
//	company        the organisation that a person belongs to
//	title          position held there
//	gender
//	birthday       time.Time, midnight UTC of the day, see Format.Day
//	tags           []string, see ParseTags
//	address, city, province
//	source         where the customer came from
//	registered_at  time.Time, see Format.Time
//	notes
func CustomerTargets(f Format) []Target {
	return []Target{
		{Name: "external_id", Synonyms: []string{"客户编号", "客户号", "客户ID", "会员编号", "会员号", "编号", "customer id", "customer no", "customer number", "id"}},
		{Name: "name", Required: true, Synonyms: []string{"姓名", "客户姓名", "客户名称", "客户名", "客户", "名称", "名字", "customer name", "full name", "customer"}},
		{Name: "kind", Synonyms: []string{"类型", "客户类型", "type", "customer type"}},
		{Name: "phone", Parse: parser(parsePhones), Synonyms: []string{"手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "mobile", "mobile phone", "phone number", "telephone", "tel", "cell"}},
		{Name: "email", Parse: parser(parseEmail), Synonyms: []string{"邮箱", "电子邮箱", "电子邮件", "邮件", "e-mail", "mail", "email address"}},
		{Name: "company", Synonyms: []string{"公司", "公司名称", "单位", "单位名称", "企业名称", "company name", "organisation", "organization"}},
		{Name: "title", Synonyms: []string{"职位", "职务", "job title", "position"}},
		{Name: "gender", Synonyms: []string{"性别", "sex"}},
		{Name: "birthday", Parse: parser(f.Day), Synonyms: []string{"生日", "出生日期", "出生年月日", "birth date", "birthdate", "date of birth", "dob"}},
		{Name: "tags", Parse: tags, Synonyms: []string{"标签", "客户标签", "tag", "labels"}},
		{Name: "address", Synonyms: []string{"地址", "联系地址", "详细地址", "收货地址", "street address"}},
		{Name: "city", Synonyms: []string{"城市", "所在城市", "市", "town"}},
		{Name: "province", Synonyms: []string{"省份", "省", "state", "region"}},
		{Name: "source", Synonyms: []string{"来源", "客户来源", "渠道", "渠道来源", "lead source", "channel"}},
		{Name: "registered_at", Parse: parser(f.Time), Synonyms: []string{"注册时间", "注册日期", "创建时间", "创建日期", "建档日期", "registered", "created at", "created", "sign up date"}},
		{Name: "notes", Synonyms: []string{"备注", "说明", "note", "remark", "remarks", "comment", "comments"}},
	}
}

// OrderTargets returns the targets of an order file. Cells are kept as text
// unless the list says otherwise:
//
//	external_id  number of the order in the system that the file is from
//	customer     required; number of its customer there
//	placed_at    required; time.Time, see Format.Time
//	amount       required; Amount, see ParseAmount. Negative for money paid back.
//	currency     ISO 4217 code; see OrderAmount
//	status       in the words of the file
//	quantity     int64, see ParseInteger
//	product
//	channel      where it was sold
//	notes
func OrderTargets(f Format) []Target {
	return []Target{
		{Name: "external_id", Synonyms: []string{"订单号", "订单编号", "订单ID", "单号", "order id", "order no", "order number", "order"}},
		{Name: "customer", Required: true, Synonyms: []string{"客户编号", "客户号", "客户ID", "客户", "会员编号", "会员号", "customer id", "customer no", "customer number", "buyer"}},
		{Name: "placed_at", Required: true, Parse: parser(f.Time), Synonyms: []string{"下单时间", "下单日期", "订单时间", "订单日期", "日期", "时间", "order date", "order time", "date", "ordered at", "created at", "purchase date"}},
		{Name: "amount", Required: true, Parse: parser(ParseAmount), Synonyms: []string{"金额", "订单金额", "实付金额", "实付", "总额", "总金额", "金额(元)", "total", "total amount", "order total", "price", "dollar_value"}},
		{Name: "currency", Parse: parser(parseCurrency), Synonyms: []string{"币种", "货币", "currency code"}},
		{Name: "status", Synonyms: []string{"状态", "订单状态", "order status", "state"}},
		{Name: "quantity", Parse: parser(ParseInteger), Synonyms: []string{"数量", "件数", "qty", "number_of_cds", "items"}},
		{Name: "product", Synonyms: []string{"商品", "商品名称", "产品", "产品名称", "product name", "item", "sku"}},
		{Name: "channel", Synonyms: []string{"渠道", "销售渠道", "来源", "店铺", "source", "shop", "store"}},
		{Name: "notes", Synonyms: []string{"备注", "说明", "note", "remark", "remarks", "comment", "comments"}},
	}
}

// tags is ParseTags as a Parse function.
func tags(cell string) (any, error) { return ParseTags(cell), nil }

// OrderAmount returns the amount of a record of OrderTargets in the currency of
// its currency column, if it has one. That column overrules a symbol that
// several currencies share, such as $; it is an error if it contradicts the
// amount. Currency is empty when neither names one. OrderAmount may serve in
// Options.Check.
func OrderAmount(rec Record) (Amount, error) {
	amount, _ := Get[Amount](rec, "amount")
	code, ok := Get[string](rec, "currency")
	if !ok {
		return amount, nil
	}
	if !amount.admits(code) {
		return Amount{}, fmt.Errorf("the amount is in %s and the currency column says %s; make them agree", amount.Currency, code)
	}
	return Amount{Value: amount.Value, Currency: code}, nil
}
