// Package wording says in the language of a reader what the library says to
// programs: errors, and the names of kinds, fields and values. English and
// Chinese are there; a host adds languages and changes texts.
//
//	w := wording.Standard()
//	lang := r.Header.Get("Accept-Language")            // or a user's setting, such as "zh-CN"
//	w.Label(lang, "customer.credit_code")              // 统一社会信用代码
//	w.Value(lang, "lead.state", lead.Pool)             // 公海
//	m := w.Error(lang, err)                            // m.Key "error.required"
//	m.Text                                             // 客户的“姓名或名称”：必填，请填写。
//
// What is stored, compared and counted does not depend on a language: a lead in
// the pool has the state "pool" everywhere, and only a screen says 公海.
//
// # Languages
//
// A language is given as a tag of BCP 47 ("zh-CN", "en-GB") or as the value of
// an Accept-Language header. The best match among those that the Wording has is
// taken, by the distances of package golang.org/x/text/language: zh, zh-CN,
// zh-Hans, zh-TW and zh-HK get Chinese, which is written in simplified
// characters; en and its regions get English. A language that nobody has, an empty text and one
// that is no tag get English.
//
// # Keys
//
// Every text has a key, by which a host changes it or adds it in another
// language (With). Placeholders such as {field} stand for what is filled in; a
// translation may leave them out or change their order.
//
//   - Labels: the kind ("customer"), the field ("customer.name"), the value
//     ("customer.type.person"). "*.owner" labels the field owner of all kinds that have
//     no label of their own for it.
//   - Errors: "error." and what was refused, such as "error.not_found". A
//     storage.FieldError with the Key "required" has "error.required", and one
//     without a Key that of its field, such as "error.field.consent.until". The text
//     stands behind the names of kind and field in the frame "error.at".
//
// A key that a language lacks is looked up in the language that would have been
// matched without it, and at last in English.
package wording
