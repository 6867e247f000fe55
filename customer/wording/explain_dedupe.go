package wording

import (
	"errors"
	"strconv"

	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/google/uuid"
)

func dedupeExplainers() []explainer {
	return []explainer{on(speaker.there), on(speaker.undo), on(speaker.restore), on(speaker.decided), on(speaker.acceptance)}
}

// there says where a customer is that may be the one which was written. The best known
// place counts: who may see one of them is told so.
func (s speaker) there(e *live.PossibleDuplicateError) Message {
	key := "error.duplicate.elsewhere"
	for _, c := range e.Candidates {
		if c.Where == live.Owned || c.Customer != uuid.Nil {
			key = "error.duplicate.seen"
			break
		}
		if c.Where == live.InPool {
			key = "error.duplicate.pool"
		}
	}
	return s.say(key, "count", strconv.Itoa(len(e.Candidates)))
}

func (s speaker) undo(e *merge.UndoError) Message {
	switch {
	case errors.Is(e.Err, merge.ErrExpired):
		return s.say("error.merge.expired", "until", e.Until.UTC().Format("2006-01-02 15:04 MST"))
	case errors.Is(e.Err, merge.ErrLater):
		return s.say("error.merge.later")
	}
	return s.say("error.merge.undone")
}

func (s speaker) restore(*merge.RestoreError) Message { return s.say("error.merge.restore") }

func (s speaker) decided(e *review.DecidedError) Message {
	return s.say("error.review.decided", "state", s.value("duplicate_pair.state", e.State), "by", e.By, "at", e.At.UTC().Format("2006-01-02 15:04 MST"))
}

func (s speaker) acceptance(e *clean.AcceptanceError) Message {
	key := "error.clean.unjudged"
	if errors.Is(e.Err, clean.ErrTooManyWrong) {
		key = "error.clean.too_many_wrong"
	}
	return s.say(key, "size", strconv.FormatInt(e.Size, 10), "open", strconv.FormatInt(e.Size-e.Judged, 10),
		"wrong", strconv.FormatInt(e.Wrong, 10), "limit", e.Limit.Shift(2).String())
}

var dedupeSentinels = []known{
	{live.ErrPossibleDuplicate, "error.duplicate.elsewhere"},
	{live.ErrDecided, "error.duplicate.claim"},
	{merge.ErrMerged, "error.merge.merged"},
	{merge.ErrTypes, "error.merge.types"},
	{merge.ErrUndone, "error.merge.undone"},
	{merge.ErrExpired, "error.merge.gone"},
	{merge.ErrLater, "error.merge.later"},
	{review.ErrTooMany, "error.review.too_many"},
	{clean.ErrClosed, "error.clean.closed"},
	{clean.ErrColumn, "error.clean.column"},
	{clean.ErrUnfinished, "error.clean.unfinished"},
	{clean.ErrOtherFile, "error.clean.other_file"},
}
