// Package record is how the rooms keep what they store: the tables, the codec with its version, and the reading and
// writing of one record in a transaction of the caller's. It knows nothing of what the records mean; which room may
// write a table stands beside the table's name. No key holds more than GUIDs, slugs, numbers and ids of ours.
package record
