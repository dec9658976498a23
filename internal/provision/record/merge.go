package record

import (
	"iter"

	"calltab/internal/provision"
)

// readAhead is how many keys Merge reads of a list at a time, but for the first time.
const readAhead = 8

// Merge yields what stands behind some prefixes in the keys of a table, in one order, from a part on (empty: from the
// beginning), with the values. What stands behind several of them comes as often. It reads a few keys of each prefix
// and then not many more than it yields, so that what it costs grows with the prefixes and with what is taken, and not
// with the table.
func Merge(tx provision.Tx, table string, prefixes []string, from string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		lists := make([]*merging, len(prefixes))
		for i, p := range prefixes {
			lists[i] = &merging{prefix: p, from: p + from}
			lists[i].read(tx, table, 1)
		}
		for {
			var first *merging
			for _, l := range lists {
				if len(l.ahead) > 0 && (first == nil || l.ahead[0].Key < first.ahead[0].Key) {
					first = l
				}
			}
			if first == nil || !yield(first.ahead[0].Key, first.ahead[0].Value) {
				return
			}
			first.ahead = first.ahead[1:]
			if len(first.ahead) == 0 {
				first.read(tx, table, readAhead)
			}
		}
	}
}

// merging is a list of which some is read.
type merging struct {
	prefix string
	from   string // the key with which to read on
	ahead  []Entry
}

func (l *merging) read(tx provision.Tx, table string, most int) {
	for k, value := range tx.Scan(table, l.prefix, l.from) {
		l.ahead = append(l.ahead, Entry{Key: k[len(l.prefix):], Value: string(value)})
		l.from = k + "\x00"
		if len(l.ahead) == most {
			return
		}
	}
}
