// Package approve gets an order its approval.
//
//	approver.go  whom a rule asks: managers, named people, stand-ins
//	entitled.go  who may still decide when they press
//	turn.go      one approver after the other. One whom package outbox cannot reach (no account, no chat, refused for
//	             good) is passed over: to the sender where it was handed on, else to the next, at the end to
//	             the stand-ins; where there is none, the requester hears of it and the order waits
//	decide.go    each approver's decision, counted once; handed on; given up
//	await.go     reminders, and what happens when nobody answers in time; the time stands still while messages wait
//	workdays.go  days on which approvers work
//	list.go      what waits for an approver
//	named.go     of that, what is for a person of a name
//	askagain.go  a pending order asked about again by operators
//
// The requester never decides. One person's approval counts once, however often a list names them.
package approve
