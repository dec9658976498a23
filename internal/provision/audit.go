package provision

import "time"

// Event is what happened to an order, a number or the inventory. The names are persisted: never rename one.
type Event string

// The events.
const (
	OrderStarted   Event = "order.started"
	OrderChanged   Event = "order.changed"
	NumberHeld     Event = "number.held"
	NumberReleased Event = "number.released"
	NumberFreed    Event = "number.freed" // its cooling is over

	LocationAdded   Event = "location.added"
	NumbersAdded    Event = "numbers.added"
	NumberBlocked   Event = "number.blocked"
	NumberUnblocked Event = "number.unblocked"

	OrderSubmitted  Event = "order.submitted"
	OrderAsked      Event = "order.asked"      // somebody else is asked for approval: an approver could not be reached, or has lost their say
	OrderUnasked    Event = "order.unasked"    // nobody is left who could be asked
	OrderReminded   Event = "order.reminded"   // the approvers have not decided yet
	OrderDelegated  Event = "order.delegated"  // an approver has handed it on; the note says to whom
	OrderQuestioned Event = "order.questioned" // an approver asks back; the note has the hash of the question
	OrderAnswered   Event = "order.answered"   // the requester has answered; likewise
	OrderBarred     Event = "order.barred"     // an approval was not taken: the requester may not order this any more
	OrderAmended    Event = "order.amended"    // the requester changes it: what was decided is void
	OrderApproved   Event = "order.approved"   // by one of its approvers; pending after it, another one is asked
	OrderRejected   Event = "order.rejected"   // the note has the hash of the reason
	OrderRunning    Event = "order.running"
	OrderProgress   Event = "order.progress" // a step or a condition changed; not audited
	NumberAssigned  Event = "number.assigned"
	OrderWaiting    Event = "order.waiting"
	OrderLate       Event = "order.late"
	OrderEscalated  Event = "order.escalated"
	OrderDone       Event = "order.done"
	OrderConfirmed  Event = "order.confirmed"
	OrderReopened   Event = "order.reopened"
	OrderUntold     Event = "order.untold" // the person could not be reached
	OrderCancelled  Event = "order.cancelled"
	OrderWithdrawn  Event = "order.withdrawn" // a waiting order is being taken back; cancelled once that is done
	OrderExpired    Event = "order.expired"
	OrderFailed     Event = "order.failed"
	OrderParked     Event = "order.parked"
	OrderRetried    Event = "order.retried"  // a person let a parked order go on
	OrderUndone     Event = "order.undone"   // a person has a parked order taken back
	OrderAccepted   Event = "order.accepted" // a person left a parked order as it stood
	OrderSettled    Event = "order.settled"  // the store was restored, and the world had overtaken the request; the note says how
	Imported        Event = "inventory.imported"
	Applied         Event = "inventory.applied"

	InventoryChanged Event = "inventory.changed" // part of an import or of an application of an inventory
	NumbersRead      Event = "numbers.read"      // the inventory was held against Microsoft's
	StockTaken       Event = "stock.taken"       // what was in the inventory when the trail began to say so
	RosterRead       Event = "roster.read"       // the people of the tenant

	AccessRefused Event = "access.refused" // the note says what was wanted, and how often the hour before
	LimitsLifted  Event = "limits.lifted"  // the note says until when

	RuleWaived   Event = "rule.waived" // the note has the rule and the hash of the reason
	RuleRestored Event = "rule.restored"

	SubscriberImported Event = "subscriber.imported"
	SubscriberChanged  Event = "subscriber.changed" // another plan for the same number, or no phone any more
	SubscriberRemoved  Event = "subscriber.removed"
)

// AuditEvent is one link of a tenant's audit chain. People appear by id only.
type AuditEvent struct {
	Seq    uint64     `json:"seq"` // from 1, without a gap
	At     time.Time  `json:"at"`
	Event  Event      `json:"event"`
	Actor  UserID     `json:"actor,omitempty"` // empty: Calltab itself
	Order  OrderID    `json:"order,omitempty"`
	User   UserID     `json:"user,omitempty"`
	Number E164       `json:"number,omitempty"`
	Before OrderState `json:"before,omitempty"`
	After  OrderState `json:"after,omitempty"`
	Note   string     `json:"note,omitempty"` // message ids, locations, plans: never names
	// Numbers is what the link did to the records of numbers; no two are about the same one.
	Numbers []NumberChange `json:"numbers,omitempty"`
	MAC     []byte         `json:"mac"` // over the link before and this one
}
