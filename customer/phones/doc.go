// Package phones reads the national phone numbers of every country, with the
// numbering plans of github.com/nyaruka/phonenumbers, for hosts whose customers
// do not all live in China:
//
//	british, err := phones.In("GB")
//	p, err := british.NewContactPoint(c.ID, customer.Phone, "020 7946 0958") // matched as +442079460958
//
// It is a package of its own because of what those plans cost, used or not:
// 6.7 MB of the program and, at its start, 7 to 8 ms and 2.5 MB of memory (measured
// on two cores of a shared machine). customer.NormalPhone does without them; a
// program that does not import this package does not pay.
package phones
