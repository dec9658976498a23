package pgstore

// roomTable is no table of records. A probe's rows are deleted in the transaction that writes them: nobody sees one.
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
