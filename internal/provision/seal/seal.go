// Package seal puts a value that a store keeps behind a checksum, so that a value which is not as it was written is
// never an answer. It is the same form in every store, so that a record can be moved from one to another as it is.
//
// It is no protection from people: who can write a value can seal it. The audit trail has a key for that.
package seal

import (
	"encoding/binary"
	"hash/crc32"
)

// A value is stored behind a seal: a marker, and the CRC-32C of its table, its key and itself. So a changed byte in any
// of them, and a value that was moved to another place, is found when it is read. Programs up to schema version 2
// stored values as they are; none of those begins with the marker, which is no text.
const (
	marker = 0x01
	// Size is how many bytes a seal adds to a value.
	Size = 1 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Table is a table's part of the seals of its values. A scan works it out once.
type Table uint32

// In is the part of a table. It is crc32.Checksum of the name, without a copy of it.
func In(table string) Table {
	sum := ^uint32(0)
	for i := range len(table) {
		sum = castagnoli[byte(sum)^table[i]] ^ sum>>8
	}
	return Table(^sum)
}

func (t Table) sumOf(key, value []byte) uint32 {
	sum := crc32.Update(uint32(t), castagnoli, key)
	return crc32.Update(sum, castagnoli, value)
}

// Append appends a value behind its seal.
func Append(to []byte, table string, key, value []byte) []byte {
	to = append(to, marker)
	to = binary.BigEndian.AppendUint32(to, In(table).sumOf(key, value))
	return append(to, value...)
}

// Has reports whether what is stored has a seal at all.
func Has(stored []byte) bool { return len(stored) > 0 && stored[0] == marker }

// Open returns the value behind the seal, in the same memory; ok is false for one that is damaged.
func Open(table string, key, stored []byte) (value []byte, ok bool) {
	return In(table).Open(key, stored)
}

// Open is [Open] of a value of the table.
func (t Table) Open(key, stored []byte) (value []byte, ok bool) {
	if len(stored) < Size || !Has(stored) {
		return nil, false
	}
	value = stored[Size:]
	return value, binary.BigEndian.Uint32(stored[1:]) == t.sumOf(key, value)
}
