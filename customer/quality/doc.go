// Package quality finds records that are incomplete, contradictory or out of
// date, says so in issues that close themselves, and helps to put them right.
//
// # Rules
//
// A [Rule] is a record: it describes a violation with a [Condition] on the
// records of one kind, and says what to do about it. Tenants change their rules
// at run time; [Presets] are some to begin with.
//
//	inspector := &quality.Inspector{Roles: rolesOf}
//	store, err = store.Watched(inspector.Watch())
//	rule := quality.Required("I001", "customer", "custom.industry_code", nil)
//	rule.Mode, rule.On, rule.Roles = quality.Block, quality.OnCreate, []string{"sales"}
//	err = quality.Rules.Put(ctx, tx, rule)
//
// With the watch in place, every write of a record is held against the rules
// of its kind, through whatever package it comes. A rule that blocks refuses
// the write with a [ValidationError], which lists all rules that the call
// breaks. What is not refused is stored, and what is bad about it becomes an
// [Issue] in the same transaction; once the record is good the issue is closed,
// and it is opened again when the record turns bad again.
//
// A change of a stored record is refused only if it touches a field that the
// rule looks at. So a record from before the rule can still change its owner,
// and jobs that follow up or reclaim it do not get stuck on it.
//
// # Scans and fixes
//
// [Inspector.Scan] goes through all records in small transactions: it finds
// what was there before a rule, and what turns bad by time alone. A rule may
// suggest values; [Inspector.Propose] shows what they would change, and
// [Inspector.Apply] writes exactly that. The change log then names the rule as
// the action, such as "quality:L001".
//
// # Completeness, review, unused fields
//
// A [Policy] weighs the fields of a kind; [Inspector.Quality] and
// [Inspector.Assess] say how complete records are, whether they are stale, and
// what is open about them. [Review] asks for customers that nobody has confirmed
// for a time to be looked at, and [Confirm] notes that somebody did.
// [FieldUsage] lists fields that hardly a record fills.
//
// # Guarantees
//
//   - A record and its issues are written in one transaction, and a record has
//     at most one issue for each rule.
//   - A scan that runs twice adds nothing, may be stopped at any moment, and goes
//     on from its [Mark].
//   - Checks cost queries for each call of Put, never for each record: two for
//     the rules; where a kind has rules, one for the issues, and one for each part
//     of a condition that looks at other records.
//
// # Not guaranteed
//
//   - A scan does not lock what it reads. A record that is written in the moment
//     of its batch may get an issue that is one write behind; its next write or
//     the next scan puts that right.
//   - A change of a related record (an order, a contact point) does not check
//     the customer again; its next write or the next scan does.
//   - Imports of whole tenants (storage.Tenant.Import) and writes through a
//     store without the watch are found by the next scan only.
//   - A rule that does not fit its kind any more, since a custom field went, is
//     left out on writes; scans report it.
package quality
