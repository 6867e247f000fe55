// Package dedupe finds which records are one and the same person or
// organisation.
//
//	m, err := dedupe.New([]dedupe.Field{
//		{Name: "name", Type: dedupe.FullName}, {Name: "mobile", Type: dedupe.Phone}, {Name: "mail", Type: dedupe.Email},
//	}, dedupe.Options{})
//	match, err := m.Match(ctx, records)
//	for _, ids := range match.Clusters { ... }
//	e, _ := match.Explain(ids[0], ids[1]) // why
//
// Nothing has to be labelled and no threshold chosen: what agreement in a field
// means is learnt from the records themselves.
//
// # How it works
//
// Records become columns of normal forms (package dedupe/form), compared by levels: a
// birthday is the same, one digit apart, of the same year, another. Pairs are
// proposed by what they share: keys of each field, and of each two fields
// together, and trigrams of names. Of keys that too many share, no block is made: of
// copies all but a few follow the first one, and rows that share nearly all their
// keys are sorted and compared with the next few. How much each level
// weighs, in bits, follows from how often it is seen in pairs of one entity and in
// random pairs (the model of Fellegi and Sunter, 1969). The former is estimated by
// expectation and maximisation, where each comparison learns only from pairs that
// the other ones take for one entity. What two records share counts more the rarer
// it is. Clusters are made by joining whatever has the greatest sum of weights, for
// and against, so that one doubtful bridge does not join two groups.
//
// Organisations that are alike in all but the name, or all but the address, may be
// neighbours or branches; persons with one address, telephone or firm may be
// relatives or colleagues: how many such pairs there are bounds the odds of one. The
// first field that is a name says whether records are persons or organisations: a firm
// after a person's name is where they work, a person after a firm whom to ask for.
//
// A Set holds tags, products or devices: the rarer a text is that two have in common, the
// more it counts. What no type fits is compared by the host (ByHost, Comparison), and
// takes part in everything. Field.Aliases say which names of firms are one brand.
//
// What people decided of pairs can be handed in, to learn from: Options.Reviewed.
// Records with different valid credit codes or resident ids, pairs of Options.Apart
// and, with Options.Linking, records of one list are never in one cluster.
//
// # One by one
//
// Match.Profile keeps what a match has learnt: a Profile weighs two records that the
// match need not have seen, and gives the keys by which a store finds what to
// compare. Package live does so with customers while they are written.
//
// # Guarantees
//
//   - The same records give the same result, in any order.
//   - Every weight can be explained: Match.Explain, with what proposed the pair. Where a
//     cluster holds together worst is Match.Bridge. Both are text, JSON and SVG.
//
// # Not guaranteed
//
//   - Memory grows with the records and with the pairs that are compared. Records
//     are compared by up to 16 comparisons; each field is one, but all phone numbers
//     are one, and so are the parts of names.
//   - With a handful of records there is little to learn from; the weights are
//     then those of the assumptions that the package begins with.
package dedupe
