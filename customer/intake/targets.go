package intake

import (
	"errors"
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
)

// CustomerTargets returns the targets of a customer file. Cells are kept as
// text unless the list says otherwise:
//
//	external_id    number of the customer in the system that the file is from
//	name           required
//	kind           person or company, in the words of the file
//	credit_code    checked by customer.ParseCreditCode
//	resident_id    form checked by customer.ParseResidentID; see there whether to keep it
//	industry, size, stage, language
//	phone          checked by ParsePhone; several numbers, see SplitPhones, with "; " between them
//	email          checked for the form a@b.c
//	company        the organisation that a person belongs to
//	title          position held there
//	gender
//	birthday       time.Time, midnight UTC of the day, see Format.Day
//	tags           []string, see ParseTags
//	address, district, city, province
//	source         where the customer came from
//	registered_at  time.Time, see Format.Time
//	followed_up    time.Time
//	verified_at    time.Time
//	notes
//
// CustomTargets adds those of custom fields.
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
		{Name: "district", Synonyms: []string{"区县", "区", "县", "所在区", "county"}},
		{Name: "city", Synonyms: []string{"城市", "所在城市", "市", "town"}},
		{Name: "province", Synonyms: []string{"省份", "省", "state", "region"}},
		{Name: "source", Synonyms: []string{"来源", "客户来源", "渠道", "渠道来源", "lead source", "channel"}},
		{Name: "registered_at", Parse: parser(f.Time), Synonyms: []string{"注册时间", "注册日期", "创建时间", "创建日期", "建档日期", "registered", "created at", "created", "sign up date"}},
		{Name: "followed_up", Parse: parser(f.Time), Synonyms: []string{"最近跟进", "最近跟进时间", "最后跟进时间", "最近联系时间", "last contact", "last contacted", "last follow up"}},
		{Name: "verified_at", Parse: parser(f.Time), Synonyms: []string{"核实时间", "确认时间", "last verified", "verified"}},
		{Name: "credit_code", Parse: parser(parseCreditCode), Synonyms: []string{"统一社会信用代码", "社会信用代码", "信用代码", "uscc", "unified social credit code"}},
		{Name: "resident_id", Parse: parser(parseResidentID), Synonyms: []string{"身份证", "身份证号", "身份证号码", "居民身份证", "居民身份证号", "公民身份号码", "id card", "id card number", "national id"}},
		{Name: "industry", Synonyms: []string{"行业", "所属行业", "客户行业", "sector"}},
		{Name: "size", Synonyms: []string{"规模", "公司规模", "企业规模", "人员规模", "company size", "employees", "headcount"}},
		{Name: "stage", Synonyms: []string{"阶段", "客户阶段", "生命周期", "生命周期阶段", "lifecycle stage", "life cycle stage", "customer stage"}},
		{Name: "language", Synonyms: []string{"语言", "语种", "locale", "preferred language"}},
		{Name: "notes", Synonyms: []string{"备注", "说明", "note", "remark", "remarks", "comment", "comments"}},
	}
}

// parseCreditCode returns a unified social credit code in the form that is stored.
func parseCreditCode(cell string) (string, error) {
	code, err := customer.ParseCreditCode(cell)
	return string(code), err
}

// parseResidentID checks what Put checks of an identity number, which a wrong check
// character passes.
func parseResidentID(cell string) (string, error) {
	id, err := customer.ParseResidentID(cell, time.Time{})
	if errors.Is(err, customer.ErrCheckDigit) {
		return cell, nil
	}
	return string(id), err
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
//	product      what a line of the order is about
//	quantity     int64, see ParseInteger; of the product, and unmapped without one
//	category     of the product, likewise
//
// Orders have no other fields: a channel or notes are unmapped, unless CustomTargets
// adds them.
func OrderTargets(f Format) []Target {
	return []Target{
		{Name: "external_id", Synonyms: []string{"订单号", "订单编号", "订单ID", "单号", "order id", "order no", "order number", "order"}},
		{Name: "customer", Required: true, Synonyms: []string{"客户编号", "客户号", "客户ID", "客户", "会员编号", "会员号", "customer id", "customer no", "customer number", "buyer"}},
		{Name: "placed_at", Required: true, Parse: parser(f.Time), Synonyms: []string{"下单时间", "下单日期", "订单时间", "订单日期", "日期", "时间", "order date", "order time", "date", "ordered at", "created at", "purchase date"}},
		{Name: "amount", Required: true, Parse: parser(ParseAmount), Synonyms: []string{"金额", "订单金额", "实付金额", "实付", "总额", "总金额", "金额(元)", "total", "total amount", "order total", "price", "dollar_value"}},
		{Name: "currency", Parse: parser(parseCurrency), Synonyms: []string{"币种", "货币", "currency code"}},
		{Name: "status", Synonyms: []string{"状态", "订单状态", "order status", "state"}},
		{Name: "product", Synonyms: []string{"商品", "商品名称", "产品", "产品名称", "product name", "item", "sku"}},
		{Name: "quantity", With: "product", Parse: parser(ParseInteger), Synonyms: []string{"数量", "件数", "qty", "number_of_cds", "items"}},
		{Name: "category", With: "product", Synonyms: []string{"类目", "品类", "商品类目", "商品分类", "product category"}},
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
