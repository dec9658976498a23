package orgyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

// block is a run of numbers of one location. A number with an extension stands alone.
type block struct {
	first    provision.E164
	count    int
	location provision.LocationID
	line     int
}

// mostExtensions is how many extensions one text may name.
const mostExtensions = 10_000

// readBlock reads a block such as "+12065550100-0199" or a single number: the first number and how many follow one
// another, itself included.
func readBlock(text, country string) (first provision.E164, count int, err error) {
	numbers := dialplan.New()
	if dialplan.HasExtension(text) {
		n, err := numbers.Parse(text, country)
		return n, 1, err
	}
	return numbers.Block(text, country)
}

// readBlocks reads a block as well, or a number with its extensions, each of which is a block.
func readBlocks(text, country string) ([]block, error) {
	if dialplan.HasExtension(text) {
		all, err := dialplan.New().Expand(text, country, mostExtensions)
		var one []block
		for _, n := range all {
			one = append(one, block{first: n, count: 1})
		}
		return one, err
	}
	first, count, err := readBlock(text, country)
	return []block{{first: first, count: count}}, err
}

// at is the block's number i, counted from 0.
func (b block) at(i int) provision.E164 {
	n, err := strconv.ParseUint(strings.TrimPrefix(string(b.first), "+"), 10, 64)
	if i == 0 || err != nil {
		return b.first
	}
	return provision.E164("+" + strconv.FormatUint(n+uint64(i), 10))
}

func (b block) last() provision.E164 { return b.at(b.count - 1) }

// String is the block as an organisation file has it: the first number, and the last four digits of the last one where
// they say enough.
func (b block) String() string {
	first, last := string(b.first), string(b.last())
	at := len(last) - 4
	switch {
	case b.count == 1:
		return first
	case at > 0 && strings.HasPrefix(first, last[:at]):
		return first + "-" + last[at:]
	}
	return first + " - " + last
}

// texts are the block as a file of a location in a country can have it: one text, unless none means the whole block
// there.
func (b block) texts(country string) []string {
	if b.count == 1 {
		return []string{b.String()}
	}
	for _, text := range []string{b.String(), string(b.first + " - " + b.last())} {
		if first, count, err := readBlock(text, country); err == nil && first == b.first && count == b.count {
			return []string{text}
		}
	}
	var all []string
	for i := range b.count {
		all = append(all, string(b.at(i)))
	}
	return all
}

// compareNumbers sorts numbers by length and then by digits, in which order those of a block follow one another. Those
// with an extension come last, or they could lie within a block.
func compareNumbers(a, b provision.E164) int {
	alone := func(n provision.E164) int { return strings.Count(string(n), ";") }
	extensions := alone(a) - alone(b)
	return cmp.Or(extensions, len(a)-len(b), strings.Compare(string(a), string(b)))
}

// blocks are blocks that share no number, sorted.
type blocks []block

func (all blocks) sort() {
	slices.SortStableFunc(all, func(a, b block) int { return compareNumbers(a.first, b.first) })
}

// find returns the block that has a number.
func (all blocks) find(n provision.E164) (block, bool) {
	i, found := slices.BinarySearchFunc(all, n, func(b block, n provision.E164) int {
		switch {
		case compareNumbers(b.last(), n) < 0:
			return -1
		case compareNumbers(b.first, n) > 0:
			return 1
		}
		return 0
	})
	if !found {
		return block{}, false
	}
	return all[i], true
}

// shared yields those of sorted blocks that have numbers of another one: the one further down in the file first.
func (all blocks) shared(tell func(later, earlier block)) {
	told := map[block]bool{}
	for i, reach := 1, 0; i < len(all); i++ { // reach is the one that ends last
		a, b := all[reach], all[i]
		if compareNumbers(b.first, a.last()) <= 0 {
			later, earlier := b, a
			if a.line > b.line {
				later, earlier = a, b
			}
			if !told[later] {
				told[later] = true
				tell(later, earlier)
			}
		}
		if compareNumbers(b.last(), a.last()) > 0 {
			reach = i
		}
	}
}

// expanded reads the blocks that a text of a location's field means.
func (r *reader) expanded(n node, field string, l provision.Location) []block {
	v := r.text(n)
	if v == "" || l.Country == "" {
		return nil // the one or the other has its own mistake
	}
	all, err := readBlocks(v, l.Country)
	if said, _ := provision.SayOf(err); err != nil && said.ID == "extension-reserved" {
		r.wrong(line(n), "%s: %q: the extension %s calls for help or reaches a service in %s; leave it out",
			field, v, said.Args["extension"], l.Country)
		return nil
	}
	if err != nil && dialplan.Asks(err) {
		r.wrong(line(n), "%s: %q can mean several things; write each number with its country code, "+
			"and both ends of a block whole", field, v)
		return nil
	}
	if err != nil {
		r.wrong(line(n), "%s: %q: %v; expected a block such as +12065550100-0199, one number, "+
			"or +12065550100;ext=100-149", field, v, err)
		return nil
	}
	for i := range all {
		all[i].location, all[i].line = l.ID, line(n)
	}
	return all
}

// settleBlocks sorts the blocks, once all are known, and checks them against one another.
func (r *reader) settleBlocks() {
	r.settle("numbers", r.org.numbers)
	r.settle("blocked", r.org.blocked)
	if len(r.mistakes) > 0 {
		return
	}
	for _, b := range r.org.blocked {
		for at := 0; at < b.count; {
			in, ok := r.org.numbers.find(b.at(at))
			if !ok || in.location != b.location {
				r.wrong(b.line, "blocked: %s is not among the numbers of the location", b.at(at))
				break
			}
			for at++; at < b.count && compareNumbers(b.at(at), in.last()) <= 0; at++ {
			}
		}
	}
}

func (r *reader) settle(field string, all blocks) {
	all.sort()
	all.shared(func(later, earlier block) {
		r.wrong(later.line, "%s: %q has numbers that the block on line %d has too",
			field, fmt.Sprint(later), earlier.line)
	})
}
