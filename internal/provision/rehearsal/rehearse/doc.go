// Package rehearse gives a person a phone and takes it back, to see in a tenant whether the main job works: an order of
// the kind add, with the steps of every such order, that is marked as a rehearsal (package rehearsal).
//
// Begin submits the order, marks it and queues the job that takes the phone back, in one transaction: from there on the
// phone is taken back whatever happens to the one who asked, or to this program. The job looks at the order after each
// change of it ([Service.Quiet] wakes it), and when its time is over:
//
//	the phone is seen to work, or the time is over   it is taken back, as an order that waits is (package undo)
//	the time is over while the work goes on          the work is turned round
//	the work has stopped                             it is undone; the order ends as failed, with its reason
//	the taking back has stopped                      it is tried again each hour, for a day; operators are told
//	the order is over                                that is noted, and the job ends
//
// It needs nobody's approval, as it is for the owner of the store, gives nobody a phone, and costs a number for minutes.
// Nobody is told of it but the one who asked, and operators, where it cannot be taken back.
//
//	offer.go     what would be done for a person, or why it cannot be
//	begin.go     the order begun; how far it is
//	job.go       the job that takes the phone back
//	witness.go   Microsoft's answers to the calls that are made meanwhile
//	quiet.go     changes of these orders, kept from people
package rehearse
