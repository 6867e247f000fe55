// Package search finds a customer by what somebody types into one box: the last
// digits of a phone number, the beginning of a name, two characters out of the
// middle of it, its pinyin or initials, a mail address, a number that another
// system gave.
//
//	finder := search.Finder{Romanize: pinyin.Keys, Spell: pinyin.Query, Version: pinyin.Version}
//	store, err = store.Watched(finder.Watch())
//	...
//	page, err := finder.Search(ctx, acme, "zengx", search.Options{Limit: 20})
//	for _, hit := range page.Hits {
//		fmt.Println(hit.Customer.Name, hit.Look) // 曾小明 spelling
//	}
//
// Search reads what the text looks like and asks only what can be meant by it:
// see Look for the questions and their order. It works on what package customer
// stores. Spelling and Domain alone need keys of their own, which the watch
// of Finder.Watch keeps in step with the records, in the transaction that writes
// them; Finder.Rebuild makes them for records that were there before. A host
// gives Kinds to storage.New and to the migration of its database.
//
// # Permissions
//
// Everything is read through the reader that is given. A customer who may not be
// seen is not found. A Look whose condition uses a field that is hidden or masked is
// left out, and Page.Skipped names it: nobody learns a phone number by trying
// its digits. A person who is to find by Spelling and Domain must be allowed to
// read the kind search_key, of which only the keys of customers in sight count.
// The texts of a Hit are as the caller may see them.
//
// # Guarantees
//
//   - A hit is true of the records as they are at that moment, even where keys
//     have fallen behind.
//   - A customer is found once, by the first Look that fits, on one page or
//     over several.
//   - The work does not grow with the number of customers, on both adapters of this
//     library: each Look reads a range of an index.
//   - The keys follow the records in every transaction of a store with the watch:
//     a name that is erased or purged leaves no key behind, and keys have no history
//     in the change log.
//
// # Not guaranteed
//
// There is no ranking by likelihood, and nothing is forgiven: a wrong digit or
// letter finds nothing (package dedupe knows of likeness). Words are found in the
// order of the name: "Smith Bob" does not find Bob Smith, "smith" does.
// Traditional and simplified characters are told apart but in Spelling, and so are
// letters with an accent and without (ø and ł are letters of their own); a text
// with accents finds names that have them, or what Finder.Spell makes of it: "müller"
// does not find Mueller. Imports of whole tenants (storage.Tenant.Import) bring
// their keys along; stores that are written to without the watch are put right by
// Rebuild alone.
//
// # Cost
//
// A name has about three keys, one with accents up to three times as many, and a
// mail address one, which the transaction that writes the record writes too.
// Measured with BenchmarkSearch among 100,000 customers before keys without
// accents were added, on two cores of a machine that was busy with other work: in
// PostgreSQL 15 a search took 1 to 9 ms on average, whatever it was for, but the
// first kind measured, with nothing in the caches yet (23 ms); 95 of 100 took less
// than 16 ms for most kinds and less than 78 ms for all of them. In memory it was
// less than 1 ms, and 37 to 136 ms where NameInside and Company read all customers.
package search
