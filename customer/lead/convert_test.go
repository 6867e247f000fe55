package lead_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A lead with 4 notes and 2 tags becomes customer, contact and opportunity.
func TestCUS36_ConversionKeepsNotesAndHistory(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		p := newPipeline(t, acme)
		l := ingest(t, acme, &lead.Lead{
			Name: "王丽", Company: "华星设备", Title: "采购经理", Phone: "13800138000", Email: "wl@huaxing.cn",
			Source: "fair", SourceDetail: "广交会", Language: "zh-CN", Tags: []string{"急单", "高端"},
		})[0]
		var notes []*lead.Note
		for i := range 4 {
			notes = append(notes, &lead.Note{Lead: l.ID, Author: []uuid.UUID{annID, bobID}[i%2], At: t0.AddDate(0, 0, i-10), Text: fmt.Sprint("第", i+1, "次沟通"), Channel: "call", Effective: i == 2})
		}
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
			if err := lead.Claim(t.Context(), tx, bobID, l.ID); err != nil {
				return err
			}
			return lead.AddNotes(t.Context(), tx, notes...)
		}))
		opportunity := &deal.Deal{Pipeline: p.ID, Amount: cny(100_000)}
		result, err := convert(t, acme, l.ID, lead.Conversion{Stage: "prospect", Deal: opportunity, Roles: []string{"采购"}})
		require.NoError(t, err)

		timeline := all(t, customer.Interactions, acme, eq("customer", result.Customer), "occurred_at")
		require.Len(t, timeline, 4)
		for i, got := range timeline {
			require.Equal(t, notes[i].Author, got.Author)
			require.True(t, notes[i].At.Equal(got.OccurredAt))
			require.Equal(t, notes[i].Text, got.Text)
			require.Equal(t, "call", got.Channel)
		}
		company, err := customer.Kind.Get(t.Context(), acme, result.Customer)
		require.NoError(t, err)
		require.Equal(t, customer.Organization, company.Type)
		require.Equal(t, "华星设备", company.Name)
		require.Equal(t, []string{"急单", "高端"}, company.Tags)
		require.Equal(t, bobID, company.Owner)
		require.True(t, company.FollowedUp.Equal(notes[2].At))
		person, err := customer.Kind.Get(t.Context(), acme, result.Contact)
		require.NoError(t, err)
		require.Equal(t, "王丽", person.Name)
		require.Equal(t, "华星设备", person.Company)
		require.EqualValues(t, 2, count(t, customer.ContactPoints, acme, eq("customer", person.ID)))
		relation := all(t, customer.Relations, acme, nil)
		require.Len(t, relation, 1)
		require.Equal(t, []any{person.ID, company.ID, "采购经理", []string{"采购"}}, []any{relation[0].Person, relation[0].Company, relation[0].Title, relation[0].Roles})
		d, err := deal.Deals.Get(t.Context(), acme, result.Deal)
		require.NoError(t, err)
		require.Equal(t, []any{company.ID, person.ID, bobID, "fair", "华星设备", deal.Open}, []any{d.Customer, d.Contact, d.Owner, d.Source, d.Name, d.Status})
		require.Equal(t, uuid.Nil, opportunity.ID, "the caller's deal stays as it is")

		again, err := convert(t, acme, l.ID, lead.Conversion{Deal: opportunity})
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{result.Customer, result.Contact, result.Deal}, []uuid.UUID{again.Customer, again.Contact, again.Deal})
		require.EqualValues(t, 4, count(t, customer.Interactions, acme, nil))
		require.EqualValues(t, 1, count(t, deal.Deals, acme, nil))
		require.EqualValues(t, 2, count(t, customer.Kind, acme, nil))
	})
}

// Eight conversions of one lead at once make one customer.
func TestConvert_OnceConcurrently(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		l := ingest(t, acme, &lead.Lead{Name: "王丽", Source: "fair"})[0] // without a number: only the lead itself stands in the way
		ids := make([]uuid.UUID, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				result, err := convert(t, acme, l.ID, lead.Conversion{})
				if err != nil {
					t.Errorf("convert: %v", err)
					return
				}
				ids[i] = result.Customer
			})
		}
		wg.Wait()
		for _, id := range ids {
			require.Equal(t, ids[0], id)
		}
		require.EqualValues(t, 1, count(t, customer.Kind, acme, nil))
	})
}

// Six leads of one person and company, and two contracts, become one customer
// although they come at the same time.
func TestConvert_SamePhoneConcurrently(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var wg sync.WaitGroup
		for i := range 6 {
			l := ingest(t, acme, &lead.Lead{Name: "王丽", Company: "华星设备", Phone: "13800138000", Source: "fair", ExternalID: fmt.Sprint(i)})[0]
			wg.Go(func() {
				if _, err := convert(t, acme, l.ID, lead.Conversion{}); err != nil {
					t.Errorf("convert: %v", err)
				}
			})
		}
		for i := range 2 {
			wg.Go(func() {
				err := update(t, acme, func(tx *storage.Tx) error {
					_, err := lead.Sign(t.Context(), tx, lead.Conversion{}, lead.Contract{Number: fmt.Sprint(i), Name: "王丽", Company: "华星设备", Phone: "13800138000", Amount: cny(1)})
					return err
				})
				if err != nil {
					t.Errorf("sign: %v", err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 1, count(t, customer.Kind, acme, eq("type", customer.Organization)))
		require.EqualValues(t, 1, count(t, customer.Kind, acme, eq("type", customer.Person)))
		require.EqualValues(t, 1, count(t, customer.ContactPoints, acme, nil))
		require.EqualValues(t, 2, count(t, customer.Orders, acme, nil))
		require.EqualValues(t, 6, counts(t, acme)[lead.Converted])
	})
}

// Notes that are written while the lead is converted reach the customer, or are
// refused.
func TestConvert_NotesAtTheSameTime(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for round := range 5 {
			l := ingest(t, acme, &lead.Lead{Name: fmt.Sprint("王丽", round), Source: "fair"})[0]
			var noted, converted error
			var wg sync.WaitGroup
			wg.Go(func() {
				noted = update(t, acme, func(tx *storage.Tx) error {
					return lead.AddNotes(t.Context(), tx, &lead.Note{Lead: l.ID, Author: annID, Text: "已联系"})
				})
			})
			wg.Go(func() { _, converted = convert(t, acme, l.ID, lead.Conversion{}) })
			wg.Wait()
			require.NoError(t, converted)
			c := get(t, acme, l.ID).Customer
			if noted == nil {
				require.EqualValues(t, 1, count(t, customer.Interactions, acme, eq("customer", c)))
			} else {
				require.ErrorIs(t, noted, lead.ErrState)
			}
		}
	})
}

// put stores customers with a phone each.
func put(t *testing.T, acme *storage.Tenant, phone string, list ...*customer.Customer) {
	t.Helper()
	require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
		if err := customer.Kind.Put(t.Context(), tx, list...); err != nil {
			return err
		}
		for _, c := range list {
			p, err := customer.NewContactPoint(c.ID, customer.Phone, phone)
			require.NoError(t, err)
			if _, err := customer.AddContactPoints(t.Context(), tx, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestConvert_OntoCustomerFoundByPhone(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		known := &customer.Customer{Type: customer.Person, Name: "王丽", City: "广州", Owner: annID, Tags: []string{"老客"}}
		put(t, acme, "13800138000", known)
		l := ingest(t, acme, &lead.Lead{Name: "王小姐", Phone: "138-0013-8000", Email: "wl@hx.cn", City: "深圳", Language: "zh", Owner: bobID, Source: "fair", Tags: []string{"急单"}})[0]
		result, err := convert(t, acme, l.ID, lead.Conversion{Stage: "prospect"})
		require.NoError(t, err)
		require.Equal(t, known.ID, result.Customer)
		require.False(t, result.Created)
		c, err := customer.Kind.Get(t.Context(), acme, known.ID)
		require.NoError(t, err)
		require.Equal(t, []any{"王丽", "广州", "zh", annID, ""}, []any{c.Name, c.City, c.Language, c.Owner, c.Stage})
		require.Equal(t, []string{"急单", "老客"}, c.Tags)
		require.EqualValues(t, 2, count(t, customer.ContactPoints, acme, eq("customer", known.ID)), "the mail address is new")
	})
}

func TestConvert_SeveralCustomers(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		father, mother := &customer.Customer{Type: customer.Person, Name: "爸爸"}, &customer.Customer{Type: customer.Person, Name: "妈妈"}
		put(t, acme, "13800138000", father, mother)
		l := ingest(t, acme, &lead.Lead{Name: "家长", Phone: "13800138000", Source: "form"})[0]
		_, err := convert(t, acme, l.ID, lead.Conversion{})
		require.ErrorIs(t, err, customer.ErrSeveral)
		var several *lead.SeveralError
		require.ErrorAs(t, err, &several)
		require.ElementsMatch(t, []uuid.UUID{father.ID, mother.ID}, several.Candidates)
		require.Equal(t, lead.Pool, get(t, acme, l.ID).State)
		result, err := convert(t, acme, l.ID, lead.Conversion{Onto: mother.ID})
		require.NoError(t, err)
		require.Equal(t, mother.ID, result.Customer)
		other := ingest(t, acme, &lead.Lead{Name: "X", Source: "form"})[0]
		_, err = convert(t, acme, other.ID, lead.Conversion{Onto: uuid.New()})
		require.ErrorIs(t, err, storage.ErrNotFound)
	})
}

// The shapes that a lead of a company can meet.
func TestConvert_CompaniesAndContacts(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		office := &customer.Customer{Type: customer.Organization, Name: "华星设备"}
		put(t, acme, "010-62345678", office)
		buyer := &customer.Customer{Type: customer.Person, Name: "老王"}
		put(t, acme, "13900139000", buyer)
		to := func(l *lead.Lead, c lead.Conversion) *lead.Result {
			l.Source = "fair"
			result, err := convert(t, acme, ingest(t, acme, l)[0].ID, c)
			require.NoError(t, err)
			return result
		}
		byName := to(&lead.Lead{Name: "小李", Company: " 华星设备 "}, lead.Conversion{})
		require.Equal(t, office.ID, byName.Customer)
		require.NotEqual(t, uuid.Nil, byName.Contact)
		byOffice := to(&lead.Lead{Phone: "(010) 6234 5678"}, lead.Conversion{})
		require.Equal(t, office.ID, byOffice.Customer)
		require.Equal(t, uuid.Nil, byOffice.Contact, "nobody is named")
		byPerson := to(&lead.Lead{Name: "王先生", Company: "华星设备", Phone: "13900139000"}, lead.Conversion{})
		require.Equal(t, []uuid.UUID{office.ID, buyer.ID}, []uuid.UUID{byPerson.Customer, byPerson.Contact})
		onto := to(&lead.Lead{Name: "小赵", Company: "华星设备有限公司"}, lead.Conversion{Onto: office.ID})
		require.Equal(t, office.ID, onto.Customer)
		alone := to(&lead.Lead{Company: "新公司"}, lead.Conversion{})
		require.Equal(t, uuid.Nil, alone.Contact)
		byMail := to(&lead.Lead{Name: "小钱", Email: "q@x.cn"}, lead.Conversion{})
		require.Equal(t, byMail.Customer, to(&lead.Lead{Name: "钱", Email: "Q@X.cn", Phone: "13700137000"}, lead.Conversion{}).Customer)
		require.EqualValues(t, 3, count(t, customer.Relations, acme, eq("company", office.ID)))
		require.EqualValues(t, 2, count(t, customer.Kind, acme, eq("type", customer.Organization)))
	})
}

// What is no phone number stays in the lead, is reported, and keeps nobody out.
func TestConvert_UnusablePhone(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		l := ingest(t, acme, &lead.Lead{Name: "王丽", Phone: "打我电话", Email: "wl@hx.cn", Source: "form"})[0]
		result, err := convert(t, acme, l.ID, lead.Conversion{})
		require.NoError(t, err)
		require.Len(t, result.Unusable, 1)
		require.ErrorIs(t, result.Unusable[0], customer.ErrContact)
		require.Equal(t, "打我电话", get(t, acme, l.ID).Phone)
		require.EqualValues(t, 1, count(t, customer.ContactPoints, acme, nil))
	})
}

// Many leads are converted in one call; those of one person become one customer.
func TestConvertAll_Bulk(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		leads := make([]*lead.Lead, 1300)
		ids := make([]uuid.UUID, len(leads))
		for i := range leads {
			leads[i] = &lead.Lead{Name: fmt.Sprint("客户", i/2), Phone: fmt.Sprintf("138%08d", i/2), Source: "survey", ExternalID: fmt.Sprint(i), Interests: []string{"露营"}}
			leads[i].SetPreference("season", "春")
		}
		ingest(t, acme, leads...)
		var notes []*lead.Note
		for i, l := range leads {
			ids[i] = l.ID
			notes = append(notes, &lead.Note{Lead: l.ID, Author: annID, Text: "已联系"})
		}
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error { return lead.AddNotes(t.Context(), tx, notes...) }))
		require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
			_, err := lead.ConvertAll(t.Context(), tx, lead.Conversion{}, ids...)
			return err
		}))
		require.EqualValues(t, 650, count(t, customer.Kind, acme, nil))
		require.EqualValues(t, 650, count(t, customer.ContactPoints, acme, nil))
		require.EqualValues(t, 650, count(t, customer.Preferences, acme, nil))
		require.EqualValues(t, 1300, count(t, customer.Interests, acme, nil))
		require.EqualValues(t, 1300, count(t, customer.Interactions, acme, eq("source", "lead_note")))
		require.EqualValues(t, 1300, counts(t, acme)[lead.Converted])
	})
}

// Who signs is not a lead any more.
func TestSign_ConvertsOpenLeads(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		open := ingest(t, acme, &lead.Lead{Name: "王丽", Company: "不同名公司", Phone: "13800138000", Source: "fair", Owner: annID})[0]
		closed := ingest(t, acme, &lead.Lead{Name: "王丽", Phone: "13800138000", Source: "form"})[0]
		require.NoError(t, do(t, acme, "close", closed.ID, closed.ID))
		var signed []lead.Signed
		sign := func(list ...lead.Contract) error {
			return update(t, acme, func(tx *storage.Tx) (err error) {
				signed, err = lead.Sign(t.Context(), tx, lead.Conversion{Stage: "customer"}, list...)
				return err
			})
		}
		at := t0.Add(-time.Hour)
		require.NoError(t, sign(
			lead.Contract{Source: "erp", Number: "1", Name: "王丽", Phone: "13800138000", Amount: cny(5), SignedAt: at},
			lead.Contract{Source: "erp", Number: "2", Name: "王丽", Phone: "13800138000", Amount: cny(6)},
			lead.Contract{Source: "erp", Number: "1", Name: "王丽", Phone: "13800138000", Amount: cny(5)},
		))
		require.Equal(t, []uuid.UUID{open.ID}, signed[0].Leads)
		require.Equal(t, signed[0].Order, signed[2].Order)
		require.Equal(t, signed[0].Customer, get(t, acme, open.ID).Customer)
		require.Equal(t, lead.Invalid, get(t, acme, closed.ID).State)
		require.EqualValues(t, 1, count(t, customer.Kind, acme, nil))
		orders := all(t, customer.Orders, acme, nil, "amount")
		require.Len(t, orders, 2)
		require.True(t, orders[0].PlacedAt.Equal(at))

		require.ErrorIs(t, sign(lead.Contract{Number: "3", Name: "王丽", Phone: "无", Amount: cny(1)}), customer.ErrContact)
		require.ErrorIs(t, sign(lead.Contract{Name: "王丽", Phone: "13800138000", Amount: cny(1)}), storage.ErrInvalid)
		require.ErrorIs(t, sign(lead.Contract{Number: "4", Name: "王丽", Phone: "13800138000", Amount: customer.Money{Currency: "￥"}}), customer.ErrCurrency)
		require.EqualValues(t, 2, count(t, customer.Orders, acme, criteria.Eq("source", "erp")))
	})
}
