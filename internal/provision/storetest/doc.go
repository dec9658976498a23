// Package storetest states what a store is, as tests: [Run] is the one suite that every implementation of
// provision.Store passes, and [CrashAfter] is a store whose process dies at a chosen commit, for the tests of
// everything built on one.
//
// It checks the contract written at provision.Tx and provision.Store and nothing beyond it: what a store does with a
// programmer's mistake, how fast it is, and how it locks its files is tested where it is written.
//
// Run closes a store and opens it again under the same directory, and expects what was committed. It includes no crash:
// [CrashAfter] and [CrashBefore] wrap a store for tests of what is built on one. [Memory] is for those tests too. It
// does not pass the suite: a View within an Update waits for ever.
package storetest
