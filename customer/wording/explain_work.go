package wording

import (
	"errors"
	"strconv"

	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/consent"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/intake/entry"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
)

// placeExplainers say where among many an error happened, and then the error.
func placeExplainers() []explainer {
	return []explainer{on(speaker.rejection), on(speaker.item)}
}

func workExplainers() []explainer {
	return []explainer{
		on(speaker.held), on(speaker.leadSeveral), on(speaker.leadState),
		on(speaker.dealMove), on(speaker.total), on(speaker.stageInUse), on(speaker.quote),
		on(speaker.ticket), on(speaker.limit), on(speaker.mapping), on(speaker.file),
	}
}

func (s speaker) rejection(e intake.Rejection) Message {
	m := Message{unknown, e.Reason}
	if e.Err != nil {
		if said := s.error(e.Err); said.Key != unknown {
			m = said
		}
	}
	key := "error.row"
	if e.Column != "" {
		key = "error.cell"
	}
	return Message{m.Key, s.fill(s.at, key, "row", strconv.FormatInt(e.Row, 10), "column", e.Column, "text", m.Text)}
}

func (s speaker) item(e *activity.EventError) Message {
	m := s.error(e.Err)
	return Message{m.Key, s.fill(s.at, "error.item", "number", strconv.Itoa(e.Index+1), "text", m.Text)}
}

func (s speaker) held(e *privacy.HeldError) Message {
	if e.Until.IsZero() {
		return s.say("error.privacy.held")
	}
	return s.say("error.privacy.held_until", "until", e.Until.UTC().Format("2006-01-02 15:04 MST"))
}

func (s speaker) leadSeveral(e *lead.SeveralError) Message {
	return s.say("error.lead.several", "count", strconv.Itoa(len(e.Candidates)))
}

func (s speaker) leadState(e *lead.StateError) Message {
	return s.say("error.lead.state", "state", s.value("lead.state", e.State), "op", s.value("lead.op", e.Op), "allowed", s.values("lead.op", e.Allowed))
}

func (s speaker) dealMove(e *deal.TransitionError) Message {
	if len(e.Missing) > 0 {
		return s.say("error.deal.missing", "from", e.From, "to", e.To, "missing", s.labels("deal", e.Missing))
	}
	return s.say("error.deal.transition", "from", e.From, "to", e.To, "allowed", s.list(e.Allowed))
}

func (s speaker) total(e *deal.TotalError) Message {
	key := "error.deal.total"
	if e.Line > 0 {
		key = "error.deal.total_line"
	}
	return s.say(key, "line", strconv.Itoa(e.Line), "total", e.Total.String(), "sum", e.Sum.String())
}

func (s speaker) stageInUse(e *deal.StageInUseError) Message {
	return s.say("error.deal.stage_in_use", "stage", e.Stage, "count", strconv.FormatInt(e.Deals, 10))
}

func (s speaker) quote(e *deal.QuoteError) Message {
	if errors.Is(e, deal.ErrExpired) {
		return s.say("error.deal.expired")
	}
	return s.say("error.deal.quote", "status", s.value("quote.status", e.Status))
}

func (s speaker) ticket(e *service.TransitionError) Message {
	next := e.Next
	if next == "" {
		next = s.list(nil)
	}
	m := s.say("error.service.transition", "state", s.value("ticket.state", e.State), "op", s.value("ticket_step.op", e.Op), "step", e.Step, "next", next)
	if e.Err != nil { // why the host lets nobody leave out the step
		m.Text += " " + s.error(e.Err).Text
	}
	return m
}

func (s speaker) limit(e *intake.LimitError) Message {
	return s.say("error.intake.limit", "rejected", strconv.FormatInt(e.Rejected, 10), "read", strconv.FormatInt(e.Read, 10), "max", strconv.FormatInt(e.Max, 10))
}

func (s speaker) mapping(e *intake.MappingError) Message {
	key := "error.intake.unknown_column"
	switch {
	case errors.Is(e, intake.ErrAmbiguousColumn):
		key = "error.intake.ambiguous_column"
	case errors.Is(e, intake.ErrMissingColumn):
		key = "error.intake.missing_column"
	}
	return s.say(key, "target", e.Target, "columns", s.list(e.Columns))
}

// file says what is wrong with a file, with the row where one was reached.
func (s speaker) file(e *intake.FileError) Message {
	m := s.say("error.intake.file")
	for _, k := range workSentinels {
		if errors.Is(e.Err, k.err) {
			m = s.say(k.key)
			break
		}
	}
	if e.Row > 0 {
		m.Text = s.fill(s.at, "error.row", "row", strconv.FormatInt(e.Row, 10), "text", m.Text)
	}
	return m
}

var workSentinels = []known{
	{intake.ErrHeader, "error.intake.header"},
	{intake.ErrEncoding, "error.intake.encoding"},
	{intake.ErrSyntax, "error.intake.syntax"},
	{intake.ErrTruncated, "error.intake.truncated"},
	{intake.ErrTooLong, "error.intake.too_long"},
	{intake.ErrJobState, "error.intake.job_state"},
	{intake.ErrOtherFile, "error.intake.other_file"},
	{intake.ErrAmbiguousDate, "error.intake.ambiguous_date"},
	{intake.ErrSpreadsheetNumber, "error.spreadsheet_number"},
	{entry.ErrNobody, "error.entry.nobody"},
	{entry.ErrAmbiguous, "error.entry.ambiguous"},
	{consent.ErrNotPending, "error.consent.not_pending"},
	{quality.ErrChanged, "error.quality.changed"},
	{tag.ErrArchived, "error.tag.archived"},
}
