// Package integrity checks a store: every record readable, every index complete, every number's state as its orders
// say, every trail whole. It reads all and changes nothing; what it finds is named by table and key, never by a full
// phone number.
package integrity
