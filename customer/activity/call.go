package activity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
)

// A ParsedCall is what a parser made out of the transcript of a call.
type ParsedCall struct {
	Topic   string `json:"topic"`
	Intent  string `json:"intent"`
	Product string `json:"product"`
}

// A CallParser turns the transcript of a call into values: the host's port to
// a language model or to a set of rules. It must be safe for concurrent use if
// Parse is.
type CallParser func(ctx context.Context, transcript string) (ParsedCall, error)

// A ParseReport says what Parse did.
type ParseReport struct {
	Parsed int
	Failed int
	Last   error // the last error of the parser
}

// Parse gives the transcripts that wait for it, those in state
// customer.Unparsed, to the parser and stores what it returns: as the object
// {"topic","intent","product"} in Values, and the topic among Topics.
//
// A transcript that the parser fails on stays as it is, for the next time. The
// parser is called outside of transactions, since it may be slow, so that two Parse
// at once may both call it for one transcript; what is stored is stored once.
// If the context ends or the store fails, what was parsed stays.
func Parse(ctx context.Context, acme *storage.Tenant, by storage.Origin, parse CallParser) (ParseReport, error) {
	var report ParseReport
	query := storage.Query{Where: criteria.Eq("state", customer.Unparsed)}
	for {
		page, err := customer.Interactions.Page(ctx, acme, query)
		if err != nil {
			return report, err
		}
		for _, i := range page.Items {
			if err := parseOne(ctx, acme, by, parse, i, &report); err != nil {
				return report, err
			}
		}
		if page.Next == "" {
			return report, nil
		}
		query.After = page.Next
	}
}

func parseOne(ctx context.Context, acme *storage.Tenant, by storage.Origin, parse CallParser, i *customer.Interaction, report *ParseReport) error {
	call, err := parse(ctx, i.Text)
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	if err != nil {
		report.Failed++
		report.Last = fmt.Errorf("interaction %s: %w", i.ID, err)
		return nil
	}
	report.Parsed++
	err = acme.Update(ctx, by, func(tx *storage.Tx) error { return storeParsed(ctx, tx, i.ID, i.Text, call) })
	if errors.Is(err, storage.ErrNotFound) {
		return nil // deleted while it was parsed
	}
	return err
}

// storeParsed stores what was parsed, unless another did, or the text has changed.
func storeParsed(ctx context.Context, tx *storage.Tx, id uuid.UUID, text string, call ParsedCall) error {
	i, err := customer.Interactions.Get(ctx, tx, id)
	if err != nil || i.State != customer.Unparsed || i.Text != text {
		return err
	}
	if i.Values, err = json.Marshal(call); err != nil {
		return err
	}
	if call.Topic != "" {
		i.Topics = append(i.Topics, call.Topic)
	}
	i.State = ""
	return customer.Interactions.Put(ctx, tx, i)
}
