package main

import (
	"fmt"
	"io"
	"strconv"

	"calltab/internal/provision"
)

// yamlWriter writes an organisation file. Texts are always quoted, so that none reads as something else.
type yamlWriter struct {
	out io.Writer
	err error
}

func (w *yamlWriter) line(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format+"\n", args...)
	}
}

// list begins a list of so many items.
func (w *yamlWriter) list(name string, items int) {
	if items == 0 {
		w.line("%s: []", name)
		return
	}
	w.line("%s:", name)
}

// field writes a field of an item, unless it is empty.
func (w *yamlWriter) field(name, value string) {
	if value != "" {
		w.line("    %s: %s", name, strconv.Quote(value))
	}
}

// limit writes a limit that is set.
func (w *yamlWriter) limit(name string, n int) {
	if n > 0 {
		w.line("  %s: %d", name, n)
	}
}

func (w *yamlWriter) location(l provision.Location, numbers, blocked []block) {
	w.line("  - id: %s", l.ID)
	w.field("name", l.Name)
	w.field("country", l.Country)
	w.field("time_zone", l.TimeZone)
	w.field("emergency_location", l.EmergencyLocation)
	if l.CoolingDays != nil {
		w.line("    cooling_days: %d", *l.CoolingDays)
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
func items[S ~string](w *yamlWriter, name string, all []S) {
	if len(all) == 0 {
		return
	}
	w.line("    %s:", name)
	for _, s := range all {
		w.line("      - %s", strconv.Quote(string(s)))
	}
}

func (w *yamlWriter) charter(c provision.Charter) {
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
		w.line("  - id: %s", l.ID)
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

func (w *yamlWriter) blocks(name, country string, all []block) {
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

func (w *yamlWriter) plan(p provision.Plan) {
	w.line("  - id: %s", p.ID)
	w.field("name", p.Name)
	w.field("price", p.Price)
	w.field("voice_routing_policy", p.VoiceRoutingPolicy)
	w.field("dial_plan", p.DialPlan)
	w.field("calling_policy", p.CallingPolicy)
}
