package wording

import (
	"errors"
	"strconv"
	"strings"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/storage"
)

func customerExplainers() []explainer {
	return []explainer{
		identifierInField, phoneInField, contactInField,
		on(speaker.identity), on(speaker.identifier), on(speaker.phone), on(speaker.several), on(speaker.refund),
		on(speaker.channel), on(speaker.stage), on(speaker.place), on(speaker.rate),
		on(speaker.unknownTag), on(speaker.exclusive), on(speaker.quality), on(speaker.rule),
	}
}

// A value that does not have the form of its field is said behind the field.
func identifierInField(s speaker, err error) (Message, bool) {
	return inField(s, err, speaker.identifier)
}

func phoneInField(s speaker, err error) (Message, bool) { return inField(s, err, speaker.phone) }

func contactInField(s speaker, err error) (Message, bool) {
	var field *storage.FieldError
	if !errors.As(err, &field) || field.Key != "format" || !errors.Is(err, customer.ErrContact) {
		return Message{}, false
	}
	return s.in(field, s.say("error.contact")), true
}

// inField says a cause if it is that of the FieldError, and not of another error
// that is joined to it.
func inField[E error](s speaker, err error, say func(speaker, E) Message) (Message, bool) {
	var field *storage.FieldError
	var cause E
	if !errors.As(err, &field) || field.Key != "format" || !errors.As(err, &cause) || !strings.Contains(field.Reason, cause.Error()) {
		return Message{}, false
	}
	return s.in(field, say(s, cause)), true
}

func (s speaker) identity(e *customer.IdentityError) Message {
	if e.Channel == "" {
		return s.say("error.identity.hidden")
	}
	return s.say("error.identity", "channel", s.value("identity.channel", e.Channel))
}

func (s speaker) identifier(e *customer.IdentifierError) Message {
	key := "error.credit_code"
	switch {
	case errors.Is(e, customer.ErrCheckDigit):
		key = "error.check_digit"
	case errors.Is(e, customer.ErrResidentID):
		key = "error.resident_id"
	}
	m := s.say(key)
	if e.Position > 0 {
		m.Text = s.fill(s.at, "error.character", "text", m.Text, "position", strconv.Itoa(e.Position))
	}
	return m
}

func (s speaker) phone(e *customer.PhoneError) Message {
	if errors.Is(e, customer.ErrSpreadsheetNumber) {
		return s.say("error.spreadsheet_number")
	}
	return s.say("error.phone")
}

func (s speaker) several(e *customer.SeveralError) Message {
	return s.say("error.several", "count", strconv.Itoa(len(e.Customers)), "source", e.Source)
}

func (s speaker) refund(e *customer.RefundError) Message {
	return s.say("error.refund", "asked", e.Asked.String(), "left", e.Left.String())
}

func (s speaker) channel(e *activity.ChannelError) Message {
	return s.say("error.activity.channel", "channel", e.Channel, "known", s.values("interaction.channel", e.Known))
}

func (s speaker) stage(e *lifecycle.TransitionError) Message {
	const field = "customer.stage"
	return s.say("error.lifecycle.transition", "from", s.value(field, e.From), "to", s.value(field, e.To), "allowed", s.values(field, e.Allowed))
}

func (s speaker) place(e *tree.PlaceError) Message {
	if errors.Is(e, tree.ErrDepth) {
		return s.say("error.tree.depth", "max", strconv.Itoa(tree.MaxDepth))
	}
	return s.say("error.tree.cycle")
}

func (s speaker) rate(e *value.RateError) Message {
	key := "error.value.rate"
	if !e.Newest.IsZero() {
		key = "error.value.rate_old"
	}
	return s.say(key, "from", e.From, "to", e.To, "day", e.Day.String(), "newest", e.Newest.String(), "max", strconv.Itoa(e.MaxAge))
}

func (s speaker) unknownTag(e *tag.UnknownError) Message {
	if len(e.Near) == 0 {
		return s.say("error.tag.unknown", "name", e.Name)
	}
	return s.say("error.tag.near", "name", e.Name, "near", s.list(e.Near))
}

func (s speaker) exclusive(e *tag.ExclusiveError) Message {
	return s.say("error.tag.exclusive", "group", e.Group, "tags", s.list(e.Tags))
}

// quality lists the rules that a write breaks, by their own texts in the language.
func (s speaker) quality(e *quality.ValidationError) Message {
	lang := s.tongues[s.at].tag.String()
	var lines []string
	for i, v := range e.Violations {
		if i == shown {
			lines = append(lines, s.fill(s.at, "error.quality.more", "count", strconv.Itoa(len(e.Violations)-i)))
			break
		}
		line := v.Rule.Message(lang)
		if v.Rule.Field != "" {
			line = s.fill(s.at, "error.quality.line", "message", line, "field", s.label(e.Kind+"."+v.Rule.Field))
		}
		lines = append(lines, line)
	}
	return s.say("error.quality", "kind", s.label(e.Kind), "list", strings.Join(lines, s.fill(s.at, "list.lines")))
}

func (s speaker) rule(e *quality.RuleError) Message {
	return s.say("error.quality.rule", "rule", e.Rule, "kind", s.label(e.Kind), "reason", s.error(e.Err).Text)
}
