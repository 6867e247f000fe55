package search_test

import (
	"context"
	"fmt"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/pinyin"
	"github.com/clientele-go/clientele/customer/search"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/memory"
	"github.com/clientele-go/clientele/storage/storagetest/adapters"
)

// One box for phone numbers, names, pinyin and mail.
func ExampleFinder_Search() {
	ctx := context.Background()
	clock := &adapters.Clock{}
	clock.Set(adapters.Now)
	finder := search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version}
	store, err := storage.New(memory.New(), clock.Now, append(customer.Kinds(), search.Kinds()...)...)
	if err != nil {
		panic(err)
	}
	if store, err = store.Watched(finder.Watch()); err != nil {
		panic(err)
	}
	acme := store.Tenant("acme")
	err = acme.Update(ctx, storage.By("user:ann", "sign up"), func(tx *storage.Tx) error {
		c := &customer.Customer{Type: customer.Person, Name: "曾小明"}
		if err := customer.Kind.Put(ctx, tx, c); err != nil {
			return err
		}
		phone, err := customer.NewContactPoint(c.ID, customer.Phone, "138 0013 8000")
		if err != nil {
			return err
		}
		mail, err := customer.NewContactPoint(c.ID, customer.Email, "ming@acme.com")
		if err != nil {
			return err
		}
		_, err = customer.AddContactPoints(ctx, tx, phone, mail)
		return err
	})
	if err != nil {
		panic(err)
	}
	for _, text := range []string{"8000", "曾", "小明", "zengx", "zxm", "ming@", "@acme.com"} {
		page, err := finder.Search(ctx, acme, text, search.Options{})
		if err != nil {
			panic(err)
		}
		for _, hit := range page.Hits {
			marked := ""
			for _, s := range hit.Spans {
				marked += hit.Text[s.From:s.To]
			}
			fmt.Printf("%s: %s by %s, %s in %s\n", text, hit.Customer.Name, hit.Look, marked, hit.Text)
		}
	}
	// Output:
	// 8000: 曾小明 by phone_tail, 8000 in 138 0013 8000
	// 曾: 曾小明 by name, 曾 in 曾小明
	// 小明: 曾小明 by name_inside, 小明 in 曾小明
	// zengx: 曾小明 by spelling, 曾小 in 曾小明
	// zxm: 曾小明 by spelling, 曾小明 in 曾小明
	// ming@: 曾小明 by email_start, ming in ming@acme.com
	// @acme.com: 曾小明 by domain, acme.com in ming@acme.com
}
