package record

import "calltab/internal/provision"

// walker is a transaction of a store that can show what it has without a copy of it.
type walker interface {
	Walk(table, prefix, from string, see func(key, value []byte) bool)
}

// Walk is a scan that only looks: see gets each key and value, until it returns false. They may not be written to, and
// not be kept when see returns, as they can lie in the store's own memory. It is for indexes, of which many keys are
// read to be counted, compared or kept in part: a copy of each costs more than to read it. A store that has no such
// look gives copies.
func Walk(tx provision.Tx, table, prefix, from string, see func(key, value []byte) bool) {
	if w, ok := tx.(walker); ok {
		w.Walk(table, prefix, from, see)
		return
	}
	for k, value := range tx.Scan(table, prefix, from) {
		if !see([]byte(k), value) {
			return
		}
	}
}
