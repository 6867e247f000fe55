package deal

import (
	"fmt"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Deal is a chance to sell something to a customer.
type Deal struct {
	storage.Meta
	Customer         uuid.UUID
	Contact          uuid.UUID // the person to talk to, where the customer is an organisation
	Pipeline         uuid.UUID
	Stage            uuid.UUID
	StageSince       time.Time       // when it entered the stage
	Status           string          // Open, Won or Lost: the outcome of the stage
	StageProbability int64           // that of the stage, in percent
	Override         *int64          // in percent, in place of the stage's while the deal is open
	Probability      int64           // the one that counts; follows from the others
	Name             string          // what it is about
	Amount           customer.Money  // not negative; 0 as long as it is unknown
	Weighted         decimal.Decimal // Amount times Probability, exact; follows from them
	ExpectedAt       storage.Date    // when it will be decided
	Owner            uuid.UUID       // the user who works on it
	WonAt            time.Time
	LostAt           time.Time
	LostReason       string
	Source           string // the system or lead source that it came from
	ExternalID       string // what it is called there; unique within the source
}

const dealKind = "deal"

// Deals is the kind of deals. Put changes a deal's own fields; its stage is
// changed by Move alone, which sets StageSince, Status, StageProbability, WonAt,
// LostAt and LostReason with it.
var Deals = storage.Define[Deal](dealKind,
	storage.Ref("customer", func(d *Deal) *uuid.UUID { return &d.Customer }).To("customer").Existing().Required().Indexed(),
	storage.Ref("contact", func(d *Deal) *uuid.UUID { return &d.Contact }).To("customer").Existing().Indexed(),
	storage.Ref("pipeline", func(d *Deal) *uuid.UUID { return &d.Pipeline }).To("pipeline").Existing().Required(),
	storage.Ref("stage", func(d *Deal) *uuid.UUID { return &d.Stage }).To(stageKind).Existing().Required().Indexed(),
	storage.Time("stage_since", func(d *Deal) *time.Time { return &d.StageSince }).Required(),
	storage.Text("status", func(d *Deal) *string { return &d.Status }).Required(),
	storage.Integer("stage_probability", func(d *Deal) *int64 { return &d.StageProbability }),
	storage.OptionalInteger("override", func(d *Deal) **int64 { return &d.Override }),
	storage.Integer("probability", func(d *Deal) *int64 { return &d.Probability }),
	storage.Text("name", func(d *Deal) *string { return &d.Name }).Required().Searchable(),
	storage.Decimal("amount", func(d *Deal) *decimal.Decimal { return &d.Amount.Amount }),
	storage.Text("currency", func(d *Deal) *string { return &d.Amount.Currency }).Required(),
	storage.Decimal("weighted", func(d *Deal) *decimal.Decimal { return &d.Weighted }),
	storage.Day("expected_at", func(d *Deal) *storage.Date { return &d.ExpectedAt }),
	storage.Ref("owner", func(d *Deal) *uuid.UUID { return &d.Owner }),
	storage.Time("won_at", func(d *Deal) *time.Time { return &d.WonAt }).Indexed(),
	storage.Time("lost_at", func(d *Deal) *time.Time { return &d.LostAt }),
	storage.Text("lost_reason", func(d *Deal) *string { return &d.LostReason }),
	storage.Text("source", func(d *Deal) *string { return &d.Source }),
	storage.Text("external_id", func(d *Deal) *string { return &d.ExternalID }),
).Index("status", "expected_at").Index("owner", "status").Unique("source", "external_id").
	Derive((*Deal).weigh, "probability", "weighted").Valid((*Deal).check)

// weigh works out what follows from the stage and the amount.
func (d *Deal) weigh() {
	d.Probability = d.StageProbability
	if d.Override != nil && d.Status == Open {
		d.Probability = *d.Override
	}
	d.Weighted = d.Amount.Amount.Mul(decimal.NewFromInt(d.Probability)).Shift(-2)
}

func (d *Deal) check() error {
	if d.Probability < 0 || d.Probability > 100 {
		return invalid(dealKind, "probability", fmt.Sprintf("%d is not between 0 and 100 percent", d.Probability))
	}
	if o := d.Override; o != nil && (*o < 0 || *o > 100) {
		return invalid(dealKind, "override", fmt.Sprintf("%d is not between 0 and 100 percent", *o))
	}
	if d.Amount.Amount.IsNegative() {
		return invalid(dealKind, "amount", d.Amount.String()+" is negative")
	}
	if err := d.checkStatus(); err != nil {
		return err
	}
	return d.Amount.Check()
}

// checkStatus reports a status that the times of winning and losing belie.
func (d *Deal) checkStatus() error {
	if d.Status != Open && d.Status != Won && d.Status != Lost {
		return invalid(dealKind, "status", fmt.Sprintf("%q: use %q, %q or %q", d.Status, Open, Won, Lost))
	}
	if d.WonAt.IsZero() == (d.Status == Won) {
		return invalid(dealKind, "won_at", "a deal has it if its status is "+Won+", and only then: use Move")
	}
	if d.LostAt.IsZero() == (d.Status == Lost) {
		return invalid(dealKind, "lost_at", "a deal has it if its status is "+Lost+", and only then: use Move")
	}
	return nil
}
