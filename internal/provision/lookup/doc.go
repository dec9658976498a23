// Package lookup answers questions: who a person is, what they have, and which of several people a line means; and it
// makes subscribers of people chosen from a list. It changes no order.
package lookup
