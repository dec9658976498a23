// Package history reads the trail for people: what became of an order, a person or a number, and who had a number when.
package history
