package pgstore

import "slices"

// A full disk refuses what needs more of it, and takes what finds room in what the tables have: that a small commit is
// made does not show that the disk is mended. So once the database has refused a commit for want of room, one of that
// size must be made before the store is out of trouble, and a probe writes as much, and deletes it again.

// room is what is known of the room on the database's disk. The zero value is that nothing was refused.
type room struct {
	sent    int // bytes of the commit in hand
	lacking int // bytes for which there was no room; 0: there is room
}

// mostProbed bounds, in bytes, what a probe writes.
const mostProbed = 256 << 10

// lacksRoom are the codes with which the database refuses what it cannot put on its disk: that is full, a quota or a
// limit of the size of a file is reached, or the disk fails.
var lacksRoom = []string{"53100", "58030", "XX000"}

// refused notes why a commit was not made.
func (r *room) refused(err error) {
	if slices.Contains(lacksRoom, code(err)) {
		r.lacking = max(r.lacking, min(r.sent, mostProbed))
	}
}

// shown notes that a commit was made, and reports whether the next one can be, too.
func (r *room) shown() bool {
	if r.sent >= r.lacking {
		r.lacking = 0
	}
	return r.lacking == 0
}

// roomTable is no table of records. What a probe writes there is never committed with anything else.
const (
	roomTable = reserved + "room"
	roomRow   = 1900 // bytes: a larger value would be compressed
)

const fillRoom = "insert into kv (t, k, v) select $1, int8send(i), decode(repeat('00', $2::bigint::integer), 'hex') " +
	"from generate_series(1, $3::bigint) i"

// probing writes rows of so many bytes together, and deletes them again.
func probing(size int) []query {
	rows := int64(size/roomRow + 1)
	return []query{sql(fillRoom, roomTable, int64(roomRow), rows), sql("delete from kv where t = $1", roomTable)}
}

// size is how many bytes were written.
func (w *writes) size() int {
	sum := w.probing
	for _, t := range w.tables {
		for key, stored := range t.stored {
			sum += len(key) + len(stored)
		}
	}
	return sum
}
