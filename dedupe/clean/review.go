package clean

import (
	"encoding/json"
	"time"

	"github.com/clientele-go/clientele/storage"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// A Review is the check of a sample by people. It is open until CloseReview
// accepts it.
type Review struct {
	storage.Meta
	Name     string          // for people, such as the name of the file
	Report   json.RawMessage // what the steps found, as Report is written
	Limit    decimal.Decimal // how large a share of the sample may be wrong: 0.02 is 2 %
	Size     int64           // the rows to be judged
	Judged   int64           // those that somebody has judged
	Wrong    int64           // of them, those that are wrong
	ClosedAt time.Time       // when it was accepted; zero while it is open
	ClosedBy string          // who accepted it
}

// Reviews is the kind of reviews.
var Reviews = storage.Define[Review]("clean_review",
	storage.Text("name", func(r *Review) *string { return &r.Name }),
	storage.JSON("report", func(r *Review) *json.RawMessage { return &r.Report }),
	storage.Decimal("error_limit", func(r *Review) *decimal.Decimal { return &r.Limit }),
	storage.Integer("size", func(r *Review) *int64 { return &r.Size }),
	storage.Integer("judged", func(r *Review) *int64 { return &r.Judged }),
	storage.Integer("wrong", func(r *Review) *int64 { return &r.Wrong }),
	storage.Time("closed_at", func(r *Review) *time.Time { return &r.ClosedAt }),
	storage.Text("closed_by", func(r *Review) *string { return &r.ClosedBy }),
).Fixed()

// The verdicts on a row.
const (
	Right = "right"
	Wrong = "wrong"
)

// A SampleRow is a row that a review asks people to judge. Those that wait are
//
//	criteria.All(criteria.Eq("review", id), criteria.Missing("verdict"))
type SampleRow struct {
	storage.Meta
	Review   uuid.UUID
	Row      int64           // its number in the file
	Cells    json.RawMessage // {"column": "cell"}, as they stand in the file
	Verdict  string          // Right or Wrong; empty while nobody has judged it
	Note     string          // what is wrong
	JudgedBy string          // who judged it last
	JudgedAt time.Time       // and when
}

// SampleRows is the kind of rows to be judged. They hold what the file says of
// people who may not be customers, so that an erasure of customers does not find
// them: ForgetReview purges them.
var SampleRows = storage.Define[SampleRow]("clean_sample",
	storage.Ref("review", func(s *SampleRow) *uuid.UUID { return &s.Review }).To("clean_review").Existing().Required(),
	storage.Integer("row_number", func(s *SampleRow) *int64 { return &s.Row }),
	storage.JSON("cells", func(s *SampleRow) *json.RawMessage { return &s.Cells }).Personal(),
	storage.Text("verdict", func(s *SampleRow) *string { return &s.Verdict }),
	storage.Text("note", func(s *SampleRow) *string { return &s.Note }).Personal(),
	storage.Text("judged_by", func(s *SampleRow) *string { return &s.JudgedBy }),
	storage.Time("judged_at", func(s *SampleRow) *time.Time { return &s.JudgedAt }),
).Unique("review", "row_number").Index("review", "verdict").Fixed()

// Kinds are the kinds of this package, for storage.New.
func Kinds() []storage.Described { return []storage.Described{Reviews, SampleRows} }
