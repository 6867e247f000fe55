// Package similarity has the string comparisons of record linkage, by bits
// instead of by tables: Jaro-Winkler and Levenshtein distances at tens of
// nanoseconds a pair of names.
//
// All functions compare runes, so text of any script and length is compared
// rightly; invalid UTF-8 counts as one U+FFFD a byte. None allocates for texts of
// up to 64 runes. Nothing is folded: give texts in the normal form that is to be
// compared.
package similarity
