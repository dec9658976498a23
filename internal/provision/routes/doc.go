// Package routes says whether calls get out over the policies that plans name: whether the policies exist, lead
// anywhere (voice routing policy → PSTN usages → voice routes → gateways), and allow calls. It knows that from a
// snapshot of the tenant's configuration, which package nightly reads once a night where Calltab has the permission.
// Without it nothing is known here, and nothing is said.
//
// A snapshot is hours old. So nothing that is found here stops an order or makes one wait: admins are told, and decide.
//
//	snapshot.go   what is kept of a snapshot: each policy with what it leads to
//	parse.go      Microsoft's answer read
//	fault.go      what is wrong with a plan's policies
//	change.go     what has changed between two snapshots, for the plans and besides
//	record.go     the newest snapshot in the store, and why a later one is missing
//
// What Microsoft's API is: https://learn.microsoft.com/graph/api/configurationbaseline-createsnapshot.
package routes
