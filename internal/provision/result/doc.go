// Package result is what becomes of an order that is at work: assigned, done, failed with everything given back, or
// parked until an operator decides. It also ends the cooling period of a number that was taken back, when the job
// provision.JobCool says that it is over.
//
//	result.go    the ends, and the number's and subscriber's records with them; EndCooling
//	park.go      parked orders, and what operators decide of them
//	accept.go    an order left as it is: the records follow what Microsoft shows
//	phone.go     a person says that the phone works, or that it does not
//	operators.go who is told of what is parked
//	resume.go    what earlier programs parked in an outage goes on once
//
// Package fulfil does the work and reports it here.
package result
