package provision

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

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

	NumberReserved   Event = "number.reserved"   // for a person
	NumberUnreserved Event = "number.unreserved" // it was released, or its time is over, as the note says

	OrderSubmitted Event = "order.submitted"
	// another approver is asked: one could not be reached, or may not approve any more
	OrderAsked      Event = "order.asked"
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
	// the store was restored, and the world had overtaken the request; the note says how
	OrderSettled Event = "order.settled"
	Imported     Event = "inventory.imported"
	Applied      Event = "inventory.applied"

	InventoryChanged Event = "inventory.changed" // part of an import or of an application of an inventory
	NumbersRead      Event = "numbers.read"      // the inventory was held against Microsoft's
	StockTaken       Event = "stock.taken"       // what was in the inventory when the trail began to say so
	RosterRead       Event = "roster.read"       // the people of the tenant
	BulkStarted      Event = "bulk.started"      // the note says which bulk, and how many rows are ordered
	BulkPaused       Event = "bulk.paused"       // the note says which bulk
	BulkResumed      Event = "bulk.resumed"      // likewise
	BulkStopped      Event = "bulk.stopped"      // likewise; without an actor, Calltab stopped it
	ListExported     Event = "list.exported"     // the note says which list, and how many rows

	AccessRefused Event = "access.refused" // the note says what was wanted, and how often the hour before
	LimitsLifted  Event = "limits.lifted"  // the note says until when

	RuleWaived   Event = "rule.waived" // the note has the rule and the hash of the reason
	RuleRestored Event = "rule.restored"

	SubscriberImported Event = "subscriber.imported"
	SubscriberChanged  Event = "subscriber.changed" // another plan for the same number, or no phone any more
	SubscriberRemoved  Event = "subscriber.removed"
)

// AuditEvent is one event of a tenant's audit chain. People appear by id only.
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
	// Numbers is what the event did to the records of numbers; no two are about the same one.
	Numbers []NumberChange `json:"numbers,omitempty"`
	MAC     []byte         `json:"mac"` // over the event before and this one
}

// Short is the change in one line, for the check of a store.
func (n NumberChange) Short() string {
	if n.To == "" {
		return "not in the inventory"
	}
	text := string(n.To) + " at " + string(n.At)
	if n.User != "" {
		text += " for " + string(n.User)
	}
	if n.Order != "" {
		text += " by order " + string(n.Order)
	}
	return text
}

// HistoryLine is an event of the audit trail with the names that stand beside it, as far as they are known.
type HistoryLine struct {
	AuditEvent
	By     string // who did it; empty: Calltab itself, or nobody whose name is known
	Person string // whom it is about
	About  Order  // zero: no order
}

// History is what happened to a person, a number or an order, the newest first.
type History struct {
	Subject Subject
	Name    string // of the person whom it is about, as far as it is known
	Lines   []HistoryLine
	Next    uint64 // give it as before to read on; 0: the store has no more
	Now     time.Time
	Looked  time.Time // back to when events were looked through, where a look may not go on; zero: it needed no more
	Older   bool      // an earlier look left off where this one begins
	// Archived is up to when the trail is in an archive, where older lines may be; zero: nowhere.
	Archived time.Time
}

// Holding is whose a number was, or what, for some time.
type Holding struct {
	State       NumberState // empty: not in the inventory
	Unknown     bool        // the trail begins later, or this part of it is in an archive
	At          LocationID  // empty: nowhere
	User        UserID
	Name        string
	Order       OrderID
	From, Until time.Time // zero: since ever, until now
}

// Holdings is whose a number was between two times.
type Holdings struct {
	Number E164
	All    []Holding
	Now    time.Time
	// Archived is up to when the trail is in an archive; zero: nowhere.
	Archived time.Time
}

// NumberChange is what an event of the audit trail did to the record of a number, or to those of several that follow
// one another. From them the inventory can be worked out as it was at any time: every change of where a number is, of
// its state and of whose it is leaves one.
type NumberChange struct {
	First E164        `json:"first"`
	Last  E164        `json:"last,omitempty"` // empty: it is about First alone
	To    NumberState `json:"to,omitempty"`   // empty: not in the inventory any more
	At    LocationID  `json:"at,omitempty"`
	User  UserID      `json:"user,omitempty"`
	Order OrderID     `json:"order,omitempty"`
}

// End is the last of the numbers that the change is about.
func (c NumberChange) End() E164 {
	if c.Last == "" {
		return c.First
	}
	return c.Last
}

// Holds reports whether a change is about a number.
func (c NumberChange) Holds(n E164) bool {
	if c.Last == "" || n == c.First {
		return n == c.First
	}
	return len(n) == len(c.First) && n >= c.First && n <= c.Last
}

// Numbers yields each number that a change is about. A span that is none, which no event of ours has, is its first
// number.
func (c NumberChange) Numbers() iter.Seq[E164] {
	return func(yield func(E164) bool) {
		from, err := strconv.ParseUint(strings.TrimPrefix(string(c.First), "+"), 10, 64)
		to, failed := strconv.ParseUint(strings.TrimPrefix(string(c.End()), "+"), 10, 64)
		if err != nil || failed != nil || c.Last == "" {
			yield(c.First)
			return
		}
		for n := from; n <= to; n++ {
			if !yield(E164("+" + strconv.FormatUint(n, 10))) {
				return
			}
		}
	}
}

// ArchiveNote begins the note of the events with which stock was taken for an archive: every number of the inventory
// has had an event since.
const ArchiveNote = "archive of links"

// ForArchive reports such an event.
func (e AuditEvent) ForArchive() bool {
	return e.Event == StockTaken && strings.HasPrefix(e.Note, ArchiveNote)
}

// Head is the end of a tenant's chain: how many events there are, and the MAC of the last one. It is logged outside the
// store, so that a trail that was cut off shows.
type Head struct {
	Count uint64 `json:"count"`
	MAC   []byte `json:"mac"`
}

// Subject is what a history is about. One field is set.
type Subject struct {
	User   UserID
	Number E164
	Order  OrderID
}

// About reports whether an event of the trail is about the subject.
func (b Subject) About(e AuditEvent) bool {
	switch {
	case b.User != "":
		return e.User == b.User || e.Actor == b.User
	case b.Order != "":
		return e.Order == b.Order
	}
	return e.Number == b.Number || slices.ContainsFunc(e.Numbers, func(c NumberChange) bool {
		return c.Holds(b.Number)
	})
}
