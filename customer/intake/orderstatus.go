package intake

import (
	"slices"

	"github.com/clientele-go/clientele/storage/criteria"
)

// RefundedStatuses returns the words by which shops say that an order was paid back
// in full. One that was paid back in part says how much in a row with a negative amount.
func RefundedStatuses() []string {
	return []string{
		"refund", "refunded", "fully refunded", "full refund", "returned", "return", "chargeback", "charged back",
		"已退款", "退款", "退款成功", "退款完成", "全额退款", "已全额退款", "退货", "已退货", "退货退款", "退款退货", "退货成功", "已退货退款",
	}
}

// VoidStatuses returns the words by which shops say that an order brings nothing:
// it was cancelled or closed, or is not paid.
func VoidStatuses() []string {
	return []string{
		"cancelled", "canceled", "cancel", "void", "voided", "failed", "payment failed", "expired", "abandoned",
		"unpaid", "not paid", "pending payment", "payment pending", "awaiting payment",
		"交易关闭", "订单关闭", "已关闭", "交易取消", "订单取消", "已取消", "取消", "已作废", "作废", "支付失败", "付款失败",
		"待付款", "待支付", "未付款", "未支付", "等待付款", "等待买家付款", "支付超时", "付款超时",
	}
}

// An effect is what the status of an order says about its amount.
type effect uint8

const (
	counts effect = iota
	paidBack
	void
)

// effect returns what a status says.
func (b *Book) effect(status string) effect {
	if b.Refunded == nil && b.Void == nil {
		return standardEffects[foldStatus(status)]
	}
	among := func(list, standard []string) bool {
		if list == nil {
			list = standard
		}
		return slices.ContainsFunc(list, func(s string) bool { return foldStatus(s) == foldStatus(status) })
	}
	switch {
	case among(b.Refunded, RefundedStatuses()):
		return paidBack
	case among(b.Void, VoidStatuses()):
		return void
	}
	return counts
}

// standardEffects are those of the words that are not changed by the host.
var standardEffects = func() map[string]effect {
	effects := map[string]effect{}
	for _, s := range RefundedStatuses() {
		effects[foldStatus(s)] = paidBack
	}
	for _, s := range VoidStatuses() {
		effects[foldStatus(s)] = void
	}
	return effects
}()

func foldStatus(s string) string { return criteria.Fold(narrow(s)) }
