// Package reconcile holds the inventory against Microsoft's numbers, a page at a time: those that match, those to
// adopt, and those that miss. It also brings the orders of a store from a backup in line with what Microsoft shows,
// before anything new is given.
package reconcile
