package orgyaml

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// File is the organisation as CALLTAB_ORG describes it:
//
//	tenant: 7e9a0000-1111-4222-8333-444455556666                  # whose it is; optional where there is only one
//	locations:
//	  - id: seattle
//	    name: Seattle
//	    country: US
//	    time_zone: America/Los_Angeles
//	    emergency_location: 5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50  # optional
//	    cooling_days: 30                                          # optional: how long a number rests
//	    plan: metered                                             # optional: the usual one there; the first of plans
//	    reserve_days: 30                                          # optional: how long a number is kept for a person
//	    low_stock: 10                                             # optional: fewer free numbers are worth a warning
//	    admins: [a11ce000-0000-4000-8000-000000000001]            # optional: who is told about the site
//	    approvers: [ca401000-0000-4000-8000-000000000001]         # optional: approves where an approval says by: site
//	    fallback: [b055b055-0000-4000-8000-000000000001]          # optional: approves where nobody else can be asked
//	    channel: 19:a1b2c3@thread.tacv2                           # optional: a team's channel that shows what waits
//	    approval_days: 3                                          # optional: working days that an order waits
//	    numbers: ["+12065550100-0199", "+12065550300"]
//	    blocked: ["+12065550166"]                                 # optional: those of them that nobody may have
//	plans:
//	  - id: metered
//	    name: Metered
//	    price: $8 a month
//	    voice_routing_policy: Metered Calls                       # optional, as the next two: else the tenant's own
//	    dial_plan: North America                                  # optional
//	    calling_policy: AllowCalling                              # optional
//	roles:                                                        # optional; admins are also in CALLTAB_ADMINS
//	  - role: operator                                            # admin, operator or auditor
//	    who: [0pe7a70e-0000-4000-8000-000000000001]               # people and groups
//	    locations: [seattle]                                      # optional: where; everywhere
//	approvals:                                                    # optional; the first that fits holds
//	  - by: site                                                  # none, manager, site or never
//	    all: true                                                 # optional: all of the site, one after the other
//	    plan: unlimited                                           # optional, as are location and requester; any
//	    location: seattle
//	    requester: operator                                       # a role, or employee; auditors ask as employees
//	fallback: [b055b055-0000-4000-8000-000000000001]              # optional: as at a location, for all that have none
//	employees_pick_numbers: true                                  # optional: else Calltab picks their number
//	limits:                                                       # optional: of one employee; operators have more
//	  drafts: 5                                                   # forms open at once; each may hold a number
//	  requests: 10                                                # requests for approval a day
//	  turns: 60                                                   # messages and presses a minute; ten are always free
//	licences:                                                     # optional: what Calltab does not know yet
//	  - id: f0000000-0000-4000-8000-0000000000aa                  # Microsoft's GUID
//	    means: phone                                              # or teams, calling-plan, resource-account, device
//	    name: Phone of tomorrow                                   # optional: for who reads the file
type File struct {
	Tenant    provision.TenantID // whose it is; empty: the file does not say
	locations []provision.Location
	plans     []provision.Plan
	policy    provision.AccessPolicy
	numbers   blocks
	blocked   blocks
	deciders  []decider
}

// eachNumber yields every number with its location, in the order of compareNumbers. There may be very many: they are
// never all in memory.
func (o File) eachNumber() iter.Seq2[provision.E164, provision.LocationID] {
	return func(yield func(provision.E164, provision.LocationID) bool) {
		for _, b := range o.numbers {
			for i := range b.count {
				if !yield(b.at(i), b.location) {
					return
				}
			}
		}
	}
}

// has reports whether a number is in the file, and where.
func (o File) has(n provision.E164) (provision.LocationID, bool) {
	b, ok := o.numbers.find(n)
	return b.location, ok
}

// blocks reports whether the file blocks a number.
func (o File) blocks(n provision.E164) bool {
	_, ok := o.blocked.find(n)
	return ok
}

// OrgFile is the file as the core takes it. text is what it was read from.
func (o File) OrgFile(text []byte) orgfile.OrgFile {
	sum := sha256.Sum256(text)
	return orgfile.OrgFile{
		Locations: o.locations, Plans: o.plans, AccessPolicy: o.policy,
		Numbers: o.eachNumber(), Has: o.has, Blocked: o.blocks,
		Fingerprint: hex.EncodeToString(sum[:]),
	}
}

// Plans are the plans, in the order of the file.
func (o File) Plans() []provision.Plan { return slices.Clone(o.plans) }

// Policies are the policies of all plans, each once.
func (o File) Policies() (all []provision.NamedPolicy) {
	for _, plan := range o.plans {
		for _, policy := range plan.Policies() {
			if !slices.Contains(all, policy) {
				all = append(all, policy)
			}
		}
	}
	return all
}

// Read reads an organisation file. All its mistakes come back in one *Error, by line.
func Read(data []byte) (File, error) {
	r := &reader{lines: map[string]int{}}
	if root := r.document(data); root != nil {
		seen := r.fields(root, "the file", map[string]func(node){
			"tenant": func(n node) {
				tenant := r.guid(n, "tenant", "the GUID of the tenant that the file belongs to")
				r.org.Tenant = provision.TenantID(tenant)
			},
			"locations":              func(n node) { r.each(n, "locations", r.location) },
			"plans":                  func(n node) { r.each(n, "plans", r.plan) },
			"roles":                  func(n node) { r.each(n, "roles", r.role) },
			"approvals":              func(n node) { r.each(n, "approvals", r.approval) },
			"fallback":               func(n node) { r.org.policy.Fallback = r.approvers(n, "fallback") },
			"limits":                 r.limits,
			"licences":               func(n node) { r.each(n, "licences", r.licence) },
			"employees_pick_numbers": func(n node) { r.org.policy.Picks = r.flag(n, "employees_pick_numbers") },
		})
		r.complete(seen)
		r.settleBlocks()
		r.settleNames()
		r.settleRules()
	}
	if len(r.mistakes) > 0 {
		slices.SortStableFunc(r.mistakes, func(a, b mistake) int { return a.line - b.line })
		return File{}, &Error{r.mistakes}
	}
	return r.org, nil
}

// Belongs checks that a file is tenant's. With several tenants allowed or in the store it has to say so: numbers and
// roles of one organisation must not come to another. Its error is an *Error.
func (o File) Belongs(tenant provision.TenantID, several bool) error {
	switch {
	case o.Tenant == "" && several:
		text := fmt.Sprintf("tenant: missing; CALLTAB_TENANTS allows several tenants or the store has several, "+
			"so the file names the one that it belongs to, such as tenant: %s", tenant)
		return &Error{[]mistake{{1, text}}}
	case o.Tenant != "" && o.Tenant != tenant:
		text := fmt.Sprintf("tenant: the file belongs to %s, and this is for %s", o.Tenant, tenant)
		return &Error{[]mistake{{1, text}}}
	}
	return nil
}

// MostPlans is how many plans a file may have: they are written in one transaction, and a form offers them all.
const MostPlans = 50

// complete asks for both lists, so that a file that lost one does not remove what it had. An empty list is meant.
func (r *reader) complete(seen map[string]bool) {
	if len(r.mistakes) > 0 {
		return
	}
	for _, list := range []string{"locations", "plans"} {
		if !seen[list] {
			r.wrong(1, "%s: missing; expected a list, [] for none", list)
		}
	}
	if n := len(r.org.plans); n > MostPlans {
		r.wrong(1, "plans: %d; expected %d at most", n, MostPlans)
	}
}

func (r *reader) location(n node) {
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
		"plan":         func(n node) { l.Plan = provision.PlanID(r.refer(n, "plan")) },
		"reserve_days": func(n node) { l.ReserveDays = r.whole(n, "reserve_days", provision.MostReserve) },
		"low_stock":    func(n node) { l.LowStock = r.whole(n, "low_stock", 100_000) },
		"admins":       func(n node) { l.Admins = r.people(n, "admins") },
		"approvers":    func(n node) { l.Approvers = r.approvers(n, "approvers") },
		"fallback":     func(n node) { l.Fallback = r.approvers(n, "fallback") },
		"channel": func(n node) {
			if l.Channel = r.text(n); l.Channel != "" && !channelID.MatchString(l.Channel) {
				r.wrong(line(n), "channel: is %q; expected the id of a channel, such as 19:…@thread.tacv2, "+
					"as in the link that Teams copies", l.Channel)
			}
		},
		"approval_days": func(n node) { l.ApprovalDays = r.whole(n, "approval_days", 90) },
		"numbers":       func(n node) { numbers = n },
		"blocked":       func(n node) { blocked = n },
	})
	r.require(n, "a location", seen, "id", "name", "country", "time_zone")
	r.org.locations = append(r.org.locations, l)
	r.org.numbers = r.blocks(numbers, "numbers", l, r.org.numbers)
	r.org.blocked = r.blocks(blocked, "blocked", l, r.org.blocked)
}

func (r *reader) blocks(n node, field string, l provision.Location, all blocks) blocks {
	if n == nil {
		return all
	}
	for _, item := range r.items(n) {
		all = append(all, r.expanded(item, field, l)...)
	}
	return all
}

func (r *reader) plan(n node) {
	var p provision.Plan
	seen := r.fields(n, "a plan", map[string]func(node){
		"id":                   func(n node) { p.ID = provision.PlanID(r.id(n, "plan")) },
		"name":                 func(n node) { p.Name = r.text(n) },
		"price":                func(n node) { p.Price = r.text(n) },
		"voice_routing_policy": func(n node) { p.VoiceRoutingPolicy = r.text(n) },
		"dial_plan":            func(n node) { p.DialPlan = r.text(n) },
		"calling_policy":       func(n node) { p.CallingPolicy = r.text(n) },
	})
	r.require(n, "a plan", seen, "id", "name", "price")
	r.org.plans = append(r.org.plans, p)
}

// channelID is what a channel's link has between /channel/ and the next slash, unescaped.
var channelID = regexp.MustCompile(`^19:[A-Za-z0-9_-]+@thread\.(tacv2|skype)$`)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// id is a short name that no other of its kind has.
func (r *reader) id(n node, kind string) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	if !slug.MatchString(v) || len(v) > 40 {
		r.wrong(line(n), "id: is %q; expected small letters and digits, with single hyphens between, "+
			"such as new-york", v)
	}
	if first := r.lines[kind+" "+v]; first != 0 {
		r.wrong(line(n), "id: there is a %s %q already, on line %d", kind, v, first)
	} else {
		r.lines[kind+" "+v] = line(n)
	}
	return v
}

func (r *reader) country(n node) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	if !IsCountry(v) {
		r.wrong(line(n), "country: is %q; expected two capital letters of ISO 3166-1, such as US or GB", v)
		return ""
	}
	return v
}

func (r *reader) zone(n node) string {
	v := r.text(n)
	if v == "" {
		return ""
	}
	if !IsTimeZone(v) {
		r.wrong(line(n), "time_zone: is %q; expected an IANA time zone, such as America/New_York", v)
	}
	return v
}

// guid is a GUID in small letters. The nil GUID names nothing: forms hold it before they are filled in.
func (r *reader) guid(n node, field, expected string) string {
	v := r.text(n)
	names := provision.IsGUID(v) && strings.Trim(v, "0-") != ""
	if v != "" && !names {
		r.wrong(line(n), "%s: is %q; expected %s", field, v, expected)
	}
	return strings.ToLower(v)
}

// whole is a whole number from 0 to most.
func (r *reader) whole(n node, field string, most int) int {
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

// Error is everything that is wrong with an organisation file.
type Error struct{ mistakes []mistake }

type mistake struct {
	line int
	text string
}

// mostMistakes is how many mistakes are shown: nobody reads more.
const mostMistakes = 50

// Error is a line for each mistake, with its place in the file.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("the organisation file is not right:")
	for _, m := range e.mistakes[:min(len(e.mistakes), mostMistakes)] {
		fmt.Fprintf(&b, "\n  line %d: %s", m.line, m.text)
	}
	if more := len(e.mistakes) - mostMistakes; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}
