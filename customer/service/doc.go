// Package service keeps what is done for customers besides selling: tickets with
// their steps, feedback, and the things that customers own and have looked after.
//
// A Desk knows the types of tickets. A ticket of a type goes through its steps in
// their order and is closed with the last one:
//
//	desk := service.Desk{Types: []service.Type{{
//		Key: "breakdown", Phase: service.AfterSale, Kind: service.Repair,
//		Steps: []string{"fault_response", "spare_parts", "evaluation"},
//	}}}
//	t := &service.Ticket{Customer: id, Type: "breakdown", Subject: "压缩机不制冷"}
//	err := desk.Open(ctx, tx, t)
//	err = desk.Complete(ctx, tx, t.ID, "fault_response", service.Outcome{Note: "到场"})
//
// Everything runs in the caller's transaction. A change of a ticket replaces the
// version that was read, so two people who complete one step at the same time do
// not both succeed: storage.Tenant.Update repeats the later one, which is then
// refused with ErrTransition.
//
// Not guaranteed: whoever writes tickets past the Desk, with Tickets.Put, may put
// them into any state, and an asset whose Customer is changed past Transfer has no
// Ownership of it. Due times count all hours of the clock; business hours are a
// matter of whoever sets them. Feedback and service records are what people or
// devices say; nothing is concluded from them here.
package service

import "github.com/clientele-go/clientele/storage"

// Kinds are all kinds of this package, for storage.New.
func Kinds() []storage.Described {
	return []storage.Described{Tickets, Steps, Feedbacks, Assets, Ownerships, ServiceRecords}
}
