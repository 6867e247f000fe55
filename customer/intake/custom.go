package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// customPrefix begins the names of the targets of custom fields.
const customPrefix = "custom."

// CustomTargets returns the targets with those of the custom fields that the
// tenant has defined for a kind, customer.Kind or customer.Orders, behind them:
//
//	targets, err := intake.CustomTargets(ctx, acme, customer.Kind, intake.CustomerTargets(format), format)
//
// Each is named "custom." and the field; headers mean it that are the name or the
// label of the field and mean none of the targets before. A cell is read by the type
// of the field and rejected if it is no value of it: a bool is 是, yes, true or 1, or
// 否, no, false or 0; a ref is an id. Archived fields have no target. Errors are those
// of reading the definitions.
func CustomTargets(ctx context.Context, r storage.Reader, kind storage.Described, targets []Target, f Format) ([]Target, error) {
	words, err := newVocabulary(targets)
	if err != nil {
		return nil, err
	}
	list := slices.Clone(targets)
	where := criteria.All(criteria.Eq("kind", kind.Schema().Name), criteria.Eq("archived", false))
	q := storage.Query{Where: where, Order: []storage.Order{{Field: "name"}}}
	for def, err := range storage.CustomFields.Find(ctx, r, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, words.custom(def, f, len(list)))
	}
	return list, nil
}

// custom returns the target of a custom field, and takes the words for it that
// are free.
func (v vocabulary) custom(def *storage.CustomField, f Format, at int) Target {
	t := Target{Name: customPrefix + def.Name, Parse: customParser(def, f)}
	for _, word := range []string{def.Label, def.Name} {
		if _, taken := v.find(word); !taken && foldHeader(word) != "" {
			t.Synonyms = append(t.Synonyms, word)
			v[foldHeader(word)] = at
		}
	}
	return t
}

// customParser returns what reads the cells of a custom field.
func customParser(def *storage.CustomField, f Format) func(string) (any, error) {
	typ, _ := criteria.ParseType(def.Type)
	switch typ {
	case criteria.Integer:
		return parser(ParseInteger)
	case criteria.Decimal:
		return parser(parseDecimal)
	case criteria.Bool:
		return parser(parseBool)
	case criteria.Time:
		return parser(f.Time)
	case criteria.Day:
		return parser(func(cell string) (storage.Date, error) {
			day, err := f.Day(cell)
			return criteria.DateOf(day), err
		})
	case criteria.Ref:
		return parser(parseID)
	case criteria.Texts:
		return parser(func(cell string) ([]string, error) {
			list := ParseTags(cell)
			return list, allowed(def, list...)
		})
	}
	return parser(func(cell string) (string, error) { return cell, allowed(def, cell) })
}

// allowed refuses texts that are none of the options of a field.
func allowed(def *storage.CustomField, texts ...string) error {
	for _, text := range texts {
		if len(def.Options) > 0 && !slices.Contains(def.Options, text) {
			return fmt.Errorf("is not one of %s", strings.Join(def.Options, ", "))
		}
	}
	return nil
}

// parseDecimal reads a number as it is written in an amount without a currency.
func parseDecimal(cell string) (decimal.Decimal, error) {
	amount, err := ParseAmount(cell)
	if err != nil || amount.Currency != "" {
		return decimal.Decimal{}, errors.New("is not a number; write it like 1234.5 or -1,234.50")
	}
	return amount.Value, nil
}

func parseBool(cell string) (bool, error) {
	switch criteria.Fold(narrow(cell)) {
	case "是", "有", "真", "yes", "y", "true", "1":
		return true, nil
	case "否", "无", "没有", "假", "no", "n", "false", "0":
		return false, nil
	}
	return false, errors.New("is neither yes nor no; write 是 or 否, yes or no")
}

func parseID(cell string) (uuid.UUID, error) {
	id, err := uuid.Parse(cell)
	if err != nil {
		return id, errors.New("is not the id of a record")
	}
	return id, nil
}
