package boltstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"calltab/internal/provision"
)

// A value is stored behind a seal: a marker, and the CRC-32C of its table, its key and itself. So a changed byte in any
// of them, and a value that was moved to another place, is found when it is read. Programs up to schema version 2
// stored values as they are; none of those begins with the marker, which is no text.
const (
	sealMarker    = 0x01
	sealSize      = 1 + 4
	sealedVersion = 3 // of the schema: from here on values have seals
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is the sum behind that of a table's name.
func sumOf(name uint32, key, value []byte) uint32 {
	sum := crc32.Update(name, castagnoli, key)
	return crc32.Update(sum, castagnoli, value)
}

// sumOfName is crc32.Checksum of a table's name, without a copy of it. A scan works it out once.
func sumOfName(table string) uint32 {
	sum := ^uint32(0)
	for i := range len(table) {
		sum = castagnoli[byte(sum)^table[i]] ^ sum>>8
	}
	return ^sum
}

// appendSealed appends a value behind its seal.
func appendSealed(to []byte, table string, key, value []byte) []byte {
	to = append(to, sealMarker)
	to = binary.BigEndian.AppendUint32(to, sumOf(sumOfName(table), key, value))
	return append(to, value...)
}

// sealed reports whether what is stored has a seal at all.
func sealed(stored []byte) bool { return len(stored) > 0 && stored[0] == sealMarker }

// unseal returns the value behind the seal, in the same memory; ok is false for one that is damaged.
func unseal(table string, key, stored []byte) (value []byte, ok bool) {
	return unsealIn(sumOfName(table), key, stored)
}

// unsealIn is unseal with the sum of the table's name.
func unsealIn(name uint32, key, stored []byte) (value []byte, ok bool) {
	if len(stored) < sealSize || !sealed(stored) {
		return nil, false
	}
	value = stored[sealSize:]
	return value, binary.BigEndian.Uint32(stored[1:]) == sumOf(name, key, value)
}

// value is what a table has under a key, in bbolt's memory. A damaged one fails the transaction: it is never an answer.
func (g *group) value(table string, key, stored []byte) ([]byte, error) {
	return g.valueIn(table, sumOfName(table), key, stored)
}

// valueIn is value with the sum of the table's name.
func (g *group) valueIn(table string, name uint32, key, stored []byte) ([]byte, error) {
	if g.unsealed && !sealed(stored) {
		return stored, nil
	}
	value, ok := unsealIn(name, key, stored)
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
