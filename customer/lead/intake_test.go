package lead_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/storage"
	"github.com/stretchr/testify/require"
)

// Leads from a website in German, a fair in English and an agent in Chinese.
func TestCUS19_SourcesWithLanguage(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		given := map[string]*lead.Lead{
			"website": {Name: "Jan Maier", Email: "jan@maier.de", Source: "website", SourceDetail: "/kontakt", Language: "de"},
			"fair":    {Name: "Ann Lee", Company: "Acme Ltd", Source: "fair", SourceDetail: "Canton Fair 2026", Language: "en"},
			"agent":   {Name: "王丽", Phone: "13800138000", Source: "agent", SourceDetail: "华南代理", Language: "zh"},
		}
		for _, l := range given {
			ingest(t, acme, l)
		}
		for source, l := range given {
			found := all(t, lead.Leads, acme, eq("source", source))
			require.Len(t, found, 1)
			got := found[0]
			require.Equal(t, l.SourceDetail, got.SourceDetail)
			require.Equal(t, l.Language, got.Language)
			require.True(t, got.IngestedAt.Equal(t0))
			require.Equal(t, lead.Pool, got.State)
		}
	})
}

// A contract-signed event for an unknown phone makes a customer and one
// transaction, for a known phone only the transaction.
func TestCUS20_ContractSigned(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		sign := func(c lead.Contract) (list []lead.Signed, err error) {
			err = update(t, acme, func(tx *storage.Tx) error {
				list, err = lead.Sign(t.Context(), tx, lead.Conversion{Stage: "customer"}, c)
				return err
			})
			return list, err
		}
		first, err := sign(lead.Contract{Number: "HT-1", Name: "王丽", Phone: "138 0013 8000", Amount: cny(9800)})
		require.NoError(t, err)
		require.True(t, first[0].Created)
		c, err := customer.Kind.Get(t.Context(), acme, first[0].Customer)
		require.NoError(t, err)
		require.Equal(t, "customer", c.Stage)
		require.True(t, c.StageSince.Equal(t0))
		require.Equal(t, "contract", c.Source)
		require.Equal(t, "王丽", c.Name)
		require.EqualValues(t, 1, count(t, customer.Orders, acme, nil))

		second, err := sign(lead.Contract{Number: "HT-2", Name: "王 丽", Phone: "+8613800138000", Amount: cny(200)})
		require.NoError(t, err)
		require.False(t, second[0].Created)
		require.Equal(t, c.ID, second[0].Customer)
		again, err := sign(lead.Contract{Number: "HT-2", Name: "王丽", Phone: "13800138000", Amount: cny(200)})
		require.NoError(t, err)
		require.Equal(t, second[0].Order, again[0].Order)

		require.EqualValues(t, 1, count(t, customer.Kind, acme, nil))
		require.EqualValues(t, 1, count(t, customer.ContactPoints, acme, nil))
		require.EqualValues(t, 2, count(t, customer.Orders, acme, eq("customer", c.ID)))
		require.Zero(t, sum(counts(t, acme)))
		unchanged, err := customer.Kind.Get(t.Context(), acme, c.ID)
		require.NoError(t, err)
		require.Equal(t, c.Version, unchanged.Version)
	})
}

// A survey row with interests of a person who cannot be reached.
func TestCUS21_SurveyProspect(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var results []*lead.Result
		require.NoError(t, update(t, acme, func(tx *storage.Tx) (err error) {
			results, err = lead.Admit(t.Context(), tx, lead.Conversion{Stage: "prospect"},
				&lead.Lead{Name: "受访者17", Interests: []string{"露营", "摄影"}, Source: "survey", SourceDetail: "2026春", ExternalID: "17"})
			return err
		}))
		c, err := customer.Kind.Get(t.Context(), acme, results[0].Customer)
		require.NoError(t, err)
		require.Equal(t, "prospect", c.Stage)
		require.Equal(t, "survey", c.Source)
		topics, err := customer.InterestsOf(t.Context(), acme, c.ID)
		require.NoError(t, err)
		require.Len(t, topics, 2)
		require.EqualValues(t, 1, count(t, customer.Kind, acme, nil))
		require.Zero(t, count(t, customer.Kind, acme, lead.Contactable()))

		require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
			p, err := customer.NewContactPoint(c.ID, customer.Email, "a@b.cn")
			require.NoError(t, err)
			_, err = customer.AddContactPoints(t.Context(), tx, p)
			return err
		}))
		require.EqualValues(t, 1, count(t, customer.Kind, acme, lead.Contactable()))
	})
}

// tourForm is the form of the catalogue.
var tourForm = &lead.Form{Source: "website", Detail: "定制游", Fields: map[string]string{
	"dest": "preference.destination", "budget": "custom.budget_range", "name": "name", "tel": "phone", "likes": "interest",
}}

// defineBudget adds the custom field of the form.
func defineBudget(t *testing.T, acme *storage.Tenant) {
	t.Helper()
	require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
		return storage.CustomFields.Put(t.Context(), tx, &storage.CustomField{Kind: "customer", Name: "budget_range", Type: "text"})
	}))
}

// post sends a form.
func post(t *testing.T, acme *storage.Tenant, form *lead.Form, p lead.Post) (result *lead.Result, err error) {
	t.Helper()
	err = update(t, acme, func(tx *storage.Tx) error {
		l, err := form.Lead(p)
		if err != nil {
			return err
		}
		results, err := lead.Admit(t.Context(), tx, lead.Conversion{Unnamed: "访客"}, l)
		if err == nil {
			result = results[0]
		}
		return err
	})
	return result, err
}

// A form is posted twice with one idempotency key.
func TestCUS22_FormFillsPreferencesAndBudget(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		defineBudget(t, acme)
		sent := lead.Post{Key: "req-1", Values: map[string]string{"dest": "云南", "budget": "3000-5000", "csrf": "x"}}
		first, err := post(t, acme, tourForm, sent)
		require.NoError(t, err)
		second, err := post(t, acme, tourForm, sent)
		require.NoError(t, err)
		require.Equal(t, first.Customer, second.Customer)
		require.True(t, first.Created)
		require.False(t, second.Created)

		customers := all(t, customer.Kind, acme, nil)
		require.Len(t, customers, 1)
		require.Equal(t, "3000-5000", customers[0].Custom.Text("budget_range"))
		preferences := all(t, customer.Preferences, acme, eq("customer", first.Customer))
		require.Len(t, preferences, 1)
		require.Equal(t, "destination", preferences[0].Key)
		require.Equal(t, "云南", preferences[0].Value)
	})
}

// The same person fills in the form again: another key, the same phone.
func TestForm_KnownByPhone(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		defineBudget(t, acme)
		first, err := post(t, acme, tourForm, lead.Post{Key: "1", Values: map[string]string{"name": "王丽", "tel": "13800138000", "budget": "3000-5000", "likes": "徒步，摄影,"}})
		require.NoError(t, err)
		second, err := post(t, acme, tourForm, lead.Post{Key: "2", Values: map[string]string{"name": "王女士", "tel": "+86 138-0013-8000", "budget": "8000+", "dest": "西藏"}})
		require.NoError(t, err)
		require.Equal(t, first.Customer, second.Customer)
		c, err := customer.Kind.Get(t.Context(), acme, first.Customer)
		require.NoError(t, err)
		require.Equal(t, "王丽", c.Name)
		require.Equal(t, "8000+", c.Custom.Text("budget_range"), "what is said last counts")
		require.EqualValues(t, 1, count(t, customer.ContactPoints, acme, nil))
		require.EqualValues(t, 2, count(t, customer.Interests, acme, nil))
		require.EqualValues(t, 2, counts(t, acme)[lead.Converted])
	})
}

func TestForm_Refusals(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		for _, target := range []string{"", "preference.", "custom.", "surname", "owner"} {
			_, err := (&lead.Form{Source: "website", Fields: map[string]string{"x": target}}).Lead(lead.Post{})
			require.ErrorIs(t, err, storage.ErrInvalid, target)
		}
		_, err := post(t, acme, tourForm, lead.Post{Key: "1", Values: map[string]string{"budget": "1"}})
		require.ErrorIs(t, err, storage.ErrInvalid, "the custom field is not defined")
		require.ErrorContains(t, err, "budget_range")
		_, err = convert(t, acme, ingest(t, acme, &lead.Lead{Source: "website"})[0].ID, lead.Conversion{})
		require.ErrorIs(t, err, storage.ErrInvalid, "nobody without a name")
		require.ErrorContains(t, err, "Unnamed")
	})
}

func TestForm_CustomValuesOfEveryType(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		form := &lead.Form{Source: "website", Fields: map[string]string{}}
		good := map[string]string{
			"text": "3000-5000", "integer": "3", "decimal": "12.50", "bool": "true", "date": "2026-02-28",
			"time": "2026-02-28T10:00:00+08:00", "ref": annID.String(), "texts": "山、海",
		}
		bad := map[string]string{"integer": "three", "decimal": "1,5", "bool": "maybe", "date": "2026-02-29", "time": "10:00", "ref": "ann"}
		for typ := range good {
			form.Fields[typ] = "custom.x_" + typ
			require.NoError(t, update(t, acme, func(tx *storage.Tx) error {
				return storage.CustomFields.Put(t.Context(), tx, &storage.CustomField{Kind: "customer", Name: "x_" + typ, Type: typ})
			}))
		}
		result, err := post(t, acme, form, lead.Post{Key: "good", Values: good})
		require.NoError(t, err)
		c, err := customer.Kind.Get(t.Context(), acme, result.Customer)
		require.NoError(t, err)
		require.Equal(t, 8, c.Custom.Len())
		require.Equal(t, []string{"山", "海"}, c.Custom.Texts("x_texts"))
		require.Equal(t, storage.Date{Year: 2026, Month: 2, Day: 28}, c.Custom.Day("x_date"))
		require.Equal(t, annID, c.Custom.Ref("x_ref"))
		for typ, text := range bad {
			_, err := post(t, acme, form, lead.Post{Key: "bad " + typ, Values: map[string]string{typ: text}})
			require.ErrorIs(t, err, storage.ErrInvalid, typ)
			require.ErrorContains(t, err, "x_"+typ)
		}
		require.EqualValues(t, 1, sum(counts(t, acme)), "what was refused left nothing")
	})
}

// One delivery comes again: in the same call, later, by key or by number.
func TestIngest_KnownDeliveries(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		one := &lead.Lead{Name: "A", Source: "agent", ExternalID: "7", Key: "k1"}
		stored := ingest(t, acme, one, &lead.Lead{Name: "A2", Source: "agent", ExternalID: "7"}, &lead.Lead{Name: "A3", Source: "fair", Key: "k1"}, &lead.Lead{Name: "B", Source: "fair", ExternalID: "7"})
		require.Same(t, one, stored[0])
		require.Same(t, one, stored[1])
		require.Same(t, one, stored[2])
		require.NotEqual(t, one.ID, stored[3].ID)
		later := ingest(t, acme, &lead.Lead{Name: "A4", Source: "agent", ExternalID: "7"}, &lead.Lead{Name: "A5", Source: "x", Key: "k1"}, &lead.Lead{Name: "C", Source: "agent"})
		require.Equal(t, one.ID, later[0].ID)
		require.Equal(t, "A", later[0].Name)
		require.Same(t, later[0], later[1])
		require.EqualValues(t, 3, sum(counts(t, acme)))

		owned := ingest(t, acme, &lead.Lead{Name: "D", Source: "agent", Owner: annID})
		require.Equal(t, lead.Owned, owned[0].State)
	})
}

func TestIngest_Concurrent(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		var wg sync.WaitGroup
		for worker := range 6 {
			wg.Go(func() {
				err := update(t, acme, func(tx *storage.Tx) error {
					var list []*lead.Lead
					for i := range 10 {
						list = append(list, &lead.Lead{Name: fmt.Sprint(worker, i), Source: "agent", ExternalID: fmt.Sprint(i)})
					}
					_, err := lead.Ingest(t.Context(), tx, list...)
					return err
				})
				if err != nil {
					t.Errorf("ingest: %v", err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, 10, sum(counts(t, acme)))
	})
}
