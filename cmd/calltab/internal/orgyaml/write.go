package orgyaml

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

// Contents is what an organisation file is written from. The zero value is an organisation without anything.
type Contents struct {
	Tenant       provision.TenantID // empty: the file does not name it
	Locations    []provision.Location
	Plans        []provision.Plan
	AccessPolicy provision.AccessPolicy
	numbers      runs
	blocked      runs
}

// Add takes a number in. Numbers come in the order of the store, as texts.
func (c *Contents) Add(n provision.Number) {
	if c.numbers == nil {
		c.numbers = runs{}
		c.blocked = runs{}
	}
	c.numbers.add(n)
	if n.State == provision.Blocked {
		c.blocked.add(n)
	}
}

// Write writes the file: locations by id, plans as they are listed, numbers in the fewest blocks. Those of a location
// that is not among the Locations are left out. [Read] reads what it wrote.
func (c *Contents) Write(out io.Writer) error {
	w := &writer{out: out}
	if c.Tenant != "" {
		w.line("tenant: %s", c.Tenant)
	}
	places := slices.SortedFunc(slices.Values(c.Locations), func(a, b provision.Location) int {
		return strings.Compare(string(a.ID), string(b.ID))
	})
	w.list("locations", len(places))
	for _, l := range places {
		w.location(l, c.numbers.of(l.ID), c.blocked.of(l.ID))
	}
	w.list("plans", len(c.Plans))
	for _, p := range c.Plans {
		w.plan(p)
	}
	w.accessPolicy(c.AccessPolicy)
	return w.err
}

// writer writes an organisation file. Texts are always quoted, so that none reads as something else.
type writer struct {
	out io.Writer
	err error
}

func (w *writer) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// id is an id as it stands in the file. One alone reads as nothing at all unless it is quoted.
func id[S ~string](id S) string {
	if id == "null" {
		return strconv.Quote(string(id))
	}
	return string(id)
}

// list begins a list of so many items.
func (w *writer) list(name string, items int) {
	if items == 0 {
		w.line("%s: []", name)
		return
	}
	w.line("%s:", name)
}

// field writes a field of an item, unless it is empty.
func (w *writer) field(name, value string) {
	if value != "" {
		w.line("    %s: %s", name, strconv.Quote(value))
	}
}

// limit writes a limit that is set.
func (w *writer) limit(name string, n int) {
	if n > 0 {
		w.line("  %s: %d", name, n)
	}
}

func (w *writer) location(l provision.Location, numbers, blocked []block) {
	w.line("  - id: %s", id(l.ID))
	w.field("name", l.Name)
	w.field("country", l.Country)
	w.field("time_zone", l.TimeZone)
	w.field("emergency_location", l.EmergencyLocation)
	if l.CoolingDays != nil {
		w.line("    cooling_days: %d", *l.CoolingDays)
	}
	w.field("plan", string(l.Plan))
	if l.ReserveDays > 0 {
		w.line("    reserve_days: %d", l.ReserveDays)
	}
	if l.LowStock > 0 {
		w.line("    low_stock: %d", l.LowStock)
	}
	items(w, "admins", l.Admins)
	items(w, "approvers", l.Approvers)
	items(w, "fallback", l.Fallback)
	w.field("channel", l.Channel)
	if l.ApprovalDays > 0 {
		w.line("    approval_days: %d", l.ApprovalDays)
	}
	w.blocks("numbers", l.Country, numbers)
	w.blocks("blocked", l.Country, blocked)
}

// items writes a field that is a list of texts, unless it is empty.
func items[S ~string](w *writer, name string, all []S) {
	if len(all) == 0 {
		return
	}
	w.line("    %s:", name)
	for _, s := range all {
		w.line("      - %s", strconv.Quote(string(s)))
	}
}

func (w *writer) accessPolicy(c provision.AccessPolicy) {
	if len(c.Grants) > 0 {
		w.list("roles", len(c.Grants))
	}
	for _, g := range c.Grants {
		w.line("  - role: %s", g.Role)
		items(w, "who", g.Who)
		items(w, "locations", g.Sites)
	}
	if len(c.Approvals) > 0 {
		w.list("approvals", len(c.Approvals))
	}
	for _, a := range c.Approvals {
		w.line("  - by: %s", a.By)
		if a.All {
			w.line("    all: true")
		}
		w.field("plan", string(a.Plan))
		w.field("location", string(a.Location))
		w.field("requester", string(a.Requester))
	}
	if len(c.Fallback) > 0 {
		w.line("fallback:")
		for _, id := range c.Fallback {
			w.line("  - %s", strconv.Quote(string(id)))
		}
	}
	if len(c.Licences) > 0 {
		w.list("licences", len(c.Licences))
	}
	for _, l := range c.Licences {
		w.line("  - id: %s", id(l.ID))
		w.field("means", string(l.Means))
		w.field("name", l.Name)
	}
	if c.Picks {
		w.line("employees_pick_numbers: true")
	}
	if l := c.Limits; l != (provision.Limits{}) {
		w.line("limits:")
		w.limit("drafts", l.Drafts)
		w.limit("requests", l.Requests)
		w.limit("turns", l.Turns)
		w.limit("forms", l.Forms)
	}
}

func (w *writer) blocks(name, country string, all []block) {
	if len(all) == 0 {
		return
	}
	w.line("    %s:", name)
	for _, b := range all {
		for _, text := range b.texts(country) {
			w.line("      - %s", strconv.Quote(text))
		}
	}
}

func (w *writer) plan(p provision.Plan) {
	w.line("  - id: %s", id(p.ID))
	w.field("name", p.Name)
	w.field("price", p.Price)
	w.field("voice_routing_policy", p.VoiceRoutingPolicy)
	w.field("dial_plan", p.DialPlan)
	w.field("calling_policy", p.CallingPolicy)
}

// runs puts numbers together that follow one another, by location and length: numbers come sorted as texts, in which
// those of several lengths mix.
type runs map[runKey][]block

type runKey struct {
	location  provision.LocationID
	extension bool
	length    int
}

func (r runs) add(n provision.Number) {
	k := runKey{n.Location, strings.Contains(string(n.E164), ";"), len(n.E164)}
	if all := r[k]; len(all) > 0 {
		if last := &all[len(all)-1]; last.count < dialplan.MaxBlock && last.at(last.count) == n.E164 {
			last.count++
			return
		}
	}
	r[k] = append(r[k], block{first: n.E164, count: 1, location: n.Location})
}

// of returns a location's blocks, sorted as those of a file are.
func (r runs) of(loc provision.LocationID) blocks {
	var all blocks
	for k, some := range r {
		if k.location == loc {
			all = append(all, some...)
		}
	}
	all.sort()
	return all
}
