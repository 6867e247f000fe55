package quality

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage/criteria"
)

const year = 365 * 24 * time.Hour

// Required is a rule that records of a kind have a value in a field; of says
// which records, nil for all. It flags at every write; set Mode to Block, and
// Roles, for it to refuse.
func Required(code, kind, field string, of criteria.Criterion) *Rule {
	return &Rule{
		Code: code, Kind: kind, Field: field, Class: Incomplete, Mode: Flag, On: OnWrite, Active: true,
		When: Where(criteria.All(of, criteria.Missing(field))),
	}
}

// EndBeforeStart is a rule that of two fields of a kind, dates or others that
// have an order, the end is not before the start. Where one is absent there is
// nothing to say.
func EndBeforeStart(code, kind, start, end string) *Rule {
	return &Rule{
		Code: code, Kind: kind, Field: end, Class: Inconsistent, Mode: Flag, On: OnWrite, Active: true,
		When:   Compare(end, "lt", start),
		NameEN: end + " is before " + start, NameZH: end + " 早于 " + start,
	}
}

// SignedLastYear is a rule that a customer is not in the stage for new ones
// when its first order, or its date of becoming a customer (Customer.Since), lies
// back more than 365 days. It suggests another stage. As it turns true by time
// alone, scans find most of it.
func SignedLastYear(code, newStage, suggested string) *Rule {
	back := criteria.Ago(year)
	suggest, _ := json.Marshal(map[string]string{"stage": suggested})
	return &Rule{
		Code: code, Kind: customer.Kind.Name(), Field: "stage", Class: Inconsistent, Severity: 2, Mode: Flag, On: OnWrite, Active: true,
		When: Where(criteria.All(
			criteria.Eq("stage", newStage),
			criteria.Any(criteria.Lt("since", back), criteria.Related(customer.Orders.Name(), "customer", criteria.Lt("placed_at", back))),
		)),
		Suggest: suggest,
		NameEN:  "signed more than a year ago, but shown as new", NameZH: "签约已超过一年，但仍显示为新客户",
	}
}

// Unverified is a rule that somebody has confirmed a customer within a time, or
// created it. Scans find it.
func Unverified(code string, within time.Duration) *Rule {
	return &Rule{
		Code: code, Kind: customer.Kind.Name(), Field: "verified_at", Class: Outdated, Mode: Flag, On: OnScan, Active: true,
		When:   Where(due(within)),
		NameEN: "nobody has confirmed the record for too long", NameZH: "资料长期未核实",
	}
}

// Presets are rules to begin with, each time new ones to be changed at will and
// put: a customer without a way to reach it (I001), an organisation without size
// (I002) or industry (I003), a customer shown in the stage "new" a year after it
// signed, which suggests "old" (L001), and one that nobody has confirmed for half
// a year (S001).
func Presets() []*Rule {
	organization := criteria.Eq("type", customer.Organization)
	reachable := &Rule{
		Code: "I001", Kind: customer.Kind.Name(), Class: Incomplete, Severity: 1, Mode: Flag, On: OnScan, Active: true,
		When:   Where(criteria.Not(criteria.Related(customer.ContactPoints.Name(), "customer", nil))),
		NameEN: "there is no phone number or mail address", NameZH: "没有任何联系方式",
	}
	size := Required("I002", customer.Kind.Name(), "size", organization)
	size.NameEN, size.NameZH = "the size of the company is missing", "未填写公司规模"
	industry := Required("I003", customer.Kind.Name(), "industry", organization)
	industry.NameEN, industry.NameZH = "the industry is missing", "未填写所属行业"
	return []*Rule{reachable, size, industry, SignedLastYear("L001", "new", "old"), Unverified("S001", year/2)}
}
