// Package approve gets an order its approval.
//
//	approver.go  whom a rule asks: managers, named people, stand-ins
//	entitled.go  who may still decide when they press
//	turn.go      one approver after the other, and past those who cannot be reached
//	decide.go    a decision, once a person, handed on or given up
//	await.go     reminders, and what happens when nobody answers
//	askagain.go  a pending order asked about again by operators
//
// The requester never decides. One person's approval counts once, however often a list names them.
package approve
