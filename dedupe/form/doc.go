// Package form makes the normal forms in which names of people, names of
// companies and addresses are compared: Chinese and Western ones.
//
//	form.Person("欧阳 娜娜女士")                     // surname 欧阳, given name 娜娜, title 女士
//	form.Person("Nana OUYANG").Sound()              // "ouyang nana", as of the name above
//	form.Company("阿里巴巴（北京）有限公司").Brand       // "阿里巴巴"
//	form.Address("朝阳区望京街10号3栋4楼09室").Room     // "409"
//
// Nothing here decides whether two records are one: a form only takes away what
// people write differently without meaning anything by it. How much it counts
// that two brands are equal and two places are not is for package dedupe.
//
// All functions are pure: no input or output, no clock, the same result for the
// same text, safe for use by many goroutines. Any text is taken; what cannot be
// understood is left in the parts as it was written, in its normal form. Texts
// that are not valid UTF-8 do no harm, but what becomes of them is not
// specified. The tables are 210 KB of the program. They are made ready for use
// when they are first needed, which takes some 8 ms in all; a name then takes 1
// to 4 µs, an address 4 µs (measured on one core of a shared machine).
//
// Non-guarantees: names do not tell how they are built. Words are found by
// tables and by position, so that a brand that is also a word for a trade or a
// place may be taken for one. The forms may change in a later version as tables
// grow: forms that are stored are then to be made again.
package form
