package boltstore

import (
	"fmt"

	"calltab/internal/provision"
	"calltab/internal/provision/seal"
)

// sealedVersion is the schema version from which on values have seals (package seal).
const sealedVersion = 3

// value is what a table has under a key, in bbolt's memory. A damaged one fails the transaction: it is never an answer.
func (g *group) value(table string, key, stored []byte) ([]byte, error) {
	return g.valueIn(table, seal.In(table), key, stored)
}

// valueIn is value with the table's part of the seal.
func (g *group) valueIn(table string, in seal.Table, key, stored []byte) ([]byte, error) {
	if g.unsealed && !seal.Has(stored) {
		return stored, nil
	}
	value, ok := in.Open(key, stored)
	if !ok {
		return nil, damaged(table)
	}
	return value, nil
}

// begins reports whether a key begins with a prefix, without a copy of the key.
func begins(key []byte, prefix string) bool {
	return len(key) >= len(prefix) && string(key[:len(prefix)]) == prefix
}

// damaged does not name the key, which may be a phone number, and this goes into logs; the check names it.
func damaged(table string) error {
	return &provision.Error{
		Op: "read " + table, Kind: provision.Internal,
		Err: fmt.Errorf("store: a record of table %s is damaged on the disk: calltab check says which; restore the "+
			"store from a backup", table),
	}
}
