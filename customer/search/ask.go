package search

import (
	"context"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// look makes a way to look for a text: none where the text is not what it asks
// for, and two where the text has two forms.
func (f Finder) look(name Look, q question) []*look {
	l := &look{name: name, spans: markOf(q.compact)}
	switch name {
	case CreditCode:
		code, err := customer.ParseCreditCode(q.text)
		if err != nil {
			return nil
		}
		l.find = customers("credit_code", criteria.Eq("credit_code", string(code)))
	case ExternalID:
		return f.externalIDs(q)
	case Phone, Email:
		match, err := f.Phones.MatchForm(string(name), q.text)
		if err != nil {
			return nil
		}
		l.find = contacts(string(name), criteria.Eq("match", match), nil, nil)
		l.spans = whole
	case Name:
		l.find = customers("name", criteria.Prefix("name", q.text), storage.Order{Field: "name"})
	case Spelling:
		return f.spellings(q)
	case PhoneTail:
		l.find, l.spans = tails(q.digits), markLast(q.digits)
	case EmailStart:
		l.find = contacts(customer.Email, criteria.Prefix("match", q.folded), []storage.Order{{Field: "match"}}, nil)
	case Domain:
		l.find, l.spans = domains(q.domain()), markDomain(q.domain())
	case NameInside:
		l.find = customers("name", criteria.Search("name", q.folded))
	case Company:
		l.find = customers("company", criteria.Search("company", q.folded))
	}
	return []*look{l}
}

// over reads records of a kind. via is their field for the customer; turn makes
// a row, or says that the record is not meant after all.
func over[T any](kind *storage.Kind[T], via string, where criteria.Criterion, order []storage.Order, turn func(*T) (row, bool)) finding {
	return func(ctx context.Context, r storage.Reader, within []uuid.UUID, after storage.Cursor, limit int) (rows []row, next storage.Cursor, err error) {
		q := storage.Query{Where: where, Order: order, Limit: limit, After: after}
		add := func(rec *T) {
			if row, ok := turn(rec); ok {
				rows = append(rows, row)
			}
		}
		if within == nil {
			page, err := kind.Page(ctx, r, q)
			for _, rec := range page.Items {
				add(rec)
			}
			return rows, page.Next, err
		}
		q.Where = criteria.All(where, criteria.In(via, within...))
		for rec, err := range kind.Find(ctx, r, q) {
			if err != nil {
				return nil, "", err
			}
			add(rec)
		}
		return rows, "", nil
	}
}

// seen is true of records whose customer is live and may be seen.
func seen() criteria.Criterion { return criteria.Parent("customer", nil) }

// customers finds by a field of the customer itself.
func customers(field string, where criteria.Criterion, order ...storage.Order) finding {
	return over(customer.Kind, storage.FieldID, where, order, func(c *customer.Customer) (row, bool) {
		return customerRow(c.ID, c.ID, field), true
	})
}

func customerRow(id, customerID uuid.UUID, field string) row {
	return row{id: id, customer: customerID, kind: customer.Kind.Name(), record: customerID, field: field, text: func(c *customer.Customer) string {
		text, _ := customer.Kind.Schema().Field(field).Value(c).(string)
		return text
	}}
}

// contacts finds by contact points of a type.
func contacts(typ string, where criteria.Criterion, order []storage.Order, keep func(*customer.ContactPoint) bool) finding {
	where = criteria.All(criteria.Eq("type", typ), where, seen())
	return over(customer.ContactPoints, "customer", where, order, func(p *customer.ContactPoint) (row, bool) {
		return contactRow(p.ID, p), keep == nil || keep(p)
	})
}

func contactRow(id uuid.UUID, p *customer.ContactPoint) row {
	return row{id: id, customer: p.Customer, kind: customer.ContactPoints.Name(), record: p.ID, field: "value", text: said(p.Value)}
}

func said(text string) func(*customer.Customer) string {
	return func(*customer.Customer) string { return text }
}

// tails finds phone numbers by their last digits: the index leads to those with
// the same last four, of which the digits before them tell the ones that are meant.
func tails(digits string) finding {
	where := criteria.Eq("tail", digits[len(digits)-tailDigits:])
	if len(digits) == tailDigits {
		return contacts(customer.Phone, where, nil, nil)
	}
	where = criteria.All(where, criteria.Contains("match", digits))
	return contacts(customer.Phone, where, nil, func(p *customer.ContactPoint) bool {
		number, _, _ := strings.Cut(p.Match, ";")
		return strings.HasSuffix(number, digits)
	})
}

// externalIDs finds by the ids of the sources, in the customers and beside them:
// each id is one of its source, by whose index it is found.
func (f Finder) externalIDs(q question) []*look {
	var list []*look
	for _, source := range f.Sources {
		where := criteria.All(criteria.Eq("source", source), criteria.Eq("external_id", q.text))
		list = append(list,
			&look{name: ExternalID, spans: whole, find: customers("external_id", where)},
			&look{name: ExternalID, spans: whole, find: over(customer.ExternalIDs, "customer", criteria.All(where, seen()), nil, externalRow)})
	}
	return list
}

func externalRow(x *customer.ExternalID) (row, bool) {
	return row{id: x.ID, customer: x.Customer, kind: customer.ExternalIDs.Name(), record: x.ID, field: "external_id", text: said(x.ExternalID)}, true
}

// spellings finds by the keys of names, by the letters as they were typed and by
// what Spell makes of them.
func (f Finder) spellings(q question) []*look {
	wanted := []string{q.compact}
	if f.Spell != nil {
		if s := f.Spell(q.text); s != "" && s != q.compact {
			wanted = append(wanted, s)
		}
	}
	var list []*look
	for _, text := range wanted {
		// Naming the name refuses the look to those from whom it is hidden.
		where := criteria.All(criteria.Eq("of", ofName), criteria.Prefix("key", cut(text)),
			criteria.Parent("customer", criteria.Not(criteria.Missing("name"))))
		list = append(list, &look{
			name:  Spelling,
			spans: func(name string) []Span { return f.markSpelling(name, text) },
			holds: func(c *customer.Customer) bool { return f.spells(c.Name, text) },
			find: over(keys, "customer", where, []storage.Order{{Field: "key"}}, func(k *key) (row, bool) {
				return customerRow(k.ID, k.Customer, "name"), true
			}),
		})
	}
	return list
}

// spells reports whether a text begins one of the forms of a name.
func (f Finder) spells(name, text string) bool {
	for _, form := range f.forms(name) {
		if strings.HasPrefix(form, text) {
			return true
		}
	}
	return false
}

// domains finds by the keys of mail addresses, and then the addresses.
func domains(start string) finding {
	where := criteria.All(criteria.Eq("of", ofDomain), criteria.Prefix("key", cut(start)), seen())
	records := over(keys, "customer", where, []storage.Order{{Field: "key"}}, func(k *key) (row, bool) {
		return row{id: k.ID, record: k.Record}, true
	})
	return func(ctx context.Context, r storage.Reader, within []uuid.UUID, after storage.Cursor, limit int) ([]row, storage.Cursor, error) {
		found, next, err := records(ctx, r, within, after, limit)
		if err != nil {
			return nil, "", err
		}
		rows, err := addresses(ctx, r, found, start)
		return rows, next, err
	}
}

// addresses returns the rows of the mail addresses that keys were made of, where
// these still say so.
func addresses(ctx context.Context, r storage.Reader, found []row, start string) ([]row, error) {
	ids := make([]uuid.UUID, len(found))
	for i := range found {
		ids[i] = found[i].record
	}
	points := make(map[uuid.UUID]*customer.ContactPoint, len(ids))
	where := criteria.All(criteria.In(storage.FieldID, ids...), criteria.Eq("type", customer.Email), criteria.Contains("match", "@"+start))
	for p, err := range customer.ContactPoints.Find(ctx, r, storage.Query{Where: where}) {
		if err != nil {
			return nil, err
		}
		points[p.ID] = p
	}
	var rows []row
	for _, f := range found {
		if p := points[f.record]; p != nil {
			rows = append(rows, contactRow(f.id, p))
		}
	}
	return rows, nil
}
