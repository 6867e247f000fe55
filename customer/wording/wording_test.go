package wording_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/wording"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var ann = storage.By("user:ann", "test")

func onEach(t *testing.T, test func(t *testing.T, acme *storage.Tenant)) {
	t.Helper()
	adapters.Each(t, slices.Concat(customer.Kinds(), deal.Kinds(), lead.Kinds()), test)
}

func put[T any](t *testing.T, acme *storage.Tenant, kind *storage.Kind[T], list ...*T) error {
	return acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return kind.Put(t.Context(), tx, list...) })
}

// A validation error and a label in two languages by one key, and stored values
// that know of neither.
func TestCUS63_Internationalisation(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		w := wording.Standard()
		err := put(t, acme, customer.Kind, &customer.Customer{Type: customer.Person})
		require.ErrorIs(t, err, storage.ErrInvalid)
		require.Equal(t, wording.Message{Key: "error.required", Text: "客户的“姓名或名称”：必填，请填写。"}, w.Error("zh-CN", err))
		require.Equal(t, wording.Message{Key: "error.required", Text: "Customer, Name: it is required. Fill it in."}, w.Error("en-US", err))
		for key, want := range map[string][2]string{
			"customer.type.person": {"个人", "Person"}, "lead.state.pool": {"公海", "In the pool"}, "ticket.phase.pre": {"售前", "Before the sale"},
		} {
			require.Equal(t, want, [2]string{w.Label("zh-CN", key), w.Label("en-US", key)})
		}
		sameInEveryLanguage(t, acme)
	})
}

// sameInEveryLanguage stores one record from two screens of different languages.
func sameInEveryLanguage(t *testing.T, acme *storage.Tenant) {
	w, ids := wording.Standard(), sync.Map{}
	t.Run("screens", func(t *testing.T) {
		for lang, shown := range map[string]string{"zh-CN": "个人", "en-US": "Person"} {
			t.Run(lang, func(t *testing.T) {
				t.Parallel()
				c := &customer.Customer{Type: customer.Person, Name: "王丽", Gender: customer.Female}
				require.NoError(t, put(t, acme, customer.Kind, c))
				require.Equal(t, shown, w.Value(lang, "customer.type", c.Type))
				ids.Store(lang, c.ID)
			})
		}
	})
	n, err := customer.Kind.Count(t.Context(), acme, storage.Query{Where: criteria.All(criteria.Eq("type", "person"), criteria.Eq("gender", "female"))})
	require.NoError(t, err)
	require.EqualValues(t, 2, n)
	var texts []string
	for c, err := range customer.Kind.Find(t.Context(), acme, storage.Query{}) {
		require.NoError(t, err)
		c.Meta = storage.Meta{}
		data, err := json.Marshal(c)
		require.NoError(t, err)
		texts = append(texts, string(data))
	}
	require.Len(t, texts, 2)
	require.Equal(t, texts[0], texts[1])
}

func TestError_FromStore(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		w := wording.Standard()
		says := func(err error, key, zh, en string) {
			t.Helper()
			require.Equal(t, wording.Message{Key: key, Text: zh}, w.Error("zh", fmt.Errorf("saving: %w", err)))
			require.Equal(t, wording.Message{Key: key, Text: en}, w.Error("en", err))
		}
		says(put(t, acme, customer.Kind, &customer.Customer{Type: "robot", Name: "R"}), "error.not_one_of",
			"客户的“类型”：不在可选值之内。请选择：个人、企业。", "Customer, Type: it is none of the allowed values. Choose one of: Person, Organisation.")
		says(put(t, acme, customer.Kind, &customer.Customer{Type: customer.Organization, Name: "华星", CreditCode: "91"}), "error.credit_code",
			"客户的“统一社会信用代码”：不是有效的统一社会信用代码。请对照营业执照核对。", "Customer, Unified social credit code: this is no unified social credit code. Check it with the business licence.")
		says(put(t, acme, customer.Identities, &customer.Identity{Customer: storedPerson(t, acme), Channel: customer.Phone, Account: "12"}), "error.phone",
			"渠道身份的“账号”：不是有效的电话号码。请检查；其他国家的号码以 + 和国家代码开头。", "Identity, Account: this is no phone number. Check it; a number of another country begins with + and its code.")
		says(put(t, acme, customer.Identities, &customer.Identity{Customer: storedPerson(t, acme), Channel: customer.Email, Account: "nobody"}), "error.contact",
			"渠道身份的“账号”：不是有效的电话号码或邮箱地址。请检查；其他国家的号码以 + 和国家代码开头。", "Identity, Account: this is no phone number or mail address. Check it; a number of another country begins with + and its code.")
		says(put(t, acme, customer.ContactPoints, &customer.ContactPoint{Customer: uuid.UUID{9}, Type: "x", Value: "y", Match: "y"}), "error.no_such_record",
			"联系方式的“客户”：所选的客户不存在。请先创建，或另选一个。", "Contact point, Customer: there is no such Customer. Create it first, or choose another.")
		a := &customer.Customer{Type: customer.Person, Name: "A", Source: "shop", ExternalID: "1"}
		b := &customer.Customer{Type: customer.Person, Name: "B", Source: "shop", ExternalID: "1"}
		require.NoError(t, put(t, acme, customer.Kind, a))
		says(put(t, acme, customer.Kind, b), "error.duplicate",
			"客户：已有记录的“来源、外部编号”与此相同。请修改该值，或改为编辑已有记录。", "Customer: another record has the same Source, External number. Change the value, or change that record instead.")
		stale := *a
		a.Notes, stale.Notes = "new", "old"
		require.NoError(t, put(t, acme, customer.Kind, a))
		err := acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.ApplyEdit(t.Context(), tx, customer.Kind, &stale) })
		says(err, "error.edit_conflict", "客户：他人已修改以下字段：备注。请比较两边内容后再保存。",
			"Customer: others have changed these fields meanwhile: Notes. Compare both and save again.")
		require.NoError(t, acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.Kind.Delete(t.Context(), tx, a) }))
		err = acme.Update(t.Context(), ann, func(tx *storage.Tx) error { return customer.ApplyEdit(t.Context(), tx, customer.Kind, &stale) })
		says(err, "error.edit_deleted", "客户：记录已被他人删除。请先恢复，或放弃修改。",
			"Customer: somebody else has deleted it meanwhile. Restore it first, or drop your change.")
		_, err = customer.Kind.Get(t.Context(), acme, uuid.UUID{9})
		says(err, "error.not_found", "客户：记录不存在，或您无权查看。请核对所指的记录。",
			"Customer: there is no such record, or you may not see it. Check which one is meant.")
	})
}

func storedPerson(t *testing.T, acme *storage.Tenant) uuid.UUID {
	c := &customer.Customer{Type: customer.Person, Name: "王丽"}
	require.NoError(t, put(t, acme, customer.Kind, c))
	return c.ID
}

// A tenant's own fields are called what the tenant calls them, on screens and in errors.
func TestTenant_CustomLabels(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		require.NoError(t, put(t, acme, storage.CustomKinds, &storage.CustomKind{Name: "vehicle", Label: "车辆"}))
		require.NoError(t, put(t, acme, storage.CustomFields,
			&storage.CustomField{Kind: "customer", Name: "size_of_shoe", Label: "鞋码", Type: "text", Options: []string{"S", "M"}},
			&storage.CustomField{Kind: "vehicle", Name: "plate", Type: "text"},
		))
		standard := wording.Standard()
		w, err := standard.Tenant(t.Context(), acme)
		require.NoError(t, err)
		for _, lang := range []string{"zh", "en"} {
			require.Equal(t, "鞋码", w.Label(lang, "customer.custom.size_of_shoe"))
			require.Equal(t, "车辆", w.Label(lang, "vehicle"))
			require.Equal(t, "plate", w.Label(lang, "vehicle.custom.plate"), "no label: its name")
			require.Equal(t, "size_of_shoe", standard.Label(lang, "customer.custom.size_of_shoe"), "the base is unchanged")
		}
		w, err = w.With("en", map[string]string{"customer.custom.size_of_shoe": "Shoe size", "customer.custom.size_of_shoe.S": "Small"})
		require.NoError(t, err)
		c := &customer.Customer{Type: customer.Person, Name: "王丽"}
		c.Custom.Set("size_of_shoe", "XL")
		err = put(t, acme, customer.Kind, c)
		require.Equal(t, wording.Message{Key: "error.not_one_of", Text: "Customer, Shoe size: it is none of the allowed values. Choose one of: M, Small."}, w.Error("en", err))
		require.Equal(t, "客户的“鞋码”：不在可选值之内。请选择：M、Small。", w.Error("zh", err).Text, "the tenant's label comes before English, which names the option")
	})
}

func TestTenant_ReaderFails(t *testing.T) {
	onEach(t, func(t *testing.T, acme *storage.Tenant) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := wording.Standard().Tenant(ctx, acme)
		require.Error(t, err)
		require.Equal(t, "error.canceled", wording.Standard().Error("en", err).Key)
	})
}

func TestError_Unknown(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	require.Equal(t, wording.Message{}, w.Error("zh", nil))
	require.Equal(t, wording.Message{Key: "error", Text: "the host's own"}, w.Error("zh", errors.New("the host's own")))
	require.Equal(t, wording.Message{Key: "error", Text: "x"}, wording.Wording{}.Error("zh", errors.New("x")))
	odd := &storage.FieldError{Kind: "robot", Field: "arm", Reason: "too short", Key: "of a later version"}
	require.Equal(t, wording.Message{Key: "error.invalid", Text: "robot, arm: it cannot be stored as it is: too short"}, w.Error("en", odd))
	inner := &storage.FieldError{Kind: "customer", Field: "name", Reason: "x", Key: "status"} // a word that is a label elsewhere
	require.Equal(t, "error.invalid", w.Error("en", inner).Key)
}
