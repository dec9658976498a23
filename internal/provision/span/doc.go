// Package span keeps how long phones took to be ready, once Microsoft had the number on the person, and says what that
// comes to at each location. It keeps the newest of a location only, knows no order, and tells nothing of any person.
// Callers hand in a span in the transaction that writes the readiness.
package span
