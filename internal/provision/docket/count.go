package docket

import (
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// count says how many orders a list has, and which of them a page begins with, up to MostCounted. It looks at each part
// of the index by itself: to bring hundreds of places into one order only to count them costs several times as much.
func (l *listing) count(p *Page) {
	from, limit := l.query.From, l.query.Limit
	begin, end := l.window()
	before := 0
	if from > begin {
		before = l.between(begin, within(from, end), MostCounted+1)
	}
	all := before + l.between(max(from, begin), end, MostCounted+1-before)
	p.Total = min(all, MostCounted)
	p.More = all > MostCounted
	if p.More && before+limit > MostCounted {
		return
	}
	p.First = before + 1
	if before > limit {
		p.Back = l.back(begin, within(from, end), limit)
	}
}

// within is a place, or the end of a list that is before it; an empty end is none.
func within(place, end string) string {
	if end == "" {
		return place
	}
	return min(place, end)
}

// between counts at most so many places from one on and before another one; an empty one is the end.
func (l *listing) between(from, to string, most int) (count int) {
	if l.own != nil {
		first, _ := slices.BinarySearch(l.own, from)
		last := len(l.own)
		if to != "" {
			last, _ = slices.BinarySearch(l.own, to)
		}
		return min(max(last-first, 0), most)
	}
	for _, one := range l.lists() {
		if count == most {
			break
		}
		record.Walk(l.tx, l.table, one.prefix, one.prefix+from, func(key, other []byte) bool {
			if to != "" && string(key[len(one.prefix):]) >= to {
				return false
			}
			if !l.hidden(string(other)) && !l.twice(one, string(other)) {
				count++
			}
			return count < most
		})
	}
	return count
}

// back is the place that stands so many before another one.
func (l *listing) back(begin, to string, many int) string {
	var all []string
	if l.own != nil {
		last, _ := slices.BinarySearch(l.own, to)
		return l.own[max(last-many, 0)]
	}
	for _, one := range l.lists() {
		n := 0
		for k, other := range l.tx.ScanBack(l.table, one.prefix, one.prefix+to) {
			at := k[len(one.prefix):]
			if n == many || at < begin {
				break
			}
			if !l.hidden(string(other)) && !l.twice(one, string(other)) {
				all = append(all, at)
				n++
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(b, a) })
	return all[min(many, len(all))-1]
}

// hidden reports a location of an order, where it has one, that is not the reader's.
func (l *listing) hidden(at string) bool {
	return at != "" && l.of == "" && !l.acc.May(provision.Look, provision.LocationID(at))
}

// twice reports an order that the list of another location counts: a move stands at both.
func (l *listing) twice(one list, other string) bool {
	return other != "" && l.query.Location == "" && other < string(one.at)
}
