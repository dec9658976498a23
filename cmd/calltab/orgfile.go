package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"regexp"
	"slices"
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
//	    blocked: ["+12065550166"]                                   # optional: of these numbers, those that nobody may have
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
	blocked   []provision.E164
}

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

// inventory is the file as the core takes it. text is what it was read from.
func (o orgFile) inventory(text []byte) provision.Inventory {
	sum := sha256.Sum256(text)
	return provision.Inventory{
		Locations: o.Locations, Plans: o.Plans, Numbers: o.Numbers(), Has: o.Has, Blocked: o.blocked, Fingerprint: hex.EncodeToString(sum[:]),
	}
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
		slices.SortFunc(r.org.blocks, func(a, b block) int { return compareNumbers(a.first, b.first) })
		r.checkBlocked()
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
	var numbers, blocked node
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
		"blocked": func(n node) { blocked = n },
	})
	r.require(n, "a location", seen, "id", "name", "country", "time_zone")
	r.org.Locations = append(r.org.Locations, l)
	if numbers != nil {
		for _, item := range r.items(numbers) {
			r.block(item, l)
		}
	}
	if blocked != nil {
		for _, item := range r.items(blocked) {
			if b, ok := r.expanded(item, "blocked", l); ok {
				r.blocked = append(r.blocked, b)
			}
		}
	}
}

// checkBlocked takes the blocked numbers over, once all blocks are known.
func (r *orgReader) checkBlocked() {
	for _, b := range r.blocked {
		for i := range b.count {
			if loc, ok := r.org.Has(b.at(i)); !ok || loc != b.location {
				r.wrong(b.line, "blocked: %s is not among the numbers of the location", b.at(i))
				break
			}
			r.org.blocked = append(r.org.blocked, b.at(i))
		}
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

// orgError is everything that is wrong with an organisation file.
type orgError struct{ mistakes []lineMistake }

type lineMistake struct {
	line int
	text string
}

// Error is a line for each mistake, with its place in the file.
func (e *orgError) Error() string {
	var b strings.Builder
	b.WriteString("the organisation file is not right:")
	for _, m := range e.mistakes {
		fmt.Fprintf(&b, "\n  line %d: %s", m.line, m.text)
	}
	return b.String()
}
