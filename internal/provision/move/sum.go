package move

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"calltab/internal/provision"
)

// Sum is what a table has: how many records, and the SHA-256 of all keys and values in the order of the keys.
type Sum struct {
	Table  string
	Rows   int
	Digest [sha256.Size]byte
}

// Sums reads all of a store. Tables without a record are left out: some stores do not know them.
func Sums(of Source) (all []Sum, err error) {
	tables, err := of.Tables()
	if err != nil {
		return nil, err
	}
	err = of.View(func(tx provision.Tx) error {
		for _, table := range tables {
			if s := sum(tx, table); s.Rows > 0 {
				all = append(all, s)
			}
		}
		return nil
	})
	return all, err
}

func sum(tx provision.Tx, table string) Sum {
	s := Sum{Table: table}
	digest := sha256.New()
	var length []byte
	for key, value := range tx.Scan(table, "", "") {
		s.Rows++
		length = binary.AppendUvarint(length[:0], uint64(len(key)))
		length = binary.AppendUvarint(length, uint64(len(value)))
		digest.Write(length)
		digest.Write([]byte(key))
		digest.Write(value)
	}
	digest.Sum(s.Digest[:0])
	return s
}

// Same names the first table in which two stores differ; nil where there is none.
func Same(from, to []Sum) error {
	for _, a := range from {
		at := slices.IndexFunc(to, func(b Sum) bool { return b.Table == a.Table })
		switch {
		case at < 0:
			return fmt.Errorf("table %s has %d records in the one and none in the other", a.Table, a.Rows)
		case to[at].Rows != a.Rows:
			return fmt.Errorf("table %s has %d records in the one and %d in the other", a.Table, a.Rows, to[at].Rows)
		case to[at].Digest != a.Digest:
			return fmt.Errorf("table %s has other records in the one than in the other", a.Table)
		}
	}
	for _, b := range to {
		if !slices.ContainsFunc(from, func(a Sum) bool { return a.Table == b.Table }) {
			return fmt.Errorf("table %s has no records in the one and %d in the other", b.Table, b.Rows)
		}
	}
	return nil
}
