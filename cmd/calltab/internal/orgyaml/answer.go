package orgyaml

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container image may have no time zones, and then every location would be wrong

	"golang.org/x/text/language"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

// IsCountry reports whether a text is a country as a file names it: two capital letters of ISO 3166-1.
func IsCountry(text string) bool {
	region, err := language.ParseRegion(text)
	return err == nil && region.IsCountry() && len(text) == 2 && region.Canonicalize().String() == text
}

// IsTimeZone reports whether a text is an IANA time zone.
func IsTimeZone(text string) bool {
	_, err := time.LoadLocation(text)
	return err == nil && text != "" && text != "Local"
}

// AddBlocks takes in the numbers that texts such as "+12065550100-0199" mean at a location, all or none, and returns
// how many. Its error is a sentence for the person who wrote them: what is wrong, and what to write. It is not used
// beside [Contents.Add].
func (c *Contents) AddBlocks(l provision.Location, texts ...string) (count int, err error) {
	var all []block
	for _, text := range texts {
		some, err := readBlocks(text, l.Country)
		if err != nil {
			return 0, notBlocks(text, l.Country, err)
		}
		for i := range some {
			some[i].location = l.ID
		}
		all = append(all, some...)
	}
	if n, where := c.shared(all); n != "" {
		return 0, fmt.Errorf("%s is there twice, the other time in %s: leave it out at one of the two", n,
			c.nameOf(where, l))
	}
	if c.numbers == nil {
		c.numbers = runs{}
		c.blocked = runs{}
	}
	for _, b := range all {
		k := runKey{b.location, strings.Contains(string(b.first), ";"), len(b.first)}
		c.numbers[k] = append(c.numbers[k], b)
		count += b.count
	}
	return count, nil
}

// notBlocks is the sentence about a text that means no numbers.
func notBlocks(text, country string, err error) error {
	if said, _ := provision.SayOf(err); said.ID == "extension-reserved" {
		return fmt.Errorf("“%s”: the extension %s calls for help or reaches a service in %s; leave it out", text,
			said.Args["extension"], country)
	}
	if turned := turnedRound(text, country); turned != "" {
		return fmt.Errorf("“%s” goes backwards: write the lower number first, as in %s", text, turned)
	}
	if tooMany(text, country) {
		return fmt.Errorf("“%s” has more than %d numbers: write it as several blocks", text, dialplan.MaxBlock)
	}
	if dialplan.Asks(err) {
		return fmt.Errorf("“%s” can mean several things: write both ends whole and with the country code, such as "+
			"+12065550100-+12065550199", text)
	}
	return fmt.Errorf("“%s” does not read as phone numbers: write them with their country code, such as "+
		"+12065550100-0199 for a block, or +12065550100 for one number", text)
}

// turnedRound is a block whose ends were written the wrong way round, as it should be; empty where it is none.
func turnedRound(text, country string) string {
	last, first, ok := strings.Cut(text, "-")
	if !ok {
		return ""
	}
	last, first = strings.TrimSpace(last), strings.TrimSpace(first)
	if len(first) < len(last) && !strings.HasPrefix(first, "+") {
		first = last[:len(last)-len(first)] + first
	}
	from, count, err := readBlock(first+"-"+last, country)
	if err != nil || count < 2 || count > mostTurned {
		return ""
	}
	return block{first: from, count: count}.String()
}

// mostTurned is how many numbers a block may have to be taken for one with its ends turned round. In a larger one a
// digit is missing, or there is one too many.
const mostTurned = 10_000

// tooMany reports whether a text has both ends of a block, whole, that are too far apart.
func tooMany(text, country string) bool {
	first, last, ok := strings.Cut(text, "-")
	if !ok {
		return false
	}
	from, errFrom := dialplan.New().Parse(first, country)
	to, errTo := dialplan.New().Parse(last, country)
	return errFrom == nil && errTo == nil && len(from) == len(to) && from < to
}

// shared finds a number that some blocks have twice, or that is there already: its location is then that one.
func (c *Contents) shared(some []block) (n provision.E164, where provision.LocationID) {
	all := blocks(slices.Clone(some))
	for _, run := range c.numbers {
		all = append(all, run...)
	}
	all.sort()
	all.shared(func(later, earlier block) {
		if n != "" {
			return
		}
		n, where = later.first, earlier.location
		if compareNumbers(n, earlier.first) < 0 {
			n = earlier.first
		}
		if slices.Contains(some, earlier) {
			where = later.location
		}
	})
	return n, where
}

// nameOf is the name of a location: one that is there, or the one that is being written.
func (c *Contents) nameOf(id provision.LocationID, written provision.Location) string {
	for _, l := range append(slices.Clone(c.Locations), written) {
		if l.ID == id {
			return l.Name
		}
	}
	return string(id)
}
