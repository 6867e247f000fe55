package wording_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/clientele-go/clientele/customer"
	"github.com/clientele-go/clientele/customer/activity"
	"github.com/clientele-go/clientele/customer/deal"
	"github.com/clientele-go/clientele/customer/intake"
	"github.com/clientele-go/clientele/customer/lead"
	"github.com/clientele-go/clientele/customer/lifecycle"
	"github.com/clientele-go/clientele/customer/privacy"
	"github.com/clientele-go/clientele/customer/quality"
	"github.com/clientele-go/clientele/customer/service"
	"github.com/clientele-go/clientele/customer/tag"
	"github.com/clientele-go/clientele/customer/tree"
	"github.com/clientele-go/clientele/customer/value"
	"github.com/clientele-go/clientele/customer/wording"
	"github.com/clientele-go/clientele/dedupe/clean"
	"github.com/clientele-go/clientele/dedupe/live"
	"github.com/clientele-go/clientele/dedupe/merge"
	"github.com/clientele-go/clientele/dedupe/review"
	"github.com/clientele-go/clientele/storage"
	"github.com/clientele-go/clientele/storage/criteria"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func yuan(n int64) customer.Money {
	return customer.Money{Amount: decimal.NewFromInt(n), Currency: "CNY"}
}

// samples are one value of each typed error or more, and what is said of them in Chinese.
func samples() []struct {
	err     error
	key, zh string
} {
	day, at := storage.Date{Year: 2026, Month: 1, Day: 5}, time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	rule := &quality.Rule{Code: "L1", Field: "credit_code", NameZH: "缺少信用代码", NameEN: "no credit code"}
	return []struct {
		err     error
		key, zh string
	}{
		{&storage.FieldError{Kind: "consent", Field: "until", Reason: "r"}, "error.field.consent.until", "授权同意的“结束时间”：结束时间早于开始时间。请填写更晚的时间，或留空。"},
		{&storage.FieldError{Kind: "customer", Field: "name", Reason: "r"}, "error.invalid", "客户的“姓名或名称”：无法按现在的内容保存：r"},
		{&storage.FieldError{Kind: "customer", Field: "name", Reason: "r", Key: "too_long", Params: map[string]string{"max": "9"}}, "error.too_long", "客户的“姓名或名称”：内容过长。最多 9 字节，请缩短。"},
		{&storage.ConflictError{Kind: "deal"}, "error.conflict", "商机：记录已被他人修改。请重新载入后再修改。"},
		{&storage.DuplicateError{Kind: "tag", Key: []string{"name"}}, "error.duplicate", "标签：已有记录的“名称”与此相同。请修改该值，或改为编辑已有记录。"},
		{&live.PossibleDuplicateError{Candidates: []live.Candidate{{Where: live.InPool}}}, "error.duplicate.pool", "该客户可能已存在于公海中。请从公海领取，或提交申领。"},
		{&live.PossibleDuplicateError{Candidates: []live.Candidate{{Where: live.OwnedByAnother}}}, "error.duplicate.elsewhere",
			"该客户可能已存在，由他人负责。请提交申领，或确认这是另一位客户。"},
		{&live.PossibleDuplicateError{Candidates: []live.Candidate{{Where: live.OwnedByAnother}, {Where: live.Owned, Customer: uuid.Max}}}, "error.duplicate.seen",
			"该客户可能已存在。请查看相似的客户，选用其中一位，或确认这是另一位客户。"},
		{&merge.MergedError{}, "error.merge.merged", "这些已是同一客户，无需合并。"},
		{&merge.TypeError{}, "error.merge.types", "个人与企业不能合并。请更正其中一方的类型，或为双方建立关系。"},
		{&merge.UndoError{Err: merge.ErrExpired, Until: at}, "error.merge.expired", "该合并已不能撤销：撤销期限为 2026-01-05 09:00 UTC。请重新添加另一位客户。"},
		{&merge.UndoError{Err: merge.ErrLater}, "error.merge.later", "其中的客户此后又被合并。请先撤销后来的合并。"},
		{&merge.RestoreError{}, "error.merge.restore", "该客户已并入另一客户。请撤销合并，而不是恢复该客户。"},
		{&merge.UndoError{Err: merge.ErrUndone}, "error.merge.undone", "该合并已撤销，无需再次撤销。"},
		{&review.DecidedError{State: review.Distinct, By: "user:ann", At: at}, "error.review.decided",
			"已有判定：“不同客户”，判定人 user:ann，时间 2026-01-05 09:00 UTC。如需重新判定，请先重新打开。"},
		{&clean.AcceptanceError{Size: 10, Judged: 7, Err: clean.ErrUnjudged}, "error.clean.unjudged", "10 行抽检数据中还有 3 行未检查。请先检查。"},
		{&clean.AcceptanceError{Size: 10, Judged: 10, Wrong: 2, Limit: decimal.New(5, -2), Err: clean.ErrTooManyWrong}, "error.clean.too_many_wrong",
			"10 行抽检数据中有 2 行错误，超过 5 %。请更正数据后重新抽检。"},
		{&storage.RecordError{Kind: "tag", Err: storage.ErrForbidden, Reason: "r"}, "error.forbidden", "标签：您没有权限执行此操作。请申请权限，或请有权限的人处理。"},
		{&storage.RecordError{Kind: "tag", Err: storage.ErrInvalid, Reason: "r"}, "error.record", "标签：无法执行：r"},
		{fmt.Errorf("%w: x", storage.ErrForbidden), "error.forbidden", "记录：您没有权限执行此操作。请申请权限，或请有权限的人处理。"},
		{&criteria.Error{Kind: "customer", Field: "nmae", Err: criteria.ErrUnknownField}, "error.criterion.field", "条件中的字段不存在：客户的“nmae”。请另选字段。"},
		{&criteria.Error{Kind: "customer", Field: "name", Err: criteria.ErrType}, "error.criterion.type", "条件与客户的“姓名或名称”的类型不符。请改用其他比较方式或值。"},
		{&criteria.Error{Reason: "r", Err: criteria.ErrValue}, "error.criterion", "条件无法使用：r"},
		{&customer.PhoneError{Value: "12", Err: customer.ErrContact}, "error.phone", "不是有效的电话号码。请检查；其他国家的号码以 + 和国家代码开头。"},
		{&customer.PhoneError{Value: "1.38E+10", Err: customer.ErrSpreadsheetNumber}, "error.spreadsheet_number", "号码被电子表格缩写，数字已丢失。请将该列设为文本格式后重新导出。"},
		{&customer.IdentifierError{Err: customer.ErrResidentID, Cause: customer.ErrCheckDigit, Position: 18}, "error.check_digit", "校验码不符，其中有字符错误。请对照证件核对。（第 18 位。）"},
		{&customer.IdentityError{Channel: customer.WeCom}, "error.identity", "该账号（企业微信）已属于另一位客户。请将该身份改到此客户名下，或合并两位客户。"},
		{&customer.IdentityError{}, "error.identity.hidden", "该账号已属于另一位客户。请联系有权查看双方的人处理。"},
		{&customer.SeveralError{Source: "shop", Customers: make([]uuid.UUID, 2)}, "error.several", "shop中有 2 位客户使用同一编号。请合并，或只保留一位客户的编号。"},
		{&customer.RefundError{Asked: yuan(9), Left: yuan(5)}, "error.refund", "不能退款 9 CNY：该订单还可退 5 CNY。请填写大于零且不超过此数的金额，币种与订单一致。"},
		{&activity.ChannelError{Channel: "fax", Known: []string{"call", "horse"}}, "error.activity.channel", "没有“fax”渠道。请使用：电话、horse，或先登记该渠道。"},
		{&activity.EventError{Index: 2, Err: &activity.ChannelError{Channel: "fax"}}, "error.activity.channel", "第 3 项：没有“fax”渠道。请使用：无，或先登记该渠道。"},
		{&lifecycle.TransitionError{From: "prospect", To: "vip", Allowed: []string{"new", "lost"}}, "error.lifecycle.transition", "客户不能从“潜在客户”变为“vip”。可选：新客户、流失客户。"},
		{&tree.PlaceError{Err: tree.ErrCycle}, "error.tree.cycle", "客户不能成为自己的下级。请选择不在其下级中的客户。"},
		{&tree.PlaceError{Err: tree.ErrDepth}, "error.tree.depth", "层级过深。一位客户之上最多 32 级。"},
		{&value.RateError{From: "USD", To: "CNY", Day: day}, "error.value.rate", "没有 2026-01-05 从 USD 到 CNY 的汇率。请添加当日或更早的汇率。"},
		{&value.RateError{From: "USD", To: "CNY", Day: day, Newest: day, MaxAge: 3}, "error.value.rate_old", "从 USD 到 CNY 的最新汇率（2026-01-05）比 2026-01-05 早 3 天以上。请添加更新的汇率。"},
		{&tag.UnknownError{Name: "vip"}, "error.tag.unknown", "没有“vip”标签。请先定义。"},
		{&tag.UnknownError{Name: "vip", Near: []string{"VIP1", "VIP2"}}, "error.tag.near", "没有“vip”标签。请先定义。您是指VIP1、VIP2吗？"},
		{&tag.ExclusiveError{Group: "等级", Tags: []string{"金", "银"}}, "error.tag.exclusive", "标签组“等级”中每位客户最多一个标签，不能同时有金、银。请只选一个。"},
		{&quality.ValidationError{Kind: "customer", Violations: []quality.Violation{{Rule: rule}, {Rule: rule}}}, "error.quality", "客户未保存。请改正：缺少信用代码（统一社会信用代码）；缺少信用代码（统一社会信用代码）"},
		{&quality.RuleError{Rule: "L1", Kind: "customer", Err: &criteria.Error{Err: criteria.ErrSyntax}}, "error.quality.rule", "质量规则 L1 与客户不符：条件无法读取。请重新设置。"},
		{&privacy.HeldError{}, "error.privacy.held", "该客户的数据处于保全中，不能删除。请先解除保全。"},
		{&privacy.HeldError{Until: time.Date(2027, 1, 1, 8, 0, 0, 0, time.FixedZone("", 8*3600))}, "error.privacy.held_until", "该客户的数据在 2027-01-01 00:00 UTC 之前处于保全中，不能删除。请等待，或先解除保全。"},
		{&lead.SeveralError{Candidates: make([]uuid.UUID, 3)}, "error.lead.several", "该线索可能对应 3 位客户。请选择其中一位，或先合并。"},
		{&lead.StateError{State: lead.Invalid, Op: "claim", Allowed: []string{"reopen"}}, "error.lead.state", "线索处于“无效”状态，不能执行：领取。可执行：重新打开。"},
		{&deal.TransitionError{From: "new", To: "won", Allowed: []string{"offer"}}, "error.deal.transition", "商机不能从“new”到“won”。可选：offer。"},
		{&deal.TransitionError{From: "new", To: "won", Missing: []string{"amount"}}, "error.deal.missing", "商机暂不能从“new”到“won”。请先填写：金额。"},
		{&deal.TotalError{Total: decimal.NewFromInt(9), Sum: decimal.NewFromInt(8)}, "error.deal.total", "报价单合计不符：填写为 9，应为 8。请改正。"},
		{&deal.TotalError{Line: 2, Total: decimal.NewFromInt(9), Sum: decimal.NewFromInt(8)}, "error.deal.total_line", "第 2 行合计不符：填写为 9，应为 8。请改正。"},
		{&deal.StageInUseError{Stage: "offer", Deals: 4}, "error.deal.stage_in_use", "阶段“offer”不能删除：其中有 4 个商机。请先移走，或停用该阶段。"},
		{&deal.QuoteError{Status: deal.QuoteSent, Err: deal.ErrQuoteStatus}, "error.deal.quote", "报价单处于“已发送”状态，不能这样操作。请另建报价单。"},
		{&deal.QuoteError{Status: deal.QuoteSent, Err: deal.ErrExpired}, "error.deal.expired", "报价单已过期。请用新的报价单取代。"},
		{&service.TransitionError{State: "open", Next: "检测", Op: "completed", Step: "回访"}, "error.service.transition", "工单处于“处理中”状态，不能执行：完成“回访”。下一步骤：检测。"},
		{&service.TransitionError{State: "open", Next: "检测", Op: "skipped", Step: "检测", Err: storage.ErrForbidden}, "error.service.transition", "工单处于“处理中”状态，不能执行：跳过“检测”。下一步骤：检测。 记录：您没有权限执行此操作。请申请权限，或请有权限的人处理。"},
		{&intake.LimitError{Rejected: 6, Read: 100, Max: 5}, "error.intake.limit", "已读 100 行中有 6 行被拒绝，最多允许 5 行。请改正，或提高限制。"},
		{&intake.MappingError{Target: "name", Columns: []string{"姓名", "名称"}, Err: intake.ErrAmbiguousColumn}, "error.intake.ambiguous_column", "有多列可能是“name”：姓名、名称。请指定其中一列。"},
		{&intake.MappingError{Target: "name", Columns: []string{"A"}, Err: intake.ErrMissingColumn}, "error.intake.missing_column", "没有对应必填项“name”的列。请从中指定一列：A。"},
		{&intake.FileError{Row: 7, Err: intake.ErrEncoding}, "error.intake.encoding", "第 7 行：文件编码有误。请另存为 UTF-8 格式。"},
		{&intake.FileError{Err: errors.New("disk")}, "error.intake.file", "文件未能读完。请用完整的文件重新导入。"},
		{intake.Rejection{Row: 3, Column: "电话", Reason: "r", Err: &customer.PhoneError{Err: customer.ErrContact}}, "error.phone", "第 3 行“电话”列：不是有效的电话号码。请检查；其他国家的号码以 + 和国家代码开头。"},
		{intake.Rejection{Row: 3, Reason: "too odd"}, "error", "第 3 行：too odd"},
	}
}

func TestError_EveryType(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	for _, s := range samples() {
		name := fmt.Sprintf("%T %s", s.err, s.key)
		require.Equal(t, wording.Message{Key: s.key, Text: s.zh}, w.Error("zh-CN", s.err), name)
		require.Equal(t, wording.Message{Key: s.key, Text: s.zh}, w.Error("zh-CN", fmt.Errorf("outside: %w", s.err)), name)
		said := w.Error("en-US", s.err)
		require.Equal(t, s.key, said.Key, name)
		require.NotEqual(t, s.zh, said.Text, name)
		require.NotRegexp(t, placeholder, said.Text, name)
	}
}

// Every exported error type that a user can cause is among the samples.
func TestError_NoTypeForgotten(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, s := range samples() {
		have[strings.TrimPrefix(fmt.Sprintf("%T", s.err), "*")] = true
	}
	form, pkg := regexp.MustCompile(`(?m)^type ([A-Z]\w*Error) struct`), regexp.MustCompile(`(?m)^package (\w+)`)
	found := 0
	for _, root := range []string{"..", "../../storage", "../../dedupe/merge", "../../dedupe/review", "../../dedupe/live", "../../dedupe/clean"} {
		eachSource(t, root, func(path, source string) {
			for _, m := range form.FindAllStringSubmatch(source, -1) {
				found++
				require.True(t, have[pkg.FindStringSubmatch(source)[1]+"."+m[1]], "%s in %s has no text", m[1], path)
			}
		})
	}
	require.Greater(t, found, 20)
}

func TestError_EverySentinel(t *testing.T) {
	t.Parallel()
	w := wording.Standard()
	for err, key := range wording.Known() {
		wrapped := fmt.Errorf("outside: %w", err)
		require.Equal(t, key, w.Error("en", wrapped).Key, "%v", err)
		require.NotEqual(t, w.Error("en", wrapped).Text, w.Error("zh", wrapped).Text, "%v", err)
		require.NotRegexp(t, placeholder, w.Error("zh", wrapped).Text)
	}
}

// Causes belong to the field that they are of, not to another that failed beside it.
func TestError_JoinedAreApart(t *testing.T) {
	t.Parallel()
	field := &storage.FieldError{Kind: "address", Field: "street", Reason: "r", Key: "no_place"}
	m := wording.Standard().Error("en", errors.Join(field, &customer.PhoneError{Err: customer.ErrContact, Reason: "x"}))
	require.Equal(t, "error.phone", m.Key)
	require.NotContains(t, m.Text, "Street")
}

// No message quotes the number that was refused.
func TestError_QuotesNoNumber(t *testing.T) {
	t.Parallel()
	_, err := customer.NormalPhone("13800")
	require.Error(t, err)
	for _, lang := range []string{"en", "zh"} {
		require.NotContains(t, wording.Standard().Error(lang, err).Text, "13800")
	}
}

type wicked struct{ how string }

func (w wicked) Error() string {
	if w.how == "text" {
		panic("no text")
	}
	return "wicked"
}

func (w wicked) Is(error) bool {
	if w.how == "is" {
		panic("no Is")
	}
	return false
}

func (w wicked) Unwrap() error {
	if w.how == "unwrap" {
		panic("no Unwrap")
	}
	return nil
}

// Whatever the error and the language are, something is said and nothing panics.
func TestError_NeverPanics(t *testing.T) {
	t.Parallel()
	known := samples()
	rapid.Check(t, func(t *rapid.T) {
		var tower func(depth int) error
		tower = func(depth int) error {
			switch rapid.IntRange(0, 9).Draw(t, "shape") {
			case 0:
				return wicked{rapid.SampledFrom([]string{"", "text", "is", "unwrap"}).Draw(t, "how")}
			case 1:
				return rapid.SampledFrom(hollow()).Draw(t, "hollow")
			case 2:
				return rapid.SampledFrom([]error{context.Canceled, storage.ErrInvalid, customer.ErrContact, errors.New("own")}).Draw(t, "sentinel")
			case 3:
				return &storage.FieldError{Kind: rapid.String().Draw(t, "kind"), Field: rapid.String().Draw(t, "field"), Reason: "{reason}",
					Key: rapid.SampledFrom([]string{"", "format", "not_one_of", "at", "{", "no_such_record"}).Draw(t, "key"), Params: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "params")}
			}
			if depth > 3 {
				return known[rapid.IntRange(0, len(known)-1).Draw(t, "sample")].err
			}
			switch rapid.IntRange(0, 4).Draw(t, "wrap") {
			case 0:
				return fmt.Errorf("outside: %w", tower(depth+1))
			case 1:
				return errors.Join(tower(depth+1), tower(depth+1))
			case 2:
				return &storage.RecordError{Kind: "tag", Err: tower(depth + 1)}
			case 3:
				return intake.Rejection{Row: 1, Err: tower(depth + 1)}
			}
			return &quality.RuleError{Err: tower(depth + 1)}
		}
		err, lang := tower(0), rapid.OneOf(rapid.SampledFrom([]string{"zh-CN", "en-US", "x-klingon", "zh-TW,en;q=0.5", ""}), rapid.String()).Draw(t, "lang")
		m := wording.Standard().Error(lang, err)
		if m.Key == "" || m.Text == "" {
			t.Fatalf("nothing is said: %+v", m)
		}
	})
}

// hollow are errors without what they should hold.
func hollow() []error {
	return []error{
		(*storage.FieldError)(nil), (*storage.RecordError)(nil), (*customer.PhoneError)(nil), (*quality.ValidationError)(nil), (*intake.FileError)(nil), (*merge.UndoError)(nil), &merge.UndoError{}, &live.PossibleDuplicateError{}, &review.DecidedError{}, &clean.AcceptanceError{},
		&storage.FieldError{}, &storage.RecordError{}, &storage.DuplicateError{}, &customer.IdentifierError{Err: customer.ErrCreditCode}, &customer.PhoneError{},
		&quality.ValidationError{Violations: []quality.Violation{{}}}, &quality.RuleError{}, &activity.EventError{}, &deal.QuoteError{}, &tree.PlaceError{},
		&intake.FileError{}, intake.Rejection{}, &service.TransitionError{}, &customer.EditConflict[customer.Order]{}, &criteria.Error{},
	}
}
