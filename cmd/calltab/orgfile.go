package main

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a container image may have no time zones, and then every location would be wrong

	"golang.org/x/text/language"

	"calltab/internal/provision"
)

// orgFile is the organisation as CALLTAB_ORG describes it:
//
//	locations:
//	  - id: seattle
//	    name: Seattle
//	    country: US
//	    time_zone: America/Los_Angeles
//	    emergency_location: 5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50   # optional
//	    cooling_days: 30                                            # optional: how long a number rests
//	    low_stock: 10                                               # optional: fewer free numbers are worth a warning
//	    admins: [a11ce000-0000-4000-8000-000000000001]              # optional: who is told about the site
//	    numbers: ["+12065550100-0199", "+12065550300"]
//	plans:
//	  - id: metered
//	    name: Metered
//	    price: $8 a month
//	    voice_routing_policy: Metered Calls
//	    dial_plan: North America                                    # optional
//	    calling_policy: AllowCalling                                # optional
type orgFile struct {
	Locations []provision.Location
	Plans     []provision.Plan
	blocks    []block
}

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

// Numbers yields every number with its location, in the file's order. There may be very many: they are never all in memory.
func (o orgFile) Numbers() iter.Seq2[provision.E164, provision.LocationID] {
	return func(yield func(provision.E164, provision.LocationID) bool) {
		for _, b := range o.blocks {
			for i := range b.count {
				if !yield(b.at(i), b.location) {
					return
				}
			}
		}
	}
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

// readOrg reads an organisation file. All its mistakes come back in one *orgError, by line.
func readOrg(data []byte, expand expandBlock) (orgFile, error) {
	r := &orgReader{expand: expand, lines: map[string]int{}}
	if root := r.document(data); root != nil {
		r.fields(root, "the file", map[string]func(node){
			"locations": func(n node) { r.each(n, "locations", r.location) },
			"plans":     func(n node) { r.each(n, "plans", r.plan) },
		})
		r.complete()
	}
	if len(r.mistakes) > 0 {
		return orgFile{}, &orgError{r.mistakes}
	}
	return r.org, nil
}

func (r *orgReader) complete() {
	if len(r.mistakes) > 0 {
		return
	}
	if len(r.org.Locations) == 0 {
		r.wrong(1, "locations: missing; expected at least one")
	}
	if len(r.org.Plans) == 0 {
		r.wrong(1, "plans: missing; expected at least one")
	}
}

func (r *orgReader) location(n node) {
	var l provision.Location
	var numbers node
	seen := r.fields(n, "a location", map[string]func(node){
		"id":        func(n node) { l.ID = provision.LocationID(r.id(n, "location")) },
		"name":      func(n node) { l.Name = r.text(n) },
		"country":   func(n node) { l.Country = r.country(n) },
		"time_zone": func(n node) { l.TimeZone = r.zone(n) },
		"emergency_location": func(n node) {
			l.EmergencyLocation = r.guid(n, "emergency_location", "the GUID of an emergency address's location")
		},
		"cooling_days": func(n node) { days := r.whole(n, "cooling_days", 365); l.CoolingDays = &days },
		"low_stock":    func(n node) { l.LowStock = r.whole(n, "low_stock", 100_000) },
		"admins": func(n node) {
			for _, item := range r.items(n) {
				l.Admins = append(l.Admins, provision.UserID(r.guid(item, "admins", "the object id of a person")))
			}
		},
		"numbers": func(n node) { numbers = n },
	})
	r.require(n, "a location", seen, "id", "name", "country", "time_zone")
	r.org.Locations = append(r.org.Locations, l)
	if numbers == nil {
		return
	}
	for _, item := range r.items(numbers) {
		r.block(item, l)
	}
}

func (r *orgReader) plan(n node) {
	var p provision.Plan
	seen := r.fields(n, "a plan", map[string]func(node){
		"id":                   func(n node) { p.ID = provision.PlanID(r.id(n, "plan")) },
		"name":                 func(n node) { p.Name = r.text(n) },
		"price":                func(n node) { p.Price = r.text(n) },
		"voice_routing_policy": func(n node) { p.VoiceRoutingPolicy = r.text(n) },
		"dial_plan":            func(n node) { p.DialPlan = r.text(n) },
		"calling_policy":       func(n node) { p.CallingPolicy = r.text(n) },
	})
	r.require(n, "a plan", seen, "id", "name", "price", "voice_routing_policy")
	r.org.Plans = append(r.org.Plans, p)
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// id is a short name that no other of its kind has.
func (r *orgReader) id(n node, kind string) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	if !slug.MatchString(v) || len(v) > 40 {
		r.wrong(line(n), "id: is %q; expected small letters and digits, with single hyphens between, such as new-york", v)
	}
	if first := r.lines[kind+" "+v]; first != 0 {
		r.wrong(line(n), "id: there is a %s %q already, on line %d", kind, v, first)
	} else {
		r.lines[kind+" "+v] = line(n)
	}
	return v
}

func (r *orgReader) country(n node) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	region, err := language.ParseRegion(v)
	if err != nil || !region.IsCountry() || len(v) != 2 || region.Canonicalize().String() != v {
		r.wrong(line(n), "country: is %q; expected two capital letters of ISO 3166-1, such as US or GB", v)
		return ""
	}
	return v
}

func (r *orgReader) zone(n node) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	if _, err := time.LoadLocation(v); err != nil || v == "Local" {
		r.wrong(line(n), "time_zone: is %q; expected an IANA time zone, such as America/New_York", v)
	}
	return v
}

func (r *orgReader) guid(n node, field, expected string) string {
	v := r.text(n)
	if v != "" && !isGUID(v) {
		r.wrong(line(n), "%s: is %q; expected %s", field, v, expected)
	}
	return strings.ToLower(v)
}

// whole is a whole number from 0 to most.
func (r *orgReader) whole(n node, field string, most int) int {
	v := r.text(n)
	if v == "" {
		return 0
	}
	i, err := strconv.Atoi(v)
	if err != nil || i < 0 || i > most {
		r.wrong(line(n), "%s: is %q; expected a whole number from 0 to %d", field, v, most)
		return 0
	}
	return i
}

func (r *orgReader) block(n node, l provision.Location) {
	v := r.text(n)
	if v == "" || l.Country == "" {
		return // the one or the other has its own mistake
	}
	first, count, err := r.expand(v, l.Country)
	switch {
	case err != nil:
		r.wrong(line(n), "numbers: %q: %v; expected a block such as +12065550100-0199, or one number", v, err)
		return
	case count < 1 || count > 1 && strings.Contains(string(first), ";"):
		r.wrong(line(n), "numbers: %q is not a block of numbers", v)
		return
	}
	b := block{first, count, l.ID, line(n)}
	for _, o := range r.org.blocks {
		if b.overlaps(o) {
			r.wrong(b.line, "numbers: %q has numbers that the block on line %d has too", v, o.line)
			return
		}
	}
	r.org.blocks = append(r.org.blocks, b)
}

// orgError is everything that is wrong with an organisation file.
type orgError struct{ mistakes []lineMistake }

type lineMistake struct {
	line int
	text string
}

// Error is a line for each mistake, with its place in the file.
func (e *orgError) Error() string {
	var b strings.Builder
	b.WriteString("the organisation file (CALLTAB_ORG) is not right:")
	for _, m := range e.mistakes {
		fmt.Fprintf(&b, "\n  line %d: %s", m.line, m.text)
	}
	return b.String()
}
