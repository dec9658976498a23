package record

import (
	"iter"

	"calltab/internal/provision"
)

// How many keys Merge reads of a list at a time: one at first, then a few, and each time twice as many as before.
const (
	fewAhead  = 8
	mostAhead = 64
)

// Merge yields what stands behind some prefixes in the keys of a table, in one order, from a part on (empty: from the
// beginning), with the values. What stands behind several of them comes as often. It reads a few keys of each prefix
// and then not many more than it yields, so that what it costs grows with the prefixes and with what is taken, and not
// with the table.
func Merge(tx provision.Tx, table string, prefixes []string, from string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		all := make([]merging, len(prefixes))
		lists := make(merge, 0, len(prefixes))
		for i, p := range prefixes {
			l := &all[i]
			l.prefix = p
			l.from = from
			l.read(tx, table, 1)
			if len(l.ahead) > 0 {
				lists = append(lists, l)
			}
		}
		for i := len(lists)/2 - 1; i >= 0; i-- {
			lists.down(i)
		}
		for len(lists) > 0 {
			first := lists[0]
			if !yield(first.ahead[0].key, first.ahead[0].value) {
				return
			}
			first.ahead = first.ahead[1:]
			if len(first.ahead) == 0 {
				first.read(tx, table, min(max(fewAhead, 2*first.last), mostAhead))
			}
			if len(first.ahead) == 0 { // it is at its end
				lists[0] = lists[len(lists)-1]
				lists = lists[:len(lists)-1]
			}
			lists.down(0)
		}
	}
}

// merge are the lists that are not at their end, as a heap: none begins before the one at half its place.
type merge []*merging

// down brings a list that may begin too late to its place.
func (m merge) down(i int) {
	for {
		least := i
		for _, below := range []int{2*i + 1, 2*i + 2} {
			if below < len(m) && m[below].ahead[0].key < m[least].ahead[0].key {
				least = below
			}
		}
		if least == i {
			return
		}
		m[i], m[least] = m[least], m[i]
		i = least
	}
}

// merging is a list of which some is read.
type merging struct {
	prefix string
	from   string // what stands behind the prefix in the key with which it begins, or in the last one that was read
	ended  bool   // there are no more
	ahead  []found
	last   int // how many keys were to be read the last time; 0: none were yet

	room  []found // what ahead is in
	first [1]found
}

// found is what stands behind the prefix in a key, and the value.
type found struct{ key, value string }

func (l *merging) read(tx provision.Tx, table string, most int) {
	l.ahead = nil
	if l.ended {
		return
	}
	from := l.prefix + l.from
	if l.last > 0 {
		from += "\x00" // behind it
	}
	l.last = most
	l.ahead = l.space(most)
	Walk(tx, table, l.prefix, from, func(key, value []byte) bool {
		l.ahead = append(l.ahead, found{string(key[len(l.prefix):]), string(value)})
		return len(l.ahead) < most
	})
	l.ended = len(l.ahead) < most
	if !l.ended {
		l.from = l.ahead[most-1].key
	}
}

// space has room for so many: for the first one in the list itself, as of many lists no more is read.
func (l *merging) space(most int) []found {
	if most == 1 {
		return l.first[:0]
	}
	if cap(l.room) < most {
		l.room = make([]found, 0, most)
	}
	return l.room[:0]
}
