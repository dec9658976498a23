package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
)

// block is a run of numbers of one location.
type block struct {
	first    provision.E164
	count    int
	location provision.LocationID
	line     int
}

// expandBlock reads a block such as "+12065550100-0199" or a single number: the first number and how many follow one
// another, itself included.
type expandBlock func(text, country string) (first provision.E164, count int, err error)

// Has reports whether a number is in the file, and where. Call it only on a file that was read whole.
func (o orgFile) Has(n provision.E164) (provision.LocationID, bool) {
	i, found := slices.BinarySearchFunc(o.blocks, n, func(b block, n provision.E164) int {
		last := b.at(b.count - 1)
		switch {
		case compareNumbers(last, n) < 0:
			return -1
		case compareNumbers(b.first, n) > 0:
			return 1
		}
		return 0
	})
	if !found {
		return "", false
	}
	return o.blocks[i].location, true
}

// compareNumbers sorts numbers by length and then by digits, in which order those of a block follow one another.
func compareNumbers(a, b provision.E164) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(string(a), string(b)))
}

// Count is how many numbers Numbers yields.
func (o orgFile) Count() int {
	n := 0
	for _, b := range o.blocks {
		n += b.count
	}
	return n
}

// at is the block's number i, counted from 0. A number with an extension stands alone.
func (b block) at(i int) provision.E164 {
	if i == 0 {
		return b.first
	}
	n, _ := strconv.ParseUint(string(b.first[1:]), 10, 64)
	return provision.E164("+" + strconv.FormatUint(n+uint64(i), 10))
}

// overlaps says whether two blocks share a number.
func (b block) overlaps(o block) bool {
	n, err := strconv.ParseUint(strings.TrimPrefix(string(b.first), "+"), 10, 64)
	m, err2 := strconv.ParseUint(strings.TrimPrefix(string(o.first), "+"), 10, 64)
	if err != nil || err2 != nil {
		return b.first == o.first
	}
	return n < m+uint64(o.count) && m < n+uint64(b.count)
}

// expanded reads a block of a location's field.
func (r *orgReader) expanded(n node, field string, l provision.Location) (block, bool) {
	v := r.text(n)
	if v == "" || l.Country == "" {
		return block{}, false // the one or the other has its own mistake
	}
	first, count, err := r.expand(v, l.Country)
	switch {
	case err != nil:
		r.wrong(line(n), "%s: %q: %v; expected a block such as +12065550100-0199, or one number", field, v, err)
		return block{}, false
	case count < 1 || count > 1 && strings.Contains(string(first), ";"):
		r.wrong(line(n), "%s: %q is not a block of numbers", field, v)
		return block{}, false
	}
	return block{first, count, l.ID, line(n)}, true
}

func (r *orgReader) block(n node, l provision.Location) {
	b, ok := r.expanded(n, "numbers", l)
	if !ok {
		return
	}
	v := r.text(n)
	for _, o := range r.org.blocks {
		if b.overlaps(o) {
			r.wrong(b.line, "numbers: %q has numbers that the block on line %d has too", v, o.line)
			return
		}
	}
	r.org.blocks = append(r.org.blocks, b)
}
