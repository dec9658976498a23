// Package result is what becomes of an order that is at work: assigned, done, failed with everything given back, or
// parked until an operator decides. A number that is taken back begins its cooling period here, and ends it
// when the job provision.JobCool, which package fulfil runs, says that the time is over.
//
//	result.go    the ends, with the number's and subscriber's records; Rest begins cooling, EndCooling ends it
//	park.go      parked orders, and what operators decide of them
//	accept.go    an order left as it is: the records follow what Microsoft shows
//	phone.go     a person says that the phone works, or that it does not
//	operators.go who may decide about what is parked; package outbox tells them
//	resume.go    orders that an earlier program parked in an outage, set going again once
//
// Package fulfil does the work and reports it here.
package result
