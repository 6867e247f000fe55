package wording

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
)

func storageExplainers() []explainer {
	return []explainer{
		on(speaker.field), on(speaker.edit), on(speaker.conflict), on(speaker.duplicate), on(speaker.record), on(speaker.criterion),
	}
}

// A changed is a *customer.EditConflict of any kind.
type changed interface {
	error
	Changed() (kind string, fields []string)
}

func (s speaker) edit(e changed) Message {
	kind, fields := e.Changed()
	if len(fields) == 0 {
		return s.say("error.edit_deleted", "kind", s.label(kind))
	}
	return s.say("error.edit_conflict", "kind", s.label(kind), "fields", s.labels(kind, fields))
}

func (s speaker) conflict(e *storage.ConflictError) Message {
	return s.say("error.conflict", "kind", s.label(e.Kind))
}

func (s speaker) duplicate(e *storage.DuplicateError) Message {
	return s.say("error.duplicate", "kind", s.label(e.Kind), "fields", s.labels(e.Kind, e.Key))
}

// record says a RecordError by its sentinel. That of a reason in English is said with the reason.
func (s speaker) record(e *storage.RecordError) Message {
	kind := s.label(e.Kind)
	for _, known := range sentinels {
		if errors.Is(e.Err, known.err) && known.err != storage.ErrInvalid {
			return s.say(known.key, "kind", kind, "reason", e.Reason)
		}
	}
	reason := e.Reason
	if reason == "" {
		reason = e.Err.Error()
	}
	return s.say("error.record", "kind", kind, "reason", reason)
}

// field says why the value of a field is refused, behind the names of both.
func (s speaker) field(e *storage.FieldError) Message {
	return s.in(e, s.fieldReason(e))
}

// in puts a message behind the field that it is about.
func (s speaker) in(e *storage.FieldError, m Message) Message {
	return Message{m.Key, s.fill(s.at, "error.at", "kind", s.label(e.Kind), "field", s.label(e.Kind+"."+e.Field), "text", m.Text)}
}

func (s speaker) fieldReason(e *storage.FieldError) Message {
	if own := "error.field." + e.Kind + "." + e.Field; e.Key == "" || e.Key == "format" {
		if _, ok := s.find(s.at, own); ok {
			return s.say(own, "reason", e.Reason)
		}
	}
	key := "error." + e.Key
	if _, ok := s.find(s.at, key); !ok || e.Key == "" {
		key = "error.invalid"
	}
	return s.say(key, s.params(e)...)
}

// params are what fills in the text of a FieldError: its Params, with names that
// readers know for kinds and values.
func (s speaker) params(e *storage.FieldError) []string {
	list := []string{"reason", e.Reason}
	for name, value := range e.Params {
		switch name {
		case "target":
			value = s.label(value)
		case "options":
			value = s.values(e.Kind+"."+e.Field, strings.Split(value, ", "))
		}
		list = append(list, name, value)
	}
	return list
}

func (s speaker) criterion(e *criteria.Error) Message {
	key := "error.criterion"
	i := slices.IndexFunc(conditions, func(c known) bool { return errors.Is(e.Err, c.err) })
	if i >= 0 {
		key = conditions[i].key
	}
	if e.Field == "" && (key == "error.criterion.field" || key == "error.criterion.type" || key == "error.criterion.value") {
		key = "error.criterion"
	}
	return s.say(key, "kind", s.label(e.Kind), "field", s.label(e.Kind+"."+e.Field), "reason", e.Reason)
}

// A known is a sentinel and the key of what is said of it.
type known struct {
	err error
	key string
}

var conditions = []known{
	{criteria.ErrUnknownField, "error.criterion.field"},
	{criteria.ErrUnknownKind, "error.criterion.kind"},
	{criteria.ErrType, "error.criterion.type"},
	{criteria.ErrValue, "error.criterion.value"},
	{criteria.ErrTooLarge, "error.criterion.size"},
	{criteria.ErrSyntax, "error.criterion.syntax"},
}

// sentinels are what remains to be said where no type says more; the first that
// matches counts, so that the special ones stand before the general ones.
var sentinels = append(slices.Concat(workSentinels, dedupeSentinels), []known{
	{customer.ErrSpreadsheetNumber, "error.spreadsheet_number"},
	{customer.ErrContact, "error.contact"},
	{customer.ErrCheckDigit, "error.check_digit"},
	{customer.ErrCreditCode, "error.credit_code"},
	{customer.ErrResidentID, "error.resident_id"},
	{customer.ErrCurrency, "error.currency"},
	{customer.ErrFieldNotAllowed, "error.field_not_allowed"},
	{storage.ErrNotFound, "error.not_found"},
	{storage.ErrConflict, "error.conflict"},
	{storage.ErrDuplicate, "error.taken"},
	{storage.ErrForbidden, "error.forbidden"},
	{storage.ErrNoActor, "error.no_actor"},
	{storage.ErrCursor, "error.cursor"},
	{storage.ErrUnknownKind, "error.unknown_kind"},
	{storage.ErrReadOnly, "error.read_only"},
	{storage.ErrFinished, "error.finished"},
	{storage.ErrNotEmpty, "error.not_empty"},
	{storage.ErrUnavailable, "error.unavailable"},
	{storage.ErrUncertain, "error.uncertain"},
	{storage.ErrBroken, "error.broken"},
	{storage.ErrInvalid, "error.record"},
	{context.Canceled, "error.canceled"},
	{context.DeadlineExceeded, "error.deadline"},
}...)
