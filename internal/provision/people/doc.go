// Package people is one person at a time: found in the directory, looked at in the telephone service, held against the
// rules, waived a rule, known as a subscriber. It also applies a change of an organisation file to location, plan,
// access policy and number together. It never touches an order.
package people
