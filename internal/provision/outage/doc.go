// Package outage is the weather: calls that succeed for nobody. It keeps which ones and since when, which orders wait
// for them, and has the admins told once an outage has lasted. An outage uses up no attempt and decides nothing about
// an order. Which calls fail for everybody is found out by package fulfil (health.go there), and how
// long a job pauses in an outage is package job's (verdict.go there).
package outage
